/**
 * Reads `product.yaml`: the manifest of a product, checked, with the place of the first thing that is wrong.
 * @module
 */
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ScrimError, sha256Hex } from '../core/index.js';
import type { Manifest } from '../report/index.js';
import { readInput } from './input-file.js';
import { nearest } from './terminal.js';

const text = z.string().min(1).max(2000);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const digest = z.string().regex(/^[0-9a-fA-F]{64}$/);

const schema = z.strictObject({
  schema: z.literal('scrim.manifest/1'),
  product: z.strictObject({
    name: text,
    kind: z.enum(['package', 'model', 'interface', 'service', 'report', 'business-service']).optional(),
    version: text.optional(),
    sha256: z.array(digest).optional(),
    delivery: z.enum(['download', 'interface', 'in-domain']).optional(),
  }),
  operator: z
    .strictObject({ name: text.optional(), agreement: text.optional(), from: day.optional(), until: day.optional() })
    .optional(),
  scenario: z
    .strictObject({
      name: text.optional(),
      approval: text.optional(),
      approvedBy: text.optional(),
      expires: day.optional(),
    })
    .optional(),
  recipient: z
    .strictObject({ name: text.optional(), use: text.optional(), crossBorder: z.boolean().optional() })
    .optional(),
  fields: z
    .array(
      z.strictObject({
        name: text,
        class: text.optional(),
        gradeBefore: text.optional(),
        gradeAfter: text.optional(),
        personal: z.boolean().optional(),
        important: z.boolean().optional(),
        openness: z.enum(['unconditional', 'restricted', 'prohibited']).optional(),
        basis: text.optional(),
      }),
    )
    .optional(),
  approvedColumns: z.array(text).optional(),
  prohibitedClasses: z.array(text).optional(),
  assessment: z
    .strictObject({
      sharing: text.optional(),
      quasiIdentifiers: z.array(z.strictObject({ name: text, reason: text.optional() })).optional(),
      k: z.number().positive().optional(),
      threshold: z.number().min(0).max(1).optional(),
      approvedBy: text.optional(),
      level: text.optional(),
      validUntil: day.optional(),
    })
    .optional(),
  earlierReleases: z.array(z.strictObject({ name: text, sha256: digest.optional(), on: day.optional() })).optional(),
});

/** A manifest and the digest of its exact bytes. */
export interface ManifestFile {
  readonly manifest: Manifest;
  readonly sha256: string;
}

const MAX_BYTES = 1_000_000;

/** Reads a manifest in YAML or JSON. @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_CLI_INPUT with line and column */
export function readManifest(path: string): ManifestFile {
  const bytes = readInput(path);
  const refuse = (reason: string): ScrimError =>
    new ScrimError('SCRIM_CLI_INPUT', { path, expected: 'scrim.manifest/1', reason });
  if (bytes.length > MAX_BYTES) throw refuse(`> ${MAX_BYTES} bytes`);
  const lines = new LineCounter();
  // Dates stay text: YAML 1.2 core has no timestamps.
  const document = parseDocument(new TextDecoder().decode(bytes), { lineCounter: lines, version: '1.2' });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw refuse(`${line}:${col} ${broken.code}`);
  }
  const result = schema.safeParse(document.toJS({ maxAliasCount: 10 }));
  if (result.success) return { manifest: result.data as Manifest, sha256: sha256Hex(bytes) };
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const where = [...issue.path, ...(unknown === undefined ? [] : [unknown])];
  const offset = offsetOf(document, where);
  const { line, col } = lines.linePos(offset);
  const name = where.join('.');
  throw refuse(
    `${line}:${col} ${name}: ${unknown === undefined ? expectation(issue) : suggestion(unknown, issue.path)}`,
  );
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' | ');
  if (issue.code === 'invalid_type') return issue.expected;
  if (issue.code === 'invalid_format') return issue.format === 'regex' ? String(issue.pattern) : issue.format;
  return issue.code;
}

function suggestion(key: string, path: readonly PropertyKey[]): string {
  let shape: unknown = schema;
  for (const step of path) {
    const inner = (shape as { def?: { innerType?: unknown; element?: unknown } }).def;
    if (inner?.innerType !== undefined) shape = inner.innerType;
    shape =
      typeof step === 'number'
        ? (shape as { element?: unknown }).element
        : (shape as { shape?: Record<string, unknown> }).shape?.[String(step)];
  }
  const optional = (shape as { def?: { innerType?: unknown } } | undefined)?.def?.innerType;
  const known = Object.keys(((optional ?? shape) as { shape?: object } | undefined)?.shape ?? {});
  const close = nearest(key, known);
  return close === undefined ? 'unknown key' : `unknown key (${close}?)`;
}

/** Offset of the node at a path, or of its key; the nearest parent that exists otherwise. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
      if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: readonly [number, number, number] }
      | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}
