/**
 * Deterministic one-way tokens: the keyed hash (HMAC) or the cipher's MAC (CMAC) of a value. There is no unkeyed hash, and
 * no default key.
 *
 * HMAC: RFC 2104, FIPS 198-1; over SM3 as in GM/T 0042. CMAC: NIST SP 800-38B over AES-256 or SM4. Equal values of one kind in one linkage domain get equal tokens,
 * so joins inside a scenario work; keys of two scenarios are independent, so their tokens share no equality.
 * An unkeyed hash of an identifier is reversed by enumeration (research: all mobile numbers in half an hour on one core).
 * @module
 */
import { ScrimError } from '../core/index.js';
import {
  type ByteColumn,
  cmacTokens,
  type DeriveOptions,
  hmacTokens,
  type SecretKey,
  suite as suiteOf,
  type TokenForm,
} from '../crypto/index.js';
import { leakageOf, type Masker } from './masker.js';
import { bit, columnMapper, type MaskedValues, type Values, type ValuesKernel } from './values.js';

/** Where maskers get their keys from: `ScenarioKeys` of `scrim/crypto` is one. */
export interface KeySource {
  derive(options: DeriveOptions): SecretKey;
}

/** Options of every masker with a key. */
export interface KeyedOptions {
  /** Keys of the tenant, environment and scenario. */
  readonly keys: KeySource;
  /** `intl` (HMAC-SHA-256, AES) or `gm` (HMAC-SM3, SM4). Default: `intl`. */
  readonly suite?: 'intl' | 'gm';
  /** Linkage domain: tokens are joinable inside it only. Default: `default`. */
  readonly domain?: string;
  /** Identifier kind: equal texts of two kinds stay unlinkable. Default: `text`. */
  readonly kind?: string;
}

/** Options of {@link token}. */
export interface TokenOptions extends KeyedOptions, TokenForm {
  /**
   * `hmac`: HMAC-SHA-256 or HMAC-SM3. `cmac`: AES-256-CMAC or SM4-CMAC, some ten times faster, at most 16 bytes; another
   * key, so tokens of the two are not joinable. Default: `hmac`.
   */
  readonly mac?: 'hmac' | 'cmac';
  /** Brings equal values to one form before they are hashed. Default: none, the exact bytes count. */
  readonly normalize?: (value: string) => string | null;
}

/** The key for a masker. @throws SCRIM_MASK_NEEDS_KEY when no keys are given */
export function deriveKey(rule: string, options: KeyedOptions, purpose: string, length = 32): SecretKey {
  if (options.keys === undefined || typeof options.keys.derive !== 'function') {
    throw new ScrimError('SCRIM_MASK_NEEDS_KEY', { rule, column: options.kind ?? 'text' });
  }
  return options.keys.derive({
    purpose,
    domain: options.domain ?? 'default',
    kind: options.kind ?? 'text',
    suite: options.suite ?? 'intl',
    length,
  });
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Replaces each value by its keyed token: 128 bits as 22 characters unless told otherwise.
 *
 * @throws SCRIM_MASK_NEEDS_KEY without keys; the errors of the key ring for retired or destroyed ones
 */
export function token(options: TokenOptions): Masker {
  return keyedHash('token', options);
}

/** The whole keyed hash, 256 bits in hexadecimal. @throws as {@link token} */
export function hash(options: KeyedOptions & { readonly normalize?: (value: string) => string | null }): Masker {
  return keyedHash('hash', { tokenBytes: 32, encoding: 'hex', ...options });
}

function keyedHash(name: string, options: TokenOptions): Masker {
  const { suite = 'intl', mac = 'hmac', tokenBytes, encoding, prefix, normalize } = options;
  if (mac !== 'hmac' && mac !== 'cmac') {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'mac', problem: 'must be hmac or cmac' });
  }
  const fast = mac === 'cmac';
  const key = fast
    ? deriveKey(name, options, 'token-cmac', suiteOf(suite).keyBytes.cmac)
    : deriveKey(name, options, 'token');
  const form: TokenForm = {
    ...(tokenBytes !== undefined && { tokenBytes }),
    ...(encoding !== undefined && { encoding }),
    ...(prefix !== undefined && { prefix }),
  };
  const tokens = (column: ByteColumn): ByteColumn =>
    fast ? cmacTokens(key, column, { suite, ...form }) : hmacTokens(key, column, { suite, ...form });
  // Refuses an unusable form before any data is seen.
  tokens({ bytes: new Uint8Array(), offsets: new Int32Array(1) });
  const kernel: ValuesKernel = (values) => {
    const given = normalize === undefined ? values : normalized(values, normalize);
    return withoutNulls(tokens({ bytes: given.bytes, offsets: int32(given.offsets) }), values);
  };
  const map = columnMapper(kernel);
  return {
    name,
    streams: true,
    reversible: false,
    apply: (column) => map(column),
    leakage: ({ column }) => leakageOf(column, name, { equality: true, key: { id: key.id, state: key.label.state } }),
  };
}

/** Offsets as `Int32Array`, sharing memory: they are below 2^31. */
export function int32(offsets: Int32Array | Uint32Array): Int32Array {
  return offsets instanceof Int32Array ? offsets : new Int32Array(offsets.buffer, offsets.byteOffset, offsets.length);
}

/** Removes what a kernel wrote for cells that are null. */
export function withoutNulls(
  written: { readonly bytes: Uint8Array; readonly offsets: Int32Array },
  values: Values,
): MaskedValues {
  const { validity } = values;
  if (validity === null) return { ...written, refused: null };
  const offsets = new Int32Array(values.length + 1);
  const bytes = new Uint8Array(written.bytes.length);
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    if (bit(validity, i)) {
      const from = written.offsets[i] as number;
      const to = written.offsets[i + 1] as number;
      bytes.set(written.bytes.subarray(from, to), end);
      end += to - from;
    }
    offsets[i + 1] = end;
  }
  return { offsets, bytes: bytes.subarray(0, end), refused: null };
}

/** Values in their normal form; one that has none keeps its bytes (a token reveals nothing of it). */
function normalized(values: Values, normalize: (value: string) => string | null): Values {
  const parts: Uint8Array[] = [];
  const offsets = new Int32Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    const raw = values.bytes.subarray(values.offsets[i] as number, values.offsets[i + 1] as number);
    const normal = values.validity !== null && !bit(values.validity, i) ? null : normalize(decoder.decode(raw));
    const part = normal === null ? raw : encoder.encode(normal);
    parts.push(part);
    offsets[i + 1] = (offsets[i] as number) + part.length;
  }
  const bytes = new Uint8Array(offsets[values.length] as number);
  parts.forEach((part, i) => {
    bytes.set(part, offsets[i]);
  });
  return { length: values.length, offsets, bytes, validity: values.validity };
}
