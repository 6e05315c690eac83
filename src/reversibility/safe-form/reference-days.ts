/**
 * Ages are completed years on a day that nobody wrote down, and bands of numbers may mean one value more than they write: what the joint
 * classes fit is taken.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { verify } from './class-persons.js';
import { excessOf } from './joint-classes.js';
import type { Recoding } from './recoding.js';

const DAYS_PER_MONTH = 30.4;

/** Source rows that reading ages by other days may look at. */
const REFERENCE_WORK = 12_000_000;

/** Joint class counts that putting borders right may take, in source rows. */
const BORDER_WORK = 8_000_000;
const BORDER_STEPS = 2;

/** Bands whose ends mean one value more or less than they write: a border moves while fewer product rows exceed the source rows of their class. */
export function settleEnds(product: Sheet, sheet: Sheet, chosen: Map<number, Recoding>, late: () => boolean): void {
  if (product.rows > sheet.rows) return;
  const bands = [...chosen].filter(([, recoding]) => recoding.map !== null && recoding.how.startsWith('interval'));
  if (bands.length === 0) return;
  let looks = Math.floor(BORDER_WORK / sheet.rows);
  let least = excessOf(product, sheet, chosen);
  for (const [position, first] of bands) {
    const to = sheet.columns[first.column] as SheetColumn;
    if (!to.isNumeric || to.distinct > 5000) continue;
    const order = Array.from(to.numbers.keys()).sort((a, b) => (to.numbers[a] as number) - (to.numbers[b] as number));
    for (let at = 1; at < order.length; at++) {
      for (const direction of [1, -1]) {
        for (let step = 0; step < BORDER_STEPS && least > 0 && looks > 0 && !late(); step++) {
          const { map } = chosen.get(position) as Recoding;
          const moved = order[direction > 0 ? at + step : at - 1 - step];
          const label = map?.[order[direction > 0 ? at + step - 1 : at - step] as number] as number;
          if (map === null || moved === undefined || label < 0 || map[moved] === label) break;
          const next = map.slice();
          next[moved] = label;
          chosen.set(position, { ...first, map: next });
          looks--;
          const excess = excessOf(product, sheet, chosen);
          if (excess < least) least = excess;
          else {
            chosen.set(position, { ...first, map });
            break;
          }
        }
      }
    }
  }
}

const RARE = 0.02;
const MOST_VALUES = 100;

/** Rare values under a label that nothing reads: each moves to the label under which fewer product rows exceed the source rows of their class. */
export function settleRare(product: Sheet, sheet: Sheet, chosen: Map<number, Recoding>, late: () => boolean): void {
  if (product.rows > sheet.rows) return;
  const open = [...chosen].filter(([, recoding]) => recoding.map !== null && recoding.how === 'hierarchy');
  if (open.length === 0) return;
  let looks = Math.floor(BORDER_WORK / sheet.rows);
  let least = excessOf(product, sheet, chosen);
  for (const [position, first] of open) {
    const to = sheet.columns[first.column] as SheetColumn;
    const labels = (product.columns[position] as SheetColumn).distinct;
    if (to.distinct > MOST_VALUES) continue;
    for (let value = 0; value < to.distinct; value++) {
      if ((to.counts[value] as number) > RARE * to.present) continue;
      for (let label = 0; label < labels; label++) {
        if (least === 0 || looks <= 0 || late()) return;
        const before = chosen.get(position) as Recoding;
        const map = (before.map as Int32Array).slice();
        if (map[value] === label || first.everything.has(label)) continue;
        map[value] = label;
        chosen.set(position, { ...before, map });
        looks--;
        const excess = excessOf(product, sheet, chosen);
        if (excess < least) least = excess;
        else chosen.set(position, before);
      }
    }
  }
}

/** Days that are tried for boxes, each a count of the persons in all of them. */
const LOCAL_LOOKS = 16;

/** Ages by the reference day under which no joint class holds more product rows than source rows, or the fewest. */
export function settleReferences(
  product: Sheet,
  sheet: Sheet,
  chosen: Map<number, Recoding>,
  safeClass: number,
  late: () => boolean,
): void {
  if (product.rows > sheet.rows) return;
  let looks = Math.max(8, Math.floor(REFERENCE_WORK / sheet.rows));
  for (const [position, recoding] of chosen) {
    const { reference } = recoding;
    if (reference === undefined) continue;
    // Boxes that overlap have no counts of their own: the day is right under which they hold enough persons.
    const local = recoding.map === null;
    if (local) looks = Math.min(looks, LOCAL_LOOKS);
    const excessNow = (): number =>
      local
        ? verify(product, sheet, [...chosen.values()], safeClass).below * product.rows
        : excessOf(product, sheet, chosen);
    let best = { recoding, day: reference.days[0] as number, excess: excessNow() };
    const look = (day: number): void => {
      if (best.excess === 0 || looks-- <= 0 || late()) return;
      const other = reference.onDay(day);
      if (other === null) return;
      chosen.set(position, other);
      const excess = excessNow();
      if (excess < best.excess) best = { recoding: other, day, excess };
    };
    for (const day of reference.days.slice(1)) look(day);
    for (const step of [12, 6, 3, 1].map((months) => months * DAYS_PER_MONTH).concat([15, 7, 3, 1])) {
      for (let moved = true; moved && best.excess > 0; ) {
        const { day } = best;
        look(Math.round(day - step));
        look(Math.round(day + step));
        moved = best.day !== day && looks > 0;
      }
    }
    chosen.set(position, best.recoding);
  }
}
