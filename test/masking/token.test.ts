import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { hash, maskTable, redact, token } from '../../src/masking/index.js';
import { tableFromRows } from '../../src/table/index.js';
import { dictionary, encodings, texts, utf8 } from './columns.js';

const ring = await KeyRing.create();
const scope = { tenant: 't', environment: 'test', scenario: 's1' };
const keys = ring.scenario(scope);
const values = ['11010519491231002X', null, '张三', '', '11010519491231002X'];

/** CMAC by its definition (NIST SP 800-38B, 6.1 and 6.2) over OpenSSL's CBC mode. */
function cmacByCbc(suite: 'intl' | 'gm', key: Uint8Array, value: string): string {
  const [cbc, ecb] = suite === 'gm' ? ['sm4-cbc', 'sm4-ecb'] : ['aes-256-cbc', 'aes-256-ecb'];
  const zero = Buffer.alloc(16);
  const subkey = (block: bigint): bigint => ((block << 1n) & ((1n << 128n) - 1n)) ^ (block >> 127n === 1n ? 0x87n : 0n);
  const l = createCipheriv(ecb as string, key, null)
    .setAutoPadding(false)
    .update(zero)
    .toString('hex');
  const k1 = subkey(BigInt(`0x${l}`));
  const text = Buffer.from(value);
  const whole = text.length > 0 && text.length % 16 === 0;
  const padded = whole ? text : Buffer.concat([text, Buffer.of(0x80), Buffer.alloc(15 - (text.length % 16))]);
  const mask = Buffer.from((whole ? k1 : subkey(k1)).toString(16).padStart(32, '0'), 'hex');
  for (let i = 0; i < 16; i++)
    padded[padded.length - 16 + i] = (padded[padded.length - 16 + i] as number) ^ (mask[i] as number);
  const out = createCipheriv(cbc as string, key, zero)
    .setAutoPadding(false)
    .update(padded);
  return out.subarray(-16).toString('base64url');
}

describe('token', () => {
  for (const suite of ['intl', 'gm'] as const) {
    for (const [name, column] of encodings) {
      it(`is the HMAC of the value under the derived key (${suite}, ${name})`, () => {
        const key = keys.derive({ purpose: 'token', domain: 'd', kind: 'resident-id', suite });
        const out = texts(token({ keys, suite, domain: 'd', kind: 'resident-id' }).apply(column(values)).column);
        const full = texts(hash({ keys, suite, domain: 'd', kind: 'resident-id' }).apply(column(values)).column);
        values.forEach((value, i) => {
          if (value === null) return expect(out[i]).toBeNull();
          const mac = createHmac(suite === 'gm' ? 'sm3' : 'sha256', key.bytes())
            .update(value)
            .digest();
          expect(out[i]).toBe(mac.subarray(0, 16).toString('base64url'));
          expect(full[i]).toBe(mac.toString('hex'));
        });
      });
    }
  }

  for (const suite of ['intl', 'gm'] as const) {
    it(`with mac: cmac is the CMAC of the value under a key of its own (${suite})`, () => {
      const length = suite === 'gm' ? 16 : 32;
      const key = keys.derive({ purpose: 'token-cmac', domain: 'd', kind: 'mobile', suite, length }).bytes();
      const many = [...values, 'x'.repeat(16), 'y'.repeat(40)];
      for (const [, column] of encodings) {
        const out = texts(token({ keys, suite, domain: 'd', kind: 'mobile', mac: 'cmac' }).apply(column(many)).column);
        expect(out).toEqual(many.map((value) => (value === null ? null : cmacByCbc(suite, key, value))));
        const hmac = texts(token({ keys, suite, domain: 'd', kind: 'mobile' }).apply(column(many)).column);
        expect(out.filter((one) => one !== null && hmac.includes(one))).toEqual([]);
      }
    });
  }

  it('refuses a form that its code cannot have', () => {
    const code = expect.objectContaining({ code: 'SCRIM_ARGUMENT' });
    expect(() => token({ keys, mac: 'cmac', tokenBytes: 17 })).toThrowError(code);
    expect(() => token({ keys, tokenBytes: 33 })).toThrowError(code);
    expect(() => token({ keys, tokenBytes: 7 })).toThrowError(code);
    expect(() => token({ keys, mac: 'md5' as 'cmac' })).toThrowError(code);
  });

  it('gives no equality across scenarios, domains and kinds', () => {
    const other = ring.scenario({ ...scope, scenario: 's2' });
    const masks = [
      token({ keys }),
      token({ keys: other }),
      token({ keys, domain: 'x' }),
      token({ keys, kind: 'mobile' }),
      token({ keys, suite: 'gm' }),
    ];
    const out = masks.map((mask) => texts(mask.apply(utf8(['a'])).column)[0]);
    expect(new Set(out).size).toBe(masks.length);
  });

  it('normalises when told to', () => {
    const mask = token({ keys, normalize: (value) => value.trim().toUpperCase() });
    const out = texts(mask.apply(dictionary([' ab', 'AB', 'c', null])).column);
    expect(out[0]).toBe(out[1]);
    expect(out[0]).not.toBe(out[2]);
    expect(out[3]).toBeNull();
  });

  it('tells that equality leaks and which key was used, and is not reversible', () => {
    const mask = token({ keys });
    expect(mask.leakage({ column: 'id' })).toMatchObject({
      equality: true,
      keyInvertible: false,
      key: { id: keys.keyId, state: 'active' },
    });
    expect(mask.reversible).toBe(false);
  });

  it('has no default key', () => {
    expect(() => token({} as never)).toThrowError(expect.objectContaining({ code: 'SCRIM_MASK_NEEDS_KEY' }));
  });
});

describe('maskTable', () => {
  it('writes the named columns only, in their order, under their names', () => {
    const table = tableFromRows([
      { id: '1', name: '张三', age: '40' },
      { id: '2', name: '李四', age: null },
    ]);
    const before = [...table.objects()];
    const {
      table: out,
      suppressed,
      leakage,
    } = maskTable(table, [
      { column: 'age', masker: null },
      { column: 'name', masker: redact(), as: 'who' },
    ]);
    expect([...out.objects()]).toEqual([
      { age: '40', who: '***' },
      { age: null, who: '***' },
    ]);
    expect(suppressed).toEqual({ age: 0, who: 0 });
    expect(leakage.map((entry) => entry.rule)).toEqual(['release', 'redact']);
    expect([...table.objects()]).toEqual(before);
  });
});
