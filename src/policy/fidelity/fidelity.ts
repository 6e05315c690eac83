/**
 * How much of the source a training extract keeps, and what it still tells: figures of columns and pairs, never a row or a value.
 *
 * Marginals (total variation), means, correlations (Pearson), mutual information (bits, binned), propensity-score mean squared
 * error, and models tried on the hold-out.
 * @module
 */
import { type RandomSource, SecureRandom, throwIfCancelled } from '../../core/index.js';
import { sample } from '../../sampling/index.js';
import type { Table } from '../../table/index.js';
import type { Policy } from '../document.js';
import type { Extract } from '../extract.js';
import type { ProtectOptions } from '../protect.js';
import { isReleased, outputName } from '../rules.js';
import { type Binner, binnerOf, binsOf, countBins } from './bins.js';
import { type Column, keptRows, MOST_ROWS } from './column.js';
import { columnFidelity, pairsOf, propensityOf } from './likeness.js';
import { modelOf, targetsOf } from './models.js';
import type { Fidelity } from './report.js';
import { sourceTerms } from './terms.js';
import { privacyOf } from './told.js';

const MOST_PAIRED = 20;

/** Compares. @throws SCRIM_CANCELLED */
export function fidelityOf(source: Table, made: Extract, policy: Policy, options: ProtectOptions = {}): Fidelity {
  const random = options.random ?? new SecureRandom();
  const raw = keptRows(made.train.raw, made.train.kept);
  const released = made.train.table;
  const columns = Object.entries(policy.columns)
    .filter(([name, column]) => isReleased(column) && source.has(name))
    .map(([name, column]): Column => {
      throwIfCancelled(options.signal, 'fidelity');
      const output = outputName(name, column);
      const binner = binnerOf(released, output);
      const terms =
        column.class === 'direct-identifier' || scattered(released, output, binner)
          ? null
          : sourceTerms(source, raw, released, name, output, binner);
      return { name, output, binner, rawBinner: binnerOf(source, name), terms };
    });
  const some = (table: Table): Table => someRows(table, MOST_ROWS, random);
  const few = columns.slice(0, MOST_PAIRED);
  return {
    schema: 'scrim.fidelity/1',
    rows: { source: source.rows, train: made.train.table.rows, holdout: made.holdout.table.rows },
    columns: columns.map((column) => columnFidelity(column, source, raw, released)),
    pairs: pairsOf(few, some(source), some(released)),
    propensity: propensityOf(columns, source, released, random),
    models: targetsOf(columns, policy, released).map((target) => {
      throwIfCancelled(options.signal, 'fidelity');
      return modelOf(target, columns, made);
    }),
    privacy: privacyOf(columns, source, made, policy),
  };
}

/** True when hardly a cell stands in a bin of its own: nearly every row has another value. */
function scattered(table: Table, name: string, binner: Binner): boolean {
  if (binner.ordered) return false;
  const counts = countBins(binsOf(table, name, binner), binner.count);
  const rest = counts[binner.count - 2] as number;
  return rest > 0.9 * table.rows;
}

function someRows(table: Table, most: number, random: RandomSource): Table {
  if (table.rows <= most || random.kind === 'seeded') return table;
  const drawn = sample(table, { design: 'srs', n: most, random, weightColumn: '\u0000weight' });
  return drawn.table.select(table.names);
}
