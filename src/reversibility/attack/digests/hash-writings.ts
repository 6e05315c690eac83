/**
 * How digests are written: hex, base64, UUIDs, whole numbers; whole or cut at either end. See hashes.md.
 * @module
 */
import { sampleCodes, withoutGaps } from '../../intake/lookup.js';
import type { SheetColumn } from '../../intake/sheet.js';
import { base64Head, HEAD_DIGITS, type Head, hexHead, hexTail, PLACE, type Place, uuidHead } from './digest-heads.js';

/** How a product column writes a digest: alphabet, length, which end was cut. */
export interface Writing {
  readonly name: string;
  /** Hex digits that the column holds of a digest. */
  readonly digits: number;
  readonly write: (hex: string) => string;
  /** 64 bits of the digest that the text tells; false for texts that are no such digest. */
  readonly head?: (text: string, head: Head) => boolean;
  /** Where in the digest these stand. Default: first. */
  readonly place?: Place;
}

function hexToBase64(hex: string): string {
  // A few hundred kinds of digest of every probe are written so: Buffer is ten times as fast.
  if (typeof Buffer !== 'undefined') return Buffer.from(hex, 'hex').toString('base64');
  let binary = '';
  for (let i = 0; i < hex.length; i += 2) binary += String.fromCharCode(Number.parseInt(hex.slice(i, i + 2), 16));
  return btoa(binary);
}

/** Bytes of whole digests by the characters that base32 (RFC 4648, section 6) writes them in, without padding. */
const BASE32_BYTES: ReadonlyMap<number, number> = new Map(
  [16, 20, 28, 32].map((bytes) => [Math.ceil((8 * bytes) / 5), bytes]),
);

function hexToBase32(hex: string): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const digit of hex) {
    value = ((value << 4) | Number.parseInt(digit, 16)) & 0xff;
    bits += 4;
    if (bits < 5) continue;
    bits -= 5;
    text += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[(value >> bits) & 31] as string;
  }
  return bits > 0 ? text + ('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[(value << (5 - bits)) & 31] as string) : text;
}

/** Heads of hex digits, where there are so many. */
function hexHeads(digits: number, place: Place = PLACE.first): Pick<Writing, 'head' | 'place'> {
  return digits < HEAD_DIGITS ? {} : { head: place === PLACE.last ? hexTail : hexHead, place };
}

