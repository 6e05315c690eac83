/**
 * Conditions of a policy (`age >= 60 and income > 5000`): parsed by mathjs, compiled once into closures of our own.
 *
 * Only the syntax tree is taken from mathjs; nothing of its evaluator runs. Allowed are numbers, texts, column names,
 * arithmetic, comparison, `and or not xor`, `a ? b : c` and the functions listed below, among them `column("name")`. Anything
 * else (assignment, function definition, property or index access, arrays, objects, blocks, units) is refused.
 * Missing data is not guessed: a comparison with a null cell, or of a text with a number it does not spell, is unknown
 * (three-valued logic of ISO/IEC 9075-2, 8.1), and a condition that comes out unknown decides nothing.
 * @module
 */
import type { MathNode } from 'mathjs';
import type { Bilingual } from '../core/index.js';
import { parseDate, parseNumber } from '../table/index.js';
import { conditionParser } from './condition-parser.js';

/** What an expression can be for one row; null = unknown. */
export type ConditionValue = number | string | boolean | null;

/** Reads the cell of a column, by position in {@link Condition.columns}, for one row. */
export type CellReader = (column: number) => string | null;

/** A compiled condition. */
export interface Condition {
  /** Names of the columns that it reads. */
  readonly columns: readonly string[];
  /** True, false, or null when it cannot be decided for this row. */
  evaluate(read: CellReader): boolean | null;
}

type Evaluate = (read: CellReader) => ConditionValue;

/** Why a condition cannot be used, in both languages. */
export class ConditionProblem extends Error {
  readonly text: Bilingual;
  constructor(english: string, chinese: string) {
    super(english);
    this.text = [english, chinese];
  }
}

const refuse = (english: string, chinese: string): never => {
  throw new ConditionProblem(english, chinese);
};

const toNumber = (value: ConditionValue): number | null => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  const number = parseNumber(value);
  return Number.isNaN(number) ? null : number;
};

function compare(a: ConditionValue, b: ConditionValue): number | null {
  if (a === null || b === null || typeof a === 'boolean' || typeof b === 'boolean') return null;
  const x = toNumber(a);
  const y = toNumber(b);
  if (x !== null && y !== null) return x < y ? -1 : x > y ? 1 : 0;
  if (typeof a !== 'string' || typeof b !== 'string') return null;
  const days = parseDate(a) - parseDate(b);
  return Number.isNaN(days) ? null : Math.sign(days);
}

function equal(a: ConditionValue, b: ConditionValue): boolean | null {
  if (a === null || b === null) return null;
  if (typeof a === 'number' || typeof b === 'number') {
    const x = toNumber(a);
    const y = toNumber(b);
    return x === null || y === null ? null : x === y;
  }
  return typeof a === typeof b ? a === b : null;
}

const bool = (value: ConditionValue): boolean | null => (typeof value === 'boolean' ? value : null);

const comparison: Record<string, (a: ConditionValue, b: ConditionValue) => boolean | null> = {
  smaller: (a, b) => map(compare(a, b), (order) => order < 0),
  smallerEq: (a, b) => map(compare(a, b), (order) => order <= 0),
  larger: (a, b) => map(compare(a, b), (order) => order > 0),
  largerEq: (a, b) => map(compare(a, b), (order) => order >= 0),
  equal,
  unequal: (a, b) => map(equal(a, b), (same) => !same),
};

