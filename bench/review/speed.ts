/**
 * Speed of one review in a process of its own: seconds, peak memory, milliseconds of every stage.
 * @module
 */
import { spawn } from 'node:child_process';
import { review } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
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
export type SpeedProduct = 'base64' | 'affine' | 'generalised';

/** Runs one review and sends what it took to the parent. */
export async function speedHere(product: SpeedProduct, rows: number, width: number): Promise<void> {
  const raw = mixedTable(rows, width);
  const order = rowOrder(rows);
  const made = Object.fromEntries(
    raw.map((column, c) => {
      const cell = (text: string): string => {
        if (product === 'base64') return Buffer.from(text).toString('base64');
        // Numbers on a line, other columns renamed: nothing is left as it was that a number could change.
        if (product === 'affine') return c % 10 === 2 || c % 10 === 3 ? String(2.54 * Number(text) + 10) : text;
        return c % 10 === 4 ? `${text.slice(0, 3)}0s` : c % 10 === 5 ? text : '*';
      };
      return [`p${c}`, order.map((row) => cell(column[row] as string))];
    }),
  );
  const source = tableFromColumns(Object.fromEntries(raw.map((column, c) => [`s${c}`, column])));
  const table = tableFromColumns(made);
  const before = process.cpuUsage();
  const start = performance.now();
  const verdict = await review({ sources: [source], product: table });
  const used = process.cpuUsage(before);
  const speed: Speed = {
    product,
    rows,
    columns: width,
    cpu: (used.user + used.system) / 1e6,
    wall: (performance.now() - start) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
    verdict: verdict.verdict,
    stages: verdict.time,
  };
  process.send?.(speed);
  process.disconnect();
}

/** The same in a process of its own. */
export function speedOf(product: SpeedProduct, rows: number, width: number): Promise<Speed> {
  const call = `speedHere(${JSON.stringify(product)}, ${rows}, ${width})`;
  const code = `import { speedHere } from ${JSON.stringify(import.meta.url)}; await ${call};`;
  const flags = ['--import', 'tsx', '--max-old-space-size=6000', '--input-type=module', '--eval', code];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    let speed: Speed | undefined;
    child.on('message', (value) => {
      speed = value as Speed;
    });
    child.on('exit', (exit) =>
      speed === undefined ? reject(new Error(`the run of ${rows} rows ended with ${exit}`)) : resolve(speed),
    );
  });
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
