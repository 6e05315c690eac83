/**
 * Groups of 0/1 columns side by side: one hot among several (dummies), or the bits of a code. See combine.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { type Board, isReadWhole } from '../attack.js';
import { derive } from '../shared/compose.js';
import { fitOf, matchValues, stepOf } from '../shared/match.js';
import { labelPairs, labelStep } from './labels.js';

const ZERO_OR_ONE = /^(?:[01](?:\.0)?|true|false|yes|no|y|n|是|否)$/i;
const ONE = /^(?:1(?:\.0)?|true|yes|y|是)$/i;

/** Columns of a group of dummies, and of a code, at most. */
const MOST_DUMMIES = 120;
const MOST_BITS = 16;

/** A column of zeros and ones, by row. */
interface Indicator {
  readonly position: number;
  readonly name: string;
  readonly bits: Uint8Array;
}

/**
 * Adds what groups of 0/1 columns give together. Two values stand in many source columns: where a group is read as one column,
 * what its members were taken for one by one is taken back, unless it fits as well.
 */
export function indicators(board: Board): void {
  const runs = runsOf(board);
  const whole = runs.flatMap(oneHotGroups);
  const taken = new Set(whole.flat());
  const groups = [...whole, ...sameStem(runs.flat().filter((own) => !taken.has(own)))];
  const inGroup = new Set<number>();
  for (const group of groups) {
    if (board.late()) return;
    const best = oneHot(board, group);
    // Two complements are one code of two values.
    if (best === null || group.length < 3) continue;
    for (const { position } of group) inGroup.add(position);
    takeBack(board, group, best);
  }
  const open = ({ position }: Indicator): boolean => !inGroup.has(position) && !isReadWhole(board, position);
  for (const run of runs) {
    for (let start = 0; start + 1 < run.length; start++) {
      for (let end = start + 1; end < Math.min(run.length, start + MOST_BITS); end++) {
        if (board.late() || inGroup.has((run[end] as Indicator).position)) break;
        const columns = run.slice(start, end + 1);
        if (columns.some(open) && !inGroup.has((run[start] as Indicator).position)) bitCode(board, columns);
      }
    }
  }
}

/** The 0/1 columns that stand side by side in the product. */
function runsOf(board: Board): Indicator[][] {
  const runs: Indicator[][] = [];
  board.product.columns.forEach((column, position) => {
    if (board.settled.has(position) || column.distinct > 2 || column.present < column.rows) return;
    if (!column.values.every((text) => ZERO_OR_ONE.test(text))) return;
    const isOne = column.values.map((text) => Number(ONE.test(text)));
    const bits = Uint8Array.from(column.codes, (code) => isOne[code] as number);
    const last = runs[runs.length - 1];
    const own: Indicator = { position, name: column.name, bits };
    if (last?.[last.length - 1]?.position === position - 1) last.push(own);
    else runs.push([own]);
  });
  return runs;
}

/** Columns side by side of which each row has just one. */
function oneHotGroups(run: readonly Indicator[]): Indicator[][] {
  const groups: Indicator[][] = [];
  for (let start = 0; start < run.length; start++) {
    const end = endOfGroup(run, start);
    if (end <= start) continue;
    groups.push(run.slice(start, end + 1));
    start = end;
  }
  return groups;
}

/** Where the columns from `start` on have one hot in each row; `start` itself where nowhere. */
function endOfGroup(run: readonly Indicator[], start: number): number {
  const sums = new Uint8Array((run[start] as Indicator).bits.length);
  for (let end = start; end < Math.min(run.length, start + MOST_DUMMIES); end++) {
    const { bits } = run[end] as Indicator;
    let least = 2;
    let most = 0;
    for (let row = 0; row < sums.length; row++) {
      const sum = (sums[row] as number) + (bits[row] as number);
      sums[row] = sum;
      if (sum < least) least = sum;
      if (sum > most) most = sum;
    }
    if (most > 1) return start;
    if (end > start && least === 1) return end;
  }
  return start;
}

