/**
 * Private set intersection: two processes over loopback TCP, and both sides in one process against @openmined/psi.js.
 * @module
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  type AgreementOptions,
  agreement,
  connectTcp,
  type ItemSet,
  itemSet,
  listenTcp,
  PsiMachine,
  runInProcess,
  runOver,
} from '../src/psi/index.js';
import { Bench, isMain, peer } from './harness.js';

/** Mobile-like keys: `count` from `from` on. */
function keys(from: number, count: number): ItemSet {
  function* texts(): Generator<string> {
    for (let i = 0; i < count; i++) yield String(13_000_000_000 + from + i);
  }
  return itemSet(texts(), count);
}

interface Report {
  readonly side: 'left' | 'right';
  readonly size: number | null;
  readonly bytes: number;
  readonly wall: number;
  readonly cpu: number;
  readonly peakMb: number;
}

/** One side of a two-process run; started by {@link twoProcesses}. */
async function party(side: 'left' | 'right', bits: number, port: number, options: AgreementOptions): Promise<void> {
  const n = 2 ** bits;
  const items = keys(side === 'left' ? 0 : n / 2, n);
  const machine = new PsiMachine({ side, agreement: agreement(options), items });
  const address = { host: '127.0.0.1', port, tls: null };
  const connection = side === 'left' ? await (await listenTcp(address)).accept() : await connectTcp(address);
  const wall = performance.now();
  const cpu = process.cpuUsage();
  const result = await runOver(machine, connection);
  const used = process.cpuUsage(cpu);
  const report: Report = {
    side,
    size: result.size,
    bytes: result.bytesIn + result.bytesOut,
    wall: (performance.now() - wall) / 1000,
    cpu: (used.user + used.system) / 1e6,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(report, () => process.exit(0));
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function twoProcesses(bits: number, options: AgreementOptions): Promise<{ left: Report; right: Report }> {
  const port = String(await freePort());
  const reports = await Promise.all(
    (['left', 'right'] as const).map(
      (side) =>
        new Promise<Report>((resolve, reject) => {
          const child = fork(
            fileURLToPath(import.meta.url),
            ['--party', side, String(bits), port, JSON.stringify(options)],
            {
              execArgv: ['--import', 'tsx'],
            },
          );
          child.on('message', (message) => resolve(message as Report));
          child.on('exit', (code) => (code === 0 ? undefined : reject(new Error(`${side} ended with ${code}`))));
        }),
    ),
  );
  const [left, right] = reports as [Report, Report];
  if (left.size !== 2 ** (bits - 1)) throw new Error(`wrong size ${left.size}`);
  return { left, right };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

const variants: readonly [string, AgreementOptions][] = [
  ['kkrt intl fast', { protocol: 'kkrt', rowHash: 'linear' }],
  ['kkrt intl', { protocol: 'kkrt' }],
  ['kkrt gm', { protocol: 'kkrt', suite: 'gm' }],
];

interface PsiJs {
  default: () => Promise<{
    client: { createWithNewKey(reveal: boolean): PsiJsParty };
    server: { createWithNewKey(reveal: boolean): PsiJsParty };
    dataStructure: { Raw: unknown };
    serverSetup: { deserializeBinary(bytes: Uint8Array): unknown };
  }>;
}

interface PsiJsParty {
  createRequest(items: string[]): unknown;
  createSetupMessage(fpr: number, clients: number, items: string[], form: unknown): unknown;
  processRequest(request: unknown): unknown;
  getIntersection(setup: unknown, response: unknown): number[];
}

/**
 * Runs the benchmark. `PSI_PART=processes` or `PSI_PART=peer` runs one half, `PSI_BITS=20` one size, `PSI_ROUNDS=1` fewer
 * rounds, `PSI_PEER_BITS=14` the comparison at another size.
 */
export async function run(): Promise<void> {
  const part = process.env.PSI_PART ?? 'all';
  if (part !== 'peer') await processes();
  if (part !== 'processes') await peers();
}

/** Two processes over loopback TCP. */
async function processes(): Promise<void> {
  const bench = new Bench('psi');
  const sizes = (process.env.PSI_BITS ?? '16,20,22').split(',').map(Number);
  const rounds = Number(process.env.PSI_ROUNDS ?? 3);
  const growth: [number, number][] = [];
  for (const bits of sizes) {
    for (const [name, options] of variants) {
      // The largest size serves the growth alone.
      if (bits > 20 && options.rowHash !== 'linear') continue;
      const runs: { left: Report; right: Report }[] = [];
      for (let i = 0; i < (bits > 20 ? 1 : rounds); i++) runs.push(await twoProcesses(bits, options));
      const both = median(runs.map(({ left, right }) => left.cpu + right.cpu));
      if (options.rowHash === 'linear') growth.push([bits, both]);
      const walls = runs.map(({ left, right }) => Math.max(left.wall, right.wall));
      bench.note(
        `two processes, loopback TCP, 2^${bits} x 2^${bits}, ${name}: median wall ${median(walls).toFixed(2)} s ` +
          `(${walls.map((wall) => wall.toFixed(2)).join(', ')}), CPU of both ${both.toFixed(2)} s, ` +
          `${((runs[0] as { left: Report }).left.bytes / 2 ** bits).toFixed(1)} bytes per element, peak ${Math.max(...runs.flatMap(({ left, right }) => [left.peakMb, right.peakMb])).toFixed(0)} MB a process`,
      );
    }
  }
  if (growth.length > 1) {
    const slope = fittedSlope(growth.map(([bits, cpu]) => [bits, Math.log2(cpu)]));
    bench.note(
      `growth of CPU, kkrt intl fast, fitted over 2^${growth.map(([bits]) => bits).join(', 2^')}: exponent ${slope.toFixed(2)}`,
    );
    // The base transfers are a constant; without the smallest size they weigh little.
    const [[b0, c0], [b1, c1]] = growth.slice(-2) as [[number, number], [number, number]];
    bench.note(`from 2^${b0} to 2^${b1} alone: exponent ${(Math.log2(c1 / c0) / (b1 - b0)).toFixed(2)}`);
  }
  bench.write();
}

/** Slope of the least-squares line. */
function fittedSlope(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const along = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return along / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

/** Both sides in one process, and psi.js on the same work. */
async function peers(): Promise<void> {
  const bench = new Bench('psi-peer');
  const library = await peer<PsiJs>('@openmined/psi.js/psi_wasm_node.js');
  const bits = Number(process.env.PSI_PEER_BITS ?? 16);
  const n = 2 ** bits;
  const [left, right] = [keys(0, n), keys(n / 2, n)];
  const ours = (options: AgreementOptions) => () => {
    const agreed = agreement(options);
    return runInProcess({ agreement: agreed, items: left }, { agreement: agreed, items: right }).left.size ?? -1;
  };
  const psiJs = library === undefined ? undefined : await library.default();
  const texts = (from: number): string[] => Array.from({ length: n }, (_, i) => String(13_000_000_000 + from + i));
  await bench.compare({
    title: `against @openmined/psi.js, 2^${bits}`,
    work: `both sides in one process, 2^${bits} keys each, half of them common, the left side learns them; one run each, none before`,
    target: 'kkrt fast at least 100 times less CPU at 2^16, ECDH X25519 at least 8 times',
    rounds: 1,
    warmup: 0,
    units: { count: n, name: 'keys' },
    contenders: [
      { name: 'scrim kkrt intl fast', run: ours({ protocol: 'kkrt', rowHash: 'linear' }) },
      { name: 'scrim kkrt intl', run: ours({ protocol: 'kkrt' }) },
      { name: 'scrim kkrt gm', run: ours({ protocol: 'kkrt', suite: 'gm' }) },
      { name: 'scrim ecdh x25519', run: ours({ protocol: 'ecdh' }) },
      { name: 'scrim oprf x25519, table made in the run', run: ours({ protocol: 'oprf' }) },
      ...(psiJs === undefined
        ? []
        : [
            {
              name: '@openmined/psi.js 2.0.6',
              run: () => {
                const client = psiJs.client.createWithNewKey(true);
                const server = psiJs.server.createWithNewKey(true);
                const setup = server.createSetupMessage(1e-9, n, texts(n / 2), psiJs.dataStructure.Raw);
                const response = server.processRequest(client.createRequest(texts(0)));
                return client.getIntersection(setup, response).length;
              },
            },
          ]),
    ],
  });
  bench.write();
}

const [flag, side, bits, port, options] = process.argv.slice(2);
if (isMain(import.meta.url)) {
  if (flag === '--party')
    await party(
      side as 'left' | 'right',
      Number(bits),
      Number(port),
      JSON.parse(options as string) as AgreementOptions,
    );
  else await run();
}
