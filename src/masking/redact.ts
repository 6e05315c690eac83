/**
 * Maskers that keep nothing of a value: redact (a fixed mark), null, constant.
 *
 * GB/T 37964-2019 calls the family suppression (抑制).
 * @module
 */
import { ScrimError } from '../core/index.js';
import { type Column, Dictionary } from '../table/index.js';
import { leakageOf, type MaskedColumn, type Masker } from './masker.js';
import { bit } from './values.js';

/** Options of {@link redact} and {@link constant}. */
export interface ReplaceOptions {
  /** `keep`: null cells stay null, so that one sees which cells had a value; `replace`: they get the text too. Default: `keep`. */
  readonly nulls?: 'keep' | 'replace';
}

function replacer(name: string, text: string, options: ReplaceOptions): Masker {
  const dictionary = Dictionary.from([text]);
  const replaceNulls = options.nulls === 'replace';
  return {
    name,
    streams: true,
    reversible: false,
    apply(column: Column): MaskedColumn {
      return {
        column: {
          type: 'dictionary',
          length: column.length,
          codes: new Uint8Array(column.length),
          dictionary,
          validity: replaceNulls ? null : valueOrUnreadable(column),
          unreadable: null,
        },
        suppressed: 0,
      };
    },
    ...(!replaceNulls && { cell: { kind: 'text', text: new TextEncoder().encode(text) } as const }),
    leakage: ({ column }) => leakageOf(column, name),
  };
}

/** Cells that held something, readable or not: a fixed text can stand for both. */
function valueOrUnreadable(column: Column): Uint8Array | null {
  if (column.validity === null || column.unreadable === null) return column.validity;
  const bitmap = column.validity.slice();
  for (let row = 0; row < column.length; row++) {
    if (bit(column.unreadable, row)) bitmap[row >> 3] = (bitmap[row >> 3] as number) | (1 << (row & 7));
  }
  return bitmap;
}

/** Puts one mark, `***`, for every value. Which cells are null stays visible unless `nulls` is `replace`. */
export function redact(options: ReplaceOptions & { readonly mark?: string } = {}): Masker {
  return replacer('redact', options.mark ?? '***', options);
}

/**
 * Puts the given text for every value.
 * @throws SCRIM_ARGUMENT when `value` is not a string.
 */
export function constant(value: string, options: ReplaceOptions = {}): Masker {
  if (typeof value !== 'string') {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'value', problem: `a text is needed, not ${typeof value}` });
  }
  return replacer('constant', value, options);
}

/** Empties every cell. */
export function nullify(): Masker {
  const dictionary = Dictionary.from([]);
  return {
    name: 'nullify',
    streams: true,
    reversible: false,
    apply(column: Column): MaskedColumn {
      return {
        column: {
          type: 'dictionary',
          length: column.length,
          codes: new Uint8Array(column.length),
          dictionary,
          validity: new Uint8Array((column.length + 7) >> 3),
          unreadable: null,
        },
        suppressed: 0,
      };
    },
    cell: { kind: 'empty' },
    leakage: ({ column }) => leakageOf(column, 'nullify'),
  };
}
