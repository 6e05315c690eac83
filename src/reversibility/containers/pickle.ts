/**
 * Python pickles read without running any of their code: what would be called becomes a list of its arguments; NumPy arrays
 * become lists of their numbers.
 *
 * Python `pickletools` (protocols 0 to 5); numpy.ndarray.__reduce__ for the state of arrays.
 * @module
 */
import { numbersOfBytes } from './arrays.js';
import { textOfBytes, utf8OfBytes, viewOfBytes } from './bytes.js';

/** What would be called or built: its name, its arguments, and the state it is given. */
class Made {
  state: unknown = null;

  constructor(
    readonly name: unknown,
    readonly args: unknown,
  ) {}
}

/** A name that the pickle imports. */
class Global {
  constructor(readonly name: string) {}
}

const MARK = Symbol('mark');
const MOST_STEPS = 20_000_000;

class Machine {
  private at = 0;
  private stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = viewOfBytes(bytes);
  }

  private take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new RangeError('end of data');
    const own = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return own;
  }

  private number(size: number): number {
    const own = this.take(size);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + (own[i] as number);
    return value;
  }

  private line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw new RangeError('end of data');
    const own = textOfBytes(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return own;
  }

  private long(bytes: Uint8Array): string | number {
    let value = 0n;
    for (let i = bytes.length - 1; i >= 0; i--) value = value * 256n + BigInt(bytes[i] as number);
    const own = bytes.length === 0 ? 0n : BigInt.asIntN(8 * bytes.length, value);
    return own > -9007199254740992n && own < 9007199254740992n ? Number(own) : own.toString();
  }

  private marked(): unknown[] {
    const at = this.stack.lastIndexOf(MARK);
    if (at < 0) throw new RangeError('no mark');
    const own = this.stack.splice(at).slice(1);
    return own;
  }

  private text(bytes: Uint8Array): string {
    return utf8OfBytes(bytes) ?? textOfBytes(bytes);
  }

  private set(target: unknown, pairs: readonly unknown[]): void {
    if (!(target instanceof Map)) return;
    for (let i = 0; i + 1 < pairs.length; i += 2) target.set(pairs[i], pairs[i + 1]);
  }

  private pop(): unknown {
    return this.stack.pop();
  }

  run(): unknown {
    for (let step = 0; step < MOST_STEPS; step++) {
      const code = String.fromCharCode(this.take(1)[0] as number);
      if (code === '.') return this.pop();
      this.step(code);
    }
    throw new RangeError('too long');
  }

  private step(code: string): void {
    const push = (value: unknown): unknown => this.stack.push(value);
    const top = (): unknown => this.stack[this.stack.length - 1];
    switch (code) {
      case '\x80':
        this.take(1);
        break;
      case '\x95':
        this.take(8);
        break;
      case '(':
        push(MARK);
        break;
      case '0':
        this.pop();
        break;
      case '1':
        this.marked();
        break;
      case '2':
        push(top());
        break;
      case 'N':
        push(null);
        break;
      case '\x88':
      case '\x89':
        push(code === '\x88');
        break;
      case 'K':
        push(this.number(1));
        break;
      case 'M':
        push(this.number(2));
        break;
      case 'J':
        push(this.number(4) | 0);
        break;
      case 'I':
      case 'L':
      case 'F':
        push(Number(this.line().replace(/L$/, '')));
        break;
      case 'G':
        push(this.view.getFloat64(this.at));
        this.take(8);
        break;
      case '\x8a':
        push(this.long(this.take(this.number(1))));
        break;
      case '\x8b':
        push(this.long(this.take(this.number(4))));
        break;
      case 'U':
      case '\x8c':
        push(this.text(this.take(this.number(1))));
        break;
      case 'C':
        push(this.take(this.number(1)));
        break;
      case 'X':
      case 'T':
        push(this.text(this.take(this.number(4))));
        break;
      case 'B':
        push(this.take(this.number(4)));
        break;
      case '\x8d':
        push(this.text(this.take(this.number(8))));
        break;
      case '\x8e':
      case '\x96':
        push(this.take(this.number(8)));
        break;
      case 'V':
        push(
          this.line().replace(/\\(?:u([0-9a-f]{4})|U([0-9a-f]{8}))/g, (_, short: string | undefined, long: string) =>
            String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(short ?? long, 16))),
          ),
        );
        break;
      case 'S':
        push(this.line().replace(/^'|'$/g, ''));
        break;
      case ']':
      case ')':
      case '\x8f':
        push([]);
        break;
      case '}':
        push(new Map());
        break;
      case 'l':
      case 't':
        push(this.marked());
        break;
      case 'd': {
        const own = new Map();
        this.set(own, this.marked());
        push(own);
        break;
      }
      case '\x85':
      case '\x86':
      case '\x87':
        push(this.stack.splice(this.stack.length - (code.charCodeAt(0) - 0x84)));
        break;
      case 'a': {
        const value = this.pop();
        const list = top();
        if (Array.isArray(list)) list.push(value);
        break;
      }
      case 'e':
      case '\x90': {
        const values = this.marked();
        const list = top();
        if (Array.isArray(list)) for (const value of values) list.push(value);
        break;
      }
      case 's': {
        const value = this.pop();
        const key = this.pop();
        this.set(top(), [key, value]);
        break;
      }
      case 'u': {
        const pairs = this.marked();
        this.set(top(), pairs);
        break;
      }
      case '\x94':
        this.memo.set(this.memo.size, top());
        break;
      case 'q':
        this.memo.set(this.number(1), top());
        break;
      case 'r':
        this.memo.set(this.number(4), top());
        break;
      case 'p':
        this.memo.set(Number(this.line()), top());
        break;
      case 'h':
        push(this.memo.get(this.number(1)));
        break;
      case 'j':
        push(this.memo.get(this.number(4)));
        break;
      case 'g':
        push(this.memo.get(Number(this.line())));
        break;
      case 'c':
        push(new Global(`${this.line()}.${this.line()}`));
        break;
      case '\x93': {
        const name = this.pop();
        push(new Global(`${String(this.pop())}.${String(name)}`));
        break;
      }
      case 'R':
      case '\x81': {
        const args = this.pop();
        push(new Made(this.pop(), args));
        break;
      }
      case 'b': {
        const state = this.pop();
        const own = top();
        if (own instanceof Made) own.state = state;
        break;
      }
      default:
        throw new RangeError('no pickle');
    }
  }
}

