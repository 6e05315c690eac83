/**
 * What an extract still tells: classes on its quasi-identifiers, persons unique in it and in the source, persons on both sides.
 * @module
 */
import { groupCodes, groupPersons } from '../../core/index.js';
import { encode, groupBy, type Table } from '../../table/index.js';
import type { Policy } from '../document.js';
import type { Extract } from '../extract.js';
import { quasiIdentifiers } from '../rules.js';
import { countBins } from './bins.js';
import { type Column, keptRows } from './column.js';
import type { PrivacySide } from './report.js';

/** Counts units, never names one. */
export function privacyOf(columns: readonly Column[], source: Table, made: Extract, policy: Policy): PrivacySide {
  const { person } = policy;
  const names = quasiIdentifiers(policy).filter((name) => source.has(name));
  const quasi = columns.filter(({ name }) => names.includes(name));
  const raw = keptRows(made.train.raw, made.train.kept);
  const unitsOf = (table: Table): { codes: Int32Array; cardinality: number } =>
    person === undefined
      ? { codes: Int32Array.from({ length: table.rows }, (_, row) => row), cardinality: table.rows }
      : encode(table, person);
  const grouped = (table: Table, keys: readonly string[], persons: Table) => {
    const groups = groupBy(table, keys);
    const units = unitsOf(persons);
    return {
      groupOf: groups.groupOf,
      sizes: groupPersons(groups.groupOf, groups.groups, units.codes, units.cardinality),
    };
  };
  const uniqueUnits = (rows: { groupOf: Int32Array; sizes: Float64Array }, persons: Table): Set<number> => {
    const units = unitsOf(persons);
    const found = new Set<number>();
    for (let row = 0; row < rows.groupOf.length; row++) {
      if (rows.sizes[rows.groupOf[row] as number] === 1) found.add(units.codes[row] as number);
    }
    return found;
  };
  const drawnGroups = grouped(raw, names, raw);
  const inSample = uniqueUnits(drawnGroups, raw);
  const population = populationUnique(source, raw, names, person, drawnGroups);
  const outputs = quasi.map(({ output }) => output);
  const released = grouped(made.train.table, outputs, raw);
  const uniqueReleased = uniqueUnits(released, raw);
  return {
    unit: person === undefined ? 'row' : 'person',
    quasiIdentifiers: outputs,
    smallestClass: { train: made.train.smallestClass, holdout: made.holdout.smallestClass },
    rawUnique: { units: made.train.units, sample: inSample.size, population },
    releasedUnique: {
      units: made.train.units,
      sample: uniqueReleased.size,
      population: uniqueReleased.size === 0 ? 0 : null,
    },
    shared: person === undefined ? 0 : sharedPersons(made, person),
  };
}

/** Units unique in the sample that are unique in the source as well. */
function populationUnique(
  source: Table,
  raw: Table,
  names: readonly string[],
  person: string | undefined,
  drawn: { groupOf: Int32Array; sizes: Float64Array },
): number {
  if (names.length === 0) return 0;
  // Codes of both tables in the numbering of the source, so that a combination has one number on both sides.
  const pairs = names.map((name) => {
    const all = encode(source, name);
    const own = encode(raw, name);
    const place = new Map<string, number>();
    for (let code = 0; code < all.dictionary.size; code++) place.set(all.dictionary.at(code), code);
    const missing = all.dictionary.size;
    const translate = Int32Array.from({ length: own.cardinality }, (_, code) =>
      code < own.dictionary.size ? (place.get(own.dictionary.at(code)) ?? missing) : missing,
    );
    const joined = new Int32Array(source.rows + raw.rows);
    for (let row = 0; row < source.rows; row++) joined[row] = Math.min(missing, all.codes[row] as number);
    for (let row = 0; row < raw.rows; row++) joined[source.rows + row] = translate[own.codes[row] as number] as number;
    return { joined, cardinality: missing + 1 };
  });
  const groups = groupCodes(
    pairs.map(({ joined }) => joined),
    pairs.map(({ cardinality }) => cardinality),
  );
  const of = groups.groupOf.subarray(0, source.rows);
  const units = person === undefined ? null : encode(source, person);
  const sizes =
    units === null ? countBins(of, groups.groups) : groupPersons(of, groups.groups, units.codes, units.cardinality);
  const own = person === undefined ? null : encode(raw, person);
  const found = new Set<number>();
  for (let row = 0; row < raw.rows; row++) {
    const unique = drawn.sizes[drawn.groupOf[row] as number] === 1;
    if (unique && sizes[groups.groupOf[source.rows + row] as number] === 1) found.add(own?.codes[row] ?? row);
  }
  return found.size;
}

/** Identifiers that occur on both sides: a recount on the raw texts, apart from the code that parted them. */
function sharedPersons(made: Extract, person: string): number {
  const texts = (table: Table): Set<string> => {
    const codes = encode(table, person);
    return new Set(codes.dictionary.strings());
  };
  const train = texts(made.train.raw);
  let shared = 0;
  for (const text of texts(made.holdout.raw)) if (train.has(text)) shared++;
  return shared;
}
