/**
 * Joining the quality reports of parts of one table: files of a delivery, batches of a stream.
 * @module
 */
import type { LogicalType } from './column.js';
import { dominantType, KIND_NAMES, Kind, type KindCounts, kindCounts, kindFits } from './infer.js';
import type { ColumnQuality, Count, Finding, QualityReport } from './quality.js';

/**
 * The report of `first` followed by `second`; row numbers of the second go on from those of the first.
 *
 * Sums are exact. What needs the values of both parts is a bound or unknown: distinct values (the larger of the two),
 * repeated rows (the sum), constant columns (null). Text findings are added where both are text; encoding and delimiter
 * are those of the first.
 *
 * @throws RangeError when the columns differ
 */
export function mergeQuality(first: QualityReport, second: QualityReport, listed = 20): QualityReport {
  if (
    first.columns.map((column) => column.name).join('\0') !== second.columns.map((column) => column.name).join('\0')
  ) {
    throw new RangeError('quality reports of different columns cannot be merged');
  }
  const join = (a: Finding, b: Finding): Finding => ({
    count: a.count + b.count,
    rows: [...a.rows, ...b.rows.map((row) => row + first.rows)].slice(0, listed),
  });
  const text =
    first.text === null || second.text === null
      ? (first.text ?? second.text)
      : {
          ...first.text,
          lineEnds: {
            lf: first.text.lineEnds.lf + second.text.lineEnds.lf,
            crlf: first.text.lineEnds.crlf + second.text.lineEnds.crlf,
            cr: first.text.lineEnds.cr + second.text.lineEnds.cr,
          },
          headerLooksLikeData: first.text.headerLooksLikeData || second.text.headerLooksLikeData,
          blankLines: first.text.blankLines + second.text.blankLines,
          shortRows: join(first.text.shortRows, second.text.shortRows),
          longRows: join(first.text.longRows, second.text.longRows),
          malformedQuotes: join(first.text.malformedQuotes, second.text.malformedQuotes),
          looseQuotes: first.text.looseQuotes + second.text.looseQuotes,
        };
  const lines =
    first.lines === null || second.lines === null
      ? (first.lines ?? second.lines)
      : {
          invalidLines: join(first.lines.invalidLines, second.lines.invalidLines),
          repeatedKeys: join(first.lines.repeatedKeys, second.lines.repeatedKeys),
          missingMembers: join(first.lines.missingMembers, second.lines.missingMembers),
          blankLines: first.lines.blankLines + second.lines.blankLines,
        };
  return {
    schema: 'scrim.quality/1',
    source: first.source,
    rows: first.rows + second.rows,
    text,
    lines,
    duplicateRows: mergeDuplicates(first, second),
    columns: first.columns.map((column, i) => mergeColumn(column, second.columns[i] as ColumnQuality, join)),
  };
}

function mergeDuplicates(first: QualityReport, second: QualityReport): Count | null {
  if (first.duplicateRows === null || second.duplicateRows === null) return null;
  const exact = first.rows === 0 || second.rows === 0;
  return { count: first.duplicateRows.count + second.duplicateRows.count, exact };
}

function mergeColumn(a: ColumnQuality, b: ColumnQuality, join: (a: Finding, b: Finding) => Finding): ColumnQuality {
  const counts = kindCounts();
  const kinds: Record<string, number> = {};
  KIND_NAMES.forEach((name, kind) => {
    const count = (a.kinds[name] ?? 0) + (b.kinds[name] ?? 0);
    counts.kinds[kind] = count;
    if (count > 0) kinds[name] = count;
  });
  const dominant = a.dominant === b.dominant ? a.dominant : dominantType(a.name, counts);
  const none: Finding = { count: 0, rows: [] };
  const listed = join(a.dominant === dominant ? a.outOfType : none, b.dominant === dominant ? b.outOfType : none);
  const valuesOf = (column: ColumnQuality): number =>
    column.empty + Object.values(column.kinds).reduce((sum, count) => sum + count, 0);
  const alone = valuesOf(a) === 0 || valuesOf(b) === 0;
  return {
    name: a.name,
    logical: a.logical === b.logical ? a.logical : 'text',
    nulls: a.nulls + b.nulls,
    empty: a.empty + b.empty,
    unreadable: join(a.unreadable, b.unreadable),
    distinct: {
      count: Math.max(a.distinct.count, b.distinct.count),
      exact: alone && a.distinct.exact && b.distinct.exact,
    },
    padded: a.padded + b.padded,
    fullWidthDigits: a.fullWidthDigits + b.fullWidthDigits,
    control: a.control + b.control,
    replacement: a.replacement + b.replacement,
    kinds,
    dominant,
    outOfType: { count: outOfType(counts, dominant), rows: listed.rows },
    mixed: a.mixed || b.mixed || (a.dominant !== b.dominant && !alone),
    constant: mergeConstant(a, b, valuesOf(a), valuesOf(b)),
    allNull: a.allNull && b.allNull,
    nullTokens: a.nullTokens + b.nullTokens,
  };
}

function mergeConstant(a: ColumnQuality, b: ColumnQuality, valuesA: number, valuesB: number): boolean | null {
  if (valuesA === 0) return b.constant;
  if (valuesB === 0) return a.constant;
  return a.constant === false || b.constant === false ? false : null;
}

function outOfType(counts: KindCounts, dominant: LogicalType): number {
  let count = 0;
  for (let kind = 0; kind < KIND_NAMES.length; kind++) {
    if (kind !== Kind.empty && !kindFits(kind, dominant)) count += counts.kinds[kind] as number;
  }
  return count;
}
