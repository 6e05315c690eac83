/**
 * How a salt of a row and a value are put together and hashed: the value as it stands, or in a customary writing or digest first;
 * the salt as a text, or as the bytes that its hexadecimal or base64 form stands for. See salted-hashes.md.
 * @module
 */
import { nodeCrypto } from '../../../core/index.js';
import { forms } from './coded-values.js';
import { allKinds, type HashKind } from './hash-kinds.js';
import type { Writing } from './hash-writings.js';
import { wordsBetween, wordsKeyed } from './words-of-texts.js';

/** How salt and value are put together and hashed. */
export interface Recipe {
  readonly key: string;
  readonly formula: (salt: string, value: string) => string;
  readonly hex: (salt: string, value: string) => string;
  /** False for a value that the recipe would hash as another one does. Default: never. */
  readonly changes?: (value: string) => boolean;
  /** Kept words of the digests of values with one salt. */
  readonly words?: (salt: string, values: readonly string[], out: Int32Array) => void;
}

/** A recipe, the writing of its digests, and what one of them costs. */
interface Way {
  readonly recipe: Recipe;
  readonly writing: Writing;
  readonly cost: number;
}

const SEPARATORS = ['', ':', '|', '-', '_', '$', '.', ',', ' '];
/** Separators and kinds of digests where values or salts are rewritten, too: the commonest ones. */
const COMMON_SEPARATORS = ['', ':', '|'];
const COMMON_KINDS: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'sm3', 'sha512']);

function recipesOf(hash: HashKind, separators: readonly string[]): Recipe[] {
  const list: Recipe[] = [];
  for (const separator of separators) {
    const between = separator === '' ? '' : `"${separator}" + `;
    list.push({
      key: `${hash.name}<${separator}`,
      formula: (salt, value) => `${hash.name}(${salt} + ${between}${value})`,
      hex: (salt, value) => hash.hex(salt + separator + value),
      words: (salt, values, out) => wordsBetween(hash, salt + separator, values, '', out),
    });
    list.push({
      key: `${hash.name}>${separator}`,
      formula: (salt, value) => `${hash.name}(${value} + ${between}${salt})`,
      hex: (salt, value) => hash.hex(value + separator + salt),
      words: (salt, values, out) => wordsBetween(hash, '', values, separator + salt, out),
    });
  }
  const hmac = hmacOf(hash.name);
  if (hmac !== null)
    list.push({
      key: `hmac-${hash.name}`,
      formula: (salt, value) => `hmac-${hash.name}(${salt}, ${value})`,
      hex: hmac,
      words: (salt, values, out) => wordsKeyed(hash, salt, values, hmac, out),
    });
  return list;
}

function hmacOf(name: string): ((key: string, value: string) => string) | null {
  const crypto = nodeCrypto();
  if (crypto === undefined || !crypto.getHashes().includes(name)) return null;
  return (key, value) => crypto.createHmac(name, key).update(value).digest('hex');
}

/** The bytes that a salt stands for, where its text is the hexadecimal or base64 form of some. */
function bytesOfSalt(salt: string): Uint8Array | null {
  if (/^(?:[0-9a-f]{2}){4,64}$/i.test(salt))
    return Uint8Array.from({ length: salt.length / 2 }, (_, i) => Number.parseInt(salt.slice(2 * i, 2 * i + 2), 16));
  if (/^[A-Za-z0-9+/]{8,88}={0,2}$/.test(salt) && salt.length % 4 === 0)
    return Uint8Array.from(atob(salt), (char) => char.charCodeAt(0));
  return null;
}

/** Recipes with the salt as bytes. */
function bytesRecipes({ name }: HashKind): Recipe[] {
  const crypto = nodeCrypto();
  if (crypto === undefined || !crypto.getHashes().includes(name)) return [];
  const withBytes =
    (make: (bytes: Uint8Array, value: string) => string): Recipe['hex'] =>
    (salt, value) => {
      const bytes = bytesOfSalt(salt);
      return bytes === null ? '' : make(bytes, value);
    };
  return [
    {
      key: `${name}<bytes`,
      formula: (salt, value) => `${name}(bytes(${salt}) + ${value})`,
      hex: withBytes((bytes, value) => crypto.createHash(name).update(bytes).update(value).digest('hex')),
    },
    {
      key: `${name}>bytes`,
      formula: (salt, value) => `${name}(${value} + bytes(${salt}))`,
      hex: withBytes((bytes, value) => crypto.createHash(name).update(value).update(bytes).digest('hex')),
    },
    {
      key: `hmac-${name} bytes`,
      formula: (salt, value) => `hmac-${name}(bytes(${salt}), ${value})`,
      hex: withBytes((bytes, value) => crypto.createHmac(name, bytes).update(value).digest('hex')),
    },
  ];
}

