/**
 * Labels that are parts of dates: year, month, quarter, decade, in the writings of several countries.
 * @module
 */
import { fold } from '../intake/fold.js';
import { sampleCodes } from '../intake/lookup.js';
import type { SheetColumn } from '../intake/sheet.js';
import { codesOfLabels, SCREEN } from './read-texts.js';
import { type Base, LEAST_MASS, measured, type Recoding, UNCOVERED } from './recoding.js';

function two(value: number): string {
  return String(value).padStart(2, '0');
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Week of ISO 8601: the first holds the year's first Thursday. */
function weekOf(date: Date): { year: number; week: number } {
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * 86_400_000);
  const year = thursday.getUTCFullYear();
  return { year, week: 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000)) };
}

/** Parts of a date with the ways to write them, each way at one place of the list. */
export const DATE_PARTS: readonly [string, (date: Date) => string[]][] = [
  ['year', (date) => [`${date.getUTCFullYear()}`, `${date.getUTCFullYear()}年`, `${date.getUTCFullYear()}-01-01`]],
  [
    'month',
    (date) => {
      const year = date.getUTCFullYear();
      const month = date.getUTCMonth() + 1;
      const name = MONTHS[month - 1] as string;
      const short = name.slice(0, 3);
      return [
        `${year}-${two(month)}`,
        `${year}/${two(month)}`,
        `${year}.${two(month)}`,
        `${year}${two(month)}`,
        `${year}年${month}月`,
        `${year}年${two(month)}月`,
        `${year}-${two(month)}-01`,
        `${year}-${month}`,
        `${year}-${two(month)}-**`,
        `${short}-${two(year % 100)}`,
        `${short}-${year}`,
        `${short} ${year}`,
        `${short} ${two(year % 100)}`,
        `${name} ${year}`,
        `${year}-${short}`,
        `${year} ${name}`,
        `${two(month)}/${year}`,
        `${two(month)}-${year}`,
        `${month}/${year}`,
      ];
    },
  ],
  [
    'quarter',
    (date) => {
      const year = date.getUTCFullYear();
      const quarter = Math.floor(date.getUTCMonth() / 3) + 1;
      return [
        `${year}Q${quarter}`,
        `${year}-Q${quarter}`,
        `${year} Q${quarter}`,
        `${year}年第${quarter}季度`,
        `${year}年${quarter}季度`,
        `Q${quarter} ${year}`,
        `${year}q${quarter}`,
      ];
    },
  ],
  [
    'half-year',
    (date) => {
      const year = date.getUTCFullYear();
      const half = date.getUTCMonth() < 6 ? 1 : 2;
      const word = half === 1 ? '上半年' : '下半年';
      return [
        `${year}H${half}`,
        `${year}-H${half}`,
        `${year} H${half}`,
        `H${half} ${year}`,
        `${year}年${word}`,
        `${year}${word}`,
      ];
    },
  ],
  [
    'decade',
    (date) => {
      const decade = Math.floor(date.getUTCFullYear() / 10) * 10;
      return [
        `${decade}s`,
        `${decade}年代`,
        `${decade}`,
        `${decade}-${decade + 9}`,
        `${decade}后`,
        `${two(decade % 100)}后`,
      ];
    },
  ],
  [
    'month of the year',
    (date) => {
      const month = date.getUTCMonth() + 1;
      const name = MONTHS[month - 1] as string;
      const han = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'][month - 1] as string;
      return [`${month}`, two(month), `${month}月`, `${two(month)}月`, name, name.slice(0, 3), `${han}月`];
    },
  ],
  [
    'week',
    (date) => {
      const { year, week } = weekOf(date);
      const monday = new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10);
      return [`${year}-W${two(week)}`, `${year}W${two(week)}`, monday, `${year}年第${week}周`, `${year}-${two(week)}`];
    },
  ],
  [
    'day of the week',
    (date) => {
      const day = date.getUTCDay();
      const name = DAYS[day] as string;
      return [
        `${day}`,
        `${day === 0 ? 7 : day}`,
        name,
        name.slice(0, 3),
        `星期${'日一二三四五六'[day]}`,
        `周${'日一二三四五六'[day]}`,
      ];
    },
  ],
  [
    'five years',
    (date) => {
      const five = Math.floor(date.getUTCFullYear() / 5) * 5;
      return [`${five}`, `${five}-${five + 4}`, `${five}-${five + 5}`, `${five}~${five + 4}`];
    },
  ],
  [
    'quarter of the year',
    (date) => {
      const quarter = Math.floor(date.getUTCMonth() / 3) + 1;
      const han = '一二三四'[quarter - 1];
      return [
        `Q${quarter}`,
        `${quarter}`,
        `第${quarter}季度`,
        `${quarter}季度`,
        `第${han}季度`,
        `${han}季度`,
        `${quarter}Q`,
        `${han}季`,
      ];
    },
  ],
  [
    'season',
    (date) => {
      const season = Math.floor(((date.getUTCMonth() + 10) % 12) / 3);
      const name = ['Spring', 'Summer', 'Autumn', 'Winter'][season] as string;
      return [`${'春夏秋冬'[season]}`, `${'春夏秋冬'[season]}季`, name, season === 2 ? 'Fall' : name];
    },
  ],
  [
    'third of a month',
    (date) => {
      const third = Math.min(2, Math.floor((date.getUTCDate() - 1) / 10));
      return [`${'上中下'[third]}旬`];
    },
  ],
  [
    'weekend',
    (date) => {
      const free = date.getUTCDay() % 6 === 0;
      return [free ? '周末' : '工作日', free ? 'weekend' : 'weekday', free ? '休息日' : '工作日'];
    },
  ],
  ['week from Sunday', (date) => weekWritings(date.getUTCFullYear(), weekFrom(date, 0))],
  ['week from Monday', (date) => weekWritings(date.getUTCFullYear(), weekFrom(date, 1))],
];

