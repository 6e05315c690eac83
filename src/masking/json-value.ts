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
const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;

/** Reads a JSON text; null when it is none, or is too large for the reader. */
export function parseJson(text: string): JsonValue | null {
  try {
    return read(text);
  } catch {
    return null;
  }
}

function read(text: string): JsonValue | null {
  let at = 0;
  const match = (expression: RegExp): string | null => {
    expression.lastIndex = at;
    const found = expression.exec(text);
    if (found === null) return null;
    at += found[0].length;
    return found[0];
  };
  const sign = (expected: string): boolean => {
    match(SPACE);
    if (text.charAt(at) !== expected) return false;
    at++;
    return true;
  };
  const value = (depth: number): JsonValue | null => {
    if (depth > MAX_DEPTH) return null;
    match(SPACE);
    if (sign('{')) {
      const members: [string, JsonValue][] = [];
      if (sign('}')) return { kind: 'object', members };
      do {
        match(SPACE);
        const name = match(STRING);
        if (name === null || !sign(':')) return null;
        const member = value(depth + 1);
        if (member === null) return null;
        members.push([JSON.parse(name) as string, member]);
      } while (sign(','));
      return sign('}') ? { kind: 'object', members } : null;
    }
    if (sign('[')) {
      const items: JsonValue[] = [];
      if (sign(']')) return { kind: 'array', items };
      do {
        const item = value(depth + 1);
        if (item === null) return null;
        items.push(item);
      } while (sign(','));
      return sign(']') ? { kind: 'array', items } : null;
    }
    const string = match(STRING);
    if (string !== null) return { kind: 'string', text: JSON.parse(string) as string };
    const number = match(NUMBER);
    if (number !== null) return { kind: 'number', text: number };
    const literal = match(LITERAL);
    return literal === null ? null : { kind: 'literal', text: literal };
  };
  const result = value(0);
  match(SPACE);
  return at === text.length ? result : null;
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
