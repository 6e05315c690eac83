/**
 * The verdict as an ACRO `results.json`, which SACRO Viewer opens beside the outputs of other tools.
 *
 * Format: ACRO `Records.finalise_json` (AI-SDC/ACRO, acro/record.py) as read by SACRO-Viewer `sacro/models.py`:
 * `version`, and per output `uid, status, type, properties, files[{name, sdc}], outcome, command, summary, timestamp,
 * comments, exception`. One such file a folder; the viewer compares `checksums/NAME.txt` with the file itself.
 * @module
 */
import type { Json, Language } from '../core/index.js';
import { phrase, type Verdict } from '../reversibility/index.js';
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
  /** The products that were handed in: their names in the verdict, and their files as seen from `results.json`. */
  readonly files: readonly { readonly name: string; readonly file: string }[];
  /** ISO 8601. */
  readonly timestamp: string;
}

/** `results.json` as data, and the checksum files of those products whose exact bytes were reviewed. */
export function acroResults(verdict: Verdict, options: AcroOptions): { results: Json; checksums: AcroChecksum[] } {
  const { language, files, timestamp } = options;
  const results: Record<string, Json> = {};
  const checksums: AcroChecksum[] = [];
  const common = {
    type: 'custom',
    command: `scrim review (${verdict.tool.version})`,
    summary: `${STATUS[verdict.verdict]}; ${verdict.reasons.map((reason) => reason[language]).join(' ')}`,
    timestamp,
    comments: [verdict.statement[language], ...advice(verdict, language)],
    exception: '',
  };
  const facts = {
    method: 'scrim review',
    battery: verdict.battery,
    thresholds: verdict.thresholds.version,
    seed: verdict.seed,
  };
  const open = new Map(verdict.shape.products.map((product, i) => [product.name, { ...product, i }]));
  files.forEach(({ name, file }, position) => {
    const uid = `output_${position}`;
    const product = open.get(name);
    // A name may come twice; each file takes its own place in the verdict.
    open.delete(name);
    results[uid] = {
      uid,
      ...common,
      status: STATUS[verdict.verdict],
      properties: product === undefined ? facts : { ...facts, rows: product.rows, columns: product.columns },
      files: [{ name: file, sdc: {} }],
      outcome: product === undefined ? {} : outcome(verdict, product.i, language),
    };
    if (product !== undefined && verdict.digests.productForm[product.i] === 'bytes') {
      checksums.push({ path: `checksums/${file}.txt`, content: verdict.digests.product[product.i] as string });
    }
  });
  return { results: { version: ACRO_VERSION, results }, checksums };
}

/** Per column what came back, in the shape of a data frame: column → row label → text. */
function outcome(verdict: Verdict, table: number, language: Language): Json {
  const frame: Record<string, Json> = {};
  for (const column of verdict.columns) {
    if (column.table !== table) continue;
    frame[column.product] = {
      restored: percent(column.restoredShare),
      explained: column.explained,
      how: column.how === null ? '' : phrase(column.how, language),
    };
  }
  return frame;
}