/** Columns of one stem, wherever they stand, of which each row has at most one: dummies shuffled, or without the first value's. */
function sameStem(columns: readonly Indicator[]): Indicator[][] {
  const byStem = new Map<string, Indicator[]>();
  for (const column of columns) {
    for (const { index } of column.name.matchAll(/[_=:.-]/g)) {
      const stem = column.name.slice(0, index + 1);
      const group = byStem.get(stem);
      if (group === undefined) byStem.set(stem, [column]);
      else group.push(column);
    }
  }
  const found = [...byStem.values()].flatMap((group) => {
    if (group.length < 2 || group.length > MOST_DUMMIES) return [];
    const rows = rowsWithOne(group);
    return rows === null ? [] : [{ group, rows }];
  });
  found.sort((a, b) => b.rows - a.rows);
  const taken = new Set<Indicator>();
  return found.flatMap(({ group }) => {
    if (group.some((column) => taken.has(column))) return [];
    for (const column of group) taken.add(column);
    return [group];
  });
}

/** Rows that have one of a group; null where some have more. */
function rowsWithOne(group: readonly Indicator[]): number | null {
  const sums = new Uint8Array((group[0] as Indicator).bits.length);
  let rows = 0;
  for (const { bits } of group) {
    for (let row = 0; row < sums.length; row++) {
      const sum = (sums[row] as number) + (bits[row] as number);
      if (sum > 1) return null;
      sums[row] = sum;
      rows += bits[row] as number;
    }
  }
  return rows;
}

/** Reads a group as one column; the best step that is sure, or null. */
function oneHot(board: Board, group: readonly Indicator[]): Step | null {
  const positions = group.map(({ position }) => position);
  const hotOf = new Uint8Array(board.product.rows).fill(group.length);
  group.forEach(({ bits }, at) => {
    for (let row = 0; row < hotOf.length; row++) if (bits[row] === 1) hotOf[row] = at;
  });
  const formula = `hot(${rangeOf(group)})`;
  const written = (names: readonly string[], label: string, bits: number): Derived =>
    derive(
      label,
      positions,
      bits,
      Array.from(hotOf, (at) => names[at] ?? NONE),
    );
  const hot = written(
    group.map(({ name }) => name),
    formula,
    10,
  );
  const steps = matchValues(hot, board.lookup);
  for (const names of shortNames(group)) {
    const short = matchValues(written(names, `after-prefix(${formula})`, 12), board.lookup);
    steps.push(...short);
    if (!hotOf.includes(group.length)) continue;
    for (const rest of missingNames(board, short, names))
      steps.push(...matchValues(written([...names, rest], `after-prefix-or-rest(${formula})`, 14), board.lookup));
  }
  for (const pair of labelPairs(hot, board.lookup)) steps.push({ ...labelStep(pair), attack: 'combine' });
  steps.push(...inOrder(board, hot, group));
  board.derived.push(hot);
  board.steps.push(...steps);
  return steps.reduce<Step | null>(
    (best, step) => (step.tentative !== true && step.score > (best?.score ?? SURE) ? step : best),
    null,
  );
}

/** Agreement of frequencies with the whole, of a sample too, where columns stand in the order of their values. */
const ALIKE = 0.75;

