/** Bytes written in groups (UUIDs, GUIDs, addresses, octets) and moments in hexadecimal, in part of the rows. */
import { describe, expect, it } from 'vitest';
import {
  fromGuid,
  fromHexGroups,
  fromIpv6,
  fromOctets,
  withoutNoughts,
} from '../../src/reversibility/attack/decoding/grouped-bytes.js';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

describe('bytes in groups', () => {
  // The example of RFC 9562, appendix A.1, and its bytes as .NET's Guid.ToByteArray gives them.
  const uuid = 'C232AB00-9414-11EC-B3C8-9F6BDECED846';

  it('are plain hexadecimal digits', () => {
    expect(fromHexGroups(uuid)).toBe('C232AB00941411ECB3C89F6BDECED846');
    expect(fromGuid(`{${uuid}}`)).toBe('00AB32C21494EC11B3C89F6BDECED846');
    expect(fromHexGroups('00:1a:2B:3c')).toBe('001a2B3c');
    expect(fromHexGroups('#0a0B0c')).toBe('0a0B0c');
    expect(fromOctets('192.0.2.255')).toBe('c00002ff');
    expect(fromIpv6('2001:db8::8:800:200c:417a')).toBe('20010db80000000000080800200c417a');
    expect(fromIpv6('::1:2')).toBe('00000000000000000000000000010002');
    expect(withoutNoughts('ab\0\0')).toBe('ab');
    expect(withoutNoughts('\0\0ab')).toBe('ab');
  });

  it('or nothing, where they are written otherwise', () => {
    for (const decode of [fromHexGroups, fromGuid, fromOctets, fromIpv6, withoutNoughts])
      for (const text of ['', 'abc', '12', '2024-05-06', '1:2:3:4:5:6:7:8:999', 'a::b::c', '300.1.1.1', uuid.slice(1)])
        expect(decode(text), text).toBeNull();
  });
});

interface Own {
  readonly phone: number;
  readonly cents: number;
  readonly seconds: number;
  readonly kind: string;
}

function calls(seed: string): Own[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: 200 }, () => ({
    phone: 13_000_000_000 + random.below(999_999_999),
    cents: random.below(900_000),
    seconds: 1_672_500_000 + random.below(25_000_000),
    kind: 'ABCDE'[random.below(5)] as string,
  }));
}

const hex = (value: number | bigint, digits: number): string => value.toString(16).padStart(digits, '0');
const groups = (digits: string): string =>
  [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
type Columns = Record<string, string[]>;
const SOURCE = calls('grouped');
const SOURCE_TABLE = tableFromColumns({
  手机: SOURCE.map(({ phone }) => String(phone)),
  金额: SOURCE.map(({ cents }) => (cents / 100).toFixed(2)),
  时间: SOURCE.map(({ seconds }) => new Date(1000 * seconds).toISOString().slice(0, 19).replace('T', ' ')),
  类别: SOURCE.map(({ kind }) => kind),
});

const MADE: Readonly<Record<string, (rows: readonly Own[]) => Columns>> = {
  'texts in UUIDs': (rows) => ({
    a: rows.map(({ phone }) => groups(Buffer.from(String(phone)).toString('hex').padEnd(32, '0'))),
    b: rows.map(({ cents }) =>
      groups(
        Buffer.from((cents / 100).toFixed(2))
          .toString('hex')
          .padEnd(32, '0'),
      ),
    ),
  }),
  'numbers as addresses': (rows) => ({
    a: rows.map(({ phone }) => (hex(phone, 12).match(/../g) as string[]).join(':')),
    b: rows.map(({ cents }) => [24, 16, 8, 0].map((bit) => (cents >> bit) & 255).join('.')),
    kind: rows.map(({ kind }) => kind),
  }),
  'ticks since 1601 in hexadecimal': (rows) => ({
    a: rows.map(({ seconds }) => hex(BigInt(seconds + 11_644_473_600) * 10_000_000n, 16)),
    b: rows.map(({ cents }) => hex(cents, 1)),
    kind: rows.map(({ kind }) => kind),
  }),
};

describe('part of the rows', () => {
  const some = (columns: Columns): Columns =>
    Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.filter((_, i) => i % 5 < 2)]));
  const reviewed = (columns: Columns): Promise<Verdict> =>
    review({ sources: [SOURCE_TABLE], product: tableFromColumns(some(columns)), seed: '00' });

  it.each(Object.entries(MADE))('comes back: %s', async (_, make) => {
    expect((await reviewed(make(SOURCE))).verdict).toBe('block');
  });

  it('of other people does not', async () => {
    const others = calls('others');
    const { a, b } = (MADE['numbers as addresses'] as (typeof MADE)[string])(others);
    const { a: ticks } = (MADE['ticks since 1601 in hexadecimal'] as (typeof MADE)[string])(others);
    const columns = { a, b, ticks, kind: others.map(({ kind }) => kind) } as Columns;
    expect((await reviewed(columns)).verdict).not.toBe('block');
  });
});
