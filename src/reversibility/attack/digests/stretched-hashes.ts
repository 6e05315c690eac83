/**
 * Digests of digests: one kind over another (as hex, upper-case hex or bytes), many rounds of one kind, PBKDF2 with few rounds
 * and a salt that is public or travels with the product, name-based UUIDs. Stretching multiplies the outsider's cost, no more.
 *
 * RFC 8018, section 5.2 (PBKDF2); RFC 9562, sections 5.3 and 5.5 (UUID versions 3 and 5). See hashes.md.
 * @module
 */
import { nodeCrypto } from '../../../core/index.js';
import type { HashKind } from './hash-kinds.js';
import type { Recipe } from './hash-recipes.js';

/** A recipe and what one digest costs, in hashes. */
export interface Stretched {
  readonly recipe: Recipe;
  readonly rounds: number;
}

const ROUNDS = [3, 4, 5, 10, 16, 32, 64, 100, 128, 256, 500, 512, 1000, 1024];
const INNER = /^(?:md5|sha1|sha256|sm3|sha512)$/;

function bytesOf(hex: string): Uint8Array {
  if (typeof Buffer !== 'undefined') return Buffer.from(hex, 'hex');
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

function recipe(hash: HashKind, key: string, name: string, hex: (text: string) => string): Recipe {
  return { key, hash, formula: (inner) => name.replace('?', inner), hex, changes: () => true };
}

/** Texts whose chains are gone on with: those that a search asks for. */
const MOST_CHAINS = 1000;

/** A digest of a digest of a digest: fewer rounds are the beginning of more. */
class Chain {
  readonly #hash: HashKind;
  readonly #again: (hex: string) => string;
  readonly #reached = new Map<string, { rounds: number; hex: string }>();

  constructor(hash: HashKind, again: (hex: string) => string) {
    this.#hash = hash;
    this.#again = again;
  }

  hex(text: string, rounds: number): string {
    let own = this.#reached.get(text);
    if (own === undefined || own.rounds > rounds) {
      own = { rounds: 1, hex: this.#hash.hex(text) };
      if (this.#reached.size < MOST_CHAINS) this.#reached.set(text, own);
    }
    for (; own.rounds < rounds; own.rounds++) own.hex = this.#again(own.hex);
    return own.hex;
  }
}

/** Digests of digests, cheap ones first. */
export function nestedHashes(kinds: readonly HashKind[], outer: (kind: HashKind) => boolean): Stretched[] {
  const crypto = nodeCrypto();
  const list: Stretched[] = [];
  const ofBytes = (hash: HashKind): ((bytes: Uint8Array) => string) | null => {
    if (crypto === undefined || !crypto.getHashes().includes(hash.name)) return null;
    if (typeof crypto.hash === 'function') return (bytes) => crypto.hash(hash.name, bytes, 'hex');
    return (bytes) => crypto.createHash(hash.name).update(bytes).digest('hex');
  };
  for (const hash of kinds.filter(outer)) {
    const raw = ofBytes(hash);
    for (const inner of kinds.filter((kind) => INNER.test(kind.name))) {
      const twice = `${hash.name}(${inner.name}(?))`;
      const add = (way: string, name: string, hex: (text: string) => string): void => {
        list.push({ recipe: recipe(hash, `${hash.name}/${inner.name}/${way}`, name, hex), rounds: 2 });
      };
      add('hex', twice, (text) => hash.hex(inner.hex(text)));
      add('HEX', `${hash.name}(upper ${inner.name}(?))`, (text) => hash.hex(inner.hex(text).toUpperCase()));
      if (raw !== null) add('bytes', `${hash.name}(bytes ${inner.name}(?))`, (text) => raw(bytesOf(inner.hex(text))));
    }
    const chains: [way: string, chain: Chain][] = [['hex', new Chain(hash, (hex) => hash.hex(hex))]];
    if (raw !== null) chains.push(['bytes', new Chain(hash, (hex) => raw(bytesOf(hex)))]);
    for (const rounds of ROUNDS) {
      for (const [way, chain] of chains) {
        const hex = (text: string): string => chain.hex(text, rounds);
        list.push({
          recipe: recipe(hash, `${hash.name}/${rounds}/${way}`, `${hash.name}(${rounds} times ?)`, hex),
          rounds,
        });
      }
    }
  }
  return list.sort((a, b) => a.rounds - b.rounds);
}

const PBKDF2_ROUNDS = [1, 2, 10, 100, 1000, 1024, 2000, 4096];

/** PBKDF2 of values under public salts, cheap ones first. */
export function stretchedKeys(kinds: readonly HashKind[], digits: number, salts: readonly string[]): Stretched[] {
  const crypto = nodeCrypto();
  if (crypto === undefined || digits < 32 || digits % 2 !== 0) return [];
  const list: Stretched[] = [];
  for (const rounds of PBKDF2_ROUNDS) {
    for (const hash of kinds) {
      if (!/^(?:sha256|sha1|sha512|md5|sm3)$/.test(hash.name) || !crypto.getHashes().includes(hash.name)) continue;
      for (const salt of salts) {
        list.push({
          recipe: recipe(
            { ...hash, length: digits },
            `pbkdf2/${hash.name}/${rounds}/${digits}/${salt}`,
            `pbkdf2-${hash.name}(?, public salt, ${rounds} rounds)`,
            (text) => crypto.pbkdf2Sync(text, salt, rounds, digits / 2, hash.name).toString('hex'),
          ),
          rounds: 2 * rounds,
        });
      }
    }
  }
  return list;
}

/** Namespaces of RFC 9562, section 6.6. */
const NAMESPACES: readonly (readonly [string, string])[] = [
  ['DNS', '6ba7b8109dad11d180b400c04fd430c8'],
  ['URL', '6ba7b8119dad11d180b400c04fd430c8'],
  ['OID', '6ba7b8129dad11d180b400c04fd430c8'],
  ['X500', '6ba7b8149dad11d180b400c04fd430c8'],
  ['nil', '00000000000000000000000000000000'],
];

/** Name-based UUIDs as digests of 32 hex digits. */
export function nameBased(): Recipe[] {
  const crypto = nodeCrypto();
  if (crypto === undefined) return [];
  return (
    [
      [3, 'md5'],
      [5, 'sha1'],
    ] as const
  ).flatMap(([version, node]) =>
    NAMESPACES.map(([name, namespace]) => {
      const prefix = bytesOf(namespace);
      const hash: HashKind = { name: `uuid${version}`, length: 32, cost: 1, hex: (text) => text };
      return recipe(hash, `uuid${version}/${name}`, `uuid${version}(${name}, ?)`, (text) => {
        const hex = crypto.createHash(node).update(prefix).update(text).digest('hex').slice(0, 32);
        const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
        return `${hex.slice(0, 12)}${version}${hex.slice(13, 16)}${variant}${hex.slice(17)}`;
      });
    }),
  );
}
