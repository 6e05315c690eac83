/**
 * Keep the first and last characters, or everything outside a range, and put `*` for the rest: 138****1234.
 *
 * Counts user-perceived characters, so a value is never cut inside one. A value that is too short to hide anything, or
 * not of the stated shape, is refused and never released (masks in common use return such values unchanged).
 * @module
 */
import { ScrimError } from '../core/index.js';
import { identifierSpec } from '../identifiers/index.js';
import { graphemes } from './graphemes.js';
import { type KeepShape, keepKernel } from './keep-kernel.js';
import { leakageOf, type Masker } from './masker.js';
import { domainSizeOf, residualOfColumn } from './residual/residual.js';
import type { CellOperation } from './stream/cell.js';
import { columnMapper, textKernel } from './values.js';

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

/** Kinds whose last character is a check digit. */
const CHECK_LAST = new Set(['resident-id', 'foreigner-id', 'uscc', 'bank-card']);

const encoder = new TextEncoder();

function natural(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 1_000_000) {
    throw new ScrimError('SCRIM_ARGUMENT', { name, problem: 'a whole number from 0 to 1000000 is needed' });
  }
  return value;
}

function shapeOf(given: KeepOptions): KeepShape {
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

function cellOf(shape: KeepShape): CellOperation {
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
