/**
 * An independent, slow model of full-domain anonymization for random settings: strings, maps and plain formulas, every node.
 *
 * It shares no code with the search: labels are read from lines of text, values are recomputed from the rows of each class.
 */

/** Lines `value, level 1, ...` of one column. */
export type Lines = readonly (readonly string[])[];

/** A row: cell by column, null where there is none. */
export type Row = Readonly<Record<string, string | null>>;

/** A random setting. */
export interface Setting {
  readonly rows: readonly Row[];
  /** Weight of each row. */
  readonly weights: readonly number[];
  readonly columns: readonly string[];
  readonly lines: Readonly<Record<string, Lines>>;
  readonly person: string | null;
  readonly subset: readonly boolean[] | null;
  readonly rules: readonly ModelRule[];
  readonly metric: string;
  readonly k: number;
  readonly attributeWeights: readonly number[];
  readonly factor: number;
  readonly minimum: readonly number[];
  readonly maximum: readonly number[];
  readonly limit: number;
}

/** One class of rows that print alike. */
export interface Group {
  readonly rows: readonly number[];
  /** Weighted released rows. */
  readonly size: number;
  /** Persons, or rows. */
  readonly units: number;
  readonly population: number;
  /** First row. */
  readonly first: number;
}

/** A criterion of the model. */
export interface ModelRule {
  readonly name: string;
  /** About one class. */
  readonly holds?: (group: Group, setting: Setting) => boolean;
  /** About what the released rows share: combinations of at most m labels shared by k. */
  readonly shared?: { readonly k: number; readonly m: number };
  /** About all kept class sizes. */
  readonly table?: (sizes: readonly number[], setting: Setting) => boolean;
}

/** A node that satisfies everything. */
export interface ModelNode {
  readonly levels: readonly number[];
  readonly suppressed: number;
  readonly value: number;
}

const NULL = '\u0000null';

/** The lines with null as a line of its own, where the column has nulls and no line for the empty text. */
export function withNull(lines: Lines, hasNull: boolean): Lines {
  if (!hasNull || lines.some((line) => line[0] === '')) return lines;
  const depth = (lines[0] as readonly string[]).length;
  const top = new Set(lines.map((line) => line[depth - 1]));
  const own = Array.from({ length: depth }, (_, level) =>
    level === depth - 1 && level > 0 && top.size === 1 ? ([...top][0] as string) : NULL,
  );
  return [...lines, own];
}

const released = (setting: Setting, row: number): boolean => setting.subset === null || setting.subset[row] === true;

/** Counts of a sensitive column over rows: weighted rows, or distinct persons per value. */
export function counts(rows: readonly number[], column: string, setting: Setting): Map<string, number> {
  const found = new Map<string, number>();
  const seen = new Set<string>();
  for (const row of rows) {
    if (!released(setting, row)) continue;
    const cells = setting.rows[row] as Row;
    const value = cells[column] ?? NULL;
    if (setting.person !== null) {
      const key = JSON.stringify([cells[setting.person] ?? NULL, value]);
      if (seen.has(key)) continue;
      seen.add(key);
      found.set(value, (found.get(value) ?? 0) + 1);
    } else found.set(value, (found.get(value) ?? 0) + (setting.weights[row] as number));
  }
  return found;
}

interface Reader {
  /** Label of a row's cell at a level. */
  label(row: number, d: number, level: number): string;
  /** Lines that print alike. */
  leaves(row: number, d: number, level: number): number;
  readonly sizes: readonly number[];
  readonly heights: readonly number[];
}

function readerOf(setting: Setting): Reader {
  const tables = setting.columns.map((name) => {
    const lines = withNull(
      setting.lines[name] as Lines,
      setting.rows.some((row) => row[name] === null),
    );
    const ofValue = new Map(lines.map((line) => [line[0] as string, line]));
    const count = (lines[0] as readonly string[]).map((_, level) => {
      const found = new Map<string, number>();
      for (const line of lines) found.set(line[level] as string, (found.get(line[level] as string) ?? 0) + 1);
      return found;
    });
    return { ofValue, count, size: lines.length, height: (lines[0] as readonly string[]).length - 1 };
  });
  const label = (row: number, d: number, level: number): string => {
    const cell = (setting.rows[row] as Row)[setting.columns[d] as string];
    const { ofValue } = tables[d] as (typeof tables)[number];
    const line = cell === null || cell === undefined ? (ofValue.get('') ?? ofValue.get(NULL)) : ofValue.get(cell);
    return (line as readonly string[])[level] as string;
  };
  return {
    label,
    leaves: (row, d, level) => (tables[d] as (typeof tables)[number]).count[level]?.get(label(row, d, level)) as number,
    sizes: tables.map(({ size }) => size),
    heights: tables.map(({ height }) => height),
  };
}

