/** SIV over columns against the one-value form (RFC 5297) and the whole Wycheproof set. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexOf, SecureRandom } from '../../src/core/index.js';
import { type ByteColumn, backend, fromHex, sivOpenColumn, sivSealColumn, suite } from '../../src/crypto/index.js';

function columnOf(values: readonly Uint8Array[]): ByteColumn {
  const offsets = new Int32Array(values.length + 1);
  values.forEach((value, i) => {
    offsets[i + 1] = (offsets[i] as number) + value.length;
  });
  const bytes = new Uint8Array(offsets[values.length] as number);
  values.forEach((value, i) => {
    bytes.set(value, offsets[i]);
  });
  return { bytes, offsets };
}

const cells = ({ bytes, offsets }: ByteColumn): string[] =>
  Array.from({ length: offsets.length - 1 }, (_, i) => hexOf(bytes.subarray(offsets[i], offsets[i + 1])));

const random = new SecureRandom();

describe.each(['intl', 'gm'] as const)('suite %s', (name) => {
  const own = suite(name);
  const key = random.bytes(own.keyBytes.siv);
  const associated = [random.bytes(5), random.bytes(40)];
  const values = Array.from({ length: 200 }, (_, length) => random.bytes(length));

  it('every length from 0 to 199 as one by one, and back', () => {
    const raw = sivSealColumn(key, columnOf(values), { suite: name, associated, encoding: 'raw' });
    expect(cells(raw)).toEqual(values.map((value) => hexOf(own.sealDeterministic(key, value, ...associated))));
    const opened = sivOpenColumn(key, raw, { suite: name, associated, encoding: 'raw' });
    expect(cells(opened.column)).toEqual(values.map(hexOf));
    expect(opened.refused).toHaveLength(0);
    const text = sivSealColumn(key, columnOf(values), { suite: name, associated });
    const expected = cells(raw).map((cell) => Buffer.from(cell, 'hex').toString('base64url'));
    expect(cells(text).map((cell) => Buffer.from(cell, 'hex').toString())).toEqual(expected);
    expect(cells(sivOpenColumn(key, text, { suite: name, associated }).column)).toEqual(values.map(hexOf));
  });

  it('refuses row by row what was changed, cut, or sealed otherwise', () => {
    const sealed = cells(sivSealColumn(key, columnOf(values.slice(0, 40)), { suite: name, encoding: 'raw' })).map(
      fromHex,
    );
    sealed[3]![0]! ^= 1;
    sealed[20]![30]! ^= 128;
    sealed[7] = (sealed[7] as Uint8Array).subarray(0, 15);
    sealed[8] = new Uint8Array();
    const { column, refused } = sivOpenColumn(key, columnOf(sealed), { suite: name, encoding: 'raw' });
    expect([...refused]).toEqual([3, 7, 8, 20]);
    expect(cells(column)).toEqual(
      values.slice(0, 40).map((value, i) => ([3, 7, 8, 20].includes(i) ? '' : hexOf(value))),
    );
    const other = sivOpenColumn(random.bytes(key.length), columnOf(sealed), { suite: name, encoding: 'raw' });
    expect(other.refused).toHaveLength(40);
    expect(other.column.bytes).toHaveLength(0);
    const wrongPlace = sivOpenColumn(key, columnOf(sealed), {
      suite: name,
      encoding: 'raw',
      associated: [new Uint8Array(1)],
    });
    expect(wrongPlace.refused).toHaveLength(40);
  });

  it('back ends agree', () => {
    const [left, right] = (['node', 'portable'] as const).map((which) =>
      cells(sivSealColumn(key, columnOf(values), { suite: name, backend: backend(which) })),
    );
    expect(left).toEqual(right);
  });
});

describe('base64url texts', () => {
  const key = random.bytes(64);
  it('refuses other letters, padding, lengths and left-over bits', () => {
    const text = new TextDecoder().decode(sivSealColumn(key, columnOf([random.bytes(3)])).bytes);
    const broken = [
      text,
      `${text}=`,
      text.slice(0, -1),
      `${text.slice(0, -1)}!`,
      '张三',
      '',
      text.slice(0, 21),
      `${text}A`,
    ];
    const last = text.at(-1) as string;
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 19 bytes leave four bits in the last letter: another letter with the same two leading bits is not canonical.
    broken.push(text.slice(0, -1) + letters[letters.indexOf(last) ^ 1]);
    const opened = sivOpenColumn(key, columnOf(broken.map((one) => new TextEncoder().encode(one))));
    expect([...opened.refused]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('property: round trip and determinism', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 30 }), (values) => {
        const sealed = sivSealColumn(key, columnOf(values));
        expect(cells(sivSealColumn(key, columnOf(values)))).toEqual(cells(sealed));
        expect(cells(sivOpenColumn(key, sealed).column)).toEqual(values.map(hexOf));
      }),
      { numRuns: 60 },
    );
  });
});

it('Wycheproof aes_siv_cmac, whole, through the kernel', () => {
  const url = new URL('../vectors/crypto/wycheproof-aes_siv_cmac.json.gz', import.meta.url);
  const set = JSON.parse(gunzipSync(readFileSync(url)).toString()) as {
    numberOfTests: number;
    testGroups: { tests: { tcId: number; key: string; aad: string; msg: string; ct: string; result: string }[] }[];
  };
  let seen = 0;
  for (const test of set.testGroups.flatMap((group) => group.tests)) {
    seen++;
    const options = { associated: [fromHex(test.aad)], encoding: 'raw' } as const;
    const opened = sivOpenColumn(fromHex(test.key), columnOf([fromHex(test.ct)]), options);
    expect(opened.refused.length === 0, `tcId ${test.tcId}`).toBe(test.result === 'valid');
    if (test.result !== 'valid') continue;
    expect(cells(opened.column)).toEqual([test.msg]);
    expect(cells(sivSealColumn(fromHex(test.key), columnOf([fromHex(test.msg)]), options))).toEqual([test.ct]);
  }
  expect(seen).toBe(set.numberOfTests);
});
