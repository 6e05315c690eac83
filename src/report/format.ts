/**
 * Numbers as a reader should see them: a share that is not all never reads 100 %, one that is not nothing never reads 0 %.
 * @module
 */

/** A share in [0, 1] as a percentage with up to two decimals. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  if (share < 0.0001) return '< 0.01 %';
  if (share > 0.9999) return '> 99.99 %';
  const value = share * 100;
  const digits = value < 1 || value > 99 ? 2 : 1;
  const floor = value > 99 ? Math.min(99.99, Math.floor(value * 100) / 100) : value;
  return `${floor.toFixed(digits).replace(/\.?0+$/, '')} %`;
}

/** A whole number with thin groups of three: 1 234 567. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** Bits in a unit that keeps three digits. */
export function bits(value: number): string {
  const units = ['bit', 'kbit', 'Mbit', 'Gbit', 'Tbit'];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${Number(size.toPrecision(3))} ${units[unit] as string}`;
}

/** A number with at most `digits` significant digits. */
export function plain(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  return Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(digits)));
}
