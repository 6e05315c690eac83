/**
 * Writings and digests that a value may have had before it was digested: customary codes, exchanges of places, cut and whole digests.
 * What is public and without a key can be done to the source by the reviewer, and by whoever enumerates its domain. See hashes.md.
 * @module
 */

import { hexOf, nodeBuiltin } from '../../../core/index.js';
import { fold } from '../../intake/fold.js';
import { writtenDates, writtenNumbers } from '../../intake/written-figures.js';
import { WRITTEN } from '../text/code-ciphers.js';
import { utf8Binary } from '../text/synthesis.js';
import { allKinds } from './hash-kinds.js';

/** A writing or digest that a value may have had before. */
export interface Form {
  readonly name: string;
  readonly of: (value: string) => string;
  /** True for digests. */
  readonly digest?: true;
}

const DIGESTS: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'sm3', 'sha512', 'blake2b', 'sha3-256']);
/** Digits of digests that values may have been cut to; of MD5 the middle is customary. */
const CUTS: readonly (readonly [kind: string, from: number, to: number])[] = [
  ['sha256', 0, 16],
  ['sha256', 0, 32],
  ['md5', 8, 24],
  ['md5', 0, 16],
  ['sm3', 0, 32],
];

/** Digests that values may have been written as the whole numbers of. */
const DECIMAL: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256']);

const MOST_KEPT = 20_000;

