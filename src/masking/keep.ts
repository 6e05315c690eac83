/**
 * Keep the first and last characters, or everything outside a range, and put `*` for the rest: 138****1234.
 *
 * Counts user-perceived characters, so a value is never cut inside one. A value that is too short to hide anything, or
 * not of the stated shape, is refused and never released (masks in common use return such values unchanged).
 * @module
 */
import { ScrimError } from '../core/index.js';
import { identifierSpec } from '../identifiers/index.js';
import { graphemeStarts, graphemes, plainHan } from './graphemes.js';
import { leakageOf, type Masker } from './masker.js';
import { domainSizeOf, residualOfColumn } from './residual/residual.js';
import type { CellOperation } from './stream/cell.js';
import { bit, columnMapper, type MaskedValues, textKernel, type Values } from './values.js';

/** Options of {@link keep} and {@link keepRange}. */
export interface KeepOptions {
  /** Characters kept at the start. Default: 0. */
  readonly first?: number;
  /** Characters kept at the end. Default: 0. */
  readonly last?: number;
  /** `length`: one mark for each hidden character; a number: always so many, which hides the length. Default: `length`. */
  readonly fill?: 'length' | number;
  /** The mark, one character. Default: `*`. */
  readonly mark?: string;
  /** Fewest characters that must be hidden, or the value is refused. Default: a quarter of the value, at least 1; 1 where `kind` fixes the form. */
  readonly minHidden?: number;
  /** Length in characters that a value must have, or it is refused: exact, or [least, most]. Default: any. */
  readonly length?: number | readonly [number, number];
  /** Values must consist of ASCII digits, or end in X after digits (`digits-x`), or they are refused. Default: `any`. */
  readonly characters?: 'any' | 'digits' | 'digits-x';
  /**
   * Kind of identifier: values must have its length and characters, `first` and `last` default to its customary mask, and
   * residual candidates are counted. Default: none.
   */
  readonly kind?: string;
}

interface KindShape {
  readonly lengths: readonly number[];
  readonly characters: 'any' | 'digits' | 'digits-x';
}

/** Length and characters of kinds whose values all have the same form. */
const KIND_SHAPES: ReadonlyMap<string, KindShape> = new Map<string, KindShape>([
  ['resident-id', { lengths: [15, 18], characters: 'digits-x' }],
  ['foreigner-id', { lengths: [18], characters: 'digits-x' }],
  ['mobile', { lengths: [11], characters: 'digits' }],
  ['bank-card', { lengths: [13, 14, 15, 16, 17, 18, 19], characters: 'digits' }],
  ['uscc', { lengths: [18], characters: 'any' }],
  ['passport', { lengths: [9], characters: 'any' }],
  ['vin', { lengths: [17], characters: 'any' }],
  ['plate', { lengths: [7, 8], characters: 'any' }],
]);

interface Shape {
  readonly from: number;
  readonly last: number;
  readonly fill: number;
  readonly minHidden: number;
  readonly shortest: number;
  readonly longest: number;
  /** Bit n: length n is allowed; -1: all lengths between shortest and longest are. */
  readonly lengths: number;
  readonly characters: number;
  readonly mark: Uint8Array;
}

/** Kinds whose last character is a check digit. */
const CHECK_LAST = new Set(['resident-id', 'foreigner-id', 'uscc', 'bank-card']);

const encoder = new TextEncoder();

function natural(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 1_000_000) {
    throw new ScrimError('SCRIM_ARGUMENT', { name, problem: 'a whole number from 0 to 1000000 is needed' });
  }
  return value;
}