function groupsAt(setting: Setting, reader: Reader, levels: readonly number[]): Group[] {
  const byKey = new Map<string, number[]>();
  setting.rows.forEach((_, row) => {
    const key = JSON.stringify(levels.map((level, d) => reader.label(row, d, level)));
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [row]);
    else list.push(row);
  });
  return [...byKey.values()].map((rows) => {
    const own = rows.filter((row) => released(setting, row));
    const size = own.reduce((sum, row) => sum + (setting.weights[row] as number), 0);
    const { person } = setting;
    return {
      rows,
      size,
      units: person === null ? size : new Set(own.map((row) => (setting.rows[row] as Row)[person])).size,
      population: rows.reduce((sum, row) => sum + (setting.weights[row] as number), 0),
      first: rows[0] as number,
    };
  });
}

function xlog(n: number, of: number): number {
  return n > 0 ? -n * Math.log2(n / of) : 0;
}

function valueAt(
  setting: Setting,
  reader: Reader,
  levels: readonly number[],
  kept: readonly Group[],
  gone: readonly Group[],
): number {
  const { metric, factor, attributeWeights, k } = setting;
  const g = factor <= 0.5 ? 1 : 1 - 2 * (factor - 0.5);
  const s = factor < 0.5 ? 2 * factor : 1;
  const all = [...kept, ...gone];
  const total = all.reduce((sum, one) => sum + one.size, 0);
  const suppressed = gone.reduce((sum, one) => sum + one.size, 0);
  const dims = levels.map((_, d) => d);
  if (metric === 'dm') return kept.reduce((sum, one) => sum + one.size ** 2, 0) + total * suppressed;
  if (metric === 'dm-star') return all.reduce((sum, one) => sum + one.size ** 2, 0);
  if (metric === 'aecs' || metric === 'aecs-lefevre') {
    const average = total / (kept.length * s + (suppressed > 0 ? g : 0));
    return metric === 'aecs' ? average : average / k;
  }
  if (metric === 'height')
    return dims.reduce((sum, d) => sum + (levels[d] as number) * (attributeWeights[d] as number), 0);
  if (metric.startsWith('entropy')) {
    let bits = 0;
    for (const d of dims) {
      const values = new Map<string, { n: number; group: string }>();
      const groups = new Map<string, number>();
      for (const one of all) {
        for (const row of one.rows) {
          if (!released(setting, row)) continue;
          const weight = setting.weights[row] as number;
          const value = reader.label(row, d, 0);
          const group = reader.label(row, d, levels[d] as number);
          values.set(value, { n: (values.get(value)?.n ?? 0) + weight, group });
          groups.set(group, (groups.get(group) ?? 0) + weight);
        }
      }
      let own = 0;
      let whole = 0;
      for (const { n, group } of values.values()) {
        own += xlog(n, groups.get(group) as number) * g;
        whole += xlog(n, total);
      }
      if (metric !== 'entropy-monotone' && suppressed > 0) {
        const cells = new Map<string, number>();
        for (const one of gone) {
          const group = reader.label(one.first, d, levels[d] as number);
          cells.set(group, (cells.get(group) ?? 0) + one.size);
        }
        for (const n of cells.values()) own += xlog(n, suppressed) * s;
      }
      if (metric === 'entropy-normalized') own = whole === 0 ? 0 : own / whole;
      bits += own * (attributeWeights[d] as number);
    }
    return bits;
  }
  const area = (one: Group): number =>
    dims.reduce((product, d) => product * reader.leaves(one.first, d, levels[d] as number), 1);
  const whole = reader.sizes.reduce((product, size) => product * size, 1);
  if (metric === 'ambiguity') return kept.reduce((sum, one) => sum + one.size * area(one), 0) + suppressed * whole;
  if (metric === 'kl') {
    const tuples = new Map<string, { n: number; q: number }>();
    const add = (one: Group, q: number): void => {
      for (const row of one.rows) {
        if (!released(setting, row)) continue;
        const key = JSON.stringify(dims.map((d) => reader.label(row, d, 0)));
        tuples.set(key, { n: (tuples.get(key)?.n ?? 0) + (setting.weights[row] as number), q });
      }
    };
    for (const one of kept) add(one, one.size / total / area(one));
    for (const one of gone) if (one.size > 0) add(one, suppressed / total / whole);
    return [...tuples.values()].reduce(
      (sum, { n, q }) => sum + (n > 0 ? (n / total) * Math.log2(n / total / q) : 0),
      0,
    );
  }
  const weighted = dims.map((d) => {
    const size = reader.sizes[d] as number;
    const level = levels[d] as number;
    const weight = attributeWeights[d] as number;
    if (metric === 'precision') {
      const height = reader.heights[d] as number;
      const share = height === 0 ? 0 : level / height;
      return (((total - suppressed) * share * g + suppressed * s) / total) * weight;
    }
    const leaf = (one: Group): number => reader.leaves(one.first, d, level);
    if (metric === 'ncp') {
      const own = (one: Group): number => (leaf(one) === 1 ? 0 : leaf(one) / size);
      return (weight * (kept.reduce((sum, one) => sum + one.size * own(one), 0) + suppressed)) / total;
    }
    if (size === 1) return 0;
    let sum = 0;
    for (const one of kept) sum += g * one.size * leaf(one);
    for (const one of gone) sum += one.size * (leaf(one) + s * (size - leaf(one)));
    return Math.max(0, (sum - total) / (total * (size - 1))) * weight;
  });
  if (metric === 'ncp') {
    return weighted.reduce((sum, value) => sum + value, 0) / attributeWeights.reduce((sum, weight) => sum + weight, 0);
  }
  if (metric === 'loss-geometric') {
    return weighted.reduce((product, value) => product * (value + 1), 1) ** (1 / weighted.length) - 1;
  }
  if (metric === 'loss-maximum') return Math.max(...weighted);
  const sum = weighted.reduce((all, value) => all + value, 0);
  return metric === 'loss-sum' ? sum : sum / weighted.length;
}

