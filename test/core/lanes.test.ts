/** Threads beside a synchronous loop: the same results with any number of them, whatever becomes of them. */
import { afterEach, describe, expect, it } from 'vitest';
import { type LaneOptions, Lanes } from '../../src/core/index.js';
import { squares } from './fixtures/lane-work.js';

const module = new URL('fixtures/lane-work.ts', import.meta.url).href;
const made: Lanes[] = [];

async function lanes(threads: number, more: Partial<LaneOptions> = {}): Promise<Lanes> {
  const one = new Lanes({ work: squares, module, exportName: 'squares', threads, chunk: 8, ...more });
  made.push(one);
  for (let i = 0; i < 200 && one.ready < threads && more.module === undefined; i++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return one;
}

afterEach(() => {
  for (const one of made.splice(0)) one.close();
});

const input = Uint8Array.from({ length: 203 }, (_, i) => (i % 13) + 20);
const expected = [...input].map((value) => (value * value) & 255);
const values = (output: Uint8Array): number[] => [...output].filter((_, i) => i % 2 === 0);
const places = (output: Uint8Array): Set<number> => new Set([...output].filter((_, i) => i % 2 === 1));

describe('Lanes', () => {
  it.each([0, 1, 2])('%i threads beside the caller: the same output', async (threads) => {
    const own = await lanes(threads);
    expect(own.ready).toBe(threads);
    for (let run = 0; run < 3; run++) {
      const { output, failed } = own.run({}, input, input.length, 2);
      expect(values(output)).toEqual(expected);
      expect(failed).toEqual([]);
      expect(output.buffer).toBeInstanceOf(ArrayBuffer);
      expect(places(output)).toEqual(new Set(threads === 0 ? [1] : [1, 2]));
    }
  });

  it('works at once, before its threads are there, and where they cannot come', async () => {
    const early = new Lanes({ work: squares, module, exportName: 'squares', threads: 1, chunk: 8 });
    made.push(early);
    expect(values(early.run({}, input, input.length, 2).output)).toEqual(expected);
    for (const wrong of ['file:///nowhere/at-all.mjs', new URL('fixtures/tasks.ts', import.meta.url).href]) {
      const own = await lanes(1, { module: wrong });
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(own.ready).toBe(0);
      expect(values(own.run({}, input, input.length, 2).output)).toEqual(expected);
    }
  });

  it.each([0, 1])('%i threads: names the chunks that were refused or threw', async (threads) => {
    const own = await lanes(threads);
    const odd = input.slice();
    odd[17] = 13;
    odd[100] = 14;
    expect(own.run({}, odd, odd.length, 2).failed).toEqual([16, 96]);
  });

  it('does again what a thread took and did not finish', async () => {
    const own = await lanes(1, { patience: 300 });
    expect(values(own.run({ die: true }, input, input.length, 2).output)).toEqual(expected);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(own.ready).toBe(0);
    const slow = await lanes(1, { patience: 100 });
    expect(values(slow.run({ sleep: true }, input, input.length, 2).output)).toEqual(expected);
  });

  it('leaves keys in the hands of the caller', async () => {
    const own = await lanes(1);
    const key = Uint8Array.of(1, 2, 3);
    own.run({ key }, input, input.length, 2);
    expect(key).toEqual(Uint8Array.of(1, 2, 3));
  });
});