/** Values as plain lists; an array as the list of its numbers, of two dimensions as a list a row. */
function plain(value: unknown, depth: number): unknown {
  if (depth > 24 || value instanceof Global) return null;
  if (value instanceof Uint8Array) return textOfBytes(value);
  if (value instanceof Map) return [...value.values()].map((own) => plain(own, depth + 1));
  if (Array.isArray(value)) return value.map((own) => plain(own, depth + 1));
  if (!(value instanceof Made)) return value;
  const array = arrayOf(value);
  if (array !== null) return array;
  const parts = [plain(value.args, depth + 1), plain(value.state, depth + 1)];
  return parts.filter((part) => typeof part === 'object' && part !== null);
}

/** The numbers or objects of a pickled NumPy array; null for anything else. */
function arrayOf(made: Made): unknown {
  const { state, args } = made;
  if (Array.isArray(state) && state.length === 5 && Array.isArray(state[1])) {
    const [, shape, kind, turned, data] = state as [unknown, unknown[], unknown, unknown, unknown];
    return shaped(shape, dtypeOf(kind), turned === true, data);
  }
  // Protocol 5: numpy.core.numeric._frombuffer(bytes, dtype, shape, order).
  if (made.name instanceof Global && /_frombuffer$/.test(made.name.name) && Array.isArray(args)) {
    const [data, kind, shape, order] = args as [unknown, unknown, unknown[], unknown];
    return Array.isArray(shape) ? shaped(shape, dtypeOf(kind), order === 'F', data) : null;
  }
  return null;
}

function dtypeOf(kind: unknown): string {
  if (!(kind instanceof Made) || !Array.isArray(kind.args)) return '';
  const little = !(Array.isArray(kind.state) && kind.state[1] === '>');
  return `${little ? '<' : '>'}${String(kind.args[0])}`;
}

function shaped(shape: readonly unknown[], dtype: string, turned: boolean, data: unknown): unknown {
  const flat = Array.isArray(data)
    ? data.map((own) => plain(own, 12))
    : data instanceof Uint8Array
      ? numbersOfBytes(data, dtype)
      : null;
  if (flat === null) return null;
  const [rows, columns] = shape as [number, number | undefined];
  if (columns === undefined) return flat;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => flat[turned ? column * rows + row : row * columns + column]),
  );
}

/** The value of a pickle as lists; undefined for anything else. */
export function valueOfPickle(bytes: Uint8Array): unknown {
  if (bytes.length < 4 || bytes[bytes.length - 1] !== 46) return undefined;
  if (!((bytes[0] === 0x80 && (bytes[1] as number) <= 5) || /^[(\]}]/.test(String.fromCharCode(bytes[0] as number))))
    return undefined;
  try {
    return plain(new Machine(bytes).run(), 0);
  } catch {
    return undefined;
  }
}
