/**
 * Bytes that are written in groups: UUIDs, GUIDs, hardware and network addresses, octets in decimal, colours. Each as the plain
 * hexadecimal digits of its bytes, which other decoders read. See decoders.md.
 * @module
 */

const UUID = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i;
const PAIRS = /^[0-9a-f]{2}(?:[-:.][0-9a-f]{2})+$/i;
const QUADS = /^[0-9a-f]{4}(?:[-:.][0-9a-f]{4})+$/i;
const COLOUR = /^#(?:[0-9a-f]{2})+$/i;
const OCTETS = /^\d{1,3}(?:[-.,: ]\d{1,3}){2,31}$/;
const IPV6 = /^[0-9a-f:]+$/i;

/** True where all samples are UUIDs: bytes, and no text in another code. */
export function areUuids(samples: readonly (string | null)[]): boolean {
  return samples.every((text) => text === null || UUID.test(text)) && samples.some((text) => text !== null);
}

/** A UUID (RFC 9562, section 4), pairs or fours of digits between marks, a colour: the digits in their order; null for other texts. */
export function fromHexGroups(text: string): string | null {
  if (UUID.test(text) || PAIRS.test(text) || QUADS.test(text) || COLOUR.test(text))
    return text.replace(/[^0-9a-f]/gi, '');
  return null;
}

/** A GUID, whose first three groups are numbers with the last byte first (as Windows and .NET write bytes). */
export function fromGuid(text: string): string | null {
  const groups = UUID.exec(text)?.slice(1);
  if (groups === undefined) return null;
  return groups.map((digits, i) => (i < 3 ? turned(digits) : digits)).join('');
}

/** Pairs of digits from the last to the first. */
function turned(digits: string): string {
  return (digits.match(/../g) as string[]).reverse().join('');
}

/** Three or more bytes in decimal between marks of one kind, as network addresses are written. */
export function fromOctets(text: string): string | null {
  if (!OCTETS.test(text)) return null;
  const mark = /[-.,: ]/.exec(text)?.[0] as string;
  let out = '';
  for (const part of text.split(mark)) {
    const byte = Number(part);
    if (!(byte <= 255)) return null;
    out += byte.toString(16).padStart(2, '0');
  }
  return out;
}

/** Groups of up to four digits between colons, one run of noughts left out or none (RFC 4291, section 2.2). */
export function fromIpv6(text: string): string | null {
  if (!IPV6.test(text) || !text.includes(':')) return null;
  const sides = text.split('::');
  if (sides.length > 2) return null;
  const [before, after] = sides.map((side) => (side === '' ? [] : side.split(':'))) as [string[], string[] | undefined];
  const groups = [...before, ...(after ?? [])];
  if (groups.length < 2 || groups.length > 8 || groups.some((group) => group.length === 0 || group.length > 4))
    return null;
  const noughts = after === undefined ? 0 : 8 - groups.length;
  const all = [...before, ...Array.from({ length: noughts }, () => '0'), ...(after ?? [])];
  return all.map((group) => group.padStart(4, '0')).join('');
}

/** Bytes without the noughts that fill them up at the end, or at the beginning; null where there are none. */
export function withoutNoughts(bytes: string): string | null {
  let end = bytes.length;
  while (end > 0 && bytes.charCodeAt(end - 1) === 0) end--;
  let start = 0;
  while (end === bytes.length && start < end && bytes.charCodeAt(start) === 0) start++;
  return end - start === bytes.length || end === start ? null : bytes.slice(start, end);
}

/** The digits of a number that is written in groups of bytes, in whatever way; as it stands where it is not. */
export function digitsOfGroups(text: string): string {
  return fromHexGroups(text) ?? fromOctets(text) ?? fromIpv6(text) ?? text;
}
