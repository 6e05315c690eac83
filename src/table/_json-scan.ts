/**
 * Scanner for one line of NDJSON: finds the members of a JSON object (RFC 8259) in UTF-8 bytes without making values.
 *
 * Numbers and nested values keep their exact text; strings are decoded only when they hold escapes.
 * @module
 */

/** Kinds of member values. */
export const JsonKind = { string: 0, escaped: 1, number: 2, true: 3, false: 4, null: 5, nested: 6 } as const;

/** Deepest nesting of a value. */
const MAX_DEPTH = 512;
/** Fields kept per member: start and end of the key, whether it has escapes, kind, start and end of the value. */
const WIDTH = 6;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Members of the line that was scanned last. */
export class ObjectScanner {
  /** Number of members. */
  members = 0;
  #fields: Int32Array = new Int32Array(64 * WIDTH);
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #escaped = false;
  readonly #closers: Uint8Array = new Uint8Array(MAX_DEPTH);

  keyStart(member: number): number {
    return this.#fields[member * WIDTH] as number;
  }
  keyEnd(member: number): number {
    return this.#fields[member * WIDTH + 1] as number;
  }
  keyEscaped(member: number): boolean {
    return this.#fields[member * WIDTH + 2] === 1;
  }
  kind(member: number): number {
    return this.#fields[member * WIDTH + 3] as number;
  }
  valueStart(member: number): number {
    return this.#fields[member * WIDTH + 4] as number;
  }
  valueEnd(member: number): number {
    return this.#fields[member * WIDTH + 5] as number;
  }

  /** Scans `bytes[start, end)`; false when it is not exactly one JSON object. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#end = end;
    this.members = 0;
    let at = this.#blank(start);
    if (at >= end || bytes[at] !== 0x7b) return false;
    at = this.#blank(at + 1);
    if (at < end && bytes[at] === 0x7d) return this.#blank(at + 1) === end;
    for (;;) {
      const base = this.members * WIDTH;
      if (base === this.#fields.length) this.#grow();
      if (at >= end || bytes[at] !== QUOTE) return false;
      const keyEnd = this.#string(at + 1);
      if (keyEnd < 0) return false;
      this.#fields[base] = at + 1;
      this.#fields[base + 1] = keyEnd;
      this.#fields[base + 2] = this.#escaped ? 1 : 0;
      at = this.#blank(keyEnd + 1);
      if (at >= end || bytes[at] !== 0x3a) return false;
      at = this.#value(this.#blank(at + 1), base);
      if (at < 0) return false;
      this.members++;
      at = this.#blank(at);
      if (at >= end) return false;
      if (bytes[at] === 0x7d) return this.#blank(at + 1) === end;
      if (bytes[at] !== 0x2c) return false;
      at = this.#blank(at + 1);
    }
  }

  /** Scans the value of a member; returns the position after it, or -1. */
  #value(at: number, base: number): number {
    const bytes = this.#bytes;
    if (at >= this.#end) return -1;
    let start = at;
    let end: number;
    let next: number;
    let kind: number;
    switch (bytes[at]) {
      case QUOTE:
        start = at + 1;
        end = this.#string(start);
        if (end < 0) return -1;
        next = end + 1;
        kind = this.#escaped ? JsonKind.escaped : JsonKind.string;
        break;
      case 0x7b:
      case 0x5b:
        next = this.#nested(at);
        end = next;
        kind = JsonKind.nested;
        break;
      case 0x74:
        next = this.#word(at, 'true');
        end = next;
        kind = JsonKind.true;
        break;
      case 0x66:
        next = this.#word(at, 'false');
        end = next;
        kind = JsonKind.false;
        break;
      case 0x6e:
        next = this.#word(at, 'null');
        end = next;
        kind = JsonKind.null;
        break;
      default:
        next = this.#number(at);
        end = next;
        kind = JsonKind.number;
    }
    if (next < 0) return -1;
    this.#fields[base + 3] = kind;
    this.#fields[base + 4] = start;
    this.#fields[base + 5] = end;
    return next;
  }

