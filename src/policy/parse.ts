/**
 * Reads a policy: text to checked document, or every problem at once with its place.
 * @module
 */
import { canonicalJson, type Json, sha256Hex } from '../core/index.js';
import { checkPolicy } from './check.js';
import type { Policy } from './document.js';
import { nearest, PolicyError, type PolicyIssue, type PolicyIssueCode } from './issue.js';
import { policyJsonSchema, policySchema } from './schema.js';
import { readYaml, type YamlPath, type YamlText } from './yaml.js';

/** A policy that passed all checks, and where it came from. */
export interface ParsedPolicy {
  readonly policy: Policy;
  /** Name of the file it was read from. */
  readonly file: string;
  /** SHA-256 of its canonical form; records and ledgers carry it. */
  readonly digest: string;
  /** The same checks against the columns of a source; throws {@link PolicyError} for columns that it does not have. */
  checkColumns(source: string, names: readonly string[]): void;
}

/** Options of {@link parsePolicy}. */
export interface ParseOptions {
  /** The day on which approvals must hold, YYYY-MM-DD. Default: today (UTC). */
  readonly today?: string;
}

/** Largest policy text, in characters. */
const MAX_TEXT = 1_000_000;

const encoder = new TextEncoder();

/**
 * Reads and checks a policy in YAML or JSON.
 *
 * @param text - the document
 * @param file - name shown in errors
 * @throws SCRIM_POLICY_INVALID as {@link PolicyError}, with every issue and its line and column
 */
export function parsePolicy(text: string, file: string, options: ParseOptions = {}): ParsedPolicy {
  const issues: PolicyIssue[] = [];
  if (text.length > MAX_TEXT) {
    throw new PolicyError(file, [
      { code: 'too-large', path: '', line: 0, column: 0, facts: { limit: String(MAX_TEXT) }, suggestion: null },
    ]);
  }
  const source = readYaml(text.startsWith('\uFEFF') ? text.slice(1) : text);
  const report = reporter(source, issues);
  for (const { code, place } of source.problems) {
    issues.push({ code: 'syntax', path: '', ...place, facts: { detail: code }, suggestion: null });
  }
  if (issues.length > 0) throw new PolicyError(file, issues);
  const result = policySchema.safeParse(source.data);
  if (!result.success) {
    for (const issue of flatten(result.error.issues as unknown as ZodIssue[], [], source.data))
      translate(issue, source.data, report);
    throw new PolicyError(file, sorted(issues));
  }
  const policy = withDefaults(result.data as Record<string, unknown>);
  checkPolicy(policy, options.today ?? new Date().toISOString().slice(0, 10), report);
  if (issues.length > 0) throw new PolicyError(file, sorted(issues));
  return {
    policy,
    file,
    digest: sha256Hex(encoder.encode(canonicalJson(policy as unknown as Json))),
    checkColumns(name, names) {
      const missing: PolicyIssue[] = [];
      const also = reporter(source, missing);
      const known = new Set(names);
      for (const column of Object.keys(policy.columns)) {
        if (!known.has(column))
          also('unknown-column', ['columns', column], { column, source: name }, nearest(column, names));
      }
      if (policy.person !== undefined && !known.has(policy.person)) {
        also('unknown-column', ['person'], { column: policy.person, source: name }, nearest(policy.person, names));
      }
      checkPolicy(policy, null, also, known, name);
      if (missing.length > 0) throw new PolicyError(file, sorted(missing));
    },
  };
}

/** Adds an issue at a path of the document. */
export type Report = (
  code: PolicyIssueCode,
  path: YamlPath,
  facts?: Readonly<Record<string, string>>,
  suggestion?: string | null,
) => void;

function reporter(source: YamlText, issues: PolicyIssue[]): Report {
  return (code, path, facts = {}, suggestion = null) => {
    const { line, column } = source.locate(path);
    issues.push({ code, path: path.join('.'), line, column, facts, suggestion });
  };
}

