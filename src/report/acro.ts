/**
 * The verdict as an ACRO `results.json`, which SACRO Viewer opens beside the outputs of other tools.
 *
 * Format: ACRO `Records.finalise_json` (AI-SDC/ACRO, acro/record.py) as read by SACRO-Viewer `sacro/models.py`:
 * `version`, and per output `uid, status, type, properties, files[{name, sdc}], outcome, command, summary, timestamp,
 * comments, exception`. One such file a folder; the viewer compares `checksums/NAME.txt` with the file itself.
 * @module
 */
import type { Json, Language } from '../core/index.js';
import type { Verdict } from '../reversibility/index.js';
import { advice } from './advice.js';
import { percent } from './format.js';

/** Version of the format that is written; SACRO Viewer accepts this and later ones. */
const ACRO_VERSION = '0.4.0';

const STATUS = { release: 'pass', review: 'review', block: 'fail' } as const;

/** One file that belongs beside `results.json`. */
export interface AcroChecksum {
  /** `checksums/NAME.txt`. */
  readonly path: string;
  /** SHA-256, hex. */
  readonly content: string;
}

/** Options of {@link acroResults}. */
export interface AcroOptions {
  readonly language: Language;
  /** File names of the products, in the order of the verdict. */
  readonly files: readonly string[];
  /** ISO 8601. */
  readonly timestamp: string;
}

/** `results.json` as data, and the checksum files of those products whose exact bytes were reviewed. */
export function acroResults(verdict: Verdict, options: AcroOptions): { results: Json; checksums: AcroChecksum[] } {
  const { language, files, timestamp } = options;
  const reasons = verdict.reasons.map((reason) => reason[language]);
  const results: Record<string, Json> = {};
  const checksums: AcroChecksum[] = [];
  verdict.shape.products.forEach((product, i) => {
    const uid = `output_${i}`;
    const file = files[i] ?? product.name;
    results[uid] = {
      uid,
      status: STATUS[verdict.verdict],
      type: 'custom',
      properties: {
        method: 'scrim review',
        battery: verdict.battery,
        thresholds: verdict.thresholds.version,
        rows: product.rows,
        columns: product.columns,
        seed: verdict.seed,
      },
      files: [{ name: file, sdc: {} }],
      outcome: outcome(verdict, i),
      command: `scrim review (${verdict.tool.version})`,
      summary: `${STATUS[verdict.verdict]}; ${reasons.join(' ')}`,
      timestamp,
      comments: [verdict.statement[language], ...advice(verdict, language)],
      exception: '',
    };
    if (verdict.digests.productForm[i] === 'bytes') {
      checksums.push({ path: `checksums/${file}.txt`, content: verdict.digests.product[i] as string });
    }
  });
  return { results: { version: ACRO_VERSION, results }, checksums };
}

/** Per column what came back, in the shape of a data frame: column → row label → text. */
function outcome(verdict: Verdict, table: number): Json {
  const frame: Record<string, Json> = {};
  for (const column of verdict.columns) {
    if (column.table !== table) continue;
    frame[column.product] = {
      restored: percent(column.restoredShare),
      explained: column.explained,
      how: column.how ?? '',
    };
  }
  return frame;
}
