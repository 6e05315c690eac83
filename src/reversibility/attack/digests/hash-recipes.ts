/**
 * What people hash of a value: the value in a few variants, under public salts, once or twice. See hashes.md.
 * @module
 */
import { nodeCrypto } from '../../../core/index.js';
import { forms } from './coded-values.js';
import { allKinds, type HashKind } from './hash-kinds.js';
import type { Writing } from './hash-writings.js';
import { nameBased } from './stretched-hashes.js';

/** Variants of a value that people hash. */
const VARIANTS: readonly [string, (text: string) => string][] = [
  ['', (text) => text],
  ['upper ', (text) => text.toUpperCase()],
  ['lower ', (text) => text.toLowerCase()],
  ['trimmed ', (text) => text.trim()],
];

/** Other texts of a value that a digest may be of: asked with fewer probes. */
const REWRITTEN: readonly [string, (text: string) => string][] = [['line ', (text) => `${text}\n`]];
const REWRITTEN_KINDS: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'sm3', 'sha512', 'blake2b']);

/** Salts of examples and of the careless. */
export const COMMON_SALTS: readonly string[] = [
  'salt',
  'pepper',
  'secret',
  'abc',
  '123456',
  'password',
  'scrim',
  'test',
  'key',
  'SALT',
];

/** What is hashed: a kind, a variant of the text, a salt and where it stands. */
export interface Recipe {
  readonly key: string;
  readonly hash: HashKind;
  readonly formula: (inner: string) => string;
  readonly hex: (text: string) => string;
  readonly changes: (text: string) => boolean;
  /** Where the digest is that of the text between two others: these. */
  readonly around?: readonly [before: string, after: string];
  /** What stands between them. Default: the text itself. */
  readonly written?: (text: string) => string;
  /** Of what is rare: one of how many probes is asked. */
  readonly rare?: number;
}

/** A recipe and the writing of its digests. */
export interface Candidate {
  readonly recipe: Recipe;
  readonly writing: Writing;
}

function recipes(hash: HashKind, salts: readonly string[]): Recipe[] {
  const list: Recipe[] = [];
  for (const [variant, vary] of VARIANTS) {
    list.push({
      key: `${hash.name}/${variant}`,
      hash,
      formula: (inner) => `${hash.name}(${variant}${inner})`,
      hex: (text) => hash.hex(vary(text)),
      changes: (text) => variant === '' || vary(text) !== text,
      ...(variant === '' ? { around: ['', ''] as const } : {}),
    });
  }
  for (const salt of salts) {
    list.push({
      key: `${hash.name}/s${salt}`,
      hash,
      formula: (inner) => `${hash.name}(public salt + ${inner})`,
      hex: (text) => hash.hex(salt + text),
      changes: () => true,
      around: [salt, ''],
    });
    list.push({
      key: `${hash.name}/${salt}s`,
      hash,
      formula: (inner) => `${hash.name}(${inner} + public salt)`,
      hex: (text) => hash.hex(text + salt),
      changes: () => true,
      around: ['', salt],
    });
  }
  list.push({
    key: `${hash.name}/twice`,
    hash,
    formula: (inner) => `${hash.name}(${hash.name}(${inner}))`,
    hex: (text) => hash.hex(hash.hex(text)),
    changes: () => true,
  });
  return list;
}

/** Recipes by how well the length fits: whole digests first, cut ones after. */
export function candidates(writings: readonly Writing[], salts: readonly string[]): Candidate[] {
  const whole: Candidate[] = [];
  const cut: Candidate[] = [];
  for (const writing of writings) {
    if (writing.name === 'uuid ') for (const recipe of nameBased()) whole.push({ recipe, writing });
    for (const hash of allKinds()) {
      if (
        hash.length < writing.digits ||
        (hash.length === writing.digits && (writing.name === 'last ' || writing.name === 'middle '))
      )
        continue;
      const list = hash.length === writing.digits ? whole : cut;
      const number = /^(?:decimal|signed|remainder) $/.test(writing.name);
      for (const recipe of number
        ? recipes(hash, []).slice(0, 1)
        : recipes(hash, hash.length === writing.digits || writing.name === '' ? salts : []))
        list.push({ recipe, writing });
    }
  }
  // Where whole digests of a kind have this length, cut digests of other kinds are unlikely: only plain ones are tried.
  return whole.length > 0 ? [...whole, ...cut.filter(({ recipe }) => recipe.key.endsWith('/'))] : cut;
}