/** The recipes of a kind of digest over the values as they stand. */
function plainRecipes(hash: HashKind): Recipe[] {
  return [
    ...recipesOf(hash, SEPARATORS),
    {
      key: `${hash.name}(${hash.name})`,
      formula: (salt, value) => `${hash.name}(${hash.name}(${value}) + ${salt})`,
      hex: (salt, value) => hash.hex(hash.hex(value) + salt),
    },
  ];
}

/** The recipes of a kind of digest over rewritten values, and with rewritten salts. */
function rewrittenRecipes(hash: HashKind): Recipe[] {
  if (!COMMON_KINDS.has(hash.name) || hash.cost > 2) return [];
  const common = recipesOf(hash, COMMON_SEPARATORS);
  return [
    ...bytesRecipes(hash),
    ...forms().flatMap((form) =>
      common.map((recipe) => ({
        key: `${recipe.key}/${form.name}`,
        formula: (salt: string, value: string) => recipe.formula(salt, `${form.name}(${value})`),
        hex: (salt: string, value: string) => recipe.hex(salt, form.of(value)),
        changes: (value: string) => form.of(value) !== value,
        words: (salt: string, values: readonly string[], out: Int32Array) =>
          recipe.words?.(salt, values.map(form.of), out),
      })),
    ),
  ];
}

/** The recipes that people use most: salt and value side by side, or an HMAC. */
function likelyRecipes(hash: HashKind): Recipe[] {
  return COMMON_KINDS.has(hash.name) && hash.cost <= 2 ? recipesOf(hash, COMMON_SEPARATORS) : [];
}

/**
 * What is asked in one pass: the commonest recipes with salts of each row, all recipes of cheap digests of values as they stand, of
 * dear ones, values or salts in other writings.
 */
export type Pass = 'likely' | 'usual' | 'dear' | 'rewritten';

const RECIPES: Readonly<Record<Pass, (hash: HashKind) => Recipe[]>> = {
  likely: likelyRecipes,
  usual: (hash) => (hash.cost > 2 ? [] : plainRecipes(hash)),
  dear: (hash) => (hash.cost > 2 ? plainRecipes(hash) : []),
  rewritten: rewrittenRecipes,
};

/** Writings of the first digits of a digest that may be the whole of another kind. */
const WHOLE_HEADS: ReadonlySet<string> = new Set(['', 'uuid ']);

/** Kinds of digests that a writing may hold, those of its own length first: of it where there are any, longer common ones cut behind. */
function kindsFor({ name, digits }: Writing): HashKind[] {
  const whole = allKinds().filter(({ length }) => length === digits);
  const longer = allKinds().filter(
    (hash) => hash.length > digits && (whole.length === 0 || (WHOLE_HEADS.has(name) && COMMON_KINDS.has(hash.name))),
  );
  return name === 'middle ' ? longer : [...whole, ...longer];
}

/**
 * Ways to hash and write that digests of a column may have come by.
 *
 * @param known - key of the only recipe that is asked, in the pass for other writings under all of these; null for all
 */
export function* waysOf(writings: readonly Writing[], known: string | null, pass: Pass): Generator<Way> {
  for (const writing of writings) {
    if ((pass === 'rewritten' || pass === 'likely') && /^(?:last|middle) $/.test(writing.name)) continue;
    for (const hash of kindsFor(writing)) {
      for (const recipe of RECIPES[pass](hash)) {
        // People hash all columns in one way.
        const own =
          known === null || recipe.key === known || (pass === 'rewritten' && recipe.key.startsWith(`${known}/`));
        if (own) yield { recipe, writing, cost: hash.cost };
      }
    }
  }
}
