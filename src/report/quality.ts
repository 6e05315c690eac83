/**
 * Findings of the intake check (R18) as a list: what, in which column, how often, in which rows first.
 * @module
 */
import type { Bilingual } from '../core/index.js';
import type { QualityReport } from '../table/index.js';

/** Words of each finding. */
const FINDINGS = {
  'short-rows': ['rows with too few fields', '字段不足的行'],
  'long-rows': ['rows with too many fields', '字段过多的行'],
  'malformed-quotes': ['rows with malformed quotes', '引号错误的行'],
  'blank-lines': ['blank lines', '空行'],
  'renamed-columns': ['column names that were missing or repeated', '缺失或重复的列名'],
  'header-looks-like-data': ['the first line looks like data: is there a header?', '首行疑似数据，可能没有表头'],
  'duplicate-rows': ['rows equal to an earlier row', '与前面完全相同的行'],
  unreadable: ['cells whose bytes could not be read', '无法解读的单元格'],
  'out-of-type': ['cells that are not of the type of most', '与多数值类型不符的单元格'],
  padded: ['cells that start or end with a blank', '首尾含空白的单元格'],
  'full-width-digits': ['cells with full-width digits', '含全角数字的单元格'],
  'control-characters': ['cells with control or invisible characters', '含控制或不可见字符的单元格'],
  damaged: ['cells damaged before they came here (U+FFFD)', '到达前已损坏的单元格（U+FFFD）'],
  'all-null': ['no value at all', '整列无值'],
  constant: ['one value throughout', '整列仅一个值'],
} as const;

/** Stable code of a finding. */
export type QualityCode = keyof typeof FINDINGS;

/** One finding. */
export interface QualityFinding {
  readonly code: QualityCode;
  /** Column, or null where it concerns the file. */
  readonly column: string | null;
  readonly count: number;
  /** First row numbers, from 1. */
  readonly rows: readonly number[];
}

/** What a finding means, in both languages. */
export function qualityText(code: QualityCode): Bilingual {
  return FINDINGS[code];
}

/** The findings of a report: of the file first, then column by column. */
export function qualityFindings(report: QualityReport): QualityFinding[] {
  const findings: QualityFinding[] = [];
  const add = (code: QualityCode, column: string | null, count: number, rows: readonly number[] = []): void => {
    if (count > 0) findings.push({ code, column, count, rows });
  };
  const { text } = report;
  if (text !== null) {
    add('short-rows', null, text.shortRows.count, text.shortRows.rows);
    add('long-rows', null, text.longRows.count, text.longRows.rows);
    add('malformed-quotes', null, text.malformedQuotes.count, text.malformedQuotes.rows);
    add('blank-lines', null, text.blankLines);
    add('renamed-columns', null, text.renamedColumns);
    add('header-looks-like-data', null, text.headerLooksLikeData ? 1 : 0);
  }
  add('duplicate-rows', null, report.duplicateRows?.count ?? 0);
  for (const column of report.columns) {
    add('unreadable', column.name, column.unreadable.count, column.unreadable.rows);
    if (column.mixed) add('out-of-type', column.name, column.outOfType.count, column.outOfType.rows);
    add('padded', column.name, column.padded);
    add('full-width-digits', column.name, column.fullWidthDigits);
    add('control-characters', column.name, column.control);
    add('damaged', column.name, column.replacement);
    add('all-null', column.name, column.allNull && report.rows > 0 ? report.rows : 0);
    add('constant', column.name, column.constant === true && report.rows > 1 ? report.rows : 0);
  }
  return findings;
}
