/** Kills writers with SIGKILL at random moments and checks what is left. Shared by the quick and the long test. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { Ledger, readLedger, verifyLedger } from '../../src/audit/index.js';

const writer = fileURLToPath(new URL('writer.ts', import.meta.url));

/** Starts two writers, kills both after a random time, returns what they had acknowledged: seq → hash. */
async function acknowledgedBeforeKill(path: string): Promise<Map<number, string>> {
  const acknowledged = new Map<number, string>();
  const children = ['one', 'two'].map((who) => {
    const child = spawn(process.execPath, ['--import', 'tsx', writer, path, who], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    const ready = new Promise<void>((resolve, reject) => {
      child.on('close', () => reject(new Error('the writer ended by itself')));
      child.stdout.on('data', (data: Buffer) => {
        text += data.toString();
        if (text.startsWith('ready\n')) resolve();
      });
    });
    const gone = new Promise<void>((resolve) => child.on('close', () => resolve()));
    return { child, ready, gone, output: () => text };
  });
  await Promise.all(children.map(({ ready }) => ready));
  await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 150));
  for (const { child } of children) child.kill('SIGKILL');
  await Promise.all(children.map(({ gone }) => gone));
  for (const { output } of children) {
    // The last line may be cut by the kill; what was printed whole was acknowledged.
    for (const line of output().split('\n').slice(1, -1)) {
      const [seq, hash] = line.split(' ');
      acknowledged.set(Number(seq), hash as string);
    }
  }
  return acknowledged;
}

/** Repeats kill, check and reopen on one ledger; returns how often a torn tail was found. */
export async function killAgainAndAgain(rounds: number): Promise<{ torn: number; records: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'scrim-kill-'));
  const path = join(folder, 'ledger.jsonl');
  let torn = 0;
  const acknowledged = new Map<number, string>();
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [seq, hash] of await acknowledgedBeforeKill(path)) acknowledged.set(seq, hash);
      const first = await verifyLedger(path);
      if (!first.valid) {
        expect(first.problem?.reason).toBe('torn');
        torn++;
        expect((await Ledger.recover(path, { operator: 'test' })).removed).toBeGreaterThan(0);
      }
      const ledger = await Ledger.open(path);
      await ledger.append({ type: 'test.after', data: { round } });
      await ledger.close();
      expect(existsSync(`${path}.lock`)).toBe(false);
      expect(await verifyLedger(path)).toMatchObject({ valid: true, headFile: 'agrees' });
      const hashes = new Map<number, string>();
      for await (const record of readLedger(path)) hashes.set(record.seq, record.hash);
      for (const [seq, hash] of acknowledged) expect(hashes.get(seq), `record ${seq}`).toBe(hash);
    }
    expect(acknowledged.size).toBeGreaterThan(0);
    return { torn, records: acknowledged.size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