/** Key of each part of {@link DATE_PARTS}, in its order: dates of one key are written alike. */
function keysOf(days: number): number[] {
  const date = new Date(days * 86_400_000);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const day = date.getUTCDay();
  return [
    year,
    12 * year + month,
    4 * year + Math.floor(month / 3),
    2 * year + (month < 6 ? 0 : 1),
    Math.floor(year / 10),
    month,
    Math.floor(days) - ((day + 6) % 7),
    day,
    Math.floor(year / 5),
    Math.floor(month / 3),
    Math.floor(((month + 10) % 12) / 3),
    Math.min(2, Math.floor((date.getUTCDate() - 1) / 10)),
    day % 6 === 0 ? 1 : 0,
    60 * year + weekFrom(date, 0),
    60 * year + weekFrom(date, 1),
  ];
}

/** Week of the year, the days before the first Sunday (0) or Monday (1) in week 0: `%U` and `%W` of strftime (POSIX). */
function weekFrom(date: Date, first: 0 | 1): number {
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  const dayOfYear = Math.floor((date.getTime() - start) / 86_400_000);
  return Math.floor((dayOfYear + 7 - ((date.getUTCDay() + 7 - first) % 7)) / 7);
}

function weekWritings(year: number, week: number): string[] {
  return [
    `${year}-W${two(week)}`,
    `${year}W${two(week)}`,
    `${year}年第${week}周`,
    `${year}年第${two(week)}周`,
    `${year}-${two(week)}`,
  ];
}

/** One part of the dates of a column: which values agree in it, and how it is written. */
interface Part {
  /** Group of each value; -1 where it is no date. */
  readonly groupOf: Int32Array;
  /** A day of each group. */
  readonly days: readonly number[];
  /** By form and group, folded; made when it is asked for. */
  written: readonly (readonly string[])[] | null;
}

const parted = new WeakMap<SheetColumn, readonly Part[]>();

function partsOf(to: SheetColumn): readonly Part[] {
  let parts = parted.get(to);
  if (parts === undefined) {
    parts = groupDates(to.dates);
    parted.set(to, parts);
  }
  return parts;
}

