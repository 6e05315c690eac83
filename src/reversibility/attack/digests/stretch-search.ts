/**
 * The search for stretched digests: cheap ones first, on the source columns with about as many values. See hashes.md.
 * @module
 */
import { enumerationBits } from '../../intake/domain.js';
import type { Lookup, SourceColumn } from '../../intake/lookup.js';
import { sampleCodes } from '../../intake/lookup.js';
import type { SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import { fitOf, stepOf } from '../shared/match.js';
import type { DigestGroup } from './digest-group.js';
import { allKinds } from './hash-kinds.js';
import { COMMON_SALTS, type Recipe } from './hash-recipes.js';
import type { Writing } from './hash-writings.js';
import { nestedHashes, type Stretched, stretchedKeys } from './stretched-hashes.js';

/** Hashes that one search for stretched digests may take, and the execution of one. */
const STRETCH_SEARCH = 250_000;
const STRETCH_EXECUTE = 4_000_000;
/** Source columns asked, those with as many values as the digests first. */
const STRETCH_COLUMNS = 6;

const stretchedBefore = new WeakMap<Lookup, Stretched>();

/** Stretched digests of a few values of a source column: dear, and asked for by every product column. */
function stretchedOf(source: SheetColumn, recipe: Recipe, asked: number): readonly string[] {
  let kept = stretched.get(source);
  if (kept === undefined) {
    kept = new Map();
    stretched.set(source, kept);
  }
  let digests = kept.get(recipe.key);
  if (digests === undefined || digests.length < Math.min(asked, source.distinct)) {
    digests = sampleCodes(source, asked).map((code) => recipe.hex(source.text(code)));
    kept.set(recipe.key, digests);
  }
  return digests;
}

const stretched = new WeakMap<SheetColumn, Map<string, readonly string[]>>();

const listed = new WeakMap<Writing, readonly Stretched[]>();

/** What is tried on columns of a writing, cheap ones first. */
function stretchesOf(writing: Writing, salts: readonly string[]): readonly Stretched[] {
  let list = listed.get(writing);
  if (list === undefined) {
    const exact = allKinds().some((kind) => kind.length === writing.digits);
    list = [
      ...nestedHashes(allKinds(), (kind) => (exact ? kind.length === writing.digits : kind.length > writing.digits)),
      ...stretchedKeys(allKinds(), writing.digits, ['', ...salts]),
    ].sort((a, b) => a.rounds - b.rounds);
    listed.set(writing, list);
  }
  return list;
}

/** The recipe by which a column was read as stretched digests of a source, if any was. */
export function lastStretched(lookup: Lookup): Stretched | undefined {
  return stretchedBefore.get(lookup);
}

/** Rounds of stretched digests that are asked for where no column of its own tells how many values they are of. */
const FEW_ROUNDS = 24;
const FEW_PROBES = 3;

/** Digests, stretched a little, of few-valued source columns; or, where a column was read, of all columns by what read it. */
export function* fewStretched(lookup: Lookup, writing: Writing): Generator<string> {
  const before = stretchedBefore.get(lookup);
  const columns = [...lookup.columns]
    .filter(({ column }) => column.distinct >= 2)
    .sort((a, b) => a.column.distinct - b.column.distinct);
  if (before !== undefined) {
    for (const { column } of columns) yield* stretchedOf(column, before.recipe, 4 * FEW_PROBES);
    return;
  }
  for (const { recipe, rounds } of stretchesOf(writing, COMMON_SALTS.slice(0, 3)))
    if (rounds <= FEW_ROUNDS)
      for (const { column } of columns.slice(0, STRETCH_COLUMNS)) yield* stretchedOf(column, recipe, FEW_PROBES);
}

/** A step that reads a column as stretched digests of one source column. */
export function tryStretched(derived: Derived, lookup: Lookup, group: DigestGroup, late: () => boolean): Step | null {
  const known = derived.column.index;
  const { distinct } = derived.column;
  const near = [...lookup.columns]
    .filter(({ column }) => column.distinct >= 2)
    .sort((a, b) => Math.abs(a.column.distinct - distinct) - Math.abs(b.column.distinct - distinct))
    .slice(0, STRETCH_COLUMNS);
  const before = stretchedBefore.get(lookup);
  const salts = [...new Set([...group.salts, ...COMMON_SALTS.slice(0, 3)])];
  let left = STRETCH_SEARCH;
  for (const writing of group.writings) {
    if (writing.name === 'middle ') continue;
    const tried = stretchesOf(writing, salts);
    // People digest all columns in one way.
    const same = before === undefined ? undefined : tried.find((one) => one.recipe.key === before.recipe.key);
    for (const one of same === undefined ? tried : [same, ...tried]) {
      const asked = one.rounds > 20 ? 3 : 12;
      for (const to of near) {
        if (late()) return null;
        left -= asked * one.rounds;
        if (left < 0) return null;
        const digests = stretchedOf(to.column, one.recipe, asked);
        if (group.count(digests, writing) < 2) continue;
        let hits = 0;
        for (const digest of digests) if (known.has(writing.write(digest))) hits++;
        if (hits < 2) continue;
        stretchedBefore.set(lookup, one);
        return stretchedStep(derived, to, writing, one);
      }
    }
  }
  return null;
}

function stretchedStep(derived: Derived, to: SourceColumn, writing: Writing, { recipe, rounds }: Stretched): Step {
  const known = derived.column.index;
  const source = to.column;
  const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
  const most = Math.min(source.distinct, Math.floor(STRETCH_EXECUTE / rounds));
  for (let code = 0; code < most; code++) {
    const at = known.get(writing.write(recipe.hex(source.text(code))));
    if (at !== undefined) map[at] = code;
  }
  return stepOf(derived, to, map, fitOf(derived.column, source, map), {
    formula: `preimage(${writing.name}${recipe.formula(derived.formula)})`,
    attack: 'hashes',
    knowledge: 'A2',
    bits: derived.bits + 16,
    costBits: enumerationBits(source) + Math.log2(rounds),
  });
}
