/**
 * Direct identifiers that came back: verified where they stand in a restored row, discounted where strangers share them.
 * @module
 */
import type { SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import type { Measure } from '../verdict.js';
import { domainBits, holdersByChance } from './chance.js';
import type { Target } from './execute.js';
import { measureOf, sum } from './measure.js';
import { personsOf, personsPerCode, rareHits } from './persons.js';
import { isHandedOut } from './tied-columns.js';

/**
 * Persons of whom a direct identifier came back. One that stands in a restored row is verified and never discounted: of the
 * flagged rows at most `byChance` are coincidences. One that stands alone is discounted by what strangers share (names).
 */
export function identifierMeasure(
  target: Target,
  steps: readonly Step[],
  flags: Uint8Array,
  byChance: number,
  below: number,
  productRows: number,
): Measure {
  const { sheet } = target;
  const hit = new Uint8Array(sheet.rows);
  /** Rows named by a value that coincides with nobody's by chance. */
  const sure = new Uint8Array(sheet.rows);
  let chance = 0;
  let doubtful = false;
  for (const step of steps) {
    if (!target.identifiers.has(step.column)) continue;
    const column = sheet.columns[step.column] as SheetColumn;
    const rare = rareHits(sheet, step, below);
    // A tentative step names all its values whatever the cells are: only a row that holds together shows whose they are.
    // So does a step by rank, frequency or tied rows, whose values come from the source whatever stands in the product.
    const alone = step.tentative !== true && !isHandedOut(step);
    flagHolders(column, rare, hit, alone ? undefined : flags);
    if (!alone) {
      doubtful = true;
      continue;
    }
    if (target.names.has(step.column)) {
      // Names coincide between strangers: what as many other people would hit is not verified.
      const counts = new Float64Array(below + 2);
      const persons = personsPerCode(sheet, column);
      for (let code = 0; code < column.distinct; code++) {
        const held = persons[code] as number;
        if (held <= below) counts[held] = (counts[held] as number) + 1;
      }
      chance += holdersByChance(counts, sheet.persons, Math.min(productRows, 4 * sheet.rows), below);
    } else {
      // Numbers given out at random coincide too, once in a domain.
      const own = (Math.min(productRows, 4 * sheet.rows) * sheet.rows) / 2 ** Math.min(60, domainBits(column));
      chance += own;
      if (own < NO_CHANCE) flagHolders(column, rare, sure);
    }
  }
  const personsIn = (rows: Uint8Array): number =>
    sheet.personOf === null ? sum(rows) : personsOf(rows, sheet.personOf, sheet.persons);
  const count = personsIn(hit);
  if (chance < NO_CHANCE && !doubtful) return measureOf(count, 0, 0, count, sheet.persons);
  if (doubtful) chance += byChance;
  const verified = personsIn(hit.map((one, row) => one & (flags[row] as number))) - byChance;
  return measureOf(count, chance, Math.sqrt(chance), Math.max(0, verified, personsIn(sure)), sheet.persons);
}

/** Expected coincidences below which a hit is verified by itself. */
const NO_CHANCE = 0.05;

/** Flags the rows whose value is among the hits, of those that `among` flags. */
function flagHolders(column: SheetColumn, hits: Uint8Array, flags: Uint8Array, among?: Uint8Array): void {
  for (let row = 0; row < flags.length; row++) {
    const code = column.codes[row] as number;
    if (code >= 0 && hits[code] === 1 && (among === undefined || among[row] === 1)) flags[row] = 1;
  }
}
