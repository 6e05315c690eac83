/**
 * The recount after the search: every criterion checked again on what is printed, class by class, by other counting code.
 *
 * Classes are rows that print the same words; persons and sensitive values are read from the rows again, so a defect of the
 * search cannot pass here.
 * @module
 */
import { groupCodes, groupRows } from '../core/index.js';
import { encode, type Table, weightsOf } from '../table/index.js';
import type { ClassView, SizeDistribution } from './criterion/criterion.js';
import type { AnonymizeOptions } from './options.js';
import { bindCriteria } from './search/evaluate.js';
import type { Problem } from './search/problem.js';

/** What rows print: `cell(d, row)` is a position in `labels[d]`; equal words of several positions are one. */
export interface Printed {
  readonly cell: (d: number, row: number) => number;
  readonly labels: readonly (readonly (string | null)[])[];
}

/** Whether each criterion of the problem holds for the rows that are kept, in order. */
export function recountCriteria(
  table: Table,
  problem: Problem,
  options: AnonymizeOptions,
  kept: Uint8Array,
  printed: Printed,
): boolean[] {
  const bound = bindCriteria(problem.criteria, problem.frequency);
  const words = printed.labels.map(wordsOf);
  const columns = words.map(({ wordOf }, d) => {
    const own = new Int32Array(table.rows);
    for (let row = 0; row < own.length; row++) {
      // Rows outside the release are population: they print what they would print; those that print nothing stand apart.
      const position = printed.cell(d, row);
      own[row] = position < 0 ? wordOf.length : (wordOf[position] as number);
    }
    return own;
  });
  const { groupOf, groups } = groupCodes(
    columns,
    words.map(({ wordOf }) => wordOf.length + 1),
  );
  const weights = weightsOf(table);
  const weightAt = (row: number): number => (weights === null ? 1 : (weights[row] as number));
  const person = options.person === undefined ? null : encode(table, options.person);
  const sensitive = bound.map(({ criterion }) =>
    criterion.sensitive === undefined ? null : encode(table, criterion.sensitive),
  );
  const { rows: order, starts } = groupRows(groupOf, groups);
  const holds = bound.map(() => true);
  const sizes: number[] = [];
  const released = new Uint8Array(groups);
  const labels = columns.map(() => new Int32Array(groups));
  const histograms = sensitive.map((codes) => new Float64Array(codes?.cardinality ?? 0));
  const lastValue = sensitive.map((codes) => new Int32Array(person === null ? 0 : (codes?.cardinality ?? 0)).fill(-1));
  const view: ClassView = {
    rows: 0,
    units: 0,
    population: 0,
    histogram: new Float64Array(0),
    from: 0,
    values: 0,
    total: 0,
  };
  for (let group = 0; group < groups; group++) {
    const members = order.subarray(starts[group] as number, starts[group + 1] as number);
    for (const histogram of histograms) histogram.fill(0);
    view.rows = 0;
    view.population = 0;
    for (const row of members) {
      view.population += weightAt(row);
      if (kept[row] === 1) view.rows += weightAt(row);
    }
    if (!(view.rows > 0)) continue;
    released[group] = 1;
    labels.forEach((own, d) => {
      own[group] = (columns[d] as Int32Array)[members[0] as number] as number;
    });
    const own =
      person === null
        ? members
        : [...members].sort((a, b) => (person.codes[a] as number) - (person.codes[b] as number));
    let last = -1;
    view.units = person === null ? view.rows : 0;
    for (const row of own) {
      if (kept[row] !== 1) continue;
      if (person !== null && person.codes[row] !== last) {
        last = person.codes[row] as number;
        view.units++;
      }
      for (let i = 0; i < sensitive.length; i++) {
        const codes = sensitive[i];
        if (codes === null || codes === undefined) continue;
        const value = codes.codes[row] as number;
        const histogram = histograms[i] as Float64Array;
        if (person === null) histogram[value] = (histogram[value] as number) + weightAt(row);
        else {
          const seen = lastValue[i] as Int32Array;
          if (seen[value] !== last || histogram[value] === 0) histogram[value] = (histogram[value] as number) + 1;
          seen[value] = last;
        }
      }
    }
    sizes.push(view.units);
    bound.forEach(({ prepared }, i) => {
      if (view.units < prepared.minimumClassSize) holds[i] = false;
      if (prepared.holds === undefined) return;
      const histogram = histograms[i] as Float64Array;
      view.histogram = histogram;
      view.values = histogram.length;
      view.total = histogram.reduce((sum, count) => sum + count, 0);
      if (!prepared.holds(view)) holds[i] = false;
    });
  }
  const ascending = Float64Array.from(sizes).sort();
  const distribution: SizeDistribution = {
    sizes: ascending,
    dropped: 0,
    total: ascending.reduce((sum, size) => sum + size, 0),
  };
  const unitsBy = (merged: Int32Array, count: number): Float64Array => {
    const units = new Float64Array(count);
    const seen = Array.from({ length: person === null ? 0 : count }, () => new Set<number>());
    for (let row = 0; row < table.rows; row++) {
      if (kept[row] !== 1) continue;
      const at = merged[groupOf[row] as number] as number;
      if (person === null) units[at] = (units[at] as number) + weightAt(row);
      else (seen[at] as Set<number>).add(person.codes[row] as number);
    }
    for (let at = 0; at < seen.length; at++) units[at] = (seen[at] as Set<number>).size;
    return units;
  };
  bound.forEach(({ prepared }, i) => {
    if (prepared.tableHolds !== undefined && sizes.length > 0 && !prepared.tableHolds(distribution)) holds[i] = false;
    if (prepared.prune === undefined) return;
    const left = released.slice();
    const cardinalities = words.map(({ wordOf }) => wordOf.length + 1);
    prepared.prune({ classes: groups, labels, cardinalities, kept: left, unitsBy });
    if (left.some((one, c) => one !== released[c])) holds[i] = false;
  });
  return holds;
}

function wordsOf(labels: readonly (string | null)[]): { wordOf: Int32Array } {
  const known = new Map<string | null, number>();
  const wordOf = Int32Array.from(labels, (label) => {
    const word = known.get(label) ?? known.size;
    known.set(label, word);
    return word;
  });
  return { wordOf };
}