/** Writings that fit the shape of the column's values; none when they are no digests. */
function writingsOf(values: readonly string[]): Writing[] {
  const first = values[0];
  if (first === undefined) return [];
  const length = first.length;
  if (length < 6 || length > 160) return [];
  if (values.every((text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))) {
    const upper = values.some((text) => /[A-F]/.test(text));
    const dashed = (hex: string): string =>
      `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
    return [
      {
        name: 'uuid ',
        digits: 32,
        write: (hex) => (upper ? dashed(hex).toUpperCase() : dashed(hex)),
        head: uuidHead,
      },
    ];
  }
  if (values.every((text) => /^-?\d{1,160}$/.test(text))) return decimalWritings(values);
  if (
    values.every((text) => /^[0-9a-f]+$/.test(text) && text.length === length) &&
    values.some((text) => /[a-f]/.test(text))
  ) {
    return [
      { name: '', digits: length, write: (hex) => hex.slice(0, length), ...hexHeads(length) },
      { name: 'last ', digits: length, write: (hex) => hex.slice(-length), ...hexHeads(length, PLACE.last) },
      { name: 'middle ', digits: length, write: (hex) => hex.slice(8, 8 + length), ...hexHeads(length, PLACE.middle) },
    ];
  }
  if (
    values.every((text) => /^[0-9A-F]+$/.test(text) && text.length === length) &&
    values.some((text) => /[A-F]/.test(text))
  ) {
    return [
      { name: '', digits: length, write: (hex) => hex.slice(0, length).toUpperCase(), ...hexHeads(length) },
      {
        name: 'last ',
        digits: length,
        write: (hex) => hex.slice(-length).toUpperCase(),
        ...hexHeads(length, PLACE.last),
      },
    ];
  }
  const base32 = BASE32_BYTES.get(first.replace(/=+$/, '').length);
  if (base32 !== undefined && values.every((text) => text.length === length && /^[A-Z2-7]+=*$/i.test(text))) {
    const small = values.some((text) => /[a-z]/.test(text));
    const written = (hex: string): string => {
      const text = hexToBase32(hex.slice(0, 2 * base32));
      return small ? text.toLowerCase() : text;
    };
    return [{ name: 'base32 ', digits: 2 * base32, write: (hex) => written(hex).padEnd(length, '=') }];
  }
  if (
    values.every((text) => /^[A-Za-z0-9+/_=-]+$/.test(text)) &&
    values.every((text) => Math.abs(text.length - length) <= 2)
  ) {
    const plain = (text: string): string => text.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/');
    const cut = plain(first).length;
    const padded = first.endsWith('=');
    const url = values.some((text) => /[-_]/.test(text));
    // Only the lengths of whole digests: 16, 20, 28, 32, 48, 64 bytes.
    const bytes = Math.floor((cut * 3) / 4);
    if (![16, 20, 28, 32, 48, 64].includes(bytes)) return [];
    return [
      {
        name: 'base64 ',
        digits: 2 * bytes,
        write: (hex) => {
          let text = hexToBase64(hex);
          if (!padded) text = text.replace(/=+$/, '').slice(0, cut);
          return url ? text.replace(/\+/g, '-').replace(/\//g, '_') : text;
        },
        head: base64Head,
      },
    ];
  }
  return [];
}

/** Digests written as whole numbers: all of one, the first 32, 60 or 64 bits, or the remainder by a power of ten. */
function decimalWritings(values: readonly string[]): Writing[] {
  const most = values.reduce((longest, text) => Math.max(longest, text.replace('-', '').length), 0);
  const number = (hex: string): bigint => BigInt(`0x${hex}`);
  const decimal = (name: string, digits: number): Writing => ({
    name,
    digits,
    // Shorter digests have no such number.
    write: (hex) => (hex.length < digits ? '' : String(number(hex.slice(0, digits)))),
  });
  if (most < 7 || values.length < 12) return [];
  const list: Writing[] = [];
  if (values.some((text) => text.startsWith('-'))) {
    if (most <= 10 && fills(values, -(2 ** 31), 2 ** 31))
      list.push({ name: 'signed ', digits: 8, write: (hex) => String(Number.parseInt(hex.slice(0, 8), 16) | 0) });
    return list;
  }
  for (const digits of [8, 10, 12, 13, 14, 15, 16, 32, 40, 56, 64, 96, 128])
    if (fills(values, 0, 16 ** digits)) list.push(decimal('decimal ', digits));
  if (most <= 12 && fills(values, 0, 10 ** most)) {
    const modulus = 10n ** BigInt(most);
    list.push({
      name: 'remainder ',
      digits: 16,
      write: (hex) => (hex.length < 16 ? '' : String(number(hex) % modulus)),
    });
  }
  return list;
}

/** Digests fill their range evenly (Kolmogorov's distance under 0.2): other numbers are not worth a thousand hashes. */
function fills(values: readonly string[], from: number, to: number): boolean {
  const sorted = values.map(Number).sort((a, b) => a - b);
  return sorted.every((value, i) => {
    const share = (value - from) / (to - from);
    return share >= 0 && share < 1 && Math.abs(share - (i + 0.5) / sorted.length) < 0.2;
  });
}

const SAMPLES = 60;
const known = new WeakMap<SheetColumn, readonly Writing[]>();

/** Writings of a column's values, by a few of them; none when they are no digests. Kept per column. */
export function writingsOfColumn(column: SheetColumn): readonly Writing[] {
  let writings = known.get(column);
  if (writings === undefined) {
    writings = writingsOf(withoutGaps(sampleCodes(column, SAMPLES).map((code) => column.text(code))));
    known.set(column, writings);
  }
  return writings;
}

/** 64 bytes whose writings differ wherever two writings do: letters of hex, and both signs of base64 that a URL replaces. */
const SPECIMEN = `fbefbefbeffffeabcdef${'0123456789abcdef'.repeat(7)}`.slice(0, 128);

/** Equal for writings that write every digest alike. */
export function keyOfWriting({ name, digits, write }: Writing): string {
  return `${name}${digits}/${write(SPECIMEN)}`;
}
