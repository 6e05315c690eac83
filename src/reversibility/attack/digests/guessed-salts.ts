/**
 * A salt or a key that nobody published, but that can be guessed: words of examples with years and numbers behind them, short
 * numbers, dates, one or two letters. One digest of a frequent value tells it; then all others are plain digests. See hashes.md.
 *
 * Morris and Thompson, "Password security: a case history", CACM 22(11), 1979 (words, and words with numbers, come first).
 * @module
 */
import { nodeCrypto } from '../../../core/index.js';
import type { Lookup } from '../../intake/lookup.js';
import type { SheetColumn } from '../../intake/sheet.js';
import type { DigestGroup } from './digest-group.js';
import { KEPT_WORDS } from './digest-heads.js';
import { allKinds, type HashKind } from './hash-kinds.js';
import type { Candidate } from './hash-recipes.js';
import type { Writing } from './hash-writings.js';
import { wordsBetween } from './words-of-texts.js';

const WORDS: readonly string[] = [
  ...'salt pepper secret key password passwd pwd pass admin root user test demo token hash md5 sha1 sha256 sm3 data id'.split(
    ' ',
  ),
  ...'private public default changeme qwerty abc abcd abc123 letmein welcome hello world helloworld foo bar xyz'.split(
    ' ',
  ),
  ...'mysalt my_salt my-salt mysecret my_secret mykey my_key somesalt some_salt static_salt fixed_salt salty saltsalt'.split(
    ' ',
  ),
  ...'system sys app api web prod dev anonymize anonymous privacy mask desensitize tuomin jiami miyao yan'.split(' '),
  ...'china gov beijing shanghai hangzhou zhejiang guangdong shenzhen guangzhou project company project1 research'.split(
    ' ',
  ),
  ...['盐', '加盐', '密钥', '秘钥', '密码', '脱敏', '加密', '测试', '公共数据', '隐私', '数据'],
  ...[
    '123123',
    '123456',
    '1234567',
    '12345678',
    '123456789',
    '1234567890',
    '111111',
    '000000',
    '666666',
    '888888',
    '654321',
  ],
];
const SEPARATORS = ['', ':', '-', '_', '|', '#', '@', '$', '.', ' '];
const ENDINGS = ['1', '123', '!', '@123', '01', '_123', '#1'];
const FIRST_YEAR = 2010;
const YEARS = 21;
const NUMBERS = 10_000;

let listed: { readonly words: readonly string[]; readonly all: readonly string[] } | undefined;

/** What is guessed: words, and beside them numbers, dates and letters. */
function guesses(): { readonly words: readonly string[]; readonly all: readonly string[] } {
  if (listed !== undefined) return listed;
  const years = Array.from({ length: YEARS }, (_, i) => String(FIRST_YEAR + i));
  const words = new Set<string>();
  for (const word of WORDS) {
    const cased = [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()];
    for (const own of cased) for (const separator of SEPARATORS) words.add(own + separator);
    for (const own of cased.slice(0, 2))
      for (const ending of [...years, ...years.map((year) => `_${year}`), ...ENDINGS]) words.add(own + ending);
  }
  const all = new Set(words);
  for (let number = 0; number < NUMBERS; number++)
    for (const width of [1, 2, 3, 4]) all.add(String(number).padStart(width, '0'));
  for (const year of years)
    for (let month = 1; month <= 12; month++) {
      const two = String(month).padStart(2, '0');
      for (const own of [`${year}${two}`, `${year}-${two}`]) all.add(own);
    }
  for (const year of years) for (const separator of SEPARATORS) all.add(separator + year).add(year + separator);
  for (let code = 33; code < 127; code++) all.add(String.fromCharCode(code));
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  for (const a of letters) for (const b of letters) all.add(a + b).add((a + b).toUpperCase());
  // A separator stands on the value's side of a salt, which may be either.
  for (const own of [...words]) if (/^.+[^\p{L}\d]$/u.test(own)) all.add(own.slice(-1) + own.slice(0, -1));
  listed = { words: [...words], all: [...all] };
  return listed;
}

/** Digests computed in one search at most, fewer where a value is sure to be among them, and HMAC beside them, which cost more. */
const BUDGET = 2_400_000;
const BUDGET_OF_FEW = 300_000;
/** Digests that are written out one by one, of what tells no 64 bits of them, cost more. */
const WRITTEN = 4;
const KEYED_BUDGET = 60_000;
const KINDS: ReadonlySet<string> = new Set(['md5', 'sha1', 'sha256', 'sm3', 'sha512']);
/** Different digests up to which a column surely digests the frequent values of some column. */
const FEW = 100;
/** Values that are asked: of columns of few, and of others where no column of digests holds few. */
const FREQUENT = 2;
const OTHERS = 8;

/** Values that the product most likely digests: frequent ones where some digests are few, else some of each column of many. */
function probesOf(group: DigestGroup, lookup: Lookup): string[] {
  const columns = lookup.columns
    .map(({ column }) => column)
    .filter(({ distinct }) => distinct > 1)
    .sort((a, b) => a.distinct - b.distinct);
  const fewest = group.fewest;
  const held = columns.filter(({ distinct }) => distinct >= fewest);
  const some =
    fewest <= FEW
      ? (held.length > 0 ? held : columns).slice(0, FREQUENT).map(mostFrequent)
      : Array.from({ length: OTHERS }, (_, i) => {
          const column = held[i % Math.max(1, held.length)];
          if (column === undefined) return '';
          return i < held.length ? mostFrequent(column) : column.text(Math.floor((i * column.distinct) / OTHERS));
        });
  return [...new Set(some)].filter((text) => text.length > 0);
}

