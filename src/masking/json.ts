/**
 * Nested JSON: rules for paths with wildcards; what no path names is dropped. The input is never written to.
 *
 * Paths: `$.person.name`, `$.visits[*].doctor`, `$.phones[0]`, `$.*.id`, `$..id` (at any depth), names in quotes where they
 * are not plain (`$["家庭 住址"]`). A rule masks the scalars under its path; the names of members are released with them.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Column } from '../table/index.js';
import { combined } from './conditional.js';
import { isJsonNumber, type JsonValue, parseJson, writeJson } from './json-value.js';
import { leakageOf, type MaskedColumn, type Masker, type RowContext } from './masker.js';
import { mapRows, reader } from './rows.js';
import { ValuesBuilder } from './values.js';

/** A path and what happens to the scalars under it; null = released. */
export interface PathRule {
  readonly path: string;
  readonly masker: Masker | null;
}

type Step = { readonly name: string } | { readonly index: number } | 'any' | 'deep';

/** Reads a path. @throws SCRIM_ARGUMENT */
export function parsePath(path: string): readonly Step[] {
  const steps: Step[] = [];
  const expression = /\.\.|\.?\*|\[\*\]|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.[\]"*$\s][^.[\]"*]*)/y;
  let at = path.startsWith('$') ? 1 : 0;
  while (at < path.length) {
    expression.lastIndex = at;
    const found = expression.exec(path);
    if (found === null)
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'path', problem: `it cannot be read at character ${at + 1}` });
    const [whole, index, quoted, plain] = found;
    if (whole === '..') steps.push('deep');
    else if (whole === '*' || whole === '.*' || whole === '[*]') steps.push('any');
    else if (index !== undefined) steps.push({ index: Number(index) });
    else steps.push({ name: quoted === undefined ? (plain as string) : (JSON.parse(`"${quoted}"`) as string) });
    at += whole.length;
  }
  if (steps.length === 0 || steps.at(-1) === 'deep') {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'path', problem: 'it names nothing' });
  }
  return steps;
}

/** True when a place in the document (names and positions) lies at or under a path. */
function covers(steps: readonly Step[], place: readonly (string | number)[], s = 0, p = 0): boolean {
  if (s === steps.length) return true;
  if (p === place.length) return false;
  const step = steps[s] as Step;
  if (step === 'deep') return covers(steps, place, s + 1, p) || covers(steps, place, s, p + 1);
  const here = place[p] as string | number;
  const fits = step === 'any' || ('name' in step ? step.name === here : step.index === here);
  return fits && covers(steps, place, s + 1, p + 1);
}

/** Reads the paths of rules. @throws SCRIM_ARGUMENT, SCRIM_MASK_NEEDS_FIT */
export function compile(rules: readonly PathRule[]): Compiled[] {
  return rules.map(({ path, masker }) => {
    if (masker !== null && !masker.streams)
      throw new ScrimError('SCRIM_MASK_NEEDS_FIT', { rule: masker.name, column: path });
    return { steps: parsePath(path), masker };
  });
}

interface Leaf {
  readonly text: string;
  readonly row: number;
}

/**
 * Masks the scalars of JSON cells. The first path that covers a scalar decides.
 *
 * @param others - `drop` (default): scalars that no path covers are left out; `keep`: they are released
 * @throws SCRIM_ARGUMENT for a path that cannot be read, SCRIM_MASK_NEEDS_FIT for rules that need the whole column
 */
export function json(rules: readonly PathRule[], options: { readonly others?: 'keep' | 'drop' } = {}): Masker {
  const compiled = compile(rules);
  const { others = 'drop' } = options;
  return {
    name: 'json',
    streams: true,
    reads: [...new Set(rules.flatMap(({ masker }) => masker?.reads ?? []))],
    reversible: false,
    apply: (column, rows) => applyPaths(column, rows, compiled, others),
    leakage: ({ column }) => {
      const worst = combined(column, [...rules.map(({ masker }) => masker), ...(others === 'keep' ? [null] : [])]);
      return leakageOf(column, 'json', { ...worst });
    },
  };
}

/** A rule whose path was read. */
export interface Compiled {
  readonly steps: readonly Step[];
  readonly masker: Masker | null;
}

/** What {@link maskDocuments} returns: besides the column, how many scalars each rule refused, and what was left out. */
export interface MaskedDocuments extends MaskedColumn {
  readonly refusedBy: readonly number[];
  /** Members at the top of documents that no rule covers and that were left out. */
  readonly dropped: ReadonlySet<string>;
}

function applyPaths(
  column: Column,
  rows: RowContext | undefined,
  rules: readonly Compiled[],
  others: 'keep' | 'drop',
): MaskedColumn {
  const result = maskDocuments(column, rows, rules, others);
  return { column: result.column, suppressed: result.suppressed };
}

/** Rules by the names of members, where every path names just one: then no place needs to be written down. */
function rulesByName(rules: readonly Compiled[]): ReadonlyMap<string, number> | null {
  const found = new Map<string, number>();
  for (const [i, { steps }] of rules.entries()) {
    const [step] = steps;
    if (steps.length !== 1 || typeof step !== 'object' || !('name' in step)) return null;
    if (!found.has(step.name)) found.set(step.name, i);
  }
  return found;
}

