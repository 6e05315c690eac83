/**
 * Product columns that write digests alike, held against the source together: the digest of a probe is made, written and looked up
 * once for all of them, and only what stands in one of them is counted column by column. See hashes.md.
 * @module
 */
import type { SourceColumn } from '../intake/lookup.js';
import { sampleCodes } from '../intake/lookup.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { HashSketch, hashText } from '../intake/text-index.js';
import { type Candidate, COMMON_SALTS, candidates, plainCandidates, type Recipe } from './hash-recipes.js';
import { keyOfWriting, type Writing, writingsOfColumn } from './hash-writings.js';

const PROBES = 96;

const probed = new WeakMap<SheetColumn, Map<string, readonly string[]>>();

/** Digests of the probes of a source column under a recipe; kept, as every product column asks for them. */
export function probesOf(source: SheetColumn, recipe: Recipe): readonly string[] {
  let kept = probed.get(source);
  if (kept === undefined) {
    kept = new Map();
    probed.set(source, kept);
  }
  let digests = kept.get(recipe.key);
  if (digests === undefined) {
    const texts = sampleCodes(source, PROBES).map((code) => source.values[code] as string);
    digests = texts.some(recipe.changes) ? texts.map(recipe.hex) : [];
    kept.set(recipe.key, digests);
  }
  return digests;
}

/** The digest of one list of source columns in one sampled row. */
export interface Joint {
  readonly digest: string;
  readonly columns: readonly number[];
  readonly separator: string;
  readonly candidate: Candidate;
}

/** Columns of one writing, and what is tried on them. */
export class DigestGroup {
  readonly writings: readonly Writing[];
  readonly salts: readonly string[];
  readonly tried: readonly Candidate[];
  readonly #columns: readonly SheetColumn[];
  readonly #sketch: HashSketch;
  readonly #met = new Map<SheetColumn, readonly Candidate[]>();
  readonly #held = new Map<Writing, WeakMap<readonly string[], number>>();
  readonly #joint = new WeakMap<Sheet, readonly Joint[]>();

  /**
   * @param columns - of one writing, at least one
   * @param salts - public ones beside the common; null for plain digests only
   */
  constructor(columns: readonly SheetColumn[], salts: readonly string[] | null) {
    this.writings = writingsOfColumn(columns[0] as SheetColumn);
    this.salts = salts ?? [];
    this.tried =
      salts === null
        ? plainCandidates(this.writings)
        : candidates(this.writings, [...new Set([...COMMON_SALTS, ...salts])]);
    this.#columns = columns;
    this.#sketch = new HashSketch(columns.reduce((texts, column) => texts + column.distinct, 0));
    for (const column of columns) this.#sketch.add(column.index.hashes());
  }

  /** True when one of the columns holds the text. */
  holds(text: string): boolean {
    return this.#sketch.maybe(hashText(text)) && this.#columns.some((column) => column.index.has(text));
  }

  /** What is tried of which a probe of the source column stands in one of the columns, in order. */
  met(to: SourceColumn): readonly Candidate[] {
    let met = this.#met.get(to.column);
    if (met === undefined) {
      met = this.tried.filter(({ recipe, writing }) =>
        probesOf(to.column, recipe).some((digest) => this.holds(writing.write(digest))),
      );
      this.#met.set(to.column, met);
    }
    return met;
  }

  /** How many of these digests stand in one of the columns. @param digests - kept by the caller */
  count(digests: readonly string[], writing: Writing): number {
    let counts = this.#held.get(writing);
    if (counts === undefined) {
      counts = new WeakMap();
      this.#held.set(writing, counts);
    }
    let count = counts.get(digests);
    if (count === undefined) {
      count = digests.reduce((sum, digest) => sum + (this.holds(writing.write(digest)) ? 1 : 0), 0);
      counts.set(digests, count);
    }
    return count;
  }

  /** Of the digests of columns together those that stand in one of the columns, in order. */
  metJoint(sheet: Sheet, of: () => readonly Joint[]): readonly Joint[] {
    let met = this.#joint.get(sheet);
    if (met === undefined) {
      met = of().filter(({ digest }) => this.holds(digest));
      this.#joint.set(sheet, met);
    }
    return met;
  }
}

/** The columns that look like digests, by writing, each with its group. */
export function groupsOf(columns: readonly SheetColumn[], salts: readonly string[]): Map<SheetColumn, DigestGroup> {
  const byKey = new Map<string, SheetColumn[]>();
  for (const column of columns) {
    const writings = writingsOfColumn(column);
    if (writings.length === 0 || column.distinct < 2) continue;
    const key = writings.map(keyOfWriting).join();
    const own = byKey.get(key);
    if (own === undefined) byKey.set(key, [column]);
    else own.push(column);
  }
  const groups = new Map<SheetColumn, DigestGroup>();
  for (const own of byKey.values()) {
    const group = new DigestGroup(own, salts);
    for (const column of own) groups.set(column, group);
  }
  return groups;
}
