/**
 * Unkeyed hashes of source values: the reviewer hashes the raw columns; an outsider enumerates the domain, whose size is
 * stated as a cost. Kinds, truncation, public salts and concatenations. See hashes.md.
 * @module
 */

import { enumerationBits } from '../../intake/domain.js';
import type { SourceColumn } from '../../intake/lookup.js';
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { fitOf, stepOf } from '../shared/match.js';
import { DigestGroup, groupsOf, probesOf } from './digest-group.js';
import { guessedSalt, type Purse } from './guessed-salts.js';
import { matchPublicHashes } from './hash-numbers.js';
import { digestParts, mayHoldDigests } from './hash-parts.js';
import { askedFully, type Candidate } from './hash-recipes.js';
import { matchTuples } from './hash-tuples.js';
import { writingsOfColumn } from './hash-writings.js';
import { matchChecksums } from './short-checksums.js';
import { lastStretched, tryStretched } from './stretch-search.js';

/** Steps that read a column as digests of source columns or of several of them together. */
function matchHashes(derived: Derived, board: Board, group: DigestGroup): Step[] {
  const { lookup, late } = board;
  if (group.tried.length === 0) return [];
  const single = readBySingle(derived, board, group);
  if (single.length > 0) return single;
  // Concatenations: quasi-identifiers hashed together.
  const joined = matchTuples(derived, board.sources, group, late);
  if (joined.length > 0) return joined;
  const step = tryStretched(derived, lookup, group, late);
  return step === null ? [] : [step];
}

const RIVALS = 4;

/** Steps of the first recipe that hits: columns that share values are rivals, the best first. */
function readBySingle(derived: Derived, { lookup, late }: Board, group: DigestGroup): Step[] {
  const steps: Step[] = [];
  let by: Candidate | null = null;
  for (const to of lookup.columns) {
    if (late()) return steps;
    const found = tryColumn(derived, to, to.column, by === null ? [...group.read, ...group.met(to)] : [by]);
    if (found === null) continue;
    steps.push(found.step);
    by = found.by;
    group.readBy(by);
    if (found.step.score > 0.98) break;
  }
  return steps.sort((a, b) => b.score - a.score).slice(0, RIVALS);
}

/** Parts of cells read as plain digests. */
function matchParts(derived: Derived, board: Board): Step[] {
  const steps: Step[] = [];
  for (const part of digestParts(derived, board.lookup)) {
    if (board.late()) return steps;
    const group = new DigestGroup([part.column], null);
    const own = readBySingle(part, board, group);
    const stretched = own.length > 0 ? null : tryStretched(part, board.lookup, group, board.late);
    steps.push(...own, ...(stretched === null ? [] : [stretched]));
  }
  return steps;
}

function tryColumn(
  derived: Derived,
  to: SourceColumn,
  source: SheetColumn,
  tried: readonly Candidate[],
): { readonly step: Step; readonly by: Candidate } | null {
  const known = derived.column.index;
  for (const one of tried) {
    const by = askedFully(one);
    const { recipe, writing } = by;
    const digests = probesOf(source, recipe);
    let hits = 0;
    for (const digest of digests) if (known.has(writing.write(digest))) hits++;
    if (hits === 0 || hits < Math.min(2, digests.length)) continue;
    // Numbers of few digits meet by chance.
    const space = Math.min(
      16 ** writing.digits,
      writing.name === 'remainder ' ? 10 ** derived.column.text(0).length : 1e38,
    );
    if (hits < 2 + (20 * digests.length * derived.column.distinct) / space) continue;
    const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
    for (let code = 0; code < source.distinct; code++) {
      const at = known.get(writing.write(recipe.hex(source.text(code))));
      if (at !== undefined) map[at] = code;
    }
    const step = stepOf(derived, to, map, fitOf(derived.column, source, map), {
      formula: `preimage(${writing.name}${recipe.formula(derived.formula)})`,
      attack: 'hashes',
      knowledge: 'A2',
      bits: derived.bits + 12,
      costBits: enumerationBits(source),
    });
    return { step, by };
  }
  return null;
}

/** Columns that were tried, with the stretched digests known then: they are tried again only where others were found since. */
const triedOn = new WeakMap<Board, Map<Derived, string | undefined>>();

/** What was spent on guessed salts. */
const purses = new WeakMap<Board, Purse>();

/** The attack. */
export const hashes: Attack = {
  id: 'hashes',
  knowledge: 'A2',
  run(board) {
    const queue = unexplained(board, 0.6).filter(
      (derived) => writingsOfColumn(derived.column).length > 0 || mayHoldDigests(derived),
    );
    const tried = triedOn.get(board) ?? new Map<Derived, string | undefined>();
    triedOn.set(board, tried);
    const last = (): string | undefined => lastStretched(board.lookup)?.recipe.key;
    const open = queue.filter((derived) => !tried.has(derived) || tried.get(derived) !== last());
    const salts = [...board.salts, ...constantsOf(board.product)];
    const groups = board.late()
      ? new Map<SheetColumn, DigestGroup>()
      : groupsOf(
          open.map(({ column }) => column),
          salts,
        );
    const unread = new Map<DigestGroup, Derived[]>();
    for (const derived of open) {
      if (board.late()) break;
      const group = groups.get(derived.column);
      if (group === undefined && !mayHoldDigests(derived)) continue;
      const found = group === undefined ? [] : matchHashes(derived, board, group);
      if (found.length === 0) found.push(...matchParts(derived, board));
      if (found.length === 0 && group !== undefined) unread.set(group, [...(unread.get(group) ?? []), derived]);
      tried.set(derived, last());
      addAll(board, found);
    }
    const purse = purses.get(board) ?? { spent: 0, keyed: 0 };
    purses.set(board, purse);
    for (const [group, left] of unread) {
      const guessed = guessedSalt(group, board.lookup, purse, board.late);
      if (guessed === null) continue;
      group.offer(guessed);
      for (const derived of left) addAll(board, matchHashes(derived, board, group));
    }
    // What opened nothing as digests of a known length may be a short hash of short texts.
    const numbers = unexplained(board, 0.6).filter(
      ({ attack, column }) => attack === 'containment' && column.isNumeric,
    );
    for (const derived of numbers) if (!board.late()) addAll(board, matchChecksums(derived, board.lookup));
    for (const derived of unexplained(board, 0.6))
      if (derived.attack === 'containment' && !board.late()) addAll(board, matchPublicHashes(derived, board.lookup));
    return queue.length + numbers.length > 0 ? null : 'no column looks like digests';
  },
};

/** Beyond enumeration a digest is a pseudonym, not an encoding: the content cannot be had without the source. */
function addAll(board: Board, found: readonly Step[]): void {
  for (const step of found) {
    const reachable = (step.costBits ?? 0) <= board.thresholds.enumerationBits;
    board.steps.push(reachable ? step : { ...step, knowledge: 'A3' });
  }
}

/** Values of constant columns: a salt that travels with the product is public. */
function constantsOf(product: Sheet): string[] {
  return product.columns
    .filter((column) => column.distinct === 1 && column.present > 0)
    .map((column) => column.text(0));
}
