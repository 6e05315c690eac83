/** Protocol OPRF: vectors, published tables, rotation, and what a hostile peer may send (issue 6). */
import { readFileSync } from 'node:fs';
import { type p256, p256_hasher } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { fromHex, suite } from '../../src/crypto/index.js';
import { frameTypes } from '../../src/psi/frame.js';
import {
  type AgreementOptions,
  agreement,
  itemSet,
  openSecret,
  PsiMachine,
  type PsiOptions,
  publicationFile,
  publish,
  readPublication,
  runMachines,
  sealSecret,
  type Wiretap,
} from '../../src/psi/index.js';
import { prf } from '../../src/psi/oprf-prf.js';
import { vectors } from '../../src/psi/vectors.js';
import { codeOf, expected, keys, run } from './helpers.js';

describe('vectors', () => {
  it('the file for other languages holds what selftest runs', () => {
    const file = new URL('../vectors/psi/vectors.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(vectors)));
  });
});

const curves: AgreementOptions[] = [
  { protocol: 'oprf' },
  { protocol: 'oprf', suite: 'gm' },
  { protocol: 'oprf', curve: 'ristretto255' },
  { protocol: 'oprf', curve: 'p256' },
];

describe('the function', () => {
  it('obliviously and directly gives the same, on every curve, with and without OpenSSL', () => {
    for (const { suite: name = 'intl', curve = name === 'gm' ? 'sm2' : 'x25519' } of curves) {
      const items = Uint8Array.from({ length: 48 }, (_, i) => i * 5);
      const one = prf(curve, suite(name));
      const key = one.key();
      const direct = one.outputs(key, items, 3);
      for (const portable of curve === 'x25519' || curve === 'sm2' ? [false, true] : [false]) {
        const other = prf(curve, suite(name), portable);
        const blinded = other.blind(items, 3);
        expect([...blinded.finalize(other.evaluate(key, blinded.elements, 3))]).toEqual([...direct]);
        // Another blinding: other elements, the same outputs.
        const again = other.blind(items, 3);
        expect([...again.elements]).not.toEqual([...blinded.elements]);
        expect([...again.finalize(one.evaluate(key, again.elements, 3))]).toEqual([...direct]);
      }
      expect([...one.outputs(one.key(), items, 3)]).not.toEqual([...direct]);
    }
  });

  it('P-256 is RFC 9497 over the item: hash of lengths, item, element and Finalize by the formula of section 3.3.1', () => {
    const items = new Uint8Array(16).fill(7);
    const key = fromHex(vectors.rfc9497.suites[1].key);
    const tag = Uint8Array.from([
      ...new TextEncoder().encode('HashToGroup-OPRFV1-'),
      0,
      ...new TextEncoder().encode('-P256-SHA256'),
    ]);
    const hashed = p256_hash(items, tag);
    const element = hashed.multiply(BigInt(`0x${vectors.rfc9497.suites[1].key}`)).toBytes(true);
    const input = Uint8Array.from([0, 16, ...items, 0, 33, ...element, ...new TextEncoder().encode('Finalize')]);
    expect([...prf('p256', suite('intl')).outputs(key, items, 1)]).toEqual([...suite('intl').hash(input)]);
  });
});

function p256_hash(message: Uint8Array, DST: Uint8Array): InstanceType<typeof p256.Point> {
  return p256_hasher.hashToCurve(message, { DST }) as unknown as InstanceType<typeof p256.Point>;
}

describe('runs', () => {
  for (const options of curves) {
    it(`${JSON.stringify(options)}: exact without a publication, either side asking`, () => {
      for (const [a, b] of [
        [keys(0, 12), keys(5, 30)],
        [keys(0, 3), keys(10, 14)],
      ] as const) {
        const { left, right } = run(options, a, b);
        expect([...(left.matches ?? [])]).toEqual(expected(a, b));
        expect([right.matches, right.size]).toEqual([null, null]);
        const turned = run({ ...options, learns: 'right' }, a, b);
        expect([...(turned.right.matches ?? [])]).toEqual(expected(b, a));
      }
    });
  }

  it('empty sets, one side 10^4 times larger, power-of-two sizes, payload', () => {
    expect(run({ protocol: 'oprf' }, keys(0, 0), keys(0, 3)).left.size).toBe(0);
    expect(run({ protocol: 'oprf' }, keys(0, 3), keys(0, 0)).left.size).toBe(0);
    const sized = run({ protocol: 'oprf', sizes: 'power-of-two' }, keys(0, 5), keys(3, 23)).left;
    expect([sized.size, sized.peerSize]).toEqual([2, 32]);
  });
});

describe('a publication', () => {
  const agreed = agreement({ protocol: 'oprf', mode: 'payload' });
  const payloads = Array.from({ length: 40 }, (_, i) => new TextEncoder().encode(`value ${i}`));
  const left = keys(30, 60);
  const published = publish({ agreement: agreed, items: keys(0, 40), payloads, evaluations: 100 });
  const none = itemSet([], 0);

  async function ends(
    over: { left?: Partial<PsiOptions>; right?: Partial<PsiOptions> } = {},
  ): Promise<[PsiMachine, PsiMachine]> {
    const { table, secret } = await published;
    return [
      new PsiMachine({ side: 'left', agreement: agreed, items: left, table, ...over.left }),
      new PsiMachine({ side: 'right', agreement: agreed, items: none, publication: { secret }, ...over.right }),
    ];
  }

  it('serves session after session; its table does not travel; payloads come with the matches', async () => {
    const { table } = await published;
    for (let i = 0; i < 2; i++) {
      let setup = 0;
      const result = runMachines(...(await ends()), (_, frame) => {
        if (frame[5] === frameTypes.setup) setup++;
        return frame;
      }).left;
      expect([...(result.matches ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(result.payloads?.map((bytes) => new TextDecoder().decode(bytes))).toEqual(
        Array.from({ length: 10 }, (_, k) => `value ${30 + k}`),
      );
      expect(setup).toBe(0);
    }
    expect(table.header.size).toBe(40);
  });

  it('two queries of one set share no element (fresh blinding)', async () => {
    const sent = async (): Promise<string[]> => {
      const seen: string[] = [];
      runMachines(...(await ends()), (_, frame) => {
        if (frame[5] === frameTypes.blinded)
          for (let at = 32; at < frame.length; at += 32)
            seen.push(Buffer.from(frame.subarray(at, at + 32)).toString('hex'));
        return frame;
      });
      return seen;
    };
    const first = new Set(await sent());
    expect(first.size).toBe(30);
    expect((await sent()).filter((element) => first.has(element))).toEqual([]);
  });

  it('is fetched in the session by a querier without a table, when its publisher has the records', async () => {
    const { table, secret } = await published;
    const bare = { side: 'left', agreement: agreed, items: left } as const;
    const { records } = table;
    const carrying = { side: 'right', agreement: agreed, items: none, publication: { secret, records } } as const;
    expect(runMachines(new PsiMachine(bare), new PsiMachine(carrying)).left.size).toBe(10);
    const [, without] = await ends();
    expect(codeOf(() => runMachines(new PsiMachine(bare), without))).toBe('SCRIM_PSI_PUBLICATION');
    const tampered = records.slice();
    tampered[tampered.length - 1] = (tampered.at(-1) as number) ^ 1;
    const wrong = new PsiMachine({ ...carrying, publication: { secret, records: tampered } });
    expect(codeOf(() => runMachines(new PsiMachine(bare), wrong))).toBe('SCRIM_PSI_DISAGREE');
  });

  it('rotation: under a new key the old table is refused by name, and no tag is common', async () => {
    const { table } = await published;
    const next = await publish({ agreement: agreed, items: keys(0, 40), payloads });
    const [, right] = await ends({ right: { publication: { secret: next.secret } } });
    const asking = new PsiMachine({ side: 'left', agreement: agreed, items: left, table });
    try {
      runMachines(asking, right);
      expect.unreachable();
    } catch (error) {
      expect((error as { parameters: { field: string } }).parameters.field).toBe('publication');
    }
    const tags = (records: Uint8Array, { tagBytes, payloadBytes }: typeof table.header): string[] =>
      Array.from({ length: 40 }, (_, i) =>
        Buffer.from(records.subarray(i * (tagBytes + payloadBytes), i * (tagBytes + payloadBytes) + tagBytes)).toString(
          'hex',
        ),
      );
    const old = new Set(tags(table.records, table.header));
    expect(tags(next.table.records, next.table.header).filter((tag) => old.has(tag))).toEqual([]);
  });

  it('ends by date and by evaluations', async () => {
    const { secret, table } = await published;
    let used = 0;
    const allow = (count: number): void => {
      used += count;
      if (used > secret.header.evaluations) throw new Error('not coded');
    };
    runMachines(...(await ends({ right: { publication: { secret, allow } } })));
    expect(used).toBe(30);
    const stale = await publish({ agreement: agreed, items: keys(0, 40), payloads, lifetime: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(codeOf(() => new PsiMachine({ side: 'left', agreement: agreed, items: left, table: stale.table }))).toBe(
      'SCRIM_PSI_PUBLICATION',
    );
    const bytes = Buffer.concat(publicationFile(table.header, table.records));
    expect(codeOf(() => readPublication(bytes, table.header.expires + 1))).toBe('SCRIM_PSI_PUBLICATION');
  });

  it('files: read back, refused when damaged, under another key, or for another agreement', async () => {
    const { secret, table } = await published;
    const bytes = Buffer.concat(publicationFile(table.header, table.records));
    expect(readPublication(bytes)).toEqual({ ...table, records: expect.anything() });
    for (const damaged of [bytes.subarray(0, -1), bytes.subarray(0, 5), Buffer.from('x'), new Uint8Array(0)])
      expect(codeOf(() => readPublication(damaged))).toBe('SCRIM_PSI_PUBLICATION');
    for (const at of [0, 9, 30, 400, bytes.length - 1]) {
      expect(codeOf(() => readPublication(Uint8Array.from(bytes).with(at, (bytes[at] as number) ^ 1)))).toBe(
        'SCRIM_PSI_PUBLICATION',
      );
    }
    const key = new Uint8Array(32).fill(4);
    const sealed = sealSecret(secret, key);
    expect(openSecret(sealed, key)).toEqual(secret);
    expect(codeOf(() => openSecret(sealed, new Uint8Array(32)))).toBe('SCRIM_PSI_PUBLICATION');
    expect(codeOf(() => openSecret(sealed.with(40, (sealed[40] as number) ^ 1), key))).toBe('SCRIM_PSI_PUBLICATION');
    expect(Buffer.from(sealed).includes(Buffer.from(secret.key))).toBe(false);
    for (const [options, field] of [
      [{ protocol: 'oprf' }, 'mode'],
      [{ protocol: 'oprf', mode: 'payload', normalise: ['mobile'] }, 'normalise'],
      [{ protocol: 'oprf', mode: 'payload', suite: 'gm' }, 'suite'],
    ] as [AgreementOptions, string][]) {
      try {
        new PsiMachine({ side: 'left', agreement: agreement(options), items: left, table });
        expect.unreachable();
      } catch (error) {
        expect((error as { parameters: { field: string } }).parameters.field).toBe(field);
      }
    }
    expect(codeOf(() => new PsiMachine({ side: 'right', agreement: agreed, items: left, table }))).toBe(
      'SCRIM_ARGUMENT',
    );
    expect(
      codeOf(() => new PsiMachine({ side: 'right', agreement: agreed, items: left, publication: { secret } })),
    ).toBe('SCRIM_ARGUMENT');
  });

  it('the order of the records tells nothing: tags ascend, whatever the order of the items', async () => {
    const { table } = await published;
    const { tagBytes, payloadBytes, size } = table.header;
    const tags = Array.from({ length: size }, (_, i) =>
      Buffer.from(
        table.records.subarray(i * (tagBytes + payloadBytes), i * (tagBytes + payloadBytes) + tagBytes),
      ).toString('hex'),
    );
    expect([...tags].sort()).toEqual(tags);
    expect(new Set(tags).size).toBe(size);
  });
});

describe('hostile peers', () => {
  const bad: [string, AgreementOptions, Uint8Array][] = [
    ['X25519: zero', {}, new Uint8Array(32)],
    ['X25519: twist', {}, Uint8Array.of(2, ...new Uint8Array(31))],
    ['X25519: not canonical', {}, new Uint8Array(32).fill(255)],
    ['SM2: off the curve', { suite: 'gm' }, Uint8Array.of(...new Uint8Array(31), 3)],
    ['ristretto255: identity', { curve: 'ristretto255' }, new Uint8Array(32)],
    ['ristretto255: not canonical', { curve: 'ristretto255' }, new Uint8Array(32).fill(255)],
    ['P-256: uncompressed form', { curve: 'p256' }, Uint8Array.of(4, ...new Uint8Array(32).fill(1))],
    ['P-256: off the curve', { curve: 'p256' }, Uint8Array.of(2, ...new Uint8Array(31), 1)],
    ['P-256: identity', { curve: 'p256' }, new Uint8Array(33)],
  ];
  for (const [name, options, point] of bad) {
    it(`${name}: refused by publisher and querier`, () => {
      for (const type of ['blinded', 'evaluated'] as const) {
        const tap: Wiretap = (_, frame) => {
          if (frame[5] !== frameTypes[type]) return frame;
          const changed = frame.slice();
          changed.set(point, 32);
          return changed;
        };
        expect(codeOf(() => run({ protocol: 'oprf', ...options }, keys(0, 3), keys(1, 4), tap))).toBe(
          'SCRIM_PSI_POINT',
        );
      }
    });
  }

  it('an element sent twice is refused by the publisher', () => {
    for (const options of [{}, { curve: 'ristretto255' }] as AgreementOptions[]) {
      const tap: Wiretap = (_, frame) => {
        if (frame[5] !== frameTypes.blinded) return frame;
        const changed = frame.slice();
        changed.copyWithin(64, 32, 64);
        return changed;
      };
      expect(codeOf(() => run({ protocol: 'oprf', ...options }, keys(0, 3), keys(1, 4), tap))).toBe('SCRIM_PSI_POINT');
    }
  });

  it('records out of order, too few or too many, and a foreign header are refused', () => {
    const nth = (n: number, change: (frame: Uint8Array) => Uint8Array): Wiretap =>
      (() => {
        let seen = 0;
        return (_, frame) => (frame[5] === frameTypes.setup && seen++ === n ? change(frame) : frame);
      })();
    const attempt = (tap: Wiretap): string => codeOf(() => run({ protocol: 'oprf' }, keys(0, 3), keys(0, 30), tap));
    const cut = (frame: Uint8Array, length: number): Uint8Array => {
      const changed = frame.slice(0, 32 + length);
      new DataView(changed.buffer).setUint32(28, length);
      return changed;
    };
    expect(attempt(nth(1, (frame) => frame.slice().copyWithin(32, 100, 130)))).toBe('SCRIM_PSI_PUBLICATION');
    expect(attempt(nth(1, (frame) => cut(frame, frame.length - 33)))).toBe('SCRIM_PSI_SIZE');
    expect(attempt(nth(0, (frame) => cut(frame, 20)))).toBe('SCRIM_PSI_PUBLICATION');
    const text = (from: string, to: string) => (frame: Uint8Array) => {
      const body = new TextEncoder().encode(new TextDecoder().decode(frame.subarray(32)).replace(from, to));
      const changed = new Uint8Array(32 + body.length);
      changed.set(frame.subarray(0, 32));
      changed.set(body, 32);
      new DataView(changed.buffer).setUint32(28, body.length);
      return changed;
    };
    expect(attempt(nth(0, text('"size":30', '"size":31')))).toBe('SCRIM_PSI_SIZE');
    expect(attempt(nth(0, text('"size":30', '"size":1e300')))).toBe('SCRIM_PSI_PUBLICATION');
    expect(attempt(nth(0, text('"curve":"x25519"', '"curve":"p256"')))).toBe('SCRIM_PSI_DISAGREE');
    expect(attempt(nth(0, text('"id":"', '"id":"00')))).toBe('SCRIM_PSI_PUBLICATION');
  });
});
