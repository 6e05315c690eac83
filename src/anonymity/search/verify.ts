/**
 * A small verifier of optimality certificates: counts with maps of strings, shares no code with the search.
 *
 * It uses the definitions (criteria, metrics, hierarchies) and re-derives everything else: classes of every listed node,
 * suppressed rows, bounds, values, and that every node of the lattice is settled by one of them.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import type { Table } from '../../table/index.js';
import type { ClassView } from '../criterion/criterion.js';
import type { NodeView } from '../metric/metric.js';
import type { AnonymizeOptions } from '../options.js';
import type { Certificate } from './certificate.js';
import { bindCriteria } from './evaluate.js';
import { prepareProblem } from './problem.js';

/** What a valid certificate proves. */
export interface Verified {
  readonly value: number;
  readonly optima: number;
  /** Nodes whose classes were recounted. */
  readonly recounted: number;
  readonly latticeNodes: number;
}

const TOLERANCE = 1e-9;
/** Nodes above which a lattice is not checked node by node. */
const MOST_NODES = 4_194_304;

/**
 * Checks a certificate against the table and the settings it claims to be about.
 *
 * @throws SCRIM_CERTIFICATE_INVALID when anything does not hold
 */
export function verifyCertificate(table: Table, options: AnonymizeOptions, certificate: Certificate): Verified {
  const problem = prepareProblem(table, options);
  const { columns, frequency, lattice } = problem;
  const fail = (text: string): ScrimError => new ScrimError('SCRIM_CERTIFICATE_INVALID', { problem: text });
  const same = (a: readonly (number | string)[], b: readonly (number | string)[]): boolean =>
    a.join('|') === b.join('|');
  if (certificate.schema !== 'scrim.certificate/1') throw fail('unknown schema');
  if (!same(certificate.quasiIdentifiers, options.quasiIdentifiers)) throw fail('other quasi-identifiers');
  if (!same(certificate.minimum, [...lattice.minimum]) || !same(certificate.maximum, [...lattice.maximum])) {
    throw fail('another lattice');
  }
  if (lattice.nodes > MOST_NODES) throw fail(`a lattice of ${lattice.nodes} nodes is not checked node by node`);
  if (certificate.limit !== problem.limit) throw fail('another suppression limit');
  if (certificate.metric !== problem.metric.name) throw fail('another metric');
  const criteria = bindCriteria(problem.criteria, frequency);
  const metric = problem.metric.prepare(problem.context);
  const minimumUnits = Math.max(0, ...criteria.map(({ prepared }) => prepared.minimumClassSize));
  const monotone = criteria.every(({ criterion: { monotonicity: m } }) => m.generalization && m.suppression);
  const smallest = frequency.rows.reduce((least, rows) => (rows > 0 && rows < least ? rows : least), Infinity);

  /** Recounts one node from the tuples. */
  const recount = (levels: readonly number[]): { view: NodeView; need: number; feasible: boolean } => {
    if (levels.length !== columns.length) throw fail('a node has the wrong number of levels');
    levels.forEach((level, d) => {
      if (
        !Number.isInteger(level) ||
        level < (lattice.minimum[d] as number) ||
        level > (lattice.maximum[d] as number)
      ) {
        throw fail('a node is outside the lattice');
      }
    });
    const index = new Map<string, number>();
    const classOf = new Int32Array(frequency.tuples);
    const representative: number[] = [];
    for (let t = 0; t < frequency.tuples; t++) {
      let key = '';
      for (let d = 0; d < columns.length; d++) {
        const code = (frequency.codes[d] as Int32Array)[t] as number;
        key += `${((columns[d] as (typeof columns)[number]).groupOf[levels[d] as number] as Int32Array)[code]},`;
      }
      let c = index.get(key);
      if (c === undefined) {
        c = representative.push(t) - 1;
        index.set(key, c);
      }
      classOf[t] = c;
    }
    const n = representative.length;
    const rows = new Float64Array(n);
    const units = new Float64Array(n);
    const population = new Float64Array(n);
    for (let t = 0; t < frequency.tuples; t++) {
      const c = classOf[t] as number;
      rows[c] = (rows[c] as number) + (frequency.rows[t] as number);
      units[c] = (units[c] as number) + (frequency.units[t] as number);
      population[c] = (population[c] as number) + (frequency.population[t] as number);
    }
    if (frequency.shared !== null) {
      const seen = new Set<string>();
      frequency.shared.tuple.forEach((t, i) => {
        const key = `${classOf[t]}/${frequency.shared?.person[i]}`;
        if (seen.has(key)) return;
        seen.add(key);
        units[classOf[t] as number] = (units[classOf[t] as number] as number) + 1;
      });
    }
    const histograms = criteria.map(({ sensitive }) => {
      if (sensitive === null) return null;
      const cells = new Float64Array(n * sensitive.values);
      for (let t = 0; t < frequency.tuples; t++) {
        for (let p = sensitive.starts[t] as number; p < (sensitive.starts[t + 1] as number); p++) {
          const at = (classOf[t] as number) * sensitive.values + (sensitive.value[p] as number);
          cells[at] = (cells[at] as number) + (sensitive.count[p] as number);
        }
      }
      const seen = new Set<string>();
      sensitive.shared?.tuple.forEach((t, i) => {
        const at = (classOf[t] as number) * sensitive.values + (sensitive.shared?.value[i] as number);
        const key = `${at}/${sensitive.shared?.person[i]}`;
        if (seen.has(key)) return;
        seen.add(key);
        cells[at] = (cells[at] as number) + 1;
      });
      return cells;
    });
    const kept = new Uint8Array(n);
    let need = 0;
    let suppressedRows = 0;
    let suppressedClasses = 0;
    for (let c = 0; c < n; c++) {
      const size = rows[c] as number;
      if (size === 0) continue;
      let fails = false;
      let classNeed = 0;
      if ((units[c] as number) < minimumUnits) {
        fails = true;
        classNeed = size;
      } else {
        criteria.forEach(({ criterion, prepared, sensitive }, i) => {
          if (prepared.holds === undefined) return;
          const values = sensitive?.values ?? 0;
          const histogram = histograms[i] ?? new Float64Array(0);
          const total = histogram.subarray(c * values, (c + 1) * values).reduce((sum, count) => sum + count, 0);
          const view: ClassView = {
            rows: size,
            units: units[c] as number,
            population: population[c] as number,
            histogram,
            from: c * values,
            values,
            total,
          };
          if (prepared.holds(view)) return;
          fails = true;
          const { generalization, suppression } = criterion.monotonicity;
          const own =
            generalization && suppression
              ? size
              : frequency.shared !== null
                ? 0
                : (prepared.removal?.(view) ?? (generalization ? smallest : 0));
          classNeed = Math.max(classNeed, Math.min(size, own));
        });
      }
      if (!fails) {
        kept[c] = 1;
        continue;
      }
      need += classNeed;
      suppressedRows += size;
      suppressedClasses++;
    }
    /** Persons or rows of merged classes, by sets. */
    const unitsBy = (groupOf: Int32Array, groups: number): Float64Array => {
      const sums = new Float64Array(groups);
      const persons = new Set<string>();
      const group = (t: number): number =>
        kept[classOf[t] as number] === 1 ? (groupOf[classOf[t] as number] as number) : -1;
      for (let t = 0; t < frequency.tuples; t++) {
        if (group(t) >= 0) sums[group(t)] = (sums[group(t)] as number) + (frequency.units[t] as number);
      }
      frequency.shared?.tuple.forEach((t, i) => {
        if (group(t) >= 0) persons.add(`${group(t)}/${frequency.shared?.person[i]}`);
      });
      for (const one of persons) {
        const at = Number(one.slice(0, one.indexOf('/')));
        sums[at] = (sums[at] as number) + 1;
      }
      return sums;
    };
    const sets = criteria.filter(({ prepared }) => prepared.prune !== undefined);
    const labels = columns.map((column, d) =>
      Int32Array.from(
        representative,
        (t) =>
          (column.groupOf[levels[d] as number] as Int32Array)[
            (frequency.codes[d] as Int32Array)[t] as number
          ] as number,
      ),
    );
    const cardinalities = columns.map((column, d) => column.groups[levels[d] as number] as number);
    /** Set criteria until nothing changes; counts what they took. */
    const pruneSets = (): boolean => {
      const before = kept.slice();
      for (let again = sets.length > 0; again; ) {
        const start = kept.slice();
        for (const { prepared } of sets) prepared.prune?.({ classes: n, labels, cardinalities, kept, unitsBy });
        again = start.some((one, c) => one !== kept[c]);
      }
      let changed = false;
      for (let c = 0; c < n; c++) {
        if (before[c] === kept[c]) continue;
        changed = true;
        suppressedRows += rows[c] as number;
        suppressedClasses++;
      }
      return changed;
    };
    const settled = suppressedRows === need;
    pruneSets();
    if (settled && sets.every(({ criterion: { monotonicity: m } }) => m.generalization && m.suppression))
      need = suppressedRows;
    let feasible = suppressedRows <= problem.limit;
    const view: NodeView = {
      levels: Int32Array.from(levels),
      classes: {
        classes: n,
        representative: Int32Array.from(representative),
        rows,
        units,
        population,
        classOf,
        fromTuples: true,
      },
      kept,
      keptClasses: kept.reduce((sum, one) => sum + one, 0),
      suppressedClasses,
      suppressedRows,
      minimumRows: Math.max(smallest, frequency.units === frequency.rows || smallest >= 1 ? minimumUnits : 0),
    };
    const tableWide = criteria.filter(({ prepared }) => prepared.tableHolds !== undefined);
    const dropSmallest = (): boolean => {
      const order = [...kept.keys()]
        .filter((c) => kept[c] === 1)
        .map((c) => ({ c, units: units[c] as number, loss: metric.classLoss?.(view, c) ?? 0 }))
        .sort(
          (a, b) =>
            a.units - b.units || a.loss - b.loss || (representative[a.c] as number) - (representative[b.c] as number),
        );
      const sizes = Float64Array.from(order, (entry) => entry.units);
      let total = sizes.reduce((sum, size) => sum + size, 0);
      let dropped = 0;
      const holds = (): boolean =>
        tableWide.every(({ prepared }) => prepared.tableHolds?.({ sizes, dropped, total }) === true);
      while (!holds() && dropped < order.length) {
        const { c } = order[dropped] as (typeof order)[number];
        total -= sizes[dropped] as number;
        dropped++;
        kept[c] = 0;
        suppressedClasses++;
        suppressedRows += rows[c] as number;
      }
      feasible = holds();
      return dropped > 0;
    };
    if (feasible && tableWide.length > 0) {
      for (let again = true; again && feasible; ) again = dropSmallest() && pruneSets();
      view.keptClasses = kept.reduce((sum, one) => sum + one, 0);
      view.suppressedClasses = suppressedClasses;
      view.suppressedRows = suppressedRows;
      feasible &&= suppressedRows <= problem.limit;
    }
    if (!feasible && monotone && sets.length === 0 && tableWide.length > 0) need = Number.POSITIVE_INFINITY;
    return { view, need, feasible };
  };

  const value = certificate.value;
  // Half the tolerance of ties: sums are added in another order here than in the search.
  const above = (bound: number): boolean => bound > value + 5e-13 * Math.max(1, Math.abs(value));
  let recounted = 0;
  if (certificate.optima.length === 0) throw fail('it names no optimum');
  for (const optimum of certificate.optima) {
    const { view, feasible } = recount(optimum.levels);
    recounted++;
    if (!feasible) throw fail('an optimum is not feasible');
    if (Math.abs(metric.value(view) - value) > TOLERANCE * Math.max(1, Math.abs(value)))
      throw fail('an optimum has another value');
    if (view.suppressedRows !== optimum.suppressedRows) throw fail('an optimum has other suppressed rows');
  }
  for (const levels of certificate.refuted) {
    recounted++;
    const { need } = recount(levels);
    if (!(need > problem.limit) && !above(metric.suppressedBound?.(need) ?? Number.NEGATIVE_INFINITY)) {
      throw fail('a node called refuted is not');
    }
  }
  for (const levels of certificate.exceeded) {
    recounted++;
    if (!above(metric.aboveBound(recount(levels).view))) throw fail('a bound is not above the value');
  }
  for (const levels of certificate.single) {
    const { view, feasible } = recount(levels);
    recounted++;
    if (feasible && metric.value(view) < value - TOLERANCE * Math.max(1, Math.abs(value)))
      throw fail('a better node is listed');
  }
  const settled = new Set(
    [...certificate.optima.map(({ levels }) => levels), ...certificate.single].map((levels) => levels.join()),
  );
  const levels = Array.from(lattice.minimum);
  const at = Int32Array.from(levels);
  for (let node = 0; node < lattice.nodes; node++) {
    lattice.levelsOf(node, at);
    const open =
      !above(metric.lowerBound(at)) &&
      !settled.has(at.join()) &&
      !certificate.refuted.some((other) => other.every((level, d) => (at[d] as number) <= level)) &&
      !certificate.exceeded.some((other) => other.every((level, d) => (at[d] as number) >= level));
    if (open) throw fail(`node ${at.join(',')} is not settled`);
  }
  return { value, optima: certificate.optima.length, recounted, latticeNodes: lattice.nodes };
}
