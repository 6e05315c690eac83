import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { dateShift, encrypt, keep, randomToken, TokenVault, token, unmask } from '../../src/masking/index.js';
import { dictionary, encodings, texts, utf8 } from './columns.js';

const ring = await KeyRing.create();
const keys = ring.scenario({ tenant: 't', environment: 'test', scenario: 's' });
const values = ['110105194912310021', '张三', '', null, '👨‍👩‍👧', '张三'];

const authorisation = {
  tenant: 't',
  environment: 'test',
  scenario: 's',
  operator: '张经办',
  purpose: 'complaint 17',
  reference: 'A-1',
  columns: ['id'],
  expires: '2026-12-31',
};

function ledger(): { entries: unknown[]; append(entry: unknown): Promise<unknown> } {
  const entries: unknown[] = [];
  return { entries, append: async (entry) => entries.push(entry) };
}

describe('encrypt', () => {
  for (const suite of ['intl', 'gm'] as const) {
    for (const [name, column] of encodings) {
      it(`restores what it made (${suite}, ${name}), equal for equal`, async () => {
        const masker = encrypt({ keys, suite, kind: 'resident-id' });
        const { column: sealed } = masker.apply(column(values));
        const out = texts(sealed);
        expect(out[1]).toBe(out[5]);
        expect(out[3]).toBeNull();
        const book = ledger();
        const back = await unmask({
          masker,
          name: 'id',
          column: sealed,
          authorisation,
          ledger: book,
          today: '2026-06-01',
        });
        expect(texts(back.column)).toEqual(values);
        expect(book.entries).toEqual([
          expect.objectContaining({
            type: 'unmask',
            data: expect.objectContaining({ column: 'id', cells: 6, approval: 'A-1', key: keys.keyId }),
          }),
        ]);
      });
    }
  }

  it('restores a cell that begins with U+FEFF whole', async () => {
    const masker = encrypt({ keys });
    const { column } = masker.apply(utf8(['\uFEFF13812345678', '13812345678']));
    const [marked, plain] = texts(column);
    expect(marked).not.toBe(plain);
    const today = '2026-06-01';
    const back = await unmask({ masker, name: 'id', column, authorisation, ledger: ledger(), today });
    expect(texts(back.column)).toEqual(['\uFEFF13812345678', '13812345678']);
  });

  it('suppresses what was not made with the key', async () => {
    const masker = encrypt({ keys });
    const other = encrypt({ keys, domain: 'other' });
    const { column } = masker.apply(utf8(['a', 'b']));
    const back = await unmask({
      masker: other,
      name: 'id',
      column,
      authorisation,
      ledger: ledger(),
      today: '2026-06-01',
    });
    expect(texts(back.column)).toEqual([null, null]);
    expect(back.suppressed).toBe(2);
    const broken = await unmask({
      masker,
      name: 'id',
      column: utf8(['!', 'AAAA', '']),
      authorisation,
      ledger: ledger(),
      today: '2026-06-01',
    });
    expect(texts(broken.column)).toEqual([null, null, null]);
  });
});

describe('random token', () => {
  it('is fresh, the same for the same value, and forgotten without a vault', () => {
    const first = texts(randomToken().apply(dictionary(values)).column);
    const second = texts(randomToken().apply(dictionary(values)).column);
    expect(first[1]).toBe(first[5]);
    expect(first[0]).not.toBe(second[0]);
    expect(randomToken().unmask).toBeUndefined();
  });

  it('is restored from the vault, also after the vault was sealed and opened', async () => {
    const vault = new TokenVault({ keys });
    const masker = randomToken({ vault });
    const { column } = masker.apply(utf8(values));
    const reopened = TokenVault.open(vault.seal(), { keys });
    const again = randomToken({ vault: reopened });
    expect(texts(again.apply(utf8(values)).column)).toEqual(texts(column));
    const back = await unmask({
      masker: again,
      name: 'id',
      column,
      authorisation,
      ledger: ledger(),
      today: '2026-06-01',
    });
    expect(texts(back.column)).toEqual(values);
    expect(() => TokenVault.open(vault.seal(), { keys, domain: 'other' })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_SEALED_INVALID' }),
    );
    for (const shown of [inspect(vault), String(vault), JSON.stringify(vault)]) expect(shown).not.toContain('张三');
  });
});

describe('unmask', () => {
  const masker = encrypt({ keys });
  const { column } = masker.apply(utf8(['a']));
  const base = { masker, name: 'id', column, authorisation, today: '2026-06-01' };

  it('exists for reversible maskers only', async () => {
    for (const one of [token({ keys }), keep({ first: 1 }), randomToken()]) {
      expect(one.reversible).toBe(false);
      await expect(unmask({ ...base, masker: one, ledger: ledger() })).rejects.toMatchObject({
        code: 'SCRIM_MASK_NOT_REVERSIBLE',
      });
    }
    expect(dateShift({ keys, days: 5, person: 'p' }).reversible).toBe(true);
  });

  it('refuses without authorisation, ledger, the column, or after expiry', async () => {
    const refused = { code: 'SCRIM_MASK_UNAUTHORISED', exitCode: 4 };
    await expect(unmask({ ...base, ledger: ledger(), authorisation: undefined as never })).rejects.toMatchObject(
      refused,
    );
    await expect(unmask({ ...base, ledger: undefined as never })).rejects.toMatchObject(refused);
    await expect(unmask({ ...base, ledger: ledger(), name: 'other' })).rejects.toMatchObject(refused);
    await expect(unmask({ ...base, ledger: ledger(), today: '2027-01-01' })).rejects.toMatchObject(refused);
    await expect(
      unmask({ ...base, ledger: ledger(), authorisation: { ...authorisation, operator: ' ' } }),
    ).rejects.toMatchObject(refused);
  });

  it('restores nothing when the ledger fails', async () => {
    const broken = { append: async () => Promise.reject(new Error('disk full')) };
    await expect(unmask({ ...base, ledger: broken })).rejects.toThrow('disk full');
  });

  it('is impossible once the key is destroyed', async () => {
    const other = await KeyRing.create();
    const scope = { tenant: 'x', environment: 'test', scenario: 's' };
    const own = other.scenario(scope);
    other.destroy(scope, { reason: 'end of term' });
    expect(() => encrypt({ keys: own })).toThrowError(expect.objectContaining({ code: 'SCRIM_KEY_DESTROYED' }));
  });
});
