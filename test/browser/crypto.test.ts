/** Crypto in a real browser tab: the contract of the portable back end, a key ring in memory, tokens and FF1. */
import { describe, expect, it } from 'vitest';
import { hexOf } from '../../src/core/index.js';
import {
  backend,
  cmacTokens,
  defaultBackend,
  ff1Column,
  hmacToken,
  hmacTokens,
  KeyRing,
  utf8,
} from '../../src/crypto/index.js';
import { backendContract } from '../crypto/contract.js';

backendContract(backend('portable'), true);

describe('without node:crypto', () => {
  it('the portable back end is the default, and node is refused with a coded error', () => {
    expect(defaultBackend().name).toBe('portable');
    expect(() => backend('node')).toThrow(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });

  it('a key ring in memory derives keys; one in a file is refused with a coded error', async () => {
    const ring = await KeyRing.create();
    const keys = ring.scenario({ tenant: 't', environment: 'e', scenario: 's' });
    const key = keys.derive({ purpose: 'token', domain: 'person', kind: 'mobile' });
    const column = { bytes: utf8('13812345678'), offsets: Int32Array.of(0, 11) };
    const token = hmacTokens(key, column, { encoding: 'raw', tokenBytes: 32 });
    expect(hexOf(token.bytes)).toBe(hexOf(hmacToken(key, column.bytes)));
    expect(cmacTokens(key, column).bytes).toHaveLength(22);
    const hidden = ff1Column(key, 'encrypt', column);
    expect(hexOf(ff1Column(key, 'decrypt', hidden.column).column.bytes)).toBe(hexOf(column.bytes));
    ring.destroy({ tenant: 't', environment: 'e', scenario: 's' }, { reason: 'ended' });
    expect(() => keys.derive({ purpose: 'token', domain: 'person', kind: 'mobile' })).toThrow(
      expect.objectContaining({ code: 'SCRIM_KEY_DESTROYED' }),
    );
    await expect(KeyRing.create({ path: 'keys.json', passphrase: 'long enough' })).rejects.toMatchObject({
      code: 'SCRIM_PLATFORM_FILES',
    });
  });
});
