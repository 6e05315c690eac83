/**
 * Canonical JSON: one byte sequence per value, for digests and signatures (RFC 8785, JSON Canonicalization Scheme).
 *
 * Members sorted by UTF-16 code units (section 3.2.3), numbers and strings as ECMAScript writes them (3.2.2), no white space.
 * Limits: as I-JSON (RFC 7493) demands, NaN, infinities and lone surrogates are refused; so are `undefined`, functions,
 * symbols, bigints, cycles and nesting deeper than 512. Class instances are refused: pass plain data.
 * @module
 */
import { ScrimError } from './errors.js';

const MAX_DEPTH = 512;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The canonical text of JSON data.
 *
 * @throws SCRIM_ARGUMENT when the value is not JSON data (see the limits above)
 * @example
 * canonicalJson({ b: 1, a: [true, null] }); // => '{"a":[true,null],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refuse('a number is not finite');
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw refuse(`it holds a ${typeof value}`);
  if (depth >= MAX_DEPTH) throw refuse(`it is nested deeper than ${MAX_DEPTH} levels or refers to itself`);
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item: unknown) => write(item, depth + 1)).join(',')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
    throw refuse('it holds an instance of a class');
  }
  const members = Object.keys(value).sort();
  const object = value as Record<string, unknown>;
  return `{${members.map((key) => `${quote(key)}:${write(object[key], depth + 1)}`).join(',')}}`;
}

function quote(text: string): string {
  if (LONE_SURROGATE.test(text)) throw refuse('a string holds a lone surrogate');
  return JSON.stringify(text);
}

function refuse(problem: string): ScrimError {
  return new ScrimError('SCRIM_ARGUMENT', { name: 'value', problem });
}
