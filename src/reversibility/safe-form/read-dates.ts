/**
 * Labels that are parts of dates: year, month, quarter, decade, in the writings of several countries.
 * @module
 */
import type { SheetColumn } from '../intake/sheet.js';
import { byText } from './read-texts.js';
import type { Base, Recoding } from './recoding.js';

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
      return [`${decade}s`, `${decade}年代`, `${decade}`, `${decade}-${decade + 9}`, `${decade}后`];
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
];

export function byDatePart(base: Base, to: SheetColumn, position: number): Recoding[] {
  const list: Recoding[] = [];
  for (const [how, write] of DATE_PARTS) {
    const forms = write(new Date(0)).length;
    for (let form = 0; form < forms; form++) {
      const dates = to.dates;
      const recoding = byText(base, to, position, how, (_, code) => {
        const days = dates[code] as number;
        return !Number.isNaN(days) ? (write(new Date(days * 86_400_000))[form] as string) : null;
      });
      if (recoding !== null && recoding.mass >= 0.9) {
        list.push(recoding);
        break;
      }
    }
  }
  return list;
}
