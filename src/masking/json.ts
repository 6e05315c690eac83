/**
 * Nested JSON: rules for paths with wildcards; what no path names is dropped. The input is never written to.
 *
 * Paths: `$.person.name`, `$.visits[*].doctor`, `$.phones[0]`, `$.*.id`, `$..id` (at any depth), names in quotes where they
 * are not plain (`$["家庭 住址"]`).
 * @module
 */
import { ScrimError } from '../core/index.js';
import { type Column, cellText } from '../table/index.js';
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
  const compiled = rules.map(({ path, masker }) => {
    if (masker !== null && !masker.streams)
      throw new ScrimError('SCRIM_MASK_NEEDS_FIT', { rule: masker.name, column: path });
    return { steps: parsePath(path), masker };
  });
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

interface Compiled {
  readonly steps: readonly Step[];
  readonly masker: Masker | null;
}

function applyPaths(
  column: Column,
  rows: RowContext | undefined,
  rules: readonly Compiled[],
  others: 'keep' | 'drop',
): MaskedColumn {
  const ruleAt = (place: readonly (string | number)[]): number => rules.findIndex(({ steps }) => covers(steps, place));
  // First pass: collect the scalars of each rule; second pass: put their masked texts back in the same order.
  const leaves = rules.map(() => [] as Leaf[]);
  const documents = new Map<number, JsonValue>();
  const read = reader(column);
  for (let row = 0; row < column.length; row++) {
    const cell = read(row);
    const document = cell === null ? null : parseJson(cell);
    if (document === null) continue;
    documents.set(row, document);
    walk(document, [], (scalar, place) => {
      const rule = ruleAt(place);
      if (rule >= 0 && rules[rule]?.masker !== null) leaves[rule]?.push({ text: scalar.text, row });
      return scalar;
    });
  }
  let refused = 0;
  const masked = rules.map(({ masker }, i) => {
    const own = leaves[i] as Leaf[];
    if (masker === null || own.length === 0) return [];
    const context = rows === undefined ? undefined : leafContext(rows, own);
    const result = masker.apply(textColumn(own.map((leaf) => leaf.text)), context);
    refused += result.suppressed;
    return own.map((_, at) => cellText(result.column, at));
  });
  const next = rules.map(() => 0);
  const result = mapRows(column, (_, row) => {
    const document = documents.get(row);
    if (document === undefined) return null;
    const changed = walk(document, [], (scalar, place) => {
      const rule = ruleAt(place);
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
  return { column: result.column, suppressed: result.suppressed + refused };
}

type Scalar = Extract<JsonValue, { readonly text: string }>;

/** Rebuilds a document; a scalar for which null comes back is left out. JSON's null is no value and stays. */
function walk(
  value: JsonValue,
  place: readonly (string | number)[],
  visit: (scalar: Scalar, place: readonly (string | number)[]) => JsonValue | null,
): JsonValue | null {
  if (value.kind === 'object') {
    const members = value.members
      .map(([name, member]) => [name, walk(member, [...place, name], visit)] as const)
      .filter((pair): pair is readonly [string, JsonValue] => pair[1] !== null);
    return { kind: 'object', members };
  }
  if (value.kind === 'array') {
    const items = value.items.map((item, i) => walk(item, [...place, i], visit)).filter((item) => item !== null);
    return { kind: 'array', items };
  }
  return value.kind === 'literal' && value.text === 'null' ? value : visit(value, place);
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
