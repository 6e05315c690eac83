/**
 * Format-preserving encryption of whole values over an alphabet (FF1, NIST SP 800-38G with the limit of Rev. 1): a number
 * of eleven digits stays one. Values with fewer than a million texts of their length are refused. Reversible with the key.
 * @module
 */
import { ff1Column, type SecretKey, suite as suiteOf } from '../crypto/index.js';
import { leakageOf, type Masker } from './masker.js';
import { deriveKey, int32, type KeyedOptions, withoutNulls } from './token.js';
import { columnMapper, type MaskedValues, type Values } from './values.js';

/** Options of {@link ff1}. */
export interface Ff1MaskOptions extends KeyedOptions {
  /** 2 to 95 different printable ASCII characters. Default: the ten digits. */
  readonly alphabet?: string;
}

/** Enciphers every character of a value; length and alphabet stay. @throws SCRIM_ARGUMENT, SCRIM_MASK_NEEDS_KEY */
export function ff1(options: Ff1MaskOptions): Masker {
  const { suite = 'intl', alphabet = '0123456789' } = options;
  const key = deriveKey('ff1', options, 'ff1', suiteOf(suite).keyBytes.ff1);
  // Checks the alphabet before any data is seen.
  ff1Column(key, 'encrypt', { bytes: new Uint8Array(), offsets: new Int32Array(1) }, { suite, alphabet });
  const run = (direction: 'encrypt' | 'decrypt') =>
    columnMapper((values) => enciphered(key, direction, values, { suite, alphabet }));
  const [seal, open] = [run('encrypt'), run('decrypt')];
  return {
    name: 'ff1',
    streams: true,
    reversible: true,
    apply: (column) => seal(column),
    unmask: (column) => open(column),
    leakage: ({ column }) =>
      leakageOf(column, 'ff1', {
        equality: true,
        length: true,
        keyInvertible: true,
        key: { id: key.id, state: key.label.state },
      }),
  };
}

function enciphered(
  key: SecretKey,
  direction: 'encrypt' | 'decrypt',
  values: Values,
  options: { readonly suite: 'intl' | 'gm'; readonly alphabet: string },
): MaskedValues {
  // What stands under a null cell must not be enciphered into the output.
  const given =
    values.validity === null ? values : withoutNulls({ bytes: values.bytes, offsets: int32(values.offsets) }, values);
  const { column, refused } = ff1Column(key, direction, { bytes: given.bytes, offsets: int32(given.offsets) }, options);
  let bitmap: Uint8Array | null = null;
  for (const row of refused) {
    if (values.validity !== null && ((values.validity[row >> 3] as number) & (1 << (row & 7))) === 0) continue;
    bitmap ??= new Uint8Array((values.length + 7) >> 3);
    bitmap[row >> 3] = (bitmap[row >> 3] as number) | (1 << (row & 7));
  }
  return { bytes: column.bytes, offsets: column.offsets, refused: bitmap };
}