function shapeOf(given: KeepOptions): Shape {
  const kind = given.kind === undefined ? undefined : KIND_SHAPES.get(given.kind);
  const options = { ...customary(given), ...(kind !== undefined && given.length === undefined && spread(kind)) };
  const fill = options.fill ?? 'length';
  const mark = encoder.encode(options.mark ?? '*');
  if (mark.length === 0) throw new ScrimError('SCRIM_ARGUMENT', { name: 'mark', problem: 'it is empty' });
  const length = options.length ?? [0, Number.MAX_SAFE_INTEGER];
  const [shortest, longest] = typeof length === 'number' ? [length, length] : length;
  // Where the kind fixes the form, malformed values are refused by it; elsewhere a quarter must be hidden.
  const byDefault = kind === undefined ? -1 : 1;
  const minHidden = options.minHidden === undefined ? byDefault : natural('minHidden', options.minHidden);
  if (minHidden === 0) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'minHidden', problem: 'at least one character must be hidden' });
  }
  return {
    from: natural('first', options.first ?? 0),
    last: natural('last', options.last ?? 0),
    fill: fill === 'length' ? -1 : natural('fill', fill),
    minHidden,
    shortest,
    longest,
    lengths:
      options.length === given.length || kind === undefined ? -1 : kind.lengths.reduce((bits, n) => bits | (1 << n), 0),
    characters: options.characters === 'digits' ? 1 : options.characters === 'digits-x' ? 2 : 0,
    mark,
  };
}

function spread({ lengths, characters }: KindShape): Pick<KeepOptions, 'length' | 'characters'> {
  return { length: [lengths[0] as number, lengths.at(-1) as number], characters };
}

/** The customary mask of the kind where neither end is given. */
function customary(options: KeepOptions): KeepOptions {
  if (options.kind === undefined || options.first !== undefined || options.last !== undefined) return options;
  const mask = identifierSpec(options.kind).masks[0];
  return mask === undefined ? options : { ...options, first: mask.keepFirst, last: mask.keepLast };
}

/**
 * Keeps the first and last characters of a value.
 *
 * @throws SCRIM_ARGUMENT for counts that are not whole numbers, an empty mark, or `minHidden` 0.
 * @example
 * const mask = keep({ first: 3, last: 4 }); // 13812345678 -> 138****5678, 1380 -> suppressed
 */
export function keep(options: KeepOptions): Masker {
  const shape = shapeOf(options);
  const map = columnMapper((values) => keepKernel(values, shape));
  return {
    name: 'keep',
    streams: true,
    reversible: false,
    apply: (column) => map(column),
    ...(shape.fill < 0 && shape.mark.length === 1 && { cell: cellOf(shape) }),
    leakage: ({ column, released }) => {
      const { kind } = options;
      const counted = kind !== undefined && shape.fill < 0 && (options.mark ?? '*') === '*';
      return leakageOf(column, 'keep', {
        domainSize: kind === undefined ? null : domainSizeOf(kind),
        residual: counted && released !== undefined ? residualOfColumn(kind, released) : null,
        order: shape.from > 0,
        length: shape.fill < 0 && shape.shortest !== shape.longest,
        checkDigit: shape.last > 0 && kind !== undefined && CHECK_LAST.has(kind),
      });
    },
  };
}

function cellOf(shape: Shape): CellOperation {
  const { from: first, last, minHidden, shortest, longest, lengths, characters } = shape;
  return {
    kind: 'keep',
    first,
    last,
    mark: shape.mark[0] as number,
    minHidden,
    shortest,
    longest,
    lengths,
    characters,
  };
}

/**
 * Hides the characters from one place to another (counted from 1) and keeps the rest: `keepRange({ hide: [4, 9] })`.
 * A value that does not reach beyond the first hidden place is refused.
 *
 * @throws SCRIM_ARGUMENT unless the places are whole numbers from 1 that rise
 */
