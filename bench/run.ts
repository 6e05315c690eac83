/**
 * `npm run bench -- NAME...`: runs benchmark files; `table` stands for all of its parts, no name lists what there is.
 * @module
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Rooms whose benchmark has several files. */
const parts: Readonly<Record<string, readonly string[]>> = { table: ['csv', 'group-by', 'parquet'] };
const helpers: readonly string[] = ['harness', 'masking-tasks', 'run'];

async function main(names: readonly string[]): Promise<void> {
  const there = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => name.slice(0, -3))
    .filter((name) => !helpers.includes(name));
  const files = names.flatMap((name) => parts[name] ?? [name]);
  const unknown = files.filter((name) => !there.includes(name));
  if (files.length === 0 || unknown.length > 0) {
    if (unknown.length > 0) console.error(`There is no benchmark ${unknown.join(', ')}.`);
    console.error(`Benchmarks: ${[...there, ...Object.keys(parts)].sort().join(', ')}`);
    process.exitCode = 2;
    return;
  }
  for (const name of files) {
    const module = (await import(new URL(`${name}.ts`, import.meta.url).href)) as { run: () => Promise<void> };
    await module.run();
  }
}

await main(process.argv.slice(2));
