/**
 * A YAML or JSON specification read key by key: what is wrong is refused with file, line and column, never with the value.
 * @module
 */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { ScrimError } from '../core/index.js';
import { readInputText } from './input-file.js';

/** Keys and positions from the top of the document. */
export type SpecPath = readonly (string | number)[];

const LARGEST = 4 * 2 ** 20;

/** One mapping of a specification. */
export class Spec {
  readonly #place: (path: SpecPath) => string;
  readonly #path: SpecPath;
  readonly #data: Readonly<Record<string, unknown>>;

  private constructor(data: unknown, path: SpecPath, place: (path: SpecPath) => string) {
    this.#path = path;
    this.#place = place;
    if (typeof data !== 'object' || data === null || Array.isArray(data)) throw this.refuse([], 'expected a mapping');
    this.#data = data as Record<string, unknown>;
  }

  /** Reads and parses a file. @throws SCRIM_FILE_MISSING, SCRIM_DP_SPEC */
  static read(file: string): Spec {
    const text = readInputText(file);
    const fail = (place: string, problem: string): ScrimError =>
      new ScrimError('SCRIM_DP_SPEC', { place, path: '(document)', problem });
    if (text.length > LARGEST) throw fail(file, 'the file is larger than 4 MiB');
    const lines = new LineCounter();
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: true,
      stringKeys: true,
    });
    const at = (offset: number): string => {
      const { line, col } = lines.linePos(offset);
      return `${file}:${Math.max(1, line)}:${Math.max(1, col)}`;
    };
    const [problem] = document.errors;
    if (problem !== undefined) throw fail(at(problem.pos[0]), `this is not readable YAML or JSON (${problem.code})`);
    let data: unknown;
    try {
      data = document.toJS({ maxAliasCount: 50 });
    } catch {
      throw fail(`${file}:1:1`, 'too many aliases');
    }
    return new Spec(data, [], (path) => at(offsetOf(document.contents as Node | null, path)));
  }

  /** The refusal of a key of this mapping. */
  refuse(path: SpecPath, problem: string): ScrimError {
    const whole = [...this.#path, ...path];
    const name = whole.length === 0 ? '(document)' : whole.join('.');
    return new ScrimError('SCRIM_DP_SPEC', { place: this.#place(whole), path: name, problem });
  }

  has(key: string): boolean {
    return this.#data[key] !== undefined;
  }

  isNull(key: string): boolean {
    return this.#data[key] === null;
  }

  /** Refuses keys beyond those listed. */
  only(...keys: readonly string[]): this {
    for (const key of Object.keys(this.#data)) {
      if (!keys.includes(key)) throw this.refuse([key], `unknown key; known are ${keys.join(', ')}`);
    }
    return this;
  }

  #needed(key: string): unknown {
    if (!this.has(key)) throw this.refuse([], `${key} is missing`);
    return this.#data[key];
  }

  number(key: string): number {
    const value = this.#needed(key);
    if (typeof value !== 'number') throw this.refuse([key], 'expected a number');
    return value;
  }

  truth(key: string): boolean {
    const value = this.#needed(key);
    if (typeof value !== 'boolean') throw this.refuse([key], 'expected true or false');
    return value;
  }

  text(key: string): string {
    const value = this.#needed(key);
    if (typeof value !== 'string' || value.trim() === '') throw this.refuse([key], 'expected text');
    return value;
  }

  word<Word extends string>(key: string, words: readonly Word[]): Word {
    const value = this.#needed(key);
    if (!words.includes(value as Word)) throw this.refuse([key], `expected one of ${words.join(', ')}`);
    return value as Word;
  }

  map(key: string): Spec {
    return new Spec(this.#needed(key), [...this.#path, key], this.#place);
  }

  list(key: string): readonly unknown[] {
    const value = this.#needed(key);
    if (!Array.isArray(value)) throw this.refuse([key], 'expected a list');
    return value;
  }

  maps(key: string): Spec[] {
    return this.list(key).map((item, i) => new Spec(item, [...this.#path, key, i], this.#place));
  }

  numbers(key: string): number[] {
    return this.list(key).map((item, i) => {
      if (typeof item !== 'number') throw this.refuse([key, i], 'expected a number');
      return item;
    });
  }

  texts(key: string): string[] {
    return this.list(key).map((item, i) => {
      if (typeof item !== 'string' || item === '') throw this.refuse([key, i], 'expected text');
      return item;
    });
  }
}

function offsetOf(contents: Node | null, path: SpecPath): number {
  let node = contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined;
      if (item === undefined) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}