function map<From, To>(value: From | null, to: (value: From) => To): To | null {
  return value === null ? null : to(value);
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const arithmetic: Record<string, (a: number, b: number) => number | null> = {
  add: (a, b) => finite(a + b),
  subtract: (a, b) => finite(a - b),
  multiply: (a, b) => finite(a * b),
  divide: (a, b) => finite(a / b),
  mod: (a, b) => (b === 0 ? null : finite(a - b * Math.floor(a / b))),
  pow: (a, b) => finite(a ** b),
};

interface FunctionEntry {
  readonly least: number;
  readonly most: number;
  readonly apply: (values: readonly ConditionValue[]) => ConditionValue;
}

const ofNumbers =
  (apply: (...values: number[]) => number): FunctionEntry['apply'] =>
  (values) => {
    const numbers = values.map(toNumber);
    return numbers.some((value) => value === null) ? null : finite(apply(...(numbers as number[])));
  };

const ofTexts =
  (apply: (...values: string[]) => ConditionValue): FunctionEntry['apply'] =>
  (values) =>
    values.every((value) => typeof value === 'string') ? apply(...(values as string[])) : null;

const functions: ReadonlyMap<string, FunctionEntry> = new Map<string, FunctionEntry>([
  ['abs', { least: 1, most: 1, apply: ofNumbers(Math.abs) }],
  ['floor', { least: 1, most: 1, apply: ofNumbers(Math.floor) }],
  ['ceil', { least: 1, most: 1, apply: ofNumbers(Math.ceil) }],
  ['round', { least: 1, most: 1, apply: ofNumbers(Math.round) }],
  ['min', { least: 1, most: 20, apply: ofNumbers(Math.min) }],
  ['max', { least: 1, most: 20, apply: ofNumbers(Math.max) }],
  ['missing', { least: 1, most: 1, apply: (values) => values[0] === null }],
  ['length', { least: 1, most: 1, apply: ofTexts((text) => [...text].length) }],
  ['startsWith', { least: 2, most: 2, apply: ofTexts((text, start) => text.startsWith(start)) }],
  ['endsWith', { least: 2, most: 2, apply: ofTexts((text, end) => text.endsWith(end)) }],
  ['contains', { least: 2, most: 2, apply: ofTexts((text, part) => text.includes(part)) }],
  ['oneOf', { least: 2, most: 100, apply: ([value, ...options]) => anyEqual(value as ConditionValue, options) }],
  ['year', { least: 1, most: 1, apply: ofTexts(yearOf) }],
]);

function yearOf(text: string): number | null {
  const days = parseDate(text);
  return Number.isNaN(days) ? null : new Date(days * 86_400_000).getUTCFullYear();
}

function anyEqual(value: ConditionValue, options: readonly ConditionValue[]): boolean | null {
  let unknown = false;
  for (const option of options) {
    const same = equal(value, option);
    if (same === true) return true;
    if (same === null) unknown = true;
  }
  return unknown ? null : false;
}

const MAX_NODES = 500;

/**
 * Compiles a condition.
 *
 * @throws ConditionProblem (an inner type; the policy checker turns it into an issue) for anything not allowed
 */
export function compileCondition(text: string): Condition {
  const parse = conditionParser();
  let tree: MathNode;
  try {
    tree = parse(text);
  } catch (error) {
    const at = (error as { char?: number }).char;
    return at === undefined
      ? refuse('it cannot be read', '无法解析')
      : refuse(`it cannot be read at character ${at}`, `第 ${at} 个字符处无法解析`);
  }
  const columns: string[] = [];
  let nodes = 0;

  const readColumn = (name: string): Evaluate => {
    let position = columns.indexOf(name);
    if (position < 0) position = columns.push(name) - 1;
    return (read) => read(position);
  };

  const build = (node: MathNode, depth: number): Evaluate => {
    if (++nodes > MAX_NODES || depth > 100) return refuse('it is too long', '过长');
    switch (node.type) {
      case 'ParenthesisNode':
        return build((node as MathNode & { content: MathNode }).content, depth + 1);
      case 'ConstantNode': {
        const { value } = node as MathNode & { value: unknown };
        if (typeof value === 'number' && Number.isFinite(value)) return () => value;
        if (typeof value === 'string' || typeof value === 'boolean') return () => value;
        return refuse('a constant must be a number, a text, true or false', '常量须为数字、文本、true 或 false');
      }
      case 'SymbolNode':
        return readColumn((node as MathNode & { name: string }).name);
      case 'OperatorNode':
        return buildOperator(node as MathNode & { fn: string; op: string; args: MathNode[] }, depth);
      case 'RelationalNode': {
        const { conditionals, params } = node as MathNode & { conditionals: string[]; params: MathNode[] };
        const parts = params.map((part) => build(part, depth + 1));
        const tests = conditionals.map(
          (name) => comparison[name] ?? refuse('this comparison is not offered', '不支持该比较'),
        );
        return (read) => {
          const values = parts.map((part) => part(read));
          return tests.reduce<boolean | null>(
            (so, test, i) => and(so, test(values[i] as ConditionValue, values[i + 1] as ConditionValue)),
            true,
          );
        };
      }
      case 'ConditionalNode': {
        const { condition, trueExpr, falseExpr } = node as MathNode & {
          condition: MathNode;
          trueExpr: MathNode;
          falseExpr: MathNode;
        };
        const [test, yes, no] = [condition, trueExpr, falseExpr].map((part) => build(part, depth + 1)) as [
          Evaluate,
          Evaluate,
          Evaluate,
        ];
        return (read) => map(bool(test(read)), (so) => (so ? yes(read) : no(read)));
      }
      case 'FunctionNode':
        return buildCall(node as MathNode & { fn: MathNode; args: MathNode[] }, depth);
      default:
        return refuse(
          `${node.type.replace(/Node$/, '').toLowerCase()} is not allowed`,
          `不允许使用 ${node.type.replace(/Node$/, '')}`,
        );
    }
  };

  const buildOperator = (node: { fn: string; op: string; args: MathNode[] }, depth: number): Evaluate => {
    const parts = node.args.map((part) => build(part, depth + 1));
    const [a, b] = parts as [Evaluate, Evaluate];
    if (parts.length === 1) {
      if (node.fn === 'not') return (read) => map(bool(a(read)), (value) => !value);
      if (node.fn === 'unaryMinus') return (read) => map(toNumber(a(read)), (value) => -value);
      if (node.fn === 'unaryPlus') return (read) => toNumber(a(read));
      return refuse(`operator ${node.op} is not allowed`, `不允许使用运算符 ${node.op}`);
    }
    const { implicit } = node as { implicit?: boolean };
    if (implicit === true) return refuse('two terms stand side by side without an operator', '两项之间缺少运算符');
    if (parts.length !== 2) return refuse(`operator ${node.op} is not allowed`, `不允许使用运算符 ${node.op}`);
    if (node.fn === 'and') return (read) => and(bool(a(read)), bool(b(read)));
    if (node.fn === 'or') return (read) => or(bool(a(read)), bool(b(read)));
    if (node.fn === 'xor') return (read) => xor(bool(a(read)), bool(b(read)));
    if (Object.hasOwn(comparison, node.fn)) {
      const test = comparison[node.fn] as (x: ConditionValue, y: ConditionValue) => boolean | null;
      return (read) => test(a(read), b(read));
    }
    if (Object.hasOwn(arithmetic, node.fn)) {
      const apply = arithmetic[node.fn] as (x: number, y: number) => number | null;
      return (read) => {
        const x = toNumber(a(read));
        const y = toNumber(b(read));
        return x === null || y === null ? null : apply(x, y);
      };
    }
    return refuse(`operator ${node.op} is not allowed`, `不允许使用运算符 ${node.op}`);
  };

  const buildCall = (node: { fn: MathNode; args: MathNode[] }, depth: number): Evaluate => {
    if (node.fn.type !== 'SymbolNode') return refuse('only listed functions may be called', '只能调用列出的函数');
    const { name } = node.fn as MathNode & { name: string };
    if (name === 'column') {
      const [first] = node.args;
      const value = first?.type === 'ConstantNode' ? (first as MathNode & { value: unknown }).value : undefined;
      if (node.args.length !== 1 || typeof value !== 'string') {
        return refuse('column() takes one quoted column name', 'column() 需要一个带引号的列名');
      }
      return readColumn(value);
    }
    const entry = functions.get(name);
    if (entry === undefined) return refuse(`function ${name} is not allowed`, `不允许使用函数 ${name}`);
    if (node.args.length < entry.least || node.args.length > entry.most) {
      return refuse(`function ${name} has the wrong number of arguments`, `函数 ${name} 的参数个数不对`);
    }
    const parts = node.args.map((part) => build(part, depth + 1));
    return (read) => entry.apply(parts.map((part) => part(read)));
  };

  const root = build(tree, 0);
  if (!decides(tree)) return refuse('it is not a comparison or a combination of comparisons', '不是比较或比较的组合');
  return { columns, evaluate: (read) => bool(root(read)) };
}

const LOGICAL = new Set(['and', 'or', 'xor', 'not', ...Object.keys(comparison)]);
const TESTS = new Set(['missing', 'startsWith', 'endsWith', 'contains', 'oneOf']);

/** True when the expression comes out as true or false, not as a number or text. */
function decides(node: MathNode): boolean {
  const parts = node as MathNode & { content: MathNode; fn: string & { name: string }; value: unknown };
  switch (node.type) {
    case 'ParenthesisNode':
      return decides(parts.content);
    case 'ConstantNode':
      return typeof parts.value === 'boolean';
    case 'OperatorNode':
      return LOGICAL.has(parts.fn);
    case 'FunctionNode':
      return TESTS.has(parts.fn.name);
    case 'ConditionalNode': {
      const { trueExpr, falseExpr } = node as MathNode & { trueExpr: MathNode; falseExpr: MathNode };
      return decides(trueExpr) && decides(falseExpr);
    }
    default:
      return node.type === 'RelationalNode';
  }
}

function and(a: boolean | null, b: boolean | null): boolean | null {
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
}

function or(a: boolean | null, b: boolean | null): boolean | null {
  if (a === true || b === true) return true;
  return a === null || b === null ? null : false;
}

function xor(a: boolean | null, b: boolean | null): boolean | null {
  return a === null || b === null ? null : a !== b;
}
