/**
 * Masking against maskdata on the same values in the same run, every contender in a process of its own: keep masks on UTF-8
 * and dictionary columns, CSV bytes to masked CSV bytes; and the keyed and format-preserving maskers among themselves.
 * @module
 */
import { KeyRing } from '../src/crypto/index.js';
import { mod11Check } from '../src/identifiers/index.js';
import { ff1, type keep, surrogate, token } from '../src/masking/index.js';
import type { Column, Utf8Column } from '../src/table/index.js';
import { SeededRandom } from '../src/testing/index.js';
import { Bench, isMain } from './harness.js';
import { CSV_ROWS, PASSES, ROWS } from './masking-tasks.js';

/** 262,144 texts of one length, in batches of 65,536. */
function column(length: number, make: () => string): Utf8Column[] {
  const encoder = new TextEncoder();
  return Array.from({ length: 4 }, () => {
    const bytes = encoder.encode(Array.from({ length: 65_536 }, make).join(''));
    const offsets = Int32Array.from({ length: 65_537 }, (_, i) => i * length);
    return { type: 'utf8', length: 65_536, offsets, bytes, validity: null, unreadable: null };
  });
}

/** All measurements. */
export async function run(): Promise<void> {
  const bench = new Bench('masking');
  const module = new URL('masking-tasks.ts', import.meta.url).href;
  const peer = 'maskdata 1.3.4';
  const rounds = 3;
  for (const [kind, title] of [
    ['mobile', 'keep 3 + 4 of 11 (mobile)'],
    ['id', 'keep 6 + 4 of 18 (resident ID)'],
    ['card', 'keep 6 + 4 of 16 (bank card)'],
    ['name', 'keep 1 + 0 of a Chinese name (whole characters)'],
  ] as const) {
    await bench.compareProcesses(
      {
        module,
        title,
        work: `${PASSES} times 300,000 values, 65,536 a batch; the peer on JavaScript strings, one by one`,
        target: '10 times maskdata and 60 M cells/s',
        units: { count: PASSES * ROWS, name: 'cells' },
        rounds,
      },
      [
        { name: 'scrim keep, UTF-8 column', task: 'keepUtf8', arguments: [kind] },
        { name: peer, task: 'keepMaskdata', arguments: [kind] },
      ],
    );
  }
  await bench.compareProcesses(
    {
      module,
      title: 'keep where the form is checked or the column is a dictionary',
      work: `${PASSES} times 300,000 values; 1 % of the mobiles malformed and refused; 8,000 distinct names`,
      units: { count: PASSES * ROWS, name: 'cells' },
      rounds,
    },
    [
      {
        name: 'scrim keep, kind: mobile, UTF-8 column, 1 % malformed',
        task: 'keepUtf8',
        arguments: ['mobile, 1 % malformed'],
      },
    ],
  );
  await bench.compareProcesses(
    {
      module,
      title: 'keep on a dictionary column',
      work: `${PASSES} times 300,000 names, 8,000 distinct`,
      units: { count: PASSES * ROWS, name: 'cells' },
      rounds,
    },
    [{ name: 'scrim keep, dictionary column', task: 'keepDictionary', arguments: ['name'] }],
  );
  await bench.compareProcesses(
    {
      module,
      title: 'CSV bytes to masked CSV bytes, 5 columns',
      work: `${CSV_ROWS.toLocaleString('en')} rows, 17 MB, one pass; the peer splits, masks and joins strings`,
      target: '15 M cells/s',
      units: { count: 5 * CSV_ROWS, name: 'cells' },
      rounds,
    },
    [
      { name: 'scrim maskCsv', task: 'csvScrim', arguments: ['bytes'] },
      { name: 'scrim maskCsv, in a process that did other masking before', task: 'csvScrim', arguments: ['mixed'] },
      { name: 'scrim maskCsv, every cell in quotes', task: 'csvScrim', arguments: ['quoted'] },
      { name: 'scrim maskCsv, by batches of columns', task: 'csvScrim', arguments: ['batches'] },
      { name: peer, task: 'csvMaskdata' },
    ],
  );

  const keys = (await KeyRing.create()).scenario({ tenant: 'bench', environment: 'test', scenario: 'masking' });
  const random = new SeededRandom('bench-keyed');
  const part = column(18, () => {
    const date = new Date((random.below(25_000) - 5000) * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    const body = `330106${date}${String(random.below(1000)).padStart(3, '0')}`;
    return body + mod11Check(body);
  });
  const mobiles = column(11, () => `138${String(random.below(10 ** 8)).padStart(8, '0')}`);
  const all =
    (masker: ReturnType<typeof keep>, columns: readonly Column[] = part) =>
    (): undefined => {
      for (const column of columns) masker.apply(column);
      return undefined;
    };
  for (const suite of ['intl', 'gm'] as const) {
    await bench.compare({
      title: `Keyed maskers, suite ${suite}`,
      work: '262,144 resident IDs or mobiles, nearly all distinct',
      units: { count: 262_144, name: 'cells' },
      rounds: 3,
      contenders: [
        { name: 'token (HMAC)', run: all(token({ keys, suite })) },
        { name: 'token (CMAC)', run: all(token({ keys, suite, mac: 'cmac' })) },
        { name: 'ff1 (mobiles, 11 digits)', run: all(ff1({ keys, suite }), mobiles) },
        { name: 'surrogate (valid resident ID)', run: all(surrogate({ keys, suite, kind: 'resident-id' })) },
      ],
    });
  }
  bench.note(
    'Rates per CPU second. maskdata has no mask for values outside JavaScript strings; ours start and end as UTF-8 columns.',
  );
  bench.write();
}

if (isMain(import.meta.url)) await run();