/** Of rare forms one of so many probes is asked: of the many writings fewer. */
const RARELY = 3;
const SELDOM = 12;
const CUT_KINDS: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'sm3']);

/**
 * Digests of other writings of a value, once and twice, and of the value behind or before the name of its column: whole ones, cut ones
 * where no kind is as long.
 *
 * @param name - of the source column
 */
export function rareCandidates(writings: readonly Writing[], name: string): Candidate[] {
  const list: Candidate[] = [];
  const named: [string, (text: string) => string][] = [
    ...['', ':', '=', '_'].map((between): [string, (text: string) => string] => [
      `column name + "${between}" + `,
      (text) => name + between + text,
    ]),
    ['value + column name of ', (text) => text + name],
  ];
  const usual = [...REWRITTEN, ...named];
  const coded = forms().map(({ name: form, of }): [string, (text: string) => string] => [`${form} `, of]);
  const both = forms()
    .filter(({ digest }) => digest === true)
    .flatMap(({ name: form, of }) =>
      named.map(([way, write]): [string, (text: string) => string] => [`${way}${form} `, (text) => write(of(text))]),
    );
  for (const writing of writings) {
    if (/^(?:last|middle) $/.test(writing.name)) continue;
    const whole = allKinds().some(({ length }) => length === writing.digits);
    if (!whole && writing.name !== '') continue;
    for (const hash of allKinds()) {
      if (whole ? hash.length !== writing.digits : hash.length < writing.digits) continue;
      if (!(whole ? REWRITTEN_KINDS : CUT_KINDS).has(hash.name)) continue;
      const add = (form: string, hex: (text: string) => string, rare: number, more: Partial<Recipe> = {}): void => {
        list.push({
          writing,
          recipe: {
            changes: () => true,
            ...more,
            key: `${hash.name}/${form}${form.includes('column name') ? name : ''}`,
            hash,
            formula: (inner) => `${hash.name}(${form}${inner})`,
            hex,
            rare,
          },
        });
      };
      const addText = (form: string, write: (text: string) => string, rare: number): void =>
        add(form, (text) => hash.hex(write(text)), rare, {
          around: ['', ''],
          written: write,
          changes: (text) => write(text) !== text,
        });
      for (const [form, write] of usual) addText(form, write, RARELY);
      if (whole) for (const [form, hex] of bytesHashes(hash.name)) add(form, hex, RARELY);
      const again = digestOfBytes(hash.name);
      for (const [form, write] of coded) {
        addText(form, write, SELDOM);
        if (!whole) continue;
        const changes = (text: string): boolean => write(text) !== text;
        add(`${hash.name} ${form}`, (text) => hash.hex(hash.hex(write(text))), SELDOM, { changes });
        if (again !== null)
          add(`bytes ${hash.name} ${form}`, (text) => again(hash.hex(write(text))), SELDOM, { changes });
      }
      for (const [form, write] of whole ? both : []) addText(form, write, SELDOM);
    }
  }
  return list;
}

/** The digest of the bytes that a digest in hexadecimal stands for. */
function digestOfBytes(name: string): ((hex: string) => string) | null {
  const crypto = nodeCrypto();
  if (crypto === undefined || !crypto.getHashes().includes(name) || typeof Buffer === 'undefined') return null;
  if (typeof crypto.hash === 'function') return (hex) => crypto.hash(name, Buffer.from(hex, 'hex'), 'hex');
  return (hex) => crypto.createHash(name).update(Buffer.from(hex, 'hex')).digest('hex');
}

/** A rare recipe as it is asked when it has hit: with all probes. */
export function askedFully(candidate: Candidate): Candidate {
  const { recipe, writing } = candidate;
  if (recipe.rare === undefined) return candidate;
  const { rare: _, ...own } = recipe;
  return { recipe: { ...own, key: `${recipe.key}/all` }, writing };
}

/** Digests of bytes other than those of UTF-8, and HMAC with no key. */
function bytesHashes(name: string): [string, (text: string) => string][] {
  const crypto = nodeCrypto();
  if (crypto === undefined || !crypto.getHashes().includes(name) || typeof Buffer === 'undefined') return [];
  return [
    ['utf-16le ', (text) => crypto.createHash(name).update(Buffer.from(text, 'utf16le')).digest('hex')],
    ['hmac without a key ', (text) => crypto.createHmac(name, '').update(text).digest('hex')],
  ];
}

/** Plain digests of the value as it stands, in each writing. */
export function plainCandidates(writings: readonly Writing[]): Candidate[] {
  return candidates(writings, []).filter(({ recipe }) => recipe.key.endsWith('/'));
}
