/**
 * Transforms over transforms: keys in cells among gaps, numbers behind codes and keys, digests of coded values, digests behind keys
 * (decoders.md, hashes.md, salted-hashes.md).
 */
import { createHash, pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { forms } from '../../src/reversibility/attack/digests/coded-values.js';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { isGap } from '../../src/reversibility/intake/sheet.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, (string | null)[]>;

/** Wells: a near-unique number, measures, a few-valued name. */
function wells(rows: number, seed: string): Columns {
  const random = new SeededRandom(seed);
  const own: Columns = { well: [], depth: [], flow: [], heat: [], kind: [] };
  for (let row = 0; row < rows; row++) {
    own.well?.push(`W${10_000_000 + random.below(89_999_999)}`);
    own.depth?.push((20 + 300 * random.uniform() ** 2).toFixed(2));
    own.flow?.push((3 + 90 * random.uniform()).toFixed(3));
    own.heat?.push(String(200 + random.below(700)));
    own.kind?.push(['open', 'closed', 'dry'][random.below(3)] as string);
  }
  return own;
}

function mapped(columns: Columns, write: (text: string, row: number, name: string) => string): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      column.map((text, row) => (text === null ? null : write(text, row, name))),
    ]),
  );
}

function starred(columns: Columns, seed: string): Columns {
  const random = new SeededRandom(seed);
  return mapped(columns, (text) => (random.below(5) === 0 ? '*' : text));
}

async function verdictOf(source: Columns, product: Columns): Promise<Verdict['verdict']> {
  const made = await review({ sources: [tableFromColumns(source)], product: tableFromColumns(product), seed: '00' });
  return made.verdict;
}

function isNumber(text: string): boolean {
  return /^[\d.]+$/.test(text);
}

const source = wells(120, 'compositions');
const bytes = (text: string, change: (byte: number, place: number) => number): string =>
  Array.from(Buffer.from(text), (byte, place) => (change(byte, place) & 255).toString(16).padStart(2, '0')).join('');
const digest = (kind: string, text: string): string => createHash(kind).update(text).digest('hex');
const lines = (text: string): string => (isNumber(text) ? String(Number((1.7 * Number(text) - 3).toFixed(6))) : text);
const wide = (text: string): string =>
  text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));

function base62(text: string): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let out = '';
  for (let value = BigInt(`0x${bytes(text, (byte) => byte)}`); value > 0n; value /= 62n)
    out = alphabet[Number(value % 62n)] + out;
  return out;
}

function keyed(text: string, random: SeededRandom): string {
  const key = Array.from({ length: 4 }, () => random.below(256));
  return Buffer.from([...key, ...Array.from(Buffer.from(text), (byte, i) => byte ^ (key[i % 4] as number))]).toString(
    'hex',
  );
}

