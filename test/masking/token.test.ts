import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { hash, maskTable, redact, token } from '../../src/masking/index.js';
import { tableFromRows } from '../../src/table/index.js';
import { dictionary, encodings, texts, utf8 } from './columns.js';

const ring = await KeyRing.create();
const scope = { tenant: 't', environment: 'test', scenario: 's1' };
const keys = ring.scenario(scope);
const values = ['11010519491231002X', null, '张三', '', '11010519491231002X'];

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
