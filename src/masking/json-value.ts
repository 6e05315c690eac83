/**
 * JSON kept exactly: numbers as their text (an 18-digit identifier stays what it is), members in order, repeats included.
 *
 * RFC 8259. Nesting deeper than 200 is refused.
 * @module
 */

/** A JSON value. Scalars keep the text they were written with. */
export type JsonValue =
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: JsonValue])[] }
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number' | 'literal'; readonly text: string };

const MAX_DEPTH = 200;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS = ['true', 'false', 'null'] as const;

/** Reads a JSON text; null when it is none, or is too large for the reader. */
export function parseJson(text: string): JsonValue | null {
  try {
    return new Reader(text).document();
  } catch {
    return null;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue | null {
    const value = this.#value(0);
    this.#space();
    return this.#at === this.#text.length ? value : null;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #sign(expected: number): boolean {
    this.#space();
    if (this.#text.charCodeAt(this.#at) !== expected) return false;
    this.#at++;
    return true;
  }

  #value(depth: number): JsonValue | null {
    if (depth > MAX_DEPTH) return null;
    this.#space();
    const code = this.#text.charCodeAt(this.#at);
    if (code === 0x7b) return this.#object(depth);
    if (code === 0x5b) return this.#array(depth);
    if (code === 0x22) {
      const string = this.#string();
      return string === null ? null : { kind: 'string', text: string };
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text)?.[0];
    const literal = number ?? LITERALS.find((word) => this.#text.startsWith(word, this.#at));
    if (literal === undefined) return null;
    this.#at += literal.length;
    return { kind: number === undefined ? 'literal' : 'number', text: literal };
  }

  #object(depth: number): JsonValue | null {
    const members: [string, JsonValue][] = [];
    this.#at++;
    if (this.#sign(0x7d)) return { kind: 'object', members };
    do {
      this.#space();
      const name = this.#string();
      if (name === null || !this.#sign(0x3a)) return null;
      const member = this.#value(depth + 1);
      if (member === null) return null;
      members.push([name, member]);
    } while (this.#sign(0x2c));
    return this.#sign(0x7d) ? { kind: 'object', members } : null;
  }

  #array(depth: number): JsonValue | null {
    const items: JsonValue[] = [];
    this.#at++;
    if (this.#sign(0x5d)) return { kind: 'array', items };
    do {
      const item = this.#value(depth + 1);
      if (item === null) return null;
      items.push(item);
    } while (this.#sign(0x2c));
    return this.#sign(0x5d) ? { kind: 'array', items } : null;
  }

  /** The string that begins here; JSON.parse reads escapes, and throws for wrong ones. */
  #string(): string | null {
    const text = this.#text;
    const start = this.#at;
    if (text.charCodeAt(start) !== 0x22) return null;
    let escaped = false;
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return escaped ? (JSON.parse(text.slice(start, at + 1)) as string) : text.slice(start + 1, at);
      }
      if (code < 0x20) return null;
      if (code === 0x5c) {
        escaped = true;
        at++;
      }
    }
    return null;
  }
}

/** Writes a value without white space. */
export function writeJson(value: JsonValue): string {
  switch (value.kind) {
    case 'object':
      return `{${value.members.map(([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`).join(',')}}`;
    case 'array':
      return `[${value.items.map(writeJson).join(',')}]`;
    case 'string':
      return JSON.stringify(value.text);
    default:
      return value.text;
  }
}

/** True when the text is a JSON number. */
export function isJsonNumber(text: string): boolean {
  NUMBER.lastIndex = 0;
  return NUMBER.exec(text)?.[0].length === text.length && text.length > 0;
}