export function keepRange(options: {
  readonly hide: readonly [from: number, to: number];
  readonly fill?: 'length' | number;
  readonly mark?: string;
  readonly kind?: string;
}): Masker {
  const [from, to] = options.hide;
  const { fill = 'length', mark = '*', kind } = options;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 1 || to < from) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'hide', problem: 'two whole numbers from 1 that rise are needed' });
  }
  if (mark === '') throw new ScrimError('SCRIM_ARGUMENT', { name: 'mark', problem: 'it is empty' });
  const shape = kind === undefined ? undefined : KIND_SHAPES.get(kind);
  const map = columnMapper(
    textKernel((value) => {
      const parts = graphemes(value);
      const hidden = Math.min(parts.length, to) - from + 1;
      if (hidden < 1 || (shape === undefined && hidden * 4 < parts.length)) return null;
      if (shape !== undefined && (!shape.lengths.includes(parts.length) || !ofCharacters(value, shape.characters)))
        return null;
      const marks = mark.repeat(fill === 'length' ? hidden : fill);
      return parts.slice(0, from - 1).join('') + marks + parts.slice(to).join('');
    }),
  );
  return {
    name: 'keep-range',
    streams: true,
    reversible: false,
    apply: (column) => map(column),
    leakage: ({ column, released }) =>
      leakageOf(column, 'keep-range', {
        domainSize: kind === undefined ? null : domainSizeOf(kind),
        residual:
          kind !== undefined && fill === 'length' && mark === '*' && released !== undefined
            ? residualOfColumn(kind, released)
            : null,
        order: from > 1,
        length: fill === 'length' && shape?.lengths.length !== 1,
        checkDigit: kind !== undefined && CHECK_LAST.has(kind),
      }),
  };
}

function ofCharacters(value: string, characters: KeepOptions['characters']): boolean {
  return characters === 'any' || (characters === 'digits' ? /^[0-9]+$/ : /^[0-9]+[0-9Xx]$/).test(value);
}

/** True when all bytes from `start` to `end` are below 128. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  const head = Math.min(end, start + ((4 - ((bytes.byteOffset + start) & 3)) & 3));
  let seen = 0;
  while (at < head) seen |= bytes[at++] as number;
  const words = (end - at) >> 2;
  if (words > 0) {
    const view = new Int32Array(bytes.buffer, bytes.byteOffset + at, words);
    let high = 0;
    for (let i = 0; i < words; i++) high |= view[i] as number;
    if ((high & 0x80808080) !== 0) return false;
    at += words * 4;
  }
  while (at < end) seen |= bytes[at++] as number;
  return seen < 128;
}

function keepKernel(values: Values, shape: Shape): MaskedValues {
  const start = values.offsets[0] as number;
  const end = values.offsets[values.length] as number;
  if (shape.fill < 0 && shape.mark.length === 1 && isAscii(values.bytes, start, end)) {
    const bytes = values.bytes.slice(start, end);
    // CR LF is one character: values with CR take the careful path.
    if (bytes.indexOf(13) < 0) {
      const offsets = rebased(values.offsets, start);
      const length = values.validity === null ? sameLength(offsets) : 0;
      if (length > 0 && shape.characters === 0 && mayShow(length, shape)) {
        markFixed(bytes, length, shape.from, length - shape.last, shape.mark[0] as number);
        return { offsets, bytes, refused: null };
      }
      if (markEach(bytes, offsets, values.validity, shape)) return { offsets, bytes, refused: null };
    }
  }
  return keepCarefully(values, shape);
}

/** Offsets that begin at 0. */
function rebased(from: Int32Array | Uint32Array, base: number): Int32Array {
  if (base === 0 && from instanceof Int32Array) return from.slice();
  const to = new Int32Array(from.length);
  for (let i = 0; i < to.length; i++) to[i] = (from[i] as number) - base;
  return to;
}

/** The length of all values when it is the same, else 0. */
function sameLength(offsets: Int32Array): number {
  const rows = offsets.length - 1;
  if (rows < 1) return 0;
  const length = offsets[1] as number;
  let difference = 0;
  for (let i = 0; i <= rows; i++) difference |= (offsets[i] as number) ^ Math.imul(i, length);
  return difference === 0 ? length : 0;
}

/** True when values of this length may be shown with their ends. */
function mayShow(length: number, shape: Shape): boolean {
  const { last, minHidden, shortest, longest, lengths } = shape;
  const hidden = length - shape.from - last;
  if (hidden < 1 || length < shortest || length > longest) return false;
  if (lengths !== -1 && (length > 31 || (lengths & (1 << length)) === 0)) return false;
  return minHidden < 0 ? hidden * 4 >= length : hidden >= minHidden;
}

