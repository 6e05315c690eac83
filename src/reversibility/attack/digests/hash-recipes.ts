/**
 * What people hash of a value: the value in a few variants, under public salts, once or twice. See hashes.md.
 * @module
 */
import { hexOf, nodeCrypto } from '../../../core/index.js';
import { utf8Binary } from '../text/synthesis.js';
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

/** Writings of a value that a digest may be of, each in one kind of customary digest: asked with fewer probes. */
const REWRITTEN: readonly [string, (text: string) => string][] = [
  ['reverse ', (text) => [...text].reverse().join('')],
  ['base64 ', (text) => btoa(utf8Binary(text))],
  ['hex ', (text) => hexOf(utf8.encode(text))],
  ['percent ', (text) => encodeURIComponent(text)],
  ['json ', (text) => JSON.stringify(text)],
  ['line ', (text) => `${text}\n`],
];
const REWRITTEN_KINDS: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'sm3', 'sha512']);
const utf8 = new TextEncoder();

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
  /** True for what is asked with every third probe only. */
  readonly rare?: boolean;
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
    });
  }
  for (const salt of salts) {
    list.push({
      key: `${hash.name}/s${salt}`,
      hash,
      formula: (inner) => `${hash.name}(public salt + ${inner})`,
      hex: (text) => hash.hex(salt + text),
      changes: () => true,
    });
    list.push({
      key: `${hash.name}/${salt}s`,
      hash,
      formula: (inner) => `${hash.name}(${inner} + public salt)`,
      hex: (text) => hash.hex(text + salt),
      changes: () => true,
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

/**
 * Whole digests of other writings of a value, and of the value behind or before the name of its column.
 *
 * @param name - of the source column
 */
export function rareCandidates(writings: readonly Writing[], name: string): Candidate[] {
  const list: Candidate[] = [];
  const forms: [string, (text: string) => string][] = [
    ...REWRITTEN,
    ...['', ':', '=', '_'].map((between): [string, (text: string) => string] => [
      `column name + "${between}" + `,
      (text) => name + between + text,
    ]),
    ['value + column name of ', (text) => text + name],
  ];
  for (const writing of writings) {
    for (const hash of allKinds()) {
      if (hash.length !== writing.digits || /^(?:last|middle) $/.test(writing.name)) continue;
      if (!REWRITTEN_KINDS.has(hash.name)) continue;
      const made: [string, (text: string) => string][] = forms.map(([form, write]) => [
        form,
        (text) => hash.hex(write(text)),
      ]);
      for (const [form, hex] of [...made, ...bytesHashes(hash.name)])
        list.push({
          writing,
          recipe: {
            key: `${hash.name}/${form}${form.includes('column name') ? name : ''}`,
            hash,
            formula: (inner) => `${hash.name}(${form}${inner})`,
            hex,
            changes: () => true,
            rare: true,
          },
        });
    }
  }
  return list;
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
