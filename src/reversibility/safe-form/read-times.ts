/**
 * Labels that are parts of a day: hours, bands of hours, and names (上午, evening) whose hours people draw differently. The cuts between
 * names are those that agree best with the counts, each within the hours that anybody would mean by it.
 *
 * ISO 8601-1:2019, section 4.3.8 (time of day); GB/T 35663-2017 has names of parts of the day in weather forecasts.
 * @module
 */
import { fold } from '../intake/fold.js';
import type { SheetColumn } from '../intake/sheet.js';
import type { Interval } from './label.js';
import { byInterval } from './read-intervals.js';
import { codesOfLabels } from './read-texts.js';
import { type Base, LEAST_MASS, measured, type Recoding, UNCOVERED } from './recoding.js';

const HOURS = 24;
const TIME = /(?:^|[T ]|日)(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:[ ]*(?:Z|[+-]\d{2}:?\d{2}))?[ \t]*$/;
const LONGEST = 40;
/** Share of a column's values that must hold a time of day. */
const MOST = 0.9;

const hours = new WeakMap<SheetColumn, Float64Array | null>();

/** Hour of each value of a column, NaN where it has none; null for a column without times of day, or with nothing but midnight. */
export function hoursOf(to: SheetColumn): Float64Array | null {
  let known = hours.get(to);
  if (known === undefined) {
    known = readHours(to);
    hours.set(to, known);
  }
  return known;
}

function hourOf(text: string): number {
  const match = text.length > LONGEST ? null : TIME.exec(text);
  const hour = match === null ? Number.NaN : Number(match[1]);
  return hour < HOURS && Number(match?.[2]) < 60 ? hour : Number.NaN;
}

function readHours(to: SheetColumn): Float64Array | null {
  const asked = Math.min(to.distinct, 20);
  let met = 0;
  for (let i = 0; i < asked; i++) if (!Number.isNaN(hourOf(to.text(Math.floor((i * to.distinct) / asked))))) met++;
  if (met < 0.5 * asked || asked === 0) return null;
  const own = Float64Array.from({ length: to.distinct }, (_, code) => hourOf(to.text(code)));
  const valid = own.reduce((sum, hour) => sum + (Number.isNaN(hour) ? 0 : 1), 0);
  return valid >= MOST * to.distinct && own.some((hour) => hour > 0) ? own : null;
}

/** The ways to write an hour, each at one place of the list. */
function writings(hour: number): string[] {
  const two = String(hour).padStart(2, '0');
  const next = String(hour + 1).padStart(2, '0');
  const after = String((hour + 1) % HOURS).padStart(2, '0');
  const half = hour % 12 === 0 ? 12 : hour % 12;
  const name = hour < 12 ? 'am' : 'pm';
  return [
    `${hour}`,
    two,
    `${hour}时`,
    `${two}时`,
    `${hour}点`,
    `${two}点`,
    `${hour}:00`,
    `${two}:00`,
    `${two}:00:00`,
    `${two}:00-${next}:00`,
    `${two}:00-${after}:00`,
    `${two}:00~${next}:00`,
    `${two}:00-${two}:59`,
    `${hour}:00-${hour + 1}:00`,
    `${hour}-${hour + 1}`,
    `${two}-${next}`,
    `${hour}-${hour + 1}时`,
    `${hour}-${hour + 1}点`,
    `${hour}h`,
    `${two}h`,
    `${half}${name}`,
    `${half} ${name}`,
  ].map(fold);
}

const WRITTEN: readonly (readonly string[])[] = Array.from({ length: HOURS }, (_, hour) => writings(hour));

/** A band of hours with minutes (06:00-12:00) as hours, or null. */
function bandOf(text: string): Interval | null {
  const match =
    /^\s*\[?(\d{1,2})(?::00|时|点)(?::00)?\s*(?:-|–|~|～|至|到|to|,)\s*(\d{1,2})(?::00|:59|时|点)(?::00|:59)?\s*[)\]]?\s*$/.exec(
      text,
    );
  if (match === null) return null;
  const from = Number(match[1]);
  const to = Number(match[2]) - (/:59/.test(text) ? 0 : 1);
  return from <= to && to < HOURS ? { from, to, openFrom: false, openTo: false } : null;
}