/** Masks documents: the scalars of all of them are collected by rule, masked as columns, and put back. */
export function maskDocuments(
  column: Column,
  rows: RowContext | undefined,
  rules: readonly Compiled[],
  others: 'keep' | 'drop',
): MaskedDocuments {
  const byName = rulesByName(rules);
  const dropped = new Set<string>();
  const each = (document: JsonValue, visit: (scalar: Scalar, rule: number) => JsonValue | null): JsonValue | null => {
    if (byName === null || document.kind !== 'object') {
      const ruleAt = (place: readonly (string | number)[]): number =>
        rules.findIndex(({ steps }) => covers(steps, place));
      const stays = (place: readonly (string | number)[]): boolean => others === 'keep' || ruleAt(place) >= 0;
      return walk(document, [], (scalar, place) => visit(scalar, ruleAt(place)), stays);
    }
    const members: (readonly [string, JsonValue])[] = [];
    for (const member of document.members) {
      const rule = byName.get(member[0]) ?? -1;
      if (rule < 0 && others === 'drop') {
        dropped.add(member[0]);
        continue;
      }
      const value = under(member[1], (scalar) => visit(scalar, rule));
      if (value !== null) members.push(value === member[1] ? member : [member[0], value]);
    }
    return { kind: 'object', members };
  };
  // First pass: collect the scalars of each rule; second pass: put their masked texts back in the same order.
  const leaves = rules.map(() => [] as Leaf[]);
  const documents = new Array<JsonValue | undefined>(column.length);
  const read = reader(column);
  for (let row = 0; row < column.length; row++) {
    const cell = read(row);
    const document = cell === null ? null : parseJson(cell);
    if (document === null) continue;
    documents[row] = document;
    each(document, (scalar, rule) => {
      if (rule >= 0 && rules[rule]?.masker !== null) leaves[rule]?.push({ text: scalar.text, row });
      return scalar;
    });
  }
  const refusedBy = rules.map(() => 0);
  const masked = rules.map(({ masker }, i) => {
    const own = leaves[i] as Leaf[];
    if (masker === null || own.length === 0) return [];
    const context = rows === undefined ? undefined : leafContext(rows, own);
    const result = masker.apply(textColumn(own.map((leaf) => leaf.text)), context);
    refusedBy[i] = result.suppressed;
    const text = reader(result.column);
    return own.map((_, at) => text(at));
  });
  const next = rules.map(() => 0);
  const result = mapRows(column, (_, row) => {
    const document = documents[row];
    if (document === undefined) return null;
    const changed = each(document, (scalar, rule) => {
      if (rule < 0) return others === 'keep' ? scalar : null;
      if (rules[rule]?.masker === null) return scalar;
      const at = next[rule] as number;
      next[rule] = at + 1;
      const text = (masked[rule] as (string | null)[])[at] ?? null;
      if (text === null) return { kind: 'literal', text: 'null' };
      return scalar.kind === 'number' && isJsonNumber(text) ? { kind: 'number', text } : { kind: 'string', text };
    });
    return changed === null ? 'null' : writeJson(changed);
  });
  const refused = refusedBy.reduce((sum, count) => sum + count, 0);
  return { column: result.column, suppressed: result.suppressed + refused, refusedBy, dropped };
}

type Scalar = Extract<JsonValue, { readonly text: string }>;

/**
 * Rebuilds a document; a scalar for which null comes back is left out, and so is what holds nothing else then: the names
 * inside a member that no rule covers may be data. JSON's null is no value and stays where a rule covers it.
 */
function walk(
  value: JsonValue,
  place: readonly (string | number)[],
  visit: (scalar: Scalar, place: readonly (string | number)[]) => JsonValue | null,
  stays: (place: readonly (string | number)[]) => boolean,
): JsonValue | null {
  if (value.kind === 'object') {
    const members = value.members
      .map(([name, member]) => [name, walk(member, [...place, name], visit, stays)] as const)
      .filter((pair): pair is readonly [string, JsonValue] => pair[1] !== null);
    return members.length > 0 || place.length === 0 || stays(place) ? { kind: 'object', members } : null;
  }
  if (value.kind === 'array') {
    const items = value.items.map((item, i) => walk(item, [...place, i], visit, stays)).filter((item) => item !== null);
    return items.length > 0 || place.length === 0 || stays(place) ? { kind: 'array', items } : null;
  }
  if (value.kind === 'literal' && value.text === 'null') return stays(place) ? value : null;
  return visit(value, place);
}

/** {@link walk} where the place makes no difference. */
function under(value: JsonValue, visit: (scalar: Scalar) => JsonValue | null): JsonValue | null {
  if (value.kind === 'object' || value.kind === 'array') return walk(value, [], visit, () => true);
  return value.kind === 'literal' && value.text === 'null' ? value : visit(value);
}

function textColumn(texts: readonly string[]): Column {
  const builder = new ValuesBuilder(texts.length, texts.length * 12);
  for (const text of texts) builder.text(text);
  const { offsets, bytes } = builder.finish();
  return { type: 'utf8', length: texts.length, offsets, bytes, validity: null, unreadable: null };
}

/** The other columns, one row for each leaf. */
function leafContext(rows: RowContext, leaves: readonly Leaf[]): RowContext {
  return {
    firstRow: rows.firstRow,
    column: (name) => {
      const read = reader(rows.column(name));
      const builder = new ValuesBuilder(leaves.length, leaves.length * 12);
      const validity = new Uint8Array((leaves.length + 7) >> 3);
      leaves.forEach(({ row }, i) => {
        const text = read(row);
        if (text === null) builder.none();
        else {
          builder.text(text);
          validity[i >> 3] = (validity[i >> 3] as number) | (1 << (i & 7));
        }
      });
      const { offsets, bytes } = builder.finish();
      return { type: 'utf8', length: leaves.length, offsets, bytes, validity, unreadable: null };
    },
  };
}
