/**
 * Anonymeter (from PyPI) and ours on the same product, each in a process of its own.
 *
 * Anonymeter is installed on demand into a virtual environment in the system's temporary folder, or taken from
 * `SCRIM_ANONYMETER_PYTHON`. Where neither works, the gap is stated.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { review } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { rowOrder } from './cases.js';

const VERSION = '1.1.0';

/** One product, both tools. */
export interface Comparison {
  readonly product: string;
  readonly rows: number;
  readonly columns: number;
  readonly ours: { readonly verdict: string; readonly restored: number; readonly cpu: number; readonly wall: number };
  readonly anonymeter: {
    readonly attacks: number;
    readonly cpu: number;
    readonly wall: number;
    readonly highestRisk: number;
    readonly results: readonly { readonly name: string; readonly risk?: number; readonly error?: string }[];
  };
}

function python(): string | null {
  const given = process.env['SCRIM_ANONYMETER_PYTHON'];
  if (given !== undefined) return given;
  const folder = join(tmpdir(), `scrim-anonymeter-${VERSION}`);
  const program = join(folder, 'bin/python');
  try {
    if (!existsSync(program)) {
      execFileSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' });
      execFileSync(program, ['-m', 'pip', 'install', '--quiet', `anonymeter==${VERSION}`], {
        stdio: 'ignore',
        timeout: 300_000,
      });
    }
    execFileSync(program, ['-c', 'import anonymeter'], { stdio: 'ignore' });
    return program;
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return null;
  }
}

function adult(): { names: string[]; rows: string[][] } {
  const file = fileURLToPath(new URL('../../examples/adult/adult.csv', import.meta.url));
  const [names, ...rows] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(';'));
  return { names: names as string[], rows };
}

/** Both tools on Adult: as it stands, and with every text in base64 and every number on a line. */
export async function anonymeter(size: number, attacks: number): Promise<Comparison[] | null> {
  const program = python();
  if (program === null) return null;
  const script = fileURLToPath(new URL('anonymeter-attacks.py', import.meta.url));
  const { names, rows } = adult();
  const order = rowOrder(rows.length);
  const original = order.slice(0, size).map((row) => rows[row] as string[]);
  const control = order.slice(size, size + Math.max(attacks, 1000)).map((row) => rows[row] as string[]);
  const encode = (text: string, name: string | undefined): string =>
    name === 'age' ? String(3 * Number(text) + 1000) : Buffer.from(text).toString('base64');
  const products: [string, string[][]][] = [
    ['the raw rows', original],
    ['base64 and a line', original.map((row) => row.map((text, i) => encode(text, names[i])))],
  ];
  const folder = mkdtempSync(join(tmpdir(), 'scrim-bench-'));
  const write = (name: string, table: readonly string[][]): string => {
    const file = join(folder, name);
    writeFileSync(file, `${[names, ...table].map((row) => row.join(',')).join('\n')}\n`);
    return file;
  };
  const tableOf = (table: readonly string[][]) =>
    tableFromColumns(Object.fromEntries(names.map((name, i) => [name, table.map((row) => row[i] as string)])));
  try {
    const comparisons: Comparison[] = [];
    for (const [product, table] of products) {
      const shuffledProduct = rowOrder(table.length).map((row) => table[row] as string[]);
      const files = [write('raw.csv', original), write('product.csv', shuffledProduct), write('control.csv', control)];
      const theirs = JSON.parse(
        execFileSync(program, [script, ...files, String(attacks)], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      ) as { cpu: number; wall: number; results: { name: string; risk?: number; error?: string }[] };
      const sources = [tableOf(original)];
      const before = process.cpuUsage();
      const start = performance.now();
      const verdict = await review({ sources, product: tableOf(shuffledProduct), control: tableOf(control) });
      const used = process.cpuUsage(before);
      comparisons.push({
        product,
        rows: size,
        columns: names.length,
        ours: {
          verdict: verdict.verdict,
          restored: verdict.restoration.rows.net,
          cpu: (used.user + used.system) / 1e6,
          wall: (performance.now() - start) / 1000,
        },
        anonymeter: {
          attacks,
          cpu: theirs.cpu,
          wall: theirs.wall,
          highestRisk: Math.max(0, ...theirs.results.map((one) => one.risk ?? 0)),
          results: theirs.results,
        },
      });
    }
    return comparisons;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
