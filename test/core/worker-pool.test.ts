import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { roomModule, WorkerPool } from '../../src/core/index.js';
import { tasks } from './fixtures/tasks.js';

const module = new URL('fixtures/tasks.ts', import.meta.url).href;
const pools: WorkerPool<typeof tasks>[] = [];

function pool(threads: number, at: string | undefined = module): WorkerPool<typeof tasks> {
  const made = new WorkerPool({ tasks, module: at, threads });
  pools.push(made);
  return made;
}

afterEach(async () => {
  for (const made of pools.splice(0)) await made.close();
});

describe.each([
  ['threads', 2, 'thread'],
  ['one thread', 1, 'main'],
])('WorkerPool with %s', (_name, threads, where) => {
  it('runs tasks where it should and keeps the order of the inputs', async () => {
    const workers = pool(threads);
    const inputs = Array.from({ length: 50 }, (_, i) => i);
    expect(await workers.map('square', inputs)).toEqual(inputs.map((i) => i * i));
    expect(await workers.run('where', undefined)).toBe(where);
  });

  it('passes coded errors on and hides the message of others', async () => {
    const workers = pool(threads);
    await expect(workers.run('coded', 'age')).rejects.toMatchObject({
      name: 'ScrimError',
      code: 'SCRIM_TABLE_UNKNOWN_COLUMN',
      message: 'There is no column age.',
    });
    const error = (await workers.run('careless', '110101199003078515').catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ code: 'SCRIM_WORKER_FAILED', parameters: { task: 'careless', reason: 'TypeError' } });
    expect(error.message).not.toContain('110101199003078515');
    expect(await workers.run('square', 3)).toBe(9);
  });

  it('takes transferred and shared memory and hands results over', async () => {
    const workers = pool(threads);
    const values = Float64Array.of(1, 2, 3.5);
    expect(await workers.run('sum', values, { transfer: [values.buffer] })).toBe(6.5);
    const shared = new SharedArrayBuffer(4);
    await Promise.all(Array.from({ length: 20 }, () => workers.run('increment', shared)));
    expect(new Int32Array(shared)[0]).toBe(20);
    expect(await workers.run('ones', 4)).toEqual(Uint8Array.of(1, 1, 1, 1));
  });

  it('cancels tasks that have not started', async () => {
    const workers = pool(threads);
    const signal = AbortSignal.abort();
    await expect(workers.run('square', 2, { signal })).rejects.toMatchObject({ code: 'SCRIM_CANCELLED' });
  });

  it('refuses tasks after it was closed', async () => {
    const workers = pool(threads);
    await workers.close();
    await expect(workers.run('square', 2)).rejects.toMatchObject({ code: 'SCRIM_INTERNAL' });
  });
});

describe('WorkerPool', () => {
  it('hands the transferred buffer over', async () => {
    const values = Float64Array.of(1, 2);
    await pool(2).run('sum', values, { transfer: [values.buffer] });
    expect(values.length).toBe(0);
  });

  it('reports a thread that dies, and goes on with another', async () => {
    const workers = pool(2);
    await expect(workers.run('end', undefined)).rejects.toMatchObject({ code: 'SCRIM_WORKER_FAILED' });
    expect(await workers.run('where', undefined)).toBe('thread');
  });

  it('falls back to one thread when the module cannot be loaded', async () => {
    const workers = pool(2, 'file:///nowhere/at-all.mjs');
    expect(await workers.map('square', [1, 2, 3])).toEqual([1, 4, 9]);
    expect(await workers.run('where', undefined)).toBe('main');
    expect(workers.threads).toBe(0);
  });

  it('cancels what waits when it is closed', async () => {
    const workers = pool(2);
    const waiting = workers.run('square', 2);
    await Promise.all([workers.close(), expect(waiting).rejects.toMatchObject({ code: 'SCRIM_CANCELLED' })]);
  });

  it('finds a room beside its own source', () => {
    expect(roomModule('table')).toMatch(/\/src\/table\/index\.ts$/);
  });

  const root = fileURLToPath(new URL('../../', import.meta.url));
  const script = (load: string): string => `${load}
    const { WorkerPool, roomModule } = core;
    if (!roomModule('core').includes('/dist/core.')) throw new Error(roomModule('core'));
    const module = ${JSON.stringify(new URL('fixtures/tasks.mjs', import.meta.url).href)};
    const pool = new WorkerPool({ tasks: {}, module, threads: 2 });
    pool.run('echo', 42).then((answer) => { console.log(answer, pool.threads); return pool.close(); });`;

  // `npm test` builds first; a run of vitest alone may meet an older build, or none.
  const built =
    existsSync(`${root}dist/core.d.ts`) && readFileSync(`${root}dist/core.d.ts`, 'utf8').includes('roomModule');
  it.runIf(built).each([
    ['ESM', ['--input-type=module'], `import * as core from ${JSON.stringify(`${root}dist/core.js`)};`],
    ['CommonJS', ['--input-type=commonjs'], `const core = require(${JSON.stringify(`${root}dist/core.cjs`)});`],
  ])('works from the built %s package', (_name, flags, load) => {
    const out = execFileSync(process.execPath, [...flags, '--eval', script(load)], { encoding: 'utf8' });
    expect(out.trim()).toBe('42 2');
  });
});
