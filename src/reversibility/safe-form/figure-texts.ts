/**
 * Figures as they are written in a cell: grouped digits, percentages, units; and marks of suppressed cells.
 * @module
 */
import { isEverything } from './label.js';

/** True for a mark of a suppressed cell: `*`, `<20`, `-`, `suppressed`. */
export function isMark(text: string): boolean {
  return isEverything(text) || /^(?:[<≤]\s*\d+|[xXsc.·—–-]+)$/.test(text.trim());
}

/** What stands behind an amount or a count, and its large units. */
const UNITS = /^(.*\d)(?:([万亿])?(?:人次|人|例|件|户|元)|([万亿])|次)$/;

/** What its large unit makes of a figure: 10,000 of `3.1万元`, 1 without one. */
export function scaleOf(text: string): number {
  const unit = UNITS.exec(text);
  const large = unit?.[2] ?? unit?.[3];
  return large === '万' ? 1e4 : large === '亿' ? 1e8 : 1;
}

/** The number a figure stands for: `1,234`, `45.2%`, `3.1万元`, `12人`; NaN for anything else. */
export function figureOf(text: string): number {
  if (text.length > 60) return Number.NaN;
  const written = text.trim().replace(/[,，\s]/g, '');
  const unit = UNITS.exec(written);
  if (unit !== null) return figureOf(unit[1] as string) * scaleOf(written);
  const plain = written;
  const percent = /^([+-]?\d*\.?\d+)[%％]$/.exec(plain);
  if (percent !== null) return Number(percent[1]);
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

/** The last digit that a figure writes: 0.01 of `3.25`, 1e-7 of `1.2e-06`, 100 of `1.23万`. */
export function unitOf(text: string): number {
  const exponent = /e([+-]?\d+)$/i.exec(text.trim());
  const plain = exponent === null ? text : text.trim().slice(0, -exponent[0].length);
  const power = exponent === null ? 0 : Number(exponent[1]);
  const point = plain.indexOf('.');
  const digits = point < 0 ? 0 : (/^\d*/.exec(plain.slice(point + 1))?.[0].length ?? 0);
  return 10 ** (power - digits) * scaleOf(text.trim());
}
