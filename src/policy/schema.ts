/**
 * The shape of a policy as a zod schema; types of the parsed document are in `document.ts`.
 *
 * From this file `schemas/policy.schema.json` (JSON Schema 2020-12) is made by `npm run schemas`; a test keeps it current.
 * @module
 */
import * as z from 'zod';

const name = z.string().min(1).max(200);
const kind = z.string().regex(/^[a-z][a-z0-9-]*$/);
const day = z.iso.date();
const positive = z.number().positive();
const whole = z.int().nonnegative();
const share = z.number().min(0).max(1);
const nulls = z.enum(['keep', 'replace']);

/** Rules that may be written as their name alone. */
export const RULE_NAMES: readonly [string, ...string[]] = [
  'release',
  'drop',
  'nullify',
  'redact',
  'token',
  'hash',
  'random-token',
  'encrypt',
  'shuffle',
  'text',
];

const builtinHierarchy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('intervals'), widths: z.array(positive).min(1), origin: z.number().optional() }),
  z.strictObject({
    kind: z.literal('dates'),
    levels: z
      .array(z.enum(['month', 'quarter', 'year', 'five-years', 'decade']))
      .min(1)
      .optional(),
  }),
  z.strictObject({ kind: z.literal('prefix'), lengths: z.array(whole).min(1) }),
  z.strictObject({ kind: z.literal('suppress') }),
]);

const rule: z.ZodType = z.lazy(() =>
  z
    .union([
      z.enum(RULE_NAMES),
      z.discriminatedUnion('mask', [
        z.strictObject({ mask: z.enum(['release', 'drop', 'nullify', 'shuffle']) }),
        z.strictObject({
          mask: z.literal('redact'),
          mark: z.string().min(1).max(40).optional(),
          nulls: nulls.optional(),
        }),
        z.strictObject({ mask: z.literal('constant'), value: z.string().max(200), nulls: nulls.optional() }),
        z.strictObject({
          mask: z.literal('keep'),
          kind: kind.optional(),
          first: whole.optional(),
          last: whole.optional(),
          fill: z.union([z.literal('length'), whole]).optional(),
          mark: z.string().min(1).max(4).optional(),
          minHidden: z.int().positive().optional(),
          length: z.union([whole, z.tuple([whole, whole])]).optional(),
        }),
        z.strictObject({
          mask: z.literal('keep-range'),
          hide: z.tuple([z.int().positive(), z.int().positive()]),
          kind: kind.optional(),
          fill: z.union([z.literal('length'), whole]).optional(),
          mark: z.string().min(1).max(4).optional(),
        }),
        z.strictObject({
          mask: z.literal('token'),
          kind: kind.optional(),
          domain: name.optional(),
          mac: z.enum(['hmac', 'cmac']).optional(),
          bytes: z.int().min(8).max(32).optional(),
          encoding: z.enum(['base64url', 'base32', 'hex']).optional(),
        }),
        z.strictObject({ mask: z.literal('hash'), kind: kind.optional(), domain: name.optional() }),
        z.strictObject({ mask: z.literal('random-token'), kind: kind.optional() }),
        z.strictObject({ mask: z.literal('encrypt'), kind: kind.optional(), domain: name.optional() }),
        z.strictObject({
          mask: z.literal('ff1'),
          alphabet: z.string().min(2).max(65536),
          kind: kind.optional(),
          domain: name.optional(),
        }),
        z.strictObject({
          mask: z.literal('surrogate'),
          kind,
          domain: name.optional(),
          keep: z.array(z.string()).optional(),
        }),
        z.strictObject({ mask: z.literal('date-shift'), days: z.int().positive().max(36525), person: name.optional() }),
        z.strictObject({
          mask: z.literal('date-truncate'),
          to: z.enum(['month', 'quarter', 'year', 'five-years', 'decade']),
        }),
        z.strictObject({ mask: z.literal('round'), to: positive }),
        z.strictObject({
          mask: z.literal('bucket'),
          width: positive.optional(),
          origin: z.number().optional(),
          edges: z.array(z.number()).min(1).optional(),
        }),
        z.strictObject({ mask: z.literal('clamp'), below: z.number().optional(), above: z.number().optional() }),
        z.strictObject({
          mask: z.literal('noise'),
          scale: positive,
          distribution: z.enum(['laplace', 'gaussian', 'uniform']).optional(),
          decimals: z.int().min(0).max(12).optional(),
        }),
        z.strictObject({ mask: z.literal('rank-swap'), percent: z.number().positive().max(100) }),
        z.strictObject({ mask: z.literal('pram'), retain: share }),
        z.strictObject({ mask: z.literal('micro-aggregate'), k: z.int().min(2) }),
        z.strictObject({ mask: z.literal('fake'), kind, domain: name.optional() }),
        z.strictObject({
          mask: z.literal('text'),
          kinds: z.array(kind).min(1).optional(),
          replace: z.enum(['label', 'token']).optional(),
        }),
        z.strictObject({
          mask: z.literal('json'),
          paths: z.record(z.string().min(1), rule),
          others: z.enum(['keep', 'drop']).optional(),
        }),
        z.strictObject({
          mask: z.literal('when'),
          cases: z.array(z.strictObject({ when: z.string().min(1).max(2000), rule })).min(1),
          otherwise: rule,
        }),
        z.strictObject({
          mask: z.literal('generalize'),
          hierarchy: z.union([z.string().min(1), builtinHierarchy]),
          minLevel: whole.optional(),
          maxLevel: whole.optional(),
        }),
      ]),
    ])
    .meta({ id: 'rule', description: 'What happens to the cells of a column.' }),
);