describe('transforms over transforms', () => {
  it('lines of numbers among stars', async () => {
    expect(await verdictOf(source, starred(mapped(source, lines), 'a'))).toBe('block');
  });

  it('keys in cells among stars, behind another code', async () => {
    const random = new SeededRandom('b');
    const product = mapped(starred(source, 'b'), (text) =>
      keyed(text, random).replace(/../g, (pair) => `%${pair.toUpperCase()}`),
    );
    expect(await verdictOf(source, product)).toBe('block');
  });

  it('lines of numbers behind a code that accepts any word', async () => {
    expect(
      await verdictOf(
        source,
        mapped(source, (text) => base62(lines(text))),
      ),
    ).toBe('block');
  });

  it('lines of numbers behind inverted bytes', async () => {
    expect(
      await verdictOf(
        source,
        mapped(source, (text) => bytes(lines(text), (byte) => ~byte)),
      ),
    ).toBe('block');
  });

  it('inverted bytes of texts in full width', async () => {
    expect(
      await verdictOf(
        source,
        mapped(source, (text) => bytes(wide(text), (byte) => ~byte)),
      ),
    ).toBe('block');
  });

  it('bytes moved by their place, turned round', async () => {
    const product = mapped(source, (text) => [...bytes(text, (byte, place) => byte + place)].reverse().join(''));
    expect(await verdictOf(source, product)).toBe('block');
  });

  it('two keys, one over the other', async () => {
    const product = mapped(source, (text) =>
      bytes(
        bytes(text, (byte) => byte ^ 0x5b),
        (byte) => byte ^ 0xc3,
      ),
    );
    expect(await verdictOf(source, product)).toBe('block');
  });

  it('digests of coded values, whole and cut', async () => {
    const whole = mapped(source, (text) => digest('sha256', Buffer.from(text).toString('hex')));
    const cut = mapped(source, (text) => digest('md5', [...text].reverse().join('')).slice(0, 16));
    expect(await verdictOf(source, whole)).toBe('block');
    expect(await verdictOf(source, starred(cut, 'c'))).toBe('block');
  });

  it('digests of digests with the name of the column', async () => {
    const product = mapped(source, (text, _, name) => digest('sha256', `${name}:${digest('md5', text)}`));
    expect(await verdictOf(source, product)).toBe('block');
  });

  it('digests behind a key', async () => {
    const product = mapped(source, (text) => bytes(digest('sha1', text), (byte, place) => byte + place));
    expect(await verdictOf(source, product)).toBe('block');
  });

  it('salts of each row over coded values', async () => {
    const salts = source.well?.map((_, row) => digest('md5', `salt ${row}`).slice(0, 12)) as string[];
    const product = mapped(source, (text, row) =>
      digest('sha256', (salts[row] as string) + BigInt(`0x${bytes(text, (byte) => byte)}`).toString(36)).slice(0, 20),
    );
    expect(await verdictOf(source, { ...product, salt: salts })).toBe('block');
  });

  it('salts of each row over cells some of which are starred', async () => {
    const salts = source.well?.map((_, row) => digest('md5', `salt ${row}`).slice(0, 12)) as string[];
    for (const seed of ['d', 'e', 'f']) {
      const product = mapped(starred(source, seed), (text, row) => digest('sha1', `${salts[row]}:${text}`));
      expect(await verdictOf(source, { ...product, salt: salts })).toBe('block');
    }
  });

  it('salts of each row over figures in parts of one, masks, and digests as numbers, each column in its own way', async () => {
    const salts = source.well?.map((_, row) => digest('md5', `salt ${row}`).slice(0, 12)) as string[];
    const own: Record<string, (text: string) => string> = {
      well: (text) => `${text.slice(0, 3)}${'*'.repeat(text.length - 7)}${text.slice(-4)}`,
      depth: (text) => String(Math.round(100 * Number(text))),
      flow: (text) => String(Math.round(Number(text))),
      kind: (text) => String(BigInt(`0x${digest('md5', text)}`)),
    };
    const product = mapped(source, (text, row, name) =>
      digest('sha256', (salts[row] as string) + (own[name]?.(text) ?? text)),
    );
    const made = await review({
      sources: [tableFromColumns(source)],
      product: tableFromColumns({ ...product, salt: salts }),
      seed: '00',
    });
    expect(made.verdict).toBe('block');
    // Of rounded figures some are the same.
    expect(made.restoration.cells.net).toBeGreaterThan(0.95);
    const others = wells(120, 'of others');
    const theirs = mapped(others, (text, row, name) =>
      digest('sha256', (salts[row] as string) + (own[name]?.(text) ?? text)),
    );
    expect(await verdictOf(source, { ...theirs, salt: salts })).toBe('review');
  });

  it('digests of days as numbers, and of what is kept of a number', async () => {
    const days = source.well?.map(
      (_, row) => `20${10 + (row % 15)}-0${1 + (row % 9)}-${10 + ((row * 7) % 19)}`,
    ) as string[];
    const dated = { ...source, day: days };
    const product = mapped(dated, (text, _, name) =>
      digest('sha256', name === 'day' ? String(Date.parse(text) / 1000) : name === 'well' ? text.slice(-6) : text),
    );
    const made = await review({ sources: [tableFromColumns(dated)], product: tableFromColumns(product), seed: '00' });
    expect(made.verdict).toBe('block');
    expect(made.restoration.cells.net).toBe(1);
  });

  it('stretched digests of two columns in turns', async () => {
    const stretched = new Map<string, string>();
    const stretch = (text: string): string => {
      const own = stretched.get(text) ?? pbkdf2Sync(text, 'salt', 10, 32, 'sha256').toString('hex');
      stretched.set(text, own);
      return own;
    };
    const turns = (a: string, b: string): ((row: number) => string) => {
      return (row) => {
        const second = stretch(source[b]?.[row] as string);
        return Array.from(stretch(source[a]?.[row] as string), (char, i) => char + second[i]).join('');
      };
    };
    const rows = Array.from({ length: 120 }, (_, row) => row);
    const product = { p: rows.map(turns('well', 'kind')), q: rows.map(turns('heat', 'depth')) };
    expect(await verdictOf(source, product)).toBe('block');
  });

  it('other people under the same transforms are not blocked', async () => {
    const others = wells(120, 'other compositions');
    expect(await verdictOf(source, starred(mapped(others, lines), 'd'))).not.toBe('block');
  });
});

describe('forms and gaps', () => {
  it('forms are named once and written as their standards say', () => {
    const names = forms().map(({ name }) => name);
    expect(names.length).toBeGreaterThan(35);
    const of = (name: string): string =>
      forms()
        .find((form) => form.name === name)
        ?.of('foobar') as string;
    // RFC 4648, section 10; Z85 and Ascii85 of the four bytes of "foob" and two of "ar" as Python's base64 module writes them.
    expect(of('base32hex')).toBe('CPNMUOJ1E8');
    expect(of('lower hex')).toBe('666f6f626172');
    expect(of('ascii85')).toBe('AoDTs@<)');
    expect(of('base85')).toBe('W^Zp|VR8');
    expect(of('base36')).toBe(BigInt('0x666f6f626172').toString(36));
  });

  it('a gap is a mark or a customary word', () => {
    for (const text of ['*', '**', '-', '?', 'NA', 'n/a', 'NaN', 'null']) expect(isGap(text)).toBe(true);
    for (const text of ['0', 'x', '中', '1.5', 'none of', '****']) expect(isGap(text)).toBe(false);
  });
});

describe('documents behind a key that the cell carries', () => {
  const documents = (columns: Columns, write: (row: Record<string, string>) => string): Columns => ({
    cell: (columns.well as string[]).map((_, row) => {
      const key = Array.from({ length: 4 }, (_own, i) => (7 + 31 * row + 57 * i * i) & 255);
      const text = write(
        Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, String(column[row])])),
      );
      return Buffer.from([...key, ...Buffer.from(text).map((byte, i) => byte ^ (key[i % 4] as number))]).toString(
        'hex',
      );
    }),
  });
  const asXml = (row: Record<string, string>): string =>
    `<row>${Object.entries(row)
      .map(([name, text]) => `<${name}>${text}</${name}>`)
      .join('')}<note>${'long enough to be no value of the source '.repeat(4)}</note></row>`;

  it.each([
    ['JSON', JSON.stringify],
    ['XML', asXml],
  ])('%s: opened and read; that of other people is not', async (_name, write) => {
    expect(await verdictOf(source, documents(source, write))).toBe('block');
    expect(await verdictOf(source, documents(wells(120, 'other wells'), write))).toBe('review');
  });
});
