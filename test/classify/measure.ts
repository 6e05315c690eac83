/**
 * Precision, recall and F1 of the classifier on the labelled columns.
 */
import type { ColumnKind } from '../../src/identifiers/index.js';
import { classifyTable } from '../../src/masking/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import type { LabelledColumn } from './labelled.js';

export interface KindFigures {
  readonly kind: ColumnKind;
  readonly columns: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface Figures {
  readonly columns: number;
  readonly accuracy: number;
  readonly macroPrecision: number;
  readonly macroRecall: number;
  readonly macroF1: number;
  readonly kinds: readonly KindFigures[];
  readonly wrong: readonly { header: string; expected: ColumnKind; got: ColumnKind; origin: string; first: string }[];
}

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);

export function measureColumns(columns: readonly LabelledColumn[], headers = true): Figures {
  const got = columns.map((column) => {
    const table = tableFromColumns({ [column.header === '' ? ' ' : column.header]: [...column.values] });
    return classifyTable(table, { headers }).columns[0]?.kind as ColumnKind;
  });
  const kinds = [...new Set(columns.map((column) => column.kind))].map((kind): KindFigures => {
    const right = columns.filter((column, i) => column.kind === kind && got[i] === kind).length;
    const said = got.filter((one) => one === kind).length;
    const are = columns.filter((column) => column.kind === kind).length;
    const precision = share(right, said);
    const recall = share(right, are);
    return {
      kind,
      columns: are,
      precision,
      recall,
      f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    };
  });
  const mean = (of: (one: KindFigures) => number): number =>
    kinds.reduce((sum, one) => sum + of(one), 0) / kinds.length;
  const wrong = columns.flatMap((column, i) =>
    got[i] === column.kind
      ? []
      : [
          {
            header: column.header,
            expected: column.kind,
            got: got[i] as ColumnKind,
            origin: column.origin,
            first: column.values.find((value) => value !== null) ?? '',
          },
        ],
  );
  return {
    columns: columns.length,
    accuracy: share(columns.length - wrong.length, columns.length),
    macroPrecision: mean((one) => one.precision),
    macroRecall: mean((one) => one.recall),
    macroF1: mean((one) => one.f1),
    kinds,
    wrong,
  };
}