/** Names of parts of the day in their order: at which hours each may begin. */
const PARTS: readonly (readonly [names: RegExp, earliest: number, latest: number])[] = [
  [/^(?:凌晨|dawn|small hours)$/i, 0, 5],
  [/^(?:清晨|早晨|早上|早间|early morning|早)$/i, 4, 8],
  [/^(?:上午|morning|am|a\.m\.|forenoon|白天|日间|day|daytime)$/i, 0, 10],
  [/^(?:中午|午间|noon|midday)$/i, 10, 12],
  [/^(?:下午|午后|afternoon|pm|p\.m\.|中)$/i, 12, 15],
  [/^(?:傍晚|dusk|early evening)$/i, 16, 19],
  [/^(?:晚上|晚间|夜间|夜晚|夜里|evening|night|晚|夜)$/i, 16, 23],
  [/^(?:深夜|午夜|late night|midnight)$/i, 21, 24],
];
const BOTH: readonly [RegExp, RegExp] = [/^(?:evening|晚上|晚间)$/i, /^(?:night|夜间|深夜)$/i];
const MOST_NAMES = 7;

/** Hours of each label by names of parts of the day, the cuts chosen by the counts; null where a label is no such name. */
function byNames(base: Base, to: SheetColumn, hourOfCode: Float64Array): Int32Array | null {
  const { own } = base;
  const named = own.values.flatMap((text, code) => {
    if (base.everything.has(code)) return [];
    const plain = text.trim();
    const at = PARTS.findIndex(([names]) => names.test(plain));
    // Evening comes before night where both are named.
    const later = at >= 0 && BOTH[1].test(plain) && own.values.some((other) => BOTH[0].test(other.trim()));
    return [{ code, at: later ? 7 : at }];
  });
  if (named.length < 2 || named.length > MOST_NAMES || named.some(({ at }) => at < 0)) return null;
  named.sort((a, b) => a.at - b.at);
  if (named.some(({ at }, i) => i > 0 && named[i - 1]?.at === at)) return null;
  const held = new Float64Array(HOURS);
  let present = 0;
  hourOfCode.forEach((hour, code) => {
    if (Number.isNaN(hour)) return;
    held[hour] = (held[hour] as number) + (to.counts[code] as number);
    present += to.counts[code] as number;
  });
  const wanted = named.map(({ code }) => (own.counts[code] as number) / own.present);
  const best = { off: Number.POSITIVE_INFINITY, starts: [] as number[] };
  const starts: number[] = [];
  const next = (): void => {
    const i = starts.length;
    if (i === named.length) {
      const off = offBy(starts, held, present, wanted);
      if (off < best.off) {
        best.off = off;
        best.starts = [...starts];
      }
      return;
    }
    const [, earliest, latest] = PARTS[(named[i] as { at: number }).at] as readonly [RegExp, number, number];
    for (let hour = Math.max(earliest, i === 0 ? 0 : (starts[i - 1] as number) + 1); hour <= latest; hour++) {
      starts.push(hour);
      next();
      starts.pop();
    }
  };
  next();
  if (best.starts.length === 0) return null;
  const labelOf = labelsOf(best.starts).map((i) => (named[i] as { code: number }).code);
  return Int32Array.from(hourOfCode, (hour) => (Number.isNaN(hour) ? UNCOVERED : (labelOf[hour] as number)));
}

/** Which part each hour stands in: the last one reaches to the first of the next day. */
function labelsOf(starts: readonly number[]): number[] {
  return Array.from({ length: HOURS }, (_, hour) => {
    let label = starts.length - 1;
    starts.forEach((start, i) => {
      if (start <= hour) label = i;
    });
    return label;
  });
}

function offBy(starts: readonly number[], held: Float64Array, present: number, wanted: readonly number[]): number {
  const shares = new Float64Array(starts.length);
  labelsOf(starts).forEach((label, hour) => {
    shares[label] = (shares[label] as number) + (held[hour] as number) / present;
  });
  return wanted.reduce((sum, share, i) => sum + Math.abs(share - (shares[i] as number)), 0);
}

/** Labels that are parts of the day of a column with times. */
export function byTime(base: Base, to: SheetColumn, position: number): Recoding[] {
  const own = hoursOf(to);
  if (own === null || base.own.distinct > 2 * HOURS) return [];
  const index = codesOfLabels(base.own);
  const forms = (WRITTEN[0] as readonly string[]).length;
  for (let form = 0; form < forms; form++) {
    const labels = WRITTEN.map((texts) => index.get(texts[form] as string) ?? UNCOVERED);
    if (labels.every((label) => label < 0)) continue;
    const map = Int32Array.from(own, (hour) => (Number.isNaN(hour) ? UNCOVERED : (labels[hour] as number)));
    const recoding = measured(base, to, position, 'hour of the day', map);
    if (recoding.mass >= LEAST_MASS) return [recoding];
  }
  const bands = base.own.values.map(bandOf);
  if (bands.every((band, code) => band !== null || base.everything.has(code)) && bands.some((band) => band !== null)) {
    const recoding = byInterval(base, to, position, bands, own, 'hours of the day');
    return recoding === null ? [] : [recoding];
  }
  const map = byNames(base, to, own);
  return map === null ? [] : [measured(base, to, position, 'part of the day', map)];
}