function mostFrequent(column: SheetColumn): string {
  let top = 0;
  for (let code = 1; code < column.distinct; code++)
    if ((column.counts[code] as number) > (column.counts[top] as number)) top = code;
  return column.text(top);
}

/** Kinds that a writing may be cut from: those of its length, else the commonest. */
function kindsOf(writing: Writing): readonly HashKind[] {
  const cheap = allKinds().filter((hash) => hash.cost <= 2 && KINDS.has(hash.name));
  const whole = cheap.filter((hash) => hash.length === writing.digits);
  return whole.length > 0 ? whole : cheap.filter((hash) => hash.length > writing.digits);
}

/** What is left of the digests that a review may spend on guesses. */
export interface Purse {
  spent: number;
  keyed: number;
}

/** Digests computed in all searches of a review together. */
const IN_ALL = 3_000_000;
/** Different characters at each place of digests, of which any place may hold any. */
const EVEN_TEXTS = 20;
const EVEN_PLACE = 6;

/** False for texts of which some place holds few different characters: codes of something, no digests. */
function looksEven(texts: readonly string[]): boolean {
  if (texts.length < EVEN_TEXTS) return true;
  const length = Math.min(...texts.map((text) => text.length));
  for (let at = 0; at < length; at++) {
    const seen = new Set(texts.map((text) => text[at])).size;
    if (seen < EVEN_PLACE && seen < texts.length / 3) return false;
  }
  return true;
}

/** The way by which digests of a group were salted or keyed with something that can be guessed; null where none is found. */
export function guessedSalt(group: DigestGroup, lookup: Lookup, purse: Purse, late: () => boolean): Candidate | null {
  if (!looksEven(group.texts(60))) return null;
  const writings = group.writings.filter(({ name }) => !/^(?:uuid|decimal|signed|remainder) $/.test(name));
  const texts = probesOf(group, lookup);
  const { words, all } = guesses();
  const kinds = new Set(writings.flatMap(kindsOf));
  const most = purse.spent + (group.fewest <= FEW ? BUDGET_OF_FEW : BUDGET);
  for (const text of texts) {
    for (const hash of kinds) {
      if (late()) return null;
      const written = writings.filter((writing) => kindsOf(writing).includes(hash));
      for (const before of [true, false]) {
        purse.spent += all.length * (written.every((writing) => group.isHeaded(hash, writing)) ? 1 : WRITTEN);
        if (purse.spent > Math.min(most, IN_ALL)) break;
        const digests = digestsOf(hash, text, all, before);
        for (const writing of written) {
          const found = group.firstOf(digests, writing);
          if (found !== null) return saltedBy(hash, writing, all[found] as string, before);
        }
      }
      purse.keyed += words.length;
      const key = purse.keyed > KEYED_BUDGET ? null : keyOf(group, hash, written, text, words);
      if (key !== null) return key;
    }
  }
  return null;
}

/** Digests of one text under many salts. */
export interface Salted {
  readonly hash: HashKind;
  readonly words: Int32Array;
  readonly hex: (index: number) => string;
}

function digestsOf(hash: HashKind, text: string, salts: readonly string[], before: boolean): Salted {
  const words = new Int32Array(KEPT_WORDS * salts.length);
  wordsBetween(hash, before ? '' : text, salts, before ? text : '', words);
  return {
    hash,
    words,
    hex: (index) => hash.hex(before ? (salts[index] as string) + text : text + (salts[index] as string)),
  };
}

function saltedBy(hash: HashKind, writing: Writing, salt: string, before: boolean): Candidate {
  const around = before ? ([salt, ''] as const) : (['', salt] as const);
  return {
    writing,
    recipe: {
      key: `${hash.name}/guessed ${before ? '<' : '>'}${salt}`,
      hash,
      formula: (inner) => `${hash.name}(${before ? `guessed salt + ${inner}` : `${inner} + guessed salt`})`,
      hex: (own) => hash.hex(around[0] + own + around[1]),
      changes: () => true,
      around,
    },
  };
}

function keyOf(
  group: DigestGroup,
  hash: HashKind,
  writings: readonly Writing[],
  text: string,
  keys: readonly string[],
): Candidate | null {
  const crypto = nodeCrypto();
  if (crypto === undefined || !crypto.getHashes().includes(hash.name)) return null;
  const hex = (key: string, own: string): string => crypto.createHmac(hash.name, key).update(own).digest('hex');
  for (const key of keys) {
    const digest = hex(key, text);
    const writing = writings.find((own) => group.holds(own.write(digest)));
    if (writing === undefined) continue;
    return {
      writing,
      recipe: {
        key: `hmac-${hash.name}/guessed ${key}`,
        hash,
        formula: (inner) => `hmac-${hash.name}(guessed key, ${inner})`,
        hex: (own) => hex(key, own),
        changes: () => true,
      },
    };
  }
  return null;
}