const approval = z
  .strictObject({ reference: name, by: name, on: day, expires: day })
  .meta({ description: 'Reference of the decision, who took it, its day and its last day of validity.' });

const column = z.strictObject({
  class: z.enum(['direct-identifier', 'quasi-identifier', 'sensitive', 'business-confidential', 'other']),
  grade: name.optional().meta({ description: 'Grade of the ladder in use: general, important, core, or L1-L4.' }),
  openness: z.enum(['unconditional', 'restricted', 'prohibited']).optional(),
  kind: kind.optional().meta({ description: 'Kind of value, as `scrim inspect` names it.' }),
  rule,
  as: name.optional().meta({ description: 'Name of the column in the output.' }),
});

const model = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('k-anonymity'), k: z.int().min(2) }),
  z.strictObject({
    model: z.literal('l-diversity'),
    column: name,
    l: z.number().min(1),
    variant: z.enum(['distinct', 'entropy', 'recursive']).optional(),
    c: positive.optional(),
  }),
  z.strictObject({
    model: z.literal('t-closeness'),
    column: name,
    t: z.number().positive().max(1),
    distance: z.enum(['equal', 'ordered']).optional(),
  }),
]);

const basis = z.strictObject({
  basis: z.enum(['consent', 'statutory-duty', 'contract', 'other']),
  reference: name,
  purpose: name.meta({ description: 'Exactly one purpose; must be the purpose of this policy to have effect.' }),
  columns: z.array(name).min(1).meta({ description: 'The columns it covers; `*` is refused.' }),
  persons: z.string().min(1).meta({ description: 'CSV file whose first column lists the persons.' }),
  expires: day,
});

const query = z.strictObject({
  name,
  query: z.enum(['count', 'sum', 'mean', 'variance', 'quantile', 'histogram']),
  column: name.optional(),
  groupBy: z.array(name).optional(),
  epsilon: positive,
  lower: z.number().optional(),
  upper: z.number().optional(),
  quantile: share.optional(),
});

/** Schema of `scrim.policy/1` as it is written; the parser fills in the defaults. */
export const policySchema: z.ZodType = z
  .strictObject({
    schema: z.literal('scrim.policy/1'),
    who: z.strictObject({
      tenant: name,
      environment: z.enum(['production', 'development', 'test']),
      scenario: name,
      purpose: name,
      approval,
      operator: name,
    }),
    suite: z
      .enum(['intl', 'gm'])
      .optional()
      .meta({ description: 'intl: AES, SHA-256; gm: SM4, SM3.', default: 'intl' }),
    sources: z
      .array(z.strictObject({ name, file: z.string().min(1).optional(), approved: z.array(name).min(1).optional() }))
      .min(1),
    person: name.optional().meta({ description: 'Column that names the person; classes then count persons.' }),
    columns: z.record(name, column).meta({ description: 'A column that is not named here is dropped.' }),
    models: z.array(model).optional(),
    legalBasis: z.array(basis).optional(),
    sampling: z
      .strictObject({
        design: z.enum(['simple', 'systematic', 'stratified', 'consistent']),
        rate: z.number().positive().max(1).optional(),
        size: z.int().positive().optional(),
        strata: z.array(name).min(1).optional(),
        holdout: z.number().positive().lt(1).optional().meta({
          description: 'Share of the drawn persons that a training extract keeps apart for validation.',
        }),
        target: name.optional().meta({ description: 'Column that models predict in the fidelity report.' }),
      })
      .optional(),
    dp: z
      .strictObject({
        epsilon: positive,
        delta: z.number().min(0).max(1).optional(),
        unit: z.enum(['person', 'row']),
        queries: z.array(query).min(1),
      })
      .optional(),
    thresholds: z
      .strictObject({
        approval,
        sharing: z.enum(['public', 'controlled', 'enclave']).optional(),
        suppressedRows: share.optional(),
        refusedCells: share.optional(),
        residual: z.number().min(1).optional(),
      })
      .optional(),
    profiles: z.array(z.enum(['gb-express', 'enclave', 'public'])).optional(),
  })
  .meta({ title: 'Scrim policy', description: 'Who does what to which data set, column by column.' });

/** The policy schema as JSON Schema (draft 2020-12), for editors. */
export function policyJsonSchema(): Record<string, unknown> {
  return {
    $id: 'scrim.policy/1',
    ...z.toJSONSchema(policySchema, { io: 'input' }),
  };
}
