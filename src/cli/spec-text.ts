/**
 * A YAML or JSON specification read key by key: what is wrong is refused with file, line and column, never with the value.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { readYaml, type YamlPath, type YamlPlace } from '../policy/index.js';
import { readInputText } from './input-file.js';

const LARGEST = 4 * 2 ** 20;

/** One mapping of a specification. */
export class Spec {
  readonly #place: (path: YamlPath) => string;
  readonly #path: YamlPath;
  readonly #data: Readonly<Record<string, unknown>>;

  private constructor(data: unknown, path: YamlPath, place: (path: YamlPath) => string) {
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
    const { problems, data, locate } = readYaml(text);
    const at = ({ line, column }: YamlPlace): string => `${file}:${line}:${column}`;
    const [problem] = problems;
    if (problem?.code === 'ALIAS_LIMIT') throw fail(at(problem.place), 'too many aliases');
    if (problem !== undefined) throw fail(at(problem.place), `this is not readable YAML or JSON (${problem.code})`);
    return new Spec(data, [], (path) => at(locate(path)));
  }

  /** The refusal of a key of this mapping. */
  refuse(path: YamlPath, problem: string): ScrimError {
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
