/**
 * Consistent sampling: the same persons in every table and at every time, decided by a keyed hash of their identifier.
 *
 * Duffield and Grossglauser, SIGCOMM 2000 (hash-based sampling); keyed, because an unkeyed hash tells everybody who is in the sample.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { hmacToken, type KeyLike } from '../../crypto/index.js';
import type { Codes } from '../../table/index.js';

/**
 * For each code of the person column: is the person in the sample? A person enters when the first 53 bits of
 * HMAC-SHA-256(key, identifier) lie below rate · 2^53, so a sample of a lower rate is a part of that of a higher one.
 * Rows without an identifier never enter.
 *
 * @throws SCRIM_ARGUMENT unless 0 < rate <= 1
 */
export function consistentMembers(person: Codes, rate: number, key: KeyLike): Uint8Array {
  if (!(rate > 0 && rate <= 1)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'rate', problem: 'it must be above 0 and at most 1' });
  }
  const members = new Uint8Array(person.cardinality);
  const limit = rate * 2 ** 53;
  for (let code = 0; code < person.dictionary.size; code++) {
    const digest = hmacToken(key, person.dictionary.bytesAt(code));
    let high = 0;
    for (let i = 0; i < 4; i++) high = high * 256 + (digest[i] as number);
    let low = 0;
    for (let i = 4; i < 7; i++) low = low * 256 + (digest[i] as number);
    const place = high * 2 ** 21 + Math.floor(low / 8);
    members[code] = place < limit ? 1 : 0;
  }
  return members;
}