function sorted(issues: PolicyIssue[]): PolicyIssue[] {
  return issues.sort((a, b) => a.line - b.line || a.column - b.column);
}

function withDefaults(data: Record<string, unknown>): Policy {
  return { suite: 'intl', models: [], legalBasis: [], profiles: [], ...data } as unknown as Policy;
}

/** The parts of a zod issue that are used; its message, which may hold values, is not. */
interface ZodIssue {
  readonly code: string;
  readonly path: readonly (string | number)[];
  readonly expected?: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly options?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly inclusive?: boolean;
  readonly origin?: string;
  readonly format?: string;
  readonly note?: string;
  readonly errors?: readonly (readonly ZodIssue[])[];
  readonly issues?: readonly ZodIssue[];
}

/** Replaces the issue of a union by the issues of the branch that was meant. */
function flatten(issues: readonly ZodIssue[], prefix: YamlPath, data: unknown): ZodIssue[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'invalid_union' && issue.errors !== undefined && issue.errors.length > 0) {
      const value = at(data, path);
      const meant = issue.errors.find(
        (branch) => !branch.some((inner) => inner.path.length === 0 && rootMismatch(inner, value)),
      );
      if (meant !== undefined) return flatten(meant, path, data);
      const types = [...new Set(issue.errors.flat().map((inner) => inner.expected ?? 'text'))];
      return [{ code: 'invalid_type', path, expected: types.join(' / ') }];
    }
    if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
      return (issue.issues ?? []).map((inner) => ({ ...inner, path }));
    }
    return [{ ...issue, path }];
  });
}

function rootMismatch(issue: ZodIssue, value: unknown): boolean {
  if (issue.code === 'invalid_type') return true;
  return issue.code === 'invalid_value' && typeof value !== 'string';
}

function at(data: unknown, path: YamlPath): unknown {
  let value = data;
  for (const step of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'list';
  return { string: 'text', object: 'mapping' }[typeof value as string] ?? typeof value;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'mapping',
  record: 'mapping',
  array: 'list',
  int: 'whole number',
  tuple: 'list',
};
const FORMATS: Readonly<Record<string, string>> = { date: 'YYYY-MM-DD', regex: 'a-z, 0-9, -' };

function translate(issue: ZodIssue, data: unknown, report: Report): void {
  const { path } = issue;
  const value = at(data, path);
  const options = issue.values ?? issue.options;
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys ?? []) report('unknown-key', [...path, key], { key }, nearest(key, knownKeys()));
  } else if (value === undefined) report('missing', path, { key: String(path.at(-1) ?? '') });
  else if (options !== undefined) {
    const texts = options.map(String);
    report('option', path, { options: texts.join(', ') }, typeof value === 'string' ? nearest(value, texts) : null);
  } else if (issue.code === 'invalid_type') {
    const expected = issue.expected ?? 'another type';
    report('type', path, { expected: TYPE_NAMES[expected] ?? expected, found: kindOf(value) });
  } else if (issue.code === 'too_small') {
    const minimum = `${issue.inclusive === false ? '> ' : ''}${issue.minimum}${unit(issue.origin)}`;
    report('small', path, { minimum });
  } else if (issue.code === 'too_big') {
    report('large', path, { maximum: `${issue.inclusive === false ? '< ' : ''}${issue.maximum}${unit(issue.origin)}` });
  } else report('format', path, { format: FORMATS[issue.format ?? ''] ?? 'another form' });
}

function unit(origin: string | undefined): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';
}

let keys: Set<string> | undefined;

/** Every key that a policy can have anywhere. */
function knownKeys(): Set<string> {
  if (keys === undefined) {
    const found = new Set<string>();
    const visit = (node: unknown): void => {
      if (node === null || typeof node !== 'object') return;
      const { properties } = node as { properties?: Record<string, unknown> };
      if (properties !== undefined) for (const key of Object.keys(properties)) found.add(key);
      for (const child of Object.values(node)) visit(child);
    };
    visit(policyJsonSchema());
    keys = found;
  }
  return keys;
}
