/**
 * Labels that are rounded numbers: to the nearest, down, up, or the middle of a step.
 * @module
 */
import { sampleCodes } from '../intake/lookup.js';
import type { SheetColumn } from '../intake/sheet.js';
import { SCREEN } from './read-texts.js';
import { type Base, measured, type Recoding, UNCOVERED } from './recoding.js';

export function byRounding(base: Base, to: SheetColumn, position: number): Recoding[] {
  const { own } = base;
  const values = [...own.numbers].filter((value) => !Number.isNaN(value));
  if (values.length < 2 || values.length > 5000) return [];
  const sorted = values.sort((a, b) => a - b);
  let gap = Number.POSITIVE_INFINITY;
  for (let i = 1; i < sorted.length; i++) gap = Math.min(gap, (sorted[i] as number) - (sorted[i - 1] as number));
  if (!(gap > 0) || !Number.isFinite(gap)) return [];
  const index = new Map<string, number>();
  own.numbers.forEach((value, code) => {
    if (!Number.isNaN(value)) index.set(key(value), code);
  });
  const list: Recoding[] = [];
  // The unit is the smallest gap, or a round number just below it.
  const power = 10 ** Math.floor(Math.log10(gap));
  const units = [...new Set([gap, ...[1, 2, 2.5, 5].map((digit) => digit * power)])].filter(
    (unit) => unit <= gap * 1.0001,
  );
  for (const unit of units) {
    for (const [how, round] of [
      ['rounded', Math.round],
      ['rounded down', Math.floor],
      ['rounded up', Math.ceil],
      ['midpoint', (x: number) => Math.floor(x) + 0.5],
    ] as const) {
      const probe = sampleCodes(to, SCREEN);
      const met = probe.filter((code) => index.has(key(round((to.numbers[code] as number) / unit) * unit))).length;
      if (met < 0.8 * probe.length) continue;
      const map = new Int32Array(to.distinct).fill(UNCOVERED);
      for (let code = 0; code < map.length; code++) {
        const value = to.numbers[code] as number;
        const label = !Number.isNaN(value) ? index.get(key(round(value / unit) * unit)) : undefined;
        if (label !== undefined) map[code] = label;
      }
      const recoding = measured(base, to, position, `${how} to ${Number(unit.toPrecision(6))}`, map);
      if (recoding.mass >= 0.9 && recoding.covered >= 0.9) list.push(recoding);
    }
  }
  // Three at most: a table of groups cannot tell by frequencies which of them is meant.
  return list.sort((a, b) => b.similarity - a.similarity).slice(0, 3);
}

function key(value: number): string {
  return String(Number(value.toPrecision(9)));
}
