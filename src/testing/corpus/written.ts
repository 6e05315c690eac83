/**
 * A raw table as people write it: thousands set apart, currencies and units, days before months, telephones in groups. What was made of
 * it was made of the plain one, as a program reads it.
 * @module
 */
import { SeededRandom } from '../seeded-random.js';
import type { Frame } from './frame.js';

type Writing = (text: string) => string;

const two = (value: string | number): string => String(value).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function thousands(text: string): string {
  const [whole, decimals] = text.split('.') as [string, string?];
  const apart = whole.replace(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
  return decimals === undefined ? apart : `${apart}.${decimals}`;
}

const AMOUNTS: readonly Writing[] = [
  thousands,
  (text) => `¥${thousands(text)}`,
  (text) => `${text}元`,
  (text) => `${thousands(text)} CNY`,
];

/** Writings of a date, given the time of day behind it (or nothing). */
function dates(way: number): Writing {
  return (text) => {
    const [, year, month, day, rest] = /^(\d{4})-(\d{2})-(\d{2})(.*)$/.exec(text) as unknown as string[];
    const clock = (rest as string).replace('T', ' ');
    if (way === 0) return `${day}/${month}/${year}${clock}`;
    if (way === 1) return `${Number(month)}/${Number(day)}/${year}${clock}`;
    if (way === 2) return `${day}-${MONTHS[Number(month) - 1]}-${year}${clock}`;
    return `${year}年${two(month as string)}月${two(day as string)}日${clock}`;
  };
}

const GROUPED: Writing = (text) => `${text.slice(0, 3)}-${text.slice(3, 7)}-${text.slice(7)}`;

/** How a column may be written, where it is of a kind that people write in other ways. */
function writingOf(column: readonly (string | null)[], random: SeededRandom): Writing | null {
  const texts = column.filter((text) => text !== null && text !== '');
  const all = (pattern: RegExp): boolean => texts.length > 0 && texts.every((text) => pattern.test(text as string));
  if (all(/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?$/)) return dates(random.below(4));
  if (all(/^1\d{10}$/)) return GROUPED;
  const large = all(/^-?\d{1,9}(?:\.\d+)?$/) && !texts.some((text) => /^-?0\d/.test(text as string));
  if (large && texts.some((text) => Math.abs(Number(text)) >= 1000)) return AMOUNTS[random.below(4)] as Writing;
  return null;
}

/** The table with three of four such columns written so. @param seed - the same seed writes alike */
export function asWritten(frame: Frame, seed: string): Frame {
  const random = new SeededRandom(`${seed}/written`);
  return {
    names: frame.names,
    columns: frame.columns.map((column) => {
      const write = random.below(4) < 3 ? writingOf(column, random) : null;
      return write === null ? column : column.map((text) => (text === null || text === '' ? text : write(text)));
    }),
  };
}
