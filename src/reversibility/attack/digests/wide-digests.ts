/**
 * Digests of short texts by Keccak (FIPS 202, and Keccak as submitted, with its own padding) and BLAKE2b (RFC 7693) of any length,
 * an order of magnitude above portable JavaScript. Platforms without WebAssembly, and long texts, take the portable ones.
 * See hashes.md.
 * @module
 */
import { MEMORY, PLACE, wideModule } from './wide-code.js';

/** Texts of more units than this are not taken here. */
const LONGEST = 4096;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  keccak(): void;
  blake2b(counted: number, last: number): void;
  blake2s(counted: number, last: number): void;
}

/** The module at work. */
interface Engine extends Exports {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

const encoder = new TextEncoder();
let engine: Engine | null | undefined;

function started(): Engine | null {
  if (engine === undefined) {
    try {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(wideModule()));
      const own = instance.exports as unknown as Exports;
      engine = { ...own, bytes: new Uint8Array(own.memory.buffer), view: new DataView(own.memory.buffer) };
      roundConstants(engine.view);
      initialValues(engine.view);
    } catch {
      // No WebAssembly, or a policy that forbids it.
      engine = null;
    }
  }
  return engine;
}

/** FIPS 202, algorithm 5: bits of a shift register at the places 2^j - 1. */
function roundConstants(view: DataView): void {
  let register = 1;
  for (let round = 0; round < 24; round++) {
    for (let j = 0; j < 7; j++) {
      if ((register & 1) === 1) {
        const bit = 2 ** j - 1;
        const at = PLACE.constants + 8 * round + (bit >> 3);
        view.setUint8(at, view.getUint8(at) | (1 << (bit & 7)));
      }
      register = (register << 1) ^ ((register >> 7) * 0x171);
    }
  }
}

/** RFC 7693, section 2.6: the first 64 bits of the fractions of the roots of the first eight primes. */
const IV =
  '6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179';

/** Words of 64 bits for BLAKE2b, the first halves of them for BLAKE2s. */
function initialValues(view: DataView): void {
  for (let at = 0; at < 8; at++) {
    const word = BigInt(`0x${IV.slice(16 * at, 16 * at + 16)}`);
    view.setBigUint64(PLACE.iv64 + 8 * at, word, true);
    view.setUint32(PLACE.iv32 + 4 * at, Number(word >> 32n), true);
  }
}

/** Writes the text's UTF-8 to the memory; its length. */
function written(bytes: Uint8Array, text: string): number {
  const { length } = text;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return encoder.encodeInto(text, bytes.subarray(PLACE.text, MEMORY)).written;
    bytes[PLACE.text + i] = unit;
  }
  return length;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexAt(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = at; i < at + length; i++) text += HEX[bytes[i] as number] as string;
  return text;
}

/**
 * Keccak sponges of short texts as hex digits; null where there is no WebAssembly.
 *
 * @param length - bytes of the digest: the capacity is twice that
 * @param suffix - 6 for SHA-3 (FIPS 202), 1 for Keccak as submitted
 */
export function keccakHex(length: number, suffix: 1 | 6): ((text: string) => string | null) | null {
  const own = started();
  if (own === null) return null;
  const { bytes } = own;
  const rate = 200 - 2 * length;
  return (text) => {
    if (text.length > LONGEST) return null;
    const size = written(bytes, text);
    bytes.fill(0, PLACE.state, PLACE.state + 200);
    let at = 0;
    for (; size - at >= rate; at += rate) {
      absorb(bytes, at, rate);
      own.keccak();
    }
    absorb(bytes, at, size - at);
    bytes[PLACE.state + size - at] = (bytes[PLACE.state + size - at] as number) ^ suffix;
    bytes[PLACE.state + rate - 1] = (bytes[PLACE.state + rate - 1] as number) ^ 0x80;
    own.keccak();
    return hexAt(bytes, PLACE.state, length);
  };
}

function absorb(bytes: Uint8Array, from: number, count: number): void {
  for (let i = 0; i < count; i++)
    bytes[PLACE.state + i] = (bytes[PLACE.state + i] as number) ^ (bytes[PLACE.text + from + i] as number);
}

/**
 * BLAKE2 of short texts as hex digits, without a key; null where there is no WebAssembly.
 *
 * @param length - bytes of the digest
 */
export function blake2Hex(kind: 'b' | 's', length: number): ((text: string) => string | null) | null {
  const own = started();
  if (own === null) return null;
  const { bytes } = own;
  const [compress, iv, width] = kind === 'b' ? [own.blake2b, PLACE.iv64, 8] : [own.blake2s, PLACE.iv32, 4];
  const block = 16 * width;
  return (text) => {
    if (text.length > LONGEST) return null;
    const size = written(bytes, text);
    bytes.copyWithin(PLACE.state, iv, iv + 8 * width);
    // The parameter block: length of the digest, no key, fan-out and depth 1.
    bytes[PLACE.state] = (bytes[PLACE.state] as number) ^ length;
    bytes[PLACE.state + 2] = (bytes[PLACE.state + 2] as number) ^ 1;
    bytes[PLACE.state + 3] = (bytes[PLACE.state + 3] as number) ^ 1;
    let at = 0;
    for (; size - at > block; at += block) {
      bytes.copyWithin(PLACE.block, PLACE.text + at, PLACE.text + at + block);
      compress(at + block, 0);
    }
    bytes.fill(0, PLACE.block, PLACE.block + block);
    bytes.copyWithin(PLACE.block, PLACE.text + at, PLACE.text + size);
    compress(size, -1);
    return hexAt(bytes, PLACE.state, length);
  };
}
