/** The end of an authorisation (R14): nothing that is left makes a token again; interrupted runs go on. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { changeState, Ledger, openArchive, readLedger, scenarioState, verifyLedger } from '../../src/audit/index.js';
import { hmacToken, KeyRing, utf8 } from '../../src/crypto/index.js';
import { Budget } from '../../src/dp/index.js';
import { protectFile, retire } from '../../src/policy/index.js';
import { EXAMPLE, TODAY } from './example.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const passphrase = 'correct horse battery';
const scope = { tenant: 'quzhou-data', environment: 'production', scenario: 'elderly-care-2026' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrim-retire-'));
  const rows = Array.from(
    { length: 200 },
    (_, i) =>
      `1101051949${String(i % 12).padStart(2, '0')}310${String(i).padStart(3, '0')},张三,${60 + (i % 4)},男,${1000 + i},x`,
  );
  writeFileSync(at('raw.csv'), `resident_id,name,age,sex,income,note\n${rows.join('\n')}\n`);
  writeFileSync(at('policy.yaml'), EXAMPLE);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function running() {
  const ring = await KeyRing.create({ path: at('ring.json'), passphrase });
  const ledger = await Ledger.open(at('ledger.jsonl'));
  await changeState(ledger, scope, { state: 'open', operator: 'o', reason: 'start' });
  await protectFile({
    policy: at('policy.yaml'),
    today: TODAY,
    input: at('raw.csv'),
    output: at('out.csv'),
    keys: ring,
    ledger,
  });
  ring.scenario({ ...scope, scenario: 'other' });
  return { ring, ledger };
}

const by = { scope, operator: '张经办', reason: 'term is over' };

it('seals what is registered, erases the keys, and nothing that is left makes one of its tokens again', async () => {
  const { ring, ledger } = await running();
  const budget = await Budget.open(ledger.path);
  const cap = { population: 'p', epsilon: 1, delta: 0, accountant: 'pure' as const, expires: null };
  await budget.setCap({ ...cap, scope: null } as Parameters<Budget['setCap']>[0], 'o');
  await budget.setCap({ ...cap, scope } as Parameters<Budget['setCap']>[0], 'o');
  const out = readFileSync(at('out.csv'));
  const tokens = new Set(
    out
      .toString()
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(',')[0] as string),
  );
  const raw = readFileSync(at('raw.csv'), 'utf8')
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(',')[0] as string);
  expect(tokens.size).toBeGreaterThan(150);
  // Before: the ring makes them again. After: no key that is left does.
  const again = (keys: KeyRing): number => {
    let found = 0;
    for (const root of keys.show().roots) {
      if (root.state === 'destroyed') continue;
      for (const kind of ['resident-id', 'text', 'person']) {
        for (const domain of ['default', 'person', 'sample']) {
          for (const purpose of ['token', 'hash', 'siv', 'ff1']) {
            const key = keys.existing(root).derive({ purpose, domain, kind, use: 'restore', keyId: root.id });
            for (const id of raw.slice(0, 20)) {
              const token = Buffer.from(hmacToken(key, utf8(id)));
              for (const bytes of [16, 32]) {
                if (tokens.has(token.subarray(0, bytes).toString('base64url'))) found++;
              }
            }
          }
        }
      }
    }
    return found;
  };
  expect(again(ring)).toBeGreaterThanOrEqual(20);
  writeFileSync(at('stranger.csv'), 'a\n1\n');
  const key = new Uint8Array(32).fill(7);
  const done = await retire({
    ...by,
    ledger,
    ring,
    artifacts: [at('out.csv'), at('stranger.csv')],
    disposal: { kind: 'seal', folder: at('archive'), key },
  });
  expect(done).toMatchObject({
    state: 'ended',
    budgets: ['p'],
    deleted: [],
    missing: [],
    unregistered: [at('stranger.csv')],
    backups: 'out-of-reach',
  });
  expect(done.keys.length).toBe(1);
  expect([existsSync(at('out.csv')), existsSync(at('stranger.csv')), existsSync(at('out.csv.record.json'))]).toEqual([
    false,
    true,
    true,
  ]);
  const archive = readFileSync((done.sealed[0] as { archive: string }).archive);
  expect(Buffer.from(openArchive(archive, key)[0]?.bytes as Uint8Array).equals(out)).toBe(true);
  expect(archive.includes('张')).toBe(false);

  const fresh = await KeyRing.open({ path: at('ring.json'), passphrase });
  expect(again(fresh)).toBe(0);
  expect(() => fresh.scenario(scope)).toThrowError(expect.objectContaining({ code: 'SCRIM_KEY_DESTROYED' }));
  const stored = JSON.parse(readFileSync(at('ring.json'), 'utf8')) as {
    roots: { scenario: string; sealed: string | null }[];
  };
  expect(stored.roots.map(({ scenario, sealed }) => [scenario, sealed === null])).toEqual([
    ['elderly-care-2026', true],
    ['other', false],
  ]);
  expect((await budget.states()).map(({ cap: { scope: own }, state }) => [own === null, state])).toEqual([
    [true, 'open'],
    [false, 'closed'],
  ]);
  expect(await scenarioState(ledger.path, scope)).toBe('ended');
  expect((await verifyLedger(ledger.path)).valid).toBe(true);
  const types: string[] = [];
  for await (const { type } of readLedger(ledger.path)) types.push(type);
  expect(types).toEqual(
    expect.arrayContaining(['operation', 'artifact.sealed', 'keys.destroyed', 'dp.budget-closed', 'scenario.retired']),
  );
  // Nothing more is made under it.
  await expect(
    protectFile({
      policy: at('policy.yaml'),
      today: TODAY,
      input: at('raw.csv'),
      output: at('late.csv'),
      keys: fresh,
      ledger,
    }),
  ).rejects.toThrowError(expect.objectContaining({ code: 'SCRIM_SCENARIO_CLOSED' }));
  expect(existsSync(at('late.csv'))).toBe(false);
});

it('deletes with a record, names what is missing, and goes on where it was interrupted', async () => {
  const { ring, ledger } = await running();
  const first = await retire({ ...by, ledger });
  expect(first).toMatchObject({ keys: [], missing: [{ name: 'out.csv' }] });
  // A process died between erasing the key and noting it.
  const { keys } = ring.destroy(scope, { reason: 'x' });
  const second = await retire({ ...by, ledger, ring, artifacts: [at('out.csv')], disposal: { kind: 'delete' } });
  expect(second).toMatchObject({ keys, deleted: [{ name: 'out.csv' }], missing: [] });
  expect(existsSync(at('out.csv'))).toBe(false);
  const third = await retire({ ...by, ledger, ring });
  expect(third).toMatchObject({ keys, deleted: [], missing: [] });
  const types: string[] = [];
  for await (const { type } of readLedger(ledger.path)) types.push(type);
  expect(types.filter((type) => type === 'keys.destroyed').length).toBe(1);
  expect(types.filter((type) => type === 'artifact.deleted').length).toBe(1);
});

it('does nothing on a ledger that does not verify, and keeps artefacts whose fate is not said', async () => {
  const { ring, ledger } = await running();
  await expect(retire({ ...by, ledger, ring, artifacts: [at('out.csv')] })).rejects.toThrowError(
    expect.objectContaining({ code: 'SCRIM_RETIRE' }),
  );
  const text = readFileSync(ledger.path, 'utf8');
  writeFileSync(ledger.path, text.replace('张经办', '李经办'));
  await expect(retire({ ...by, ledger, ring })).rejects.toThrowError(expect.objectContaining({ code: 'SCRIM_RETIRE' }));
  expect(ring.show().roots.every(({ state }) => state === 'active')).toBe(true);
  expect(existsSync(at('out.csv'))).toBe(true);
});

it('refuses a scope that neither the ledger nor the ring knows, and changes nothing', async () => {
  const { ring, ledger } = await running();
  const before = readFileSync(ledger.path, 'utf8');
  const unknown = { ...by, scope: { ...scope, scenario: `${scope.scenario}x` } };
  for (const keys of [{}, { ring }]) {
    await expect(retire({ ...unknown, ledger, ...keys })).rejects.toThrowError(
      expect.objectContaining({ code: 'SCRIM_RETIRE_UNKNOWN' }),
    );
  }
  expect(readFileSync(ledger.path, 'utf8')).toBe(before);
  expect(ring.show().roots.every(({ state }) => state === 'active')).toBe(true);
});