  #blank(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    while (at < this.#end) {
      const byte = bytes[at] as number;
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) break;
      at++;
    }
    return at;
  }

  /** Position of the closing quote, or -1; notes whether there are escapes. */
  #string(start: number): number {
    const bytes = this.#bytes;
    this.#escaped = false;
    let at = start;
    while (at < this.#end) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) return at;
      if (byte < 0x20) return -1;
      if (byte !== BACKSLASH) {
        at++;
        continue;
      }
      this.#escaped = true;
      const next = at + 1 < this.#end ? (bytes[at + 1] as number) : 0;
      if (next === 0x75) {
        if (at + 6 > this.#end) return -1;
        for (let i = at + 2; i < at + 6; i++) if (hexDigit(bytes[i] as number) < 0) return -1;
        at += 6;
      } else if (escapeOf(next) >= 0) {
        at += 2;
      } else {
        return -1;
      }
    }
    return -1;
  }

  #number(start: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = start;
    if (bytes[at] === 0x2d) at++;
    const digits = at;
    while (at < end && isDigit(bytes[at] as number)) at++;
    if (at === digits || (at - digits > 1 && bytes[digits] === 0x30)) return -1;
    if (at < end && bytes[at] === 0x2e) {
      const fraction = ++at;
      while (at < end && isDigit(bytes[at] as number)) at++;
      if (at === fraction) return -1;
    }
    if (at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
      at++;
      if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
      const exponent = at;
      while (at < end && isDigit(bytes[at] as number)) at++;
      if (at === exponent) return -1;
    }
    return at;
  }

  #word(at: number, word: string): number {
    if (at + word.length > this.#end) return -1;
    for (let i = 0; i < word.length; i++) if (this.#bytes[at + i] !== word.charCodeAt(i)) return -1;
    return at + word.length;
  }

  /** Position after a nested object or array, or -1; every part of it is checked. */
  #nested(start: number): number {
    const bytes = this.#bytes;
    const closers = this.#closers;
    let depth = 0;
    let at = start;
    for (;;) {
      // Here a value must begin.
      if (at >= this.#end) return -1;
      const byte = bytes[at] as number;
      if (byte === 0x7b || byte === 0x5b) {
        if (depth === MAX_DEPTH) return -1;
        closers[depth++] = byte + 2;
        at = this.#blank(at + 1);
        if (at >= this.#end) return -1;
        if (bytes[at] !== byte + 2) {
          if (byte === 0x7b) at = this.#key(at);
          if (at < 0) return -1;
          continue;
        }
      } else {
        if (byte === QUOTE) at = this.#string(at + 1);
        else if (byte === 0x74) at = this.#word(at, 'true') - 1;
        else if (byte === 0x66) at = this.#word(at, 'false') - 1;
        else if (byte === 0x6e) at = this.#word(at, 'null') - 1;
        else at = this.#number(at) - 1;
        if (at < 0) return -1;
        at = this.#blank(at + 1);
      }
      // Here a value has ended: close what ends with it, then go on to the next.
      for (;;) {
        if (at >= this.#end) return -1;
        const closer = closers[depth - 1] as number;
        if (bytes[at] === closer) {
          depth--;
          if (depth === 0) return at + 1;
          at = this.#blank(at + 1);
          continue;
        }
        if (bytes[at] !== 0x2c) return -1;
        at = this.#blank(at + 1);
        if (closer === 0x7d) at = this.#key(at);
        if (at < 0) return -1;
        break;
      }
    }
  }

  /** Position of the value after a key and its colon, or -1. */
  #key(at: number): number {
    if (at >= this.#end || this.#bytes[at] !== QUOTE) return -1;
    const end = this.#string(at + 1);
    if (end < 0) return -1;
    const colon = this.#blank(end + 1);
    return colon < this.#end && this.#bytes[colon] === 0x3a ? this.#blank(colon + 1) : -1;
  }

  #grow(): void {
    const fields = new Int32Array(this.#fields.length * 2);
    fields.set(this.#fields);
    this.#fields = fields;
  }
}

/**
 * Writes the decoded bytes of a string with escapes into `target` (at least as long as the range) and returns their
 * number, or -1 when it holds a lone surrogate, which UTF-8 cannot.
 */
export function decodeEscapes(bytes: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let length = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte !== BACKSLASH) {
      target[length++] = byte;
      at++;
      continue;
    }
    const next = bytes[at + 1] as number;
    if (next !== 0x75) {
      target[length++] = escapeOf(next);
      at += 2;
      continue;
    }
    let point = codeUnit(bytes, at + 2);
    at += 6;
    if (point >= 0xdc00 && point <= 0xdfff) return -1;
    if (point >= 0xd800 && point <= 0xdbff) {
      if (at + 6 > end || bytes[at] !== BACKSLASH || bytes[at + 1] !== 0x75) return -1;
      const low = codeUnit(bytes, at + 2);
      if (low < 0xdc00 || low > 0xdfff) return -1;
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
      at += 6;
    }
    length = appendPoint(point, target, length);
  }
  return length;
}

function appendPoint(point: number, target: Uint8Array, length: number): number {
  let at = length;
  if (point < 0x80) {
    target[at++] = point;
  } else if (point < 0x800) {
    target[at++] = 0xc0 | (point >> 6);
    target[at++] = 0x80 | (point & 63);
  } else if (point < 0x10000) {
    target[at++] = 0xe0 | (point >> 12);
    target[at++] = 0x80 | ((point >> 6) & 63);
    target[at++] = 0x80 | (point & 63);
  } else {
    target[at++] = 0xf0 | (point >> 18);
    target[at++] = 0x80 | ((point >> 12) & 63);
    target[at++] = 0x80 | ((point >> 6) & 63);
    target[at++] = 0x80 | (point & 63);
  }
  return at;
}

function codeUnit(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i++) unit = unit * 16 + hexDigit(bytes[i] as number);
  return unit;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  return -1;
}

function escapeOf(byte: number): number {
  switch (byte) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
      return byte;
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return -1;
  }
}
