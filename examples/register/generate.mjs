/**
 * Writes the synthetic population register as CSV: nobody in it exists.
 *
 *   node examples/register/generate.mjs [--rows 100000] [--seed demo] [--region 33] [--rows-per-person 1] [-o out/register.csv]
 *
 * Needs the built package (`npm run build`) or an installed one.
 */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeRegisterCsv } from 'scrim/testing';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    seed: { type: 'string', default: 'demo' },
    region: { type: 'string', default: '33' },
    'rows-per-person': { type: 'string', default: '1' },
    output: { type: 'string', short: 'o', default: 'out/register.csv' },
  },
});
const path = resolve(values.output);
mkdirSync(dirname(path), { recursive: true });
const { rows, bytes } = writeRegisterCsv(path, {
  rows: Number(values.rows),
  seed: values.seed,
  region: values.region,
  rowsPerPerson: Number(values['rows-per-person']),
});
console.log(`${rows} rows, ${bytes} bytes: ${values.output}`);