/** Columns whose names say nothing stand in the order of their values, as encoders write them: as texts, as numbers. */
function inOrder(board: Board, hot: Derived, group: readonly Indicator[]): Step[] {
  if (group.length < 3) return [];
  const place = new Map(group.map(({ name }, i) => [name, i]));
  return board.lookup.columns.flatMap((to) => {
    const { column } = to;
    if (column.distinct !== group.length) return [];
    const byText = Array.from({ length: column.distinct }, (_, code) => code).sort((a, b) =>
      column.text(a) < column.text(b) ? -1 : 1,
    );
    const byNumber = byText.slice().sort((a, b) => (column.numbers[a] as number) - (column.numbers[b] as number));
    return (column.isNumeric ? [byText, byNumber] : [byText]).flatMap((order, i) => {
      const map = Int32Array.from(hot.column.values, (name) => order[place.get(name) ?? -1] ?? -1);
      const fit = fitOf(hot.column, column, map);
      if (fit.similarity < ALIKE) return [];
      const formula = `${i === 0 ? 'in-order' : 'in-number-order'}(${hot.formula})`;
      return [stepOf(hot, to, map, fit, { formula, attack: 'combine', knowledge: 'A2', bits: hot.bits + 14 })];
    });
  });
}

/** Of a row that has none of the group. */
const NONE = '';

/** Score from which on a group counts as read. */
const SURE = 0.75;

/** Headers such as sex_Male: what follows the first delimiter, and what follows the beginning that all have. */
function shortNames(group: readonly Indicator[]): string[][] {
  const names = group.map(({ name }) => name);
  const first = names.map((name) => name.replace(/^.*?[_=:.-]/, ''));
  let common = names[0] as string;
  for (const name of names) while (!name.startsWith(common)) common = common.slice(0, -1);
  // The beginning up to a delimiter: values may begin alike themselves.
  const end = common.search(/[_=:.-](?!.*[_=:.-])/) + 1;
  const rest = names.map((name) => name.slice(end));
  return rest.every((name, i) => name === first[i]) ? [first] : [first, rest];
}

/** The one value of a matched source column for which there is no name: that of rows with none of the group. */
function missingNames(board: Board, steps: readonly Step[], names: readonly string[]): Set<string> {
  const known = new Set(names);
  const rests = new Set<string>();
  for (const { source, column } of steps) {
    const { values } = (board.sources[source] as Sheet).columns[column] as SheetColumn;
    if (values.length > names.length + 1) continue;
    const open = values.filter((text) => !known.has(text));
    if (open.length === 1) rests.add(open[0] as string);
  }
  return rests;
}

function takeBack(board: Board, group: readonly Indicator[], { similarity }: Step): void {
  const members = new Set(group.map(({ position }) => position));
  const kept = board.steps.filter(
    (step) => step.from.length > 1 || !members.has(step.from[0] as number) || step.similarity >= similarity,
  );
  if (kept.length < board.steps.length) board.steps.splice(0, board.steps.length, ...kept);
}

function bitCode(board: Board, columns: readonly Indicator[]): void {
  const seen = new Set<number>();
  const codes = new Int32Array(board.product.rows);
  for (let row = 0; row < codes.length; row++) {
    let code = 0;
    for (const { bits } of columns) code = code * 2 + (bits[row] as number);
    codes[row] = code;
    seen.add(code);
    if (seen.size > 2000) return;
  }
  const make = (label: string, write: (code: number) => number): Derived =>
    derive(
      `${label}(${rangeOf(columns)})`,
      columns.map(({ position }) => position),
      10 + columns.length,
      Array.from(codes, (code) => String(write(code))),
    );
  const flipped = (code: number): number => {
    let out = 0;
    for (let i = 0; i < columns.length; i++) out = out * 2 + ((code >> i) & 1);
    return out;
  };
  for (const derived of [make('bits', (code) => code), make('bits-reversed', flipped)]) {
    const exact = labelPairs(derived, board.lookup).filter((pair) => pair.exact && pair.to.column.distinct > 2);
    const values = matchValues(derived, board.lookup).filter((step) => step.mass > 0.95 && step.similarity > 0.9);
    if (exact.length === 0 && values.length === 0) continue;
    board.derived.push(derived);
    board.steps.push(...values, ...exact.map((pair) => ({ ...labelStep(pair), attack: 'combine' })));
  }
}

function rangeOf(columns: readonly Indicator[]): string {
  return `${columns[0]?.name}..${columns[columns.length - 1]?.name}`;
}
