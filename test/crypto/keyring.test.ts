/**
 * The key ring: roots per tenant × environment × scenario, states, protection at rest, and that no key is ever printed.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hexOf, ScrimError } from '../../src/core/index.js';
import { fileProvider, hmacToken, KeyRing, memoryProvider, utf8 } from '../../src/crypto/index.js';

const scope = { tenant: 'health', environment: 'test', scenario: 'flu-2026' };
const use = { purpose: 'token', domain: 'person', kind: 'resident-id' };
const cheap = { N: 2 ** 10, r: 8, p: 1 };

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof ScrimError ? error.code : `not a ScrimError: ${String(error)}`;
  }
  return 'no error';
}

async function codeOfAsync(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (error) {
    return error instanceof ScrimError ? error.code : `not a ScrimError: ${String(error)}`;
  }
  return 'no error';
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrim-keys-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('scopes and derivation', () => {
  it('gives the same key for the same use and another one when any field differs', async () => {
    const ring = await KeyRing.create();
    const keys = ring.scenario(scope);
    const first = hexOf(keys.derive(use).bytes());
    expect(
      hexOf(
        ring
          .scenario({ ...scope })
          .derive(use)
          .bytes(),
      ),
    ).toBe(first);
    const others = [
      keys.derive({ ...use, purpose: 'ff1' }),
      keys.derive({ ...use, domain: 'house' }),
      keys.derive({ ...use, kind: 'mobile' }),
      keys.derive({ ...use, suite: 'gm' }),
      keys.derive({ purpose: 'tokenp', domain: 'erson', kind: 'resident-id' }),
      ring.scenario({ ...scope, tenant: 'taxes' }).derive(use),
      ring.scenario({ ...scope, environment: 'production' }).derive(use),
      ring.scenario({ ...scope, scenario: 'flu-2027' }).derive(use),
    ].map((key) => hexOf(key.bytes()));
    expect(new Set([first, ...others]).size).toBe(9);
    const other = await KeyRing.create();
    expect(hexOf(other.scenario(scope).derive(use).bytes())).not.toBe(first);
    expect(keys.derive({ ...use, length: 16 }).length).toBe(16);
  });

  it('refuses empty names', async () => {
    const ring = await KeyRing.create();
    expect(codeOf(() => ring.scenario({ ...scope, tenant: '' }))).toBe('SCRIM_ARGUMENT');
    expect(codeOf(() => ring.scenario(scope).derive({ ...use, kind: '' }))).toBe('SCRIM_ARGUMENT');
    expect(codeOf(() => ring.existing(scope))).toBe('no error');
    expect(codeOf(() => ring.existing({ ...scope, scenario: 'none' }))).toBe('SCRIM_KEY_MISSING');
  });
});

describe('states', () => {
  it('retires the old root on rotation: it restores, and protects nothing new', async () => {
    const ring = await KeyRing.create();
    const keys = ring.scenario(scope);
    const before = keys.derive(use);
    const fresh = ring.rotate(scope);
    expect(keys.keyId).toBe(fresh.id);
    expect(hexOf(keys.derive(use).bytes())).not.toBe(hexOf(before.bytes()));
    expect(codeOf(() => keys.derive({ ...use, keyId: before.id }))).toBe('SCRIM_KEY_RETIRED');
    const old = keys.derive({ ...use, keyId: before.id, use: 'restore' });
    expect(hexOf(old.bytes())).toBe(hexOf(before.bytes()));
    expect(old.label.state).toBe('retired');
    expect(keys.roots().map((root) => root.state)).toEqual(['retired', 'active']);
  });

  it('destroys for good: no derivation, no silent new root, a record that names the limit', async () => {
    const ring = await KeyRing.create();
    const keys = ring.scenario(scope);
    const id = keys.keyId;
    const record = ring.destroy(scope, { reason: 'authorisation ended' });
    expect(record).toMatchObject({ ...scope, keys: [id], keyRing: ring.id, backups: 'out-of-reach' });
    expect(codeOf(() => keys.derive(use))).toBe('SCRIM_KEY_DESTROYED');
    expect(codeOf(() => keys.derive({ ...use, keyId: id, use: 'restore' }))).toBe('SCRIM_KEY_DESTROYED');
    expect(codeOf(() => ring.scenario(scope))).toBe('SCRIM_KEY_DESTROYED');
    expect(codeOf(() => ring.rotate(scope))).toBe('SCRIM_KEY_DESTROYED');
    expect(codeOf(() => ring.destroy(scope, { reason: 'again' }))).toBe('SCRIM_KEY_DESTROYED');
    expect(codeOf(() => ring.destroy({ ...scope, scenario: 'none' }, { reason: 'x' }))).toBe('SCRIM_KEY_MISSING');
    expect(ring.show().roots[0]?.state).toBe('destroyed');
  });

  it('destroys one root of several', async () => {
    const ring = await KeyRing.create();
    const keys = ring.scenario(scope);
    const old = keys.keyId;
    ring.rotate(scope);
    ring.destroy(scope, { reason: 'old key', keyId: old });
    expect(codeOf(() => keys.derive({ ...use, keyId: old, use: 'restore' }))).toBe('SCRIM_KEY_DESTROYED');
    expect(codeOf(() => keys.derive(use))).toBe('no error');
  });
});

describe('at rest', () => {
  it('keeps roots wrapped in a file of mode 0600, and opens them with the passphrase', async () => {
    const path = join(folder, 'keys.json');
    const ring = await KeyRing.create({ path, passphrase: '数据可用不可见-口令', scrypt: cheap });
    const key = ring.scenario(scope).derive(use);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await KeyRing.open({ path, passphrase: '数据可用不可见-口令' });
    expect(hexOf(again.existing(scope).derive(use).bytes())).toBe(hexOf(key.bytes()));
    expect(await codeOfAsync(() => KeyRing.open({ path, passphrase: 'another passphrase' }))).toBe(
      'SCRIM_KEY_PASSPHRASE',
    );
    expect(await codeOfAsync(() => KeyRing.open({ path }))).toBe('SCRIM_KEY_PROTECTION');
    expect(await codeOfAsync(() => KeyRing.open({ path: join(folder, 'none'), passphrase: 'p' }))).toBe(
      'SCRIM_KEYRING_MISSING',
    );
    expect(await codeOfAsync(() => KeyRing.create({ path, passphrase: 'another passphrase', scrypt: cheap }))).toBe(
      'SCRIM_KEYRING_EXISTS',
    );
    expect(await codeOfAsync(() => KeyRing.create({ path: join(folder, 'b'), passphrase: 'short' }))).toBe(
      'SCRIM_KEY_PROTECTION',
    );
    expect(await codeOfAsync(() => KeyRing.create({ path: join(folder, 'b') }))).toBe('SCRIM_KEY_PROTECTION');
    expect(
      await codeOfAsync(() =>
        KeyRing.create({ path: join(folder, 'no', 'b'), passphrase: 'long enough', scrypt: cheap }),
      ),
    ).toBe('SCRIM_FILE_UNWRITABLE');
  });

  it('wraps by SM4-GCM where AES may not be used', async () => {
    const path = join(folder, 'keys.json');
    const ring = await KeyRing.create({ path, passphrase: 'long enough', scrypt: cheap, cipher: 'sm4-gcm' });
    const key = hexOf(
      ring
        .scenario(scope)
        .derive({ ...use, suite: 'gm', length: 16 })
        .bytes(),
    );
    const again = await KeyRing.open({ path, passphrase: 'long enough' });
    expect(
      hexOf(
        again
          .existing(scope)
          .derive({ ...use, suite: 'gm', length: 16 })
          .bytes(),
      ),
    ).toBe(key);
  });

  it('opens through a provider, and only through the one that wrapped it', async () => {
    const path = join(folder, 'keys.json');
    const provider = fileProvider(join(folder, 'wrapping.key'));
    const ring = await KeyRing.create({ path, provider });
    const key = hexOf(ring.scenario(scope).derive(use).bytes());
    expect(statSync(join(folder, 'wrapping.key')).mode & 0o777).toBe(0o600);
    const again = await KeyRing.open({ path, provider: fileProvider(join(folder, 'wrapping.key')) });
    expect(hexOf(again.existing(scope).derive(use).bytes())).toBe(key);
    expect(await codeOfAsync(() => KeyRing.open({ path, provider: fileProvider(join(folder, 'other.key')) }))).toBe(
      'SCRIM_KEY_PASSPHRASE',
    );
    expect(await codeOfAsync(() => KeyRing.open({ path, provider: memoryProvider(new Uint8Array(32)) }))).toBe(
      'SCRIM_KEY_PROTECTION',
    );
    await again.reprotect({ passphrase: 'a new passphrase', scrypt: cheap });
    const third = await KeyRing.open({ path, passphrase: 'a new passphrase' });
    expect(hexOf(third.existing(scope).derive(use).bytes())).toBe(key);
  });

  it('sees what another process did to the file: no key outlives its destruction there', async () => {
    const path = join(folder, 'keys.json');
    const one = await KeyRing.create({ path, passphrase: 'long enough', scrypt: cheap });
    const two = await KeyRing.open({ path, passphrase: 'long enough' });
    const keys = one.scenario(scope);
    expect(hexOf(two.scenario(scope).derive(use).bytes())).toBe(hexOf(keys.derive(use).bytes()));
    two.destroy(scope, { reason: 'ended' });
    expect(codeOf(() => keys.derive(use))).toBe('SCRIM_KEY_DESTROYED');
    expect(readFileSync(path, 'utf8')).toContain('"sealed": null');
  });

  it('detects every change of the file', async () => {
    const path = join(folder, 'keys.json');
    const ring = await KeyRing.create({ path, passphrase: 'long enough', scrypt: cheap });
    ring.scenario(scope);
    ring.rotate(scope);
    const text = readFileSync(path, 'utf8');
    const cases: [string, string][] = [
      [text.replace('"retired"', '"active"'), 'SCRIM_KEYRING_INVALID'],
      [text.replace('flu-2026', 'flu-2027'), 'SCRIM_KEYRING_INVALID'],
      [text.replace('"revision": 2', '"revision": 1'), 'SCRIM_KEYRING_INVALID'],
      [text.slice(0, text.length / 2), 'SCRIM_KEYRING_INVALID'],
      ['{}', 'SCRIM_KEYRING_INVALID'],
      ['null', 'SCRIM_KEYRING_INVALID'],
      [text.replace('"N": 1024', '"N": 2048'), 'SCRIM_KEY_PASSPHRASE'],
      [text.replace('"N": 1024', '"N": 1000'), 'SCRIM_ARGUMENT'],
    ];
    for (const [changed, code] of cases) {
      expect(changed).not.toBe(text);
      writeFileSync(path, changed);
      expect(await codeOfAsync(() => KeyRing.open({ path, passphrase: 'long enough' }))).toBe(code);
    }
  });
});

describe('nothing prints a key', () => {
  it('inspect, JSON, String and errors show ids only', async () => {
    const path = join(folder, 'keys.json');
    const passphrase = 'a passphrase nobody may see';
    const ring = await KeyRing.create({ path, passphrase, scrypt: cheap });
    const keys = ring.scenario(scope);
    const key = keys.derive(use);
    const secret = key.bytes();
    const shown: string[] = [];
    for (const thing of [ring, keys, key, { nested: { ring, keys, key } }, [key], new Map([['k', key]])]) {
      shown.push(inspect(thing, { depth: 20, showHidden: true }), JSON.stringify(thing) ?? '', String(thing));
    }
    shown.push(JSON.stringify(ring.show()), inspect(ring.show(), { depth: 9 }));
    key.wipe();
    for (const action of [() => key.bytes(), () => keys.derive({ ...use, keyId: 'key-none' })]) {
      try {
        action();
      } catch (error) {
        shown.push(inspect(error), JSON.stringify(error), String(error));
      }
    }
    const forms = [
      hexOf(secret),
      Buffer.from(secret).toString('base64'),
      [...secret].join(','),
      [...secret].join(', '),
      passphrase,
    ];
    const all = shown.join('\n');
    expect(all).toContain(keys.keyId);
    for (const form of forms) expect(all).not.toContain(form);
    expect(all).not.toMatch(/Uint8Array|Buffer|sealed|master/);
    expect(codeOf(() => key.bytes())).toBe('SCRIM_KEY_WIPED');
    expect(readFileSync(path, 'utf8')).not.toContain(passphrase);
  });
});

describe('closing', () => {
  it('makes ring, scenarios and derivation unusable, with a coded error', async () => {
    const ring = await KeyRing.create();
    const keys = ring.scenario(scope);
    ring.close();
    for (const action of [
      () => keys.derive(use),
      () => ring.scenario(scope),
      () => ring.rotate(scope),
      () => ring.show(),
    ]) {
      expect(codeOf(action)).toBe('SCRIM_KEY_WIPED');
    }
    expect(JSON.stringify(ring)).toContain(ring.id);
  });
});

describe('isolation', () => {
  it('two scenarios share no token', async () => {
    const ring = await KeyRing.create();
    const one = ring.scenario(scope).derive(use);
    const two = ring.scenario({ ...scope, scenario: 'flu-2027' }).derive(use);
    const tokens = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      for (const key of [one, two]) tokens.add(hexOf(hmacToken(key, utf8(String(i))).subarray(0, 8)));
    }
    expect(tokens.size).toBe(4000);
  });
});
