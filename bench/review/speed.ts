/**
 * Speed of one review in a process of its own, from CSV files to the verdict: seconds, peak memory, milliseconds of every stage.
 * @module
 */
import { spawn } from 'node:child_process';
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { review } from '../../src/reversibility/index.js';
import { mixedTable, rowOrder } from './cases.js';

/** What a speed run gives. */
export interface Speed {
  readonly product: string;
  readonly rows: number;
  readonly columns: number;
  readonly cpu: number;
  readonly wall: number;
  readonly peakMb: number;
  readonly verdict: string;
  readonly stages: readonly { readonly stage: string; readonly milliseconds: number }[];
}

/** How the product of a speed run is made from the raw table. */
export type SpeedProduct = 'base64' | 'affine' | 'generalised' | Unread;
/** Products that nothing explains: cells encrypted afresh; hashes, keyed tokens and numbers of other people. */
type Unread = 'encrypted' | 'hashes of others' | 'tokens of others' | 'numbers of others';

const KEY = Buffer.alloc(32, 7);

/** A cell that nothing explains, from a cell of the source or of other people. */
function unreadCell(product: Unread, text: string, row: number, column: number): string {
  if (product === 'encrypted') {
    const iv = createHmac('sha256', KEY).update(`${row}|${column}`).digest().subarray(0, 16);
    const cipher = createCipheriv('aes-256-ctr', KEY, iv);
    return Buffer.concat([iv, cipher.update(text), cipher.final()]).toString('base64');
  }
  if (product === 'hashes of others') return createHash('sha256').update(text).digest('hex');
  if (product === 'tokens of others') return createHmac('sha256', KEY).update(text).digest('hex').slice(0, 24);
  const digest = createHmac('sha256', KEY)
    .update(`${column % 10 < 5 ? row : text}|${column}`)
    .digest();
  return ((digest.readUInt32LE(0) / 2 ** 32) ** (1 + (column % 3)) * 1000).toFixed(column % 4);
}

function isUnread(product: SpeedProduct): product is Unread {
  return product === 'encrypted' || product.endsWith(' of others');
}

/** Cell of a product: base64; numbers on a line and all else as it was; decades and one category with all else suppressed. */
function cellOf(product: SpeedProduct, text: string, row: number, column: number): string {
  if (isUnread(product)) return unreadCell(product, text, row, column);
  const kind = column % 10;
  if (product === 'base64') return Buffer.from(text).toString('base64');
  if (product === 'affine') return kind === 2 || kind === 3 ? String(2.54 * Number(text) + 10) : text;
  return kind === 4 ? `${text.slice(0, 3)}0s` : kind === 5 ? text : '*';
}

/** Writes the raw table and its product, rows in another order, as `source.csv` and `product.csv`. */
export async function prepareHere(folder: string, product: SpeedProduct, rows: number, width: number): Promise<void> {
  const raw = mixedTable(rows, width);
  const order = rowOrder(rows);
  const names = (prefix: string): string => raw.map((_, c) => `${prefix}${c}`).join(',');
  await writeRows(join(folder, 'source.csv'), names('s'), rows, (row) =>
    raw.map((column) => column[row] as string).join(','),
  );
  const own = product.endsWith(' of others') ? mixedTable(rows, width, 'others') : raw;
  await writeRows(join(folder, 'product.csv'), names('p'), rows, (row) =>
    own.map((column, c) => cellOf(product, column[order[row] as number] as string, row, c)).join(','),
  );
}

async function writeRows(file: string, head: string, rows: number, line: (row: number) => string): Promise<void> {
  const out = createWriteStream(file);
  out.write(`${head}\n`);
  for (let from = 0; from < rows; from += 4096) {
    const lines: string[] = [];
    for (let row = from; row < Math.min(rows, from + 4096); row++) lines.push(line(row));
    if (!out.write(`${lines.join('\n')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** Reviews the two files and sends what it took to the parent. */
export async function reviewHere(folder: string, product: SpeedProduct, rows: number, columns: number): Promise<void> {
  const before = process.cpuUsage();
  const start = performance.now();
  const verdict = await review({ sources: [join(folder, 'source.csv')], product: join(folder, 'product.csv') });
  const used = process.cpuUsage(before);
  const speed: Speed = {
    product,
    rows,
    columns,
    cpu: (used.user + used.system) / 1e6,
    wall: (performance.now() - start) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
    verdict: verdict.verdict,
    stages: verdict.time,
  };
  process.send?.(speed);
  process.disconnect();
}

/** Calls an exported function of this file in a process of its own; what it sends, if anything. */
function inProcess(call: string, heap: number): Promise<unknown> {
  const code = `import * as here from ${JSON.stringify(import.meta.url)}; await here.${call};`;
  const flags = ['--import', 'tsx', `--max-old-space-size=${heap}`, '--input-type=module', '--eval', code];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    let sent: unknown;
    child.on('message', (value) => {
      sent = value;
    });
    child.on('exit', (exit) => (exit === 0 ? resolve(sent) : reject(new Error(`${call} ended with ${exit}`))));
  });
}

/** One review of CSV files, made and reviewed in processes of their own: reading them is part of it, making them is not. */
export async function speedOf(product: SpeedProduct, rows: number, width: number): Promise<Speed> {
  const folder = mkdtempSync(join(tmpdir(), 'scrim-bench-'));
  const shape = `${JSON.stringify(folder)}, ${JSON.stringify(product)}, ${rows}, ${width}`;
  try {
    await inProcess(`prepareHere(${shape})`, 8000);
    return (await inProcess(`reviewHere(${shape})`, 4000)) as Speed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Exponent b of time = a * rows^b, by least squares on logarithms. */
export function exponent(runs: readonly { readonly rows: number; readonly seconds: number }[]): number {
  const x = runs.map((run) => Math.log(run.rows));
  const y = runs.map((run) => Math.log(run.seconds));
  return slope(x, y);
}

/** Slope of the least-squares line. */
export function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const mx = mean(x);
  const my = mean(y);
  const top = x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] as number) - my), 0);
  return top / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}
