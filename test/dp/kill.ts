/** A release in a process of its own that kills itself (SIGKILL) before its n-th change of the file system. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plan } from '../../src/dp/index.js';

const source = (path: string): string =>
  JSON.stringify(pathToFileURL(resolve(import.meta.dirname, '../../src', path)).href);
const LOADER = pathToFileURL(resolve(import.meta.dirname, '../../node_modules/tsx/dist/loader.mjs')).href;

/** The release of the child: data and plan as written here. */
export const killedPlan: Plan = {
  schema: 'scrim.dp-plan/1',
  population: 'register',
  unit: { column: 'person' },
  contribution: { groups: 1, rowsPerGroup: 1 },
  groupBy: { columns: ['city'], keys: { public: [['甲'], ['乙']] } },
  queries: [{ name: 'n', kind: 'count' }],
  noise: 'laplace',
  budget: { epsilon: 0.25, delta: 0 },
};
export const killedData: { readonly person: string[]; readonly city: string[] } = {
  person: ['a', 'b', 'c'],
  city: ['甲', '甲', '乙'],
};

/** Runs the release `victim` on the ledger; returns the number of steps when it ran to its end, null when it was killed. */
export async function releaseKilledAt(folder: string, ledger: string, step: number): Promise<number | null> {
  const file = join(folder, 'victim.mts');
  writeFileSync(
    file,
    `import fs from 'node:fs';
import { Budget } from ${source('dp/index.ts')};
import { tableFromColumns } from ${source('table/index.ts')};
const at = ${step};
let steps = 0;
const tick = () => { if (++steps === at) { process.kill(process.pid, 'SIGKILL'); for (;;); } };
const wrap = (owner, name) => { const real = owner[name]; owner[name] = function (...all) { tick(); return real.apply(this, all); }; };
for (const name of ['writeSync', 'writeFileSync', 'renameSync', 'mkdirSync', 'fsyncSync', 'fdatasyncSync', 'linkSync', 'unlinkSync', 'rmSync', 'openSync', 'closeSync', 'ftruncateSync']) wrap(fs, name);
for (const name of ['open', 'rename', 'unlink', 'rm', 'link', 'mkdir', 'writeFile']) wrap(fs.promises, name);
const probe = await fs.promises.open(${JSON.stringify(file)}, 'r');
const proto = Object.getPrototypeOf(probe);
await probe.close();
steps = 0;
for (const name of ['write', 'writeFile', 'datasync', 'sync', 'truncate', 'close', 'chmod']) wrap(proto, name);
const budget = await Budget.open(${JSON.stringify(ledger)});
await budget.release({ id: 'victim', plan: ${JSON.stringify(killedPlan)}, table: tableFromColumns(${JSON.stringify(killedData)}), operator: 'tester' });
await budget.close();
process.stdout.write(String(steps));
`,
  );
  const child = spawn(process.execPath, [`--import=${LOADER}`, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  return new Promise((done, fail) => {
    child.on('exit', (status, signal) => {
      if (signal === 'SIGKILL') done(null);
      else if (status === 0) done(Number(out));
      else fail(new Error(`exit ${status}`));
    });
  });
}