/** Marks the bytes from `from` to `to` of every value of a fixed length, where they stand. */
function markFixed(bytes: Uint8Array, length: number, from: number, to: number, mark: number): void {
  for (let start = 0; start < bytes.length; start += length) {
    const stop = start + to;
    for (let at = start + from; at < stop; at++) bytes[at] = mark;
  }
}

/** ASCII values whose length does not change: marks a copy where it stands. False when any value must be refused. */
function markEach(bytes: Uint8Array, offsets: Int32Array, validity: Uint8Array | null, shape: Shape): boolean {
  const { from: first, last, characters } = shape;
  const mark = shape.mark[0] as number;
  const rows = offsets.length - 1;
  let start = 0;
  let known = -1;
  for (let i = 0; i < rows; i++) {
    const end = offsets[i + 1] as number;
    const length = end - start;
    if (validity !== null && ((validity[i >> 3] as number) & (1 << (i & 7))) === 0) {
      if (length !== 0) return false;
    } else {
      if (length !== known) {
        if (!mayShow(length, shape)) return false;
        known = length;
      }
      if (characters !== 0 && !hasCharacters(bytes, start, end, characters)) return false;
      const stop = end - last;
      for (let at = start + first; at < stop; at++) bytes[at] = mark;
    }
    start = end;
  }
  return true;
}

function hasCharacters(bytes: Uint8Array, start: number, end: number, characters: number): boolean {
  const stop = characters === 2 ? end - 1 : end;
  for (let at = start; at < stop; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return false;
  }
  if (characters === 1) return true;
  const final = bytes[end - 1] as number;
  return (final >= 48 && final <= 57) || final === 88 || final === 120;
}

function keepCarefully(values: Values, shape: Shape): MaskedValues {
  const { last, fill, minHidden, shortest, longest, lengths, characters, mark } = shape;
  const first = shape.from;
  const source = values.bytes;
  const offsets = new Int32Array(values.length + 1);
  let out = new Uint8Array((values.offsets[values.length] as number) - (values.offsets[0] as number) + 64);
  let refused: Uint8Array | null = null;
  let starts = new Int32Array(64);
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    offsets[i + 1] = end;
    if (values.validity !== null && !bit(values.validity, i)) continue;
    const from = values.offsets[i] as number;
    const to = values.offsets[i + 1] as number;
    if (to - from + 1 > starts.length) starts = new Int32Array(2 * (to - from + 1));
    const han = plainHan(source, from, to);
    const count = han > 0 ? han : graphemeStarts(source, from, to, starts);
    const hidden = count - first - last;
    if (
      hidden < 1 ||
      count < shortest ||
      count > longest ||
      (lengths !== -1 && (count > 31 || (lengths & (1 << count)) === 0)) ||
      (minHidden < 0 ? hidden * 4 < count : hidden < minHidden) ||
      (characters !== 0 && !hasCharacters(source, from, to, characters))
    ) {
      refused ??= new Uint8Array((values.length + 7) >> 3);
      refused[i >> 3] = (refused[i >> 3] as number) | (1 << (i & 7));
      continue;
    }
    const marks = fill < 0 ? hidden : fill;
    const need = end + (to - from) + marks * mark.length;
    if (need > out.length) {
      const larger = new Uint8Array(Math.max(need, out.length * 2));
      larger.set(out.subarray(0, end));
      out = larger;
    }
    const headEnd = han > 0 ? from + 3 * first : (starts[first] as number);
    for (let at = from; at < headEnd; at++) out[end++] = source[at] as number;
    for (let k = 0; k < marks; k++) for (let b = 0; b < mark.length; b++) out[end++] = mark[b] as number;
    for (let at = han > 0 ? to - 3 * last : (starts[count - last] as number); at < to; at++)
      out[end++] = source[at] as number;
    offsets[i + 1] = end;
  }
  return { offsets, bytes: out.subarray(0, end), refused };
}