function groupDates(dates: Float64Array): Part[] {
  const seen = DATE_PARTS.map(() => new Map<number, number>());
  const days = DATE_PARTS.map((): number[] => []);
  const groups = DATE_PARTS.map(() => new Int32Array(dates.length).fill(-1));
  for (let code = 0; code < dates.length; code++) {
    const day = dates[code] as number;
    if (Number.isNaN(day)) continue;
    const keys = keysOf(day);
    for (let part = 0; part < keys.length; part++) {
      const key = keys[part] as number;
      let group = (seen[part] as Map<number, number>).get(key);
      if (group === undefined) {
        group = (days[part] as number[]).push(day) - 1;
        (seen[part] as Map<number, number>).set(key, group);
      }
      (groups[part] as Int32Array)[code] = group;
    }
  }
  return groups.map((groupOf, part) => ({ groupOf, days: days[part] as number[], written: null }));
}

/** The texts of a part, form by form. */
function writtenOf(part: Part, write: (date: Date) => string[]): readonly (readonly string[])[] {
  if (part.written === null) {
    const texts = part.days.map((day) => write(new Date(day * 86_400_000)).map(fold));
    part.written = write(new Date(0)).map((_, form) => texts.map((forms) => forms[form] as string));
  }
  return part.written;
}

const writings = new WeakMap<SheetColumn, ReadonlySet<string>>();

/** All texts of all parts of a column's dates, folded. */
function writingsOf(to: SheetColumn): ReadonlySet<string> {
  let all = writings.get(to);
  if (all === undefined) {
    const texts = new Set<string>();
    for (const [i, [, write]] of DATE_PARTS.entries())
      for (const form of writtenOf(partsOf(to)[i] as Part, write)) for (const text of form) texts.add(text);
    all = texts;
    writings.set(to, all);
  }
  return all;
}

/** False where the labels that are some part of some date hold too few rows for any part alone. */
function mayBeDates({ own, everything }: Base, to: SheetColumn): boolean {
  const known = writingsOf(to);
  const held = new Set(everything);
  for (const [text, code] of codesOfLabels(own)) if (known.has(text)) held.add(code);
  let rows = 0;
  for (const label of held) rows += own.counts[label] as number;
  return rows >= LEAST_MASS * own.present;
}

/** Label of each group of dates; null where the labels met hold too few rows, or a look at some values meets none. */
function labelsOf(base: Base, to: SheetColumn, { groupOf }: Part, texts: readonly string[]): Int32Array | null {
  const index = codesOfLabels(base.own);
  const labels = Int32Array.from(texts, (text) => index.get(text) ?? UNCOVERED);
  const held = new Set(base.everything);
  for (const label of labels) if (label >= 0) held.add(label);
  let rows = 0;
  for (const label of held) rows += base.own.counts[label] as number;
  if (rows < LEAST_MASS * base.own.present) return null;
  const met = (code: number): boolean =>
    (groupOf[code] as number) >= 0 && (labels[groupOf[code] as number] as number) >= 0;
  if (to.distinct > SCREEN ? !sampleCodes(to, SCREEN).some(met) : !groupOf.some((_, code) => met(code))) return null;
  return labels;
}

/** Labels that are parts of the dates of a column, each part in the first of its forms that is read. */
export function byDatePart(base: Base, to: SheetColumn, position: number): Recoding[] {
  const list: Recoding[] = [];
  if (!mayBeDates(base, to)) return list;
  const parts = partsOf(to);
  for (const [i, [how, write]] of DATE_PARTS.entries()) {
    const part = parts[i] as Part;
    for (const texts of writtenOf(part, write)) {
      const labels = labelsOf(base, to, part, texts);
      if (labels === null) continue;
      const map = part.groupOf.map((group) => (group < 0 ? UNCOVERED : (labels[group] as number)));
      const recoding = measured(base, to, position, how, map);
      if (recoding.mass >= LEAST_MASS) {
        list.push(recoding);
        break;
      }
    }
  }
  return list;
}
