/**
 * Ages are completed years on a day that nobody wrote down: the day under which the joint classes fit is taken.
 * @module
 */
import type { Sheet } from '../intake/sheet.js';
import { excessOf } from './joint-classes.js';
import type { Recoding } from './recoding.js';

const DAYS_PER_MONTH = 30.4;

/** Source rows that reading ages by other days may look at. */
const REFERENCE_WORK = 12_000_000;

/** Ages by the reference day under which no joint class holds more product rows than source rows, or the fewest. */
export function settleReferences(
  product: Sheet,
  sheet: Sheet,
  chosen: Map<number, Recoding>,
  late: () => boolean,
): void {
  if (product.rows > sheet.rows) return;
  let looks = Math.max(8, Math.floor(REFERENCE_WORK / sheet.rows));
  for (const [position, recoding] of chosen) {
    const { reference } = recoding;
    if (reference === undefined) continue;
    let best = { recoding, day: reference.days[0] as number, excess: excessOf(product, sheet, chosen) };
    const look = (day: number): void => {
      if (best.excess === 0 || looks-- <= 0 || late()) return;
      const other = reference.onDay(day);
      if (other === null) return;
      chosen.set(position, other);
      const excess = excessOf(product, sheet, chosen);
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
