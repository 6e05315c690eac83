/**
 * `npm run demo`: protects both examples, reviews the raw copy, a base64 copy and the protected table of each, and prints the verdicts.
 * Uses the built command line only: what it prints can be typed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const out = join(root, 'out/demo');
const scrim = join(root, 'dist/bin/scrim.js');
mkdirSync(out, { recursive: true });

/** Runs the command line; returns its exit code. Anything but the codes of a verdict ends the demo. */
function run(args, expected) {
  const shown = args.map((arg) => (arg.startsWith(root) ? relative(process.cwd(), arg) : arg)).join(' ');
  console.log(`$ scrim ${shown}`);
  let code = 0;
  try {
    execFileSync(process.execPath, [scrim, ...args, '--quiet'], { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch (error) {
    code = error.status ?? 1;
  }
  if (!expected.includes(code)) {
    console.error(`scrim ended with exit code ${code}`);
    process.exit(1);
  }
  return code;
}

/** A renamed copy whose cells are base64: looks like nothing, gives back everything. */
function base64Copy(source, target, delimiter) {
  const lines = readFileSync(source, 'utf8').trimEnd().split(/\r?\n/);
  const [header, ...rows] = lines.map((line) => line.split(delimiter));
  const names = header.map((_, i) => `c${i + 1}`).join(',');
  const cells = rows.map((row) => row.map((cell) => Buffer.from(cell).toString('base64')).join(','));
  writeFileSync(target, `${[names, ...cells].join('\n')}\n`);
}

const examples = [
  { name: 'adult', title: 'Adult census data', data: join(root, 'examples/adult/adult.csv'), delimiter: ';' },
  { name: 'register', title: 'Synthetic population register', data: join(out, 'register.csv'), delimiter: ',' },
];
execFileSync(
  process.execPath,
  [join(root, 'examples/register/generate.mjs'), '--rows', '20000', '--seed', 'demo', '-o', examples[1].data],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);

const verdicts = { 0: 'release', 3: 'review', 4: 'block' };
const results = [];
for (const { name, title, data, delimiter } of examples) {
  const safe = join(out, `${name}-protected.csv`);
  const encoded = join(out, `${name}-base64.csv`);
  run(
    [
      'protect',
      '--policy',
      join(root, `examples/${name}/policy.yaml`),
      data,
      '-o',
      safe,
      '--ledger',
      join(out, `${name}.ledger.jsonl`),
    ],
    [0],
  );
  base64Copy(data, encoded, delimiter);
  const products = [
    ['raw copy', data],
    ['base64 copy', encoded],
    ['protected table', safe],
  ];
  for (const [what, product] of products) {
    const report = join(out, `${name}-${what.replace(' ', '-')}.html`);
    const code = run(['review', '--source', data, '--product', product, '--html', report], [0, 3, 4]);
    results.push({ title, what, verdict: verdicts[code], report: relative(process.cwd(), report) });
  }
}

console.log();
for (const { title, what, verdict, report } of results) {
  console.log(`${title.padEnd(30)} ${what.padEnd(16)} ${verdict.padEnd(8)} ${report}`);
}
const expected = ['block', 'block', 'release', 'block', 'block', 'release'];
if (results.some((result, i) => result.verdict !== expected[i])) {
  console.error('\nA verdict is not what it should be: raw and base64 copies are blocked, protected tables released.');
  process.exit(1);
}
