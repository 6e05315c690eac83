/**
 * JSON text of values that JSON.stringify does not write exactly: 64-bit integers keep their digits, bytes become hex.
 * @module
 */
import { hexOf } from '../core/index.js';

/** JSON text of a nested value as a columnar file holds it; dates as ISO 8601, bytes as hex, missing members as null. */
export function jsonText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return JSON.stringify(hexOf(value));
  if (value instanceof Date) return JSON.stringify(Number.isNaN(value.getTime()) ? null : value.toISOString());
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as unknown as ArrayLike<unknown>, jsonText).join(',')}]`;
  }
  if (typeof value === 'object') {
    const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