/** What was rewritten is kept: each value is asked for by many kinds of digest, and with many salts. */
function keeping(write: (text: string) => string): (text: string) => string {
  const kept = new Map<string, string>();
  return (text) => {
    let out = kept.get(text);
    if (out === undefined) {
      if (kept.size >= MOST_KEPT) kept.clear();
      out = write(text);
      kept.set(text, out);
    }
    return out;
  };
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();
const DIGITS = '0123456789';
const ASCII85 = Array.from({ length: 85 }, (_, i) => String.fromCharCode(33 + i)).join('');
const RFC1924 = `${DIGITS}${UPPER}${LOWER}!#$%&()*+-;<=>?@^_\`{|}~`;
const Z85 = `${DIGITS}${LOWER}${UPPER}.-:+=^!/*?&<>()[]{}@%$#`;

/** Groups of four bytes as five digits in base 85, the last group as short as its bytes allow. */
function base85(alphabet: string): (bytes: string) => string {
  return (bytes) => {
    let out = '';
    for (let i = 0; i < bytes.length; i += 4) {
      const size = Math.min(4, bytes.length - i);
      let value = 0;
      for (let j = 0; j < 4; j++) value = value * 256 + (j < size ? bytes.charCodeAt(i + j) : 0);
      let group = '';
      for (let j = 0; j < 5; j++, value = Math.floor(value / 85)) group = (alphabet[value % 85] as string) + group;
      out += group.slice(0, size + 1);
    }
    return out;
  };
}

function base32Hex(bytes: string): string {
  let out = '';
  let value = 0;
  let bits = 0;
  for (let i = 0; i < bytes.length; i++) {
    value = ((value << 8) | bytes.charCodeAt(i)) & 0xffff;
    for (bits += 8; bits >= 5; bits -= 5) out += ((value >> (bits - 5)) & 31).toString(32);
  }
  return (bits > 0 ? out + ((value << (5 - bits)) & 31).toString(32) : out).toUpperCase();
}

function base36(bytes: string): string {
  let value = 0n;
  for (let i = 0; i < bytes.length; i++) value = value * 256n + BigInt(bytes.charCodeAt(i));
  return value.toString(36);
}

function lowerHex(bytes: string): string {
  return hexOf(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

function everySecond(text: string): string {
  const chars = [...text];
  return chars.filter((_, i) => i % 2 === 0).join('') + chars.filter((_, i) => i % 2 === 1).join('');
}

function deflated(text: string): string {
  const zlib = nodeBuiltin<typeof import('node:zlib')>('node:zlib');
  return zlib === undefined ? text : zlib.deflateSync(text).toString('base64');
}

const OF_BYTES: readonly (readonly [name: string, write: (bytes: string) => string])[] = [
  ['lower hex', lowerHex],
  ['base64url', (bytes) => btoa(bytes).replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_')],
  ['base64 twice', (bytes) => btoa(btoa(bytes))],
  ['base36', base36],
  ['base32hex', base32Hex],
  ['ascii85', base85(ASCII85)],
  ['base85', base85(RFC1924)],
  ['z85', base85(Z85)],
  [
    'hex of inverted bytes',
    (bytes) => lowerHex(String.fromCharCode(...Uint8Array.from(bytes, (char) => 255 - char.charCodeAt(0)))),
  ],
];

/** A figure as programs write it, a date year first: what tables hold as `¥1,234.50`, `13/12/1977`, `+86 138 1234 5678`. */
function plainly(text: string): string {
  const [number] = writtenNumbers([text]) ?? [];
  if (number !== undefined && !/\d:/.test(text)) return String(number);
  const [days] = writtenDates([text]) ?? [];
  return days === undefined || /:/.test(text) ? fold(text) : new Date(86_400_000 * days).toISOString().slice(0, 10);
}

const OF_TEXT: readonly (readonly [name: string, write: (text: string) => string])[] = [
  ['upper', (text) => text.toUpperCase()],
  ['lower', (text) => text.toLowerCase()],
  ['reverse', (text) => [...text].reverse().join('')],
  ['quoted', (text) => JSON.stringify(text)],
  ['url', (text) => encodeURIComponent(text)],
  ['spaced', (text) => [...text].join(' ')],
  ['plain', plainly],
  ['letters and digits of', (text) => text.replace(/[^\p{L}\p{N}]/gu, '')],
  ['full-width', (text) => text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))],
  ['rails', everySecond],
  ['halves exchanged', (text) => text.slice(text.length >> 1) + text.slice(0, text.length >> 1)],
  ['deflated', deflated],
];

/** A number written without its decimals, or as so many parts of one. */
function inParts(parts: number): (text: string) => string {
  return (text) => {
    const number = PLAIN_NUMBER.test(text) ? Math.round(Number(text) * parts) : Number.NaN;
    return Number.isSafeInteger(number) ? String(number) : text;
  };
}

const PLAIN_NUMBER = /^-?\d{1,12}(?:\.\d{1,9})?$/;

/** Days since 1970 of a text that is a date; null of others. */
function dayOf(text: string): number | null {
  if (/^\d{4}-\d\d-\d\d/.test(text)) {
    const milliseconds = Date.parse(/^.{10}$/.test(text) ? text : `${text.replace(' ', 'T').replace(/Z?$/, 'Z')}`);
    return Number.isNaN(milliseconds) ? null : milliseconds / 86_400_000;
  }
  const [days] = /\D/.test(text) ? (writtenDates([text]) ?? []) : [];
  return days ?? null;
}

/** A day as so many units since 1970, or since the day from which spreadsheets count. */
function sinceThen(unit: number, start: number): (text: string) => string {
  return (text) => {
    const days = dayOf(text);
    return days === null ? text : String(Math.round((days - start) * unit));
  };
}

/** Characters kept at both ends, a star for each of the others. */
function starred(first: number, last: number): (text: string) => string {
  return (text) => {
    const chars = [...text];
    const hidden = chars.length - first - last;
    return hidden < 1 ? text : [...chars.slice(0, first), '*'.repeat(hidden), ...chars.slice(first + hidden)].join('');
  };
}

const OF_FIGURES: readonly (readonly [name: string, write: (text: string) => string])[] = [
  ...[1, 10, 100, 1000, 10_000].map((parts) => [parts === 1 ? 'whole' : `${parts} times`, inParts(parts)] as const),
  ['two decimals of', (text) => (PLAIN_NUMBER.test(text) ? Number(text).toFixed(2) : text)],
  ['days of', sinceThen(1, 0)],
  ['seconds of', sinceThen(86_400, 0)],
  ['milliseconds of', sinceThen(86_400_000, 0)],
  ['spreadsheet day of', sinceThen(1, -25_569)],
];

/** Customary masks of mobile numbers, resident numbers, names, cards. */
const OF_MASKS: readonly (readonly [name: string, write: (text: string) => string])[] = (
  [
    [3, 4],
    [6, 4],
    [1, 0],
    [1, 1],
    [0, 4],
  ] as const
).map(([first, last]) => [`starred(${first}, ${last}) of`, starred(first, last)]);

/** What is customarily kept of a number or a name: the place, the last digits, the family name. */
const OF_PARTS: readonly (readonly [name: string, write: (text: string) => string])[] = [1, 3, 6, -4, -6].map(
  (kept) => [
    kept < 0 ? `last ${-kept} of` : `first ${kept} of`,
    (text) => (kept < 0 ? text.slice(kept) : text.slice(0, kept)),
  ],
);

let known: readonly Form[] | undefined;

/** All forms, digests first. */
export function forms(): readonly Form[] {
  if (known === undefined) {
    const kinds = allKinds();
    const list: Form[] = [
      ...kinds.filter(({ name }) => DIGESTS.has(name)).map(({ name, hex }): Form => ({ name, of: hex, digest: true })),
      ...CUTS.flatMap(([kind, from, to]) =>
        kinds
          .filter(({ name }) => name === kind)
          .map(
            ({ name, hex }): Form => ({
              name: `digits ${from + 1} to ${to} of ${name}`,
              of: (text) => hex(text).slice(from, to),
              digest: true,
            }),
          ),
      ),
      ...WRITTEN.map(([name, write]): Form => ({ name, of: (text) => write(utf8Binary(text), text) })),
      ...OF_BYTES.map(([name, write]): Form => ({ name, of: (text) => write(utf8Binary(text)) })),
      ...[...OF_TEXT, ...OF_FIGURES, ...OF_MASKS, ...OF_PARTS].map(([name, of]): Form => ({ name, of })),
      ...kinds
        .filter(({ name }) => DECIMAL.has(name))
        .map(
          ({ name, hex }): Form => ({
            name: `decimal of ${name}`,
            of: (text) => String(BigInt(`0x${hex(text)}`)),
            digest: true,
          }),
        ),
    ];
    known = list.map((form) => ({ ...form, of: keeping(form.of) }));
  }
  return known;
}