/** Order in which table-wide rules suppress classes of one size: the class that costs most per definition stays longest. */
function classLoss(setting: Setting, reader: Reader, levels: readonly number[], one: Group): number {
  const { metric, attributeWeights } = setting;
  if (!metric.startsWith('loss')) return 0;
  const values = levels.map(
    (level, d) =>
      ((one.size * reader.leaves(one.first, d, level)) / (reader.sizes[d] as number)) * (attributeWeights[d] as number),
  );
  if (metric === 'loss-geometric')
    return values.reduce((product, value) => product * (value + 1), 1) ** (1 / values.length) - 1;
  if (metric === 'loss-maximum') return Math.max(0, ...values);
  const sum = values.reduce((all, value) => all + value, 0);
  return metric === 'loss-sum' ? sum : sum / values.length;
}

/** All nodes that satisfy the rules, with their values. */
export function solve(setting: Setting): ModelNode[] {
  const reader = readerOf(setting);
  const found: ModelNode[] = [];
  const visit = (levels: readonly number[]): void => {
    const d = levels.length;
    if (d < setting.columns.length) {
      for (let level = setting.minimum[d] as number; level <= (setting.maximum[d] as number); level++) {
        visit([...levels, level]);
      }
      return;
    }
    const groups = groupsAt(setting, reader, levels).filter((one) => one.size > 0);
    const kept: Group[] = [];
    const gone: Group[] = [];
    for (const one of groups) {
      (setting.rules.every((rule) => rule.holds?.(one, setting) ?? true) ? kept : gone).push(one);
    }
    const cut = (): void => {
      for (let again = true; again; ) {
        again = false;
        for (const { shared } of setting.rules) {
          if (shared === undefined) continue;
          for (let mask = 1; mask < 1 << levels.length; mask++) {
            const chosen = levels.map((_, i) => i).filter((i) => ((mask >> i) & 1) === 1);
            if (chosen.length > shared.m) continue;
            const key = (one: Group): string =>
              JSON.stringify(chosen.map((i) => reader.label(one.first, i, levels[i] as number)));
            const rowsOf = new Map<string, number[]>();
            for (const one of kept) rowsOf.set(key(one), [...(rowsOf.get(key(one)) ?? []), ...one.rows]);
            for (let i = kept.length - 1; i >= 0; i--) {
              const one = kept[i] as Group;
              const own = (rowsOf.get(key(one)) as number[]).filter((row) => released(setting, row));
              const units =
                setting.person === null
                  ? own.reduce((sum, row) => sum + (setting.weights[row] as number), 0)
                  : new Set(own.map((row) => (setting.rows[row] as Row)[setting.person as string])).size;
              if (units >= shared.k) continue;
              kept.splice(i, 1);
              gone.push(one);
              again = true;
            }
          }
        }
      }
    };
    cut();
    let suppressed = gone.reduce((sum, one) => sum + one.size, 0);
    const wide = setting.rules.filter((rule) => rule.table !== undefined);
    if (wide.length > 0) {
      kept.sort(
        (a, b) =>
          a.units - b.units ||
          classLoss(setting, reader, levels, a) - classLoss(setting, reader, levels, b) ||
          a.first - b.first,
      );
      const holds = (): boolean =>
        wide.every(
          (rule) =>
            rule.table?.(
              kept.map((one) => one.units),
              setting,
            ) === true,
        );
      while (suppressed <= setting.limit && !holds() && kept.length > 0) {
        gone.push(kept.shift() as Group);
        suppressed = gone.reduce((sum, one) => sum + one.size, 0);
        if (suppressed > setting.limit || !holds()) continue;
        cut();
        suppressed = gone.reduce((sum, one) => sum + one.size, 0);
      }
    }
    if (suppressed > setting.limit) return;
    found.push({ levels, suppressed, value: valueAt(setting, reader, levels, kept, gone) });
  };
  visit([]);
  return found;
}
