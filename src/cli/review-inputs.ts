/**
 * What `scrim review` is given: files of the product (a folder is a package of files), their records, thresholds, keys.
 * @module
 */
import fs from 'node:fs';
import path from 'node:path';
import { ScrimError } from '../core/index.js';
import type { Manifest } from '../report/index.js';
import type { RecordClaim, ReviewOptions, Thresholds } from '../reversibility/index.js';
import { readInput, readInputText } from './input-file.js';
import type { LedgerOptions } from './ledger-option.js';
import type { SignOptions } from './review-bundle.js';
import type { Session } from './session.js';

/** Options of the command. */
export interface ReviewFlags extends LedgerOptions, SignOptions {
  readonly source: string[];
  readonly product: string[];
  readonly control?: string;
  readonly manifest?: string;
  readonly seed?: string;
  readonly timeLimit?: number;
  readonly person?: string;
  readonly salt?: string[];
  readonly reviewerKey?: string;
  readonly thresholds?: string;
  readonly acro?: string;
  readonly reveal?: string;
  readonly identifier?: string[];
  readonly sensitive?: string[];
  readonly tenant?: string;
  readonly environment?: string;
  readonly scenario?: string;
}

/** One file that wants to leave. */
export interface ProductFile {
  readonly path: string;
  /** Name in the report: the file's name; inside a package its path from the package's folder. */
  readonly name: string;
}

/** Files of one package at most; more are handed in as tables of their own. */
const MOST_FILES = 500;
const RECORD = '.record.json';
const MOST_RECORD_BYTES = 64 << 20;

/**
 * The files of the product. A folder stands for every file in it, but for the records beside its files and the manifest.
 *
 * A product that is not there is a mistake of the caller; one whose content cannot be read is a finding of the review.
 *
 * @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE for an empty folder or one of more than 500 files
 */
export function productFiles(given: readonly string[], manifest: string | undefined): ProductFile[] {
  const stated = manifest === undefined ? null : path.resolve(manifest);
  return given.flatMap((product): ProductFile[] => {
    fs.accessSync(product, fs.constants.R_OK);
    if (!fs.statSync(product).isDirectory()) return [{ path: product, name: path.basename(product) }];
    const entries = fs
      .readdirSync(product, { recursive: true, withFileTypes: true })
      .filter((one) => !one.isDirectory());
    const all = entries.map((one) => path.join(one.parentPath ?? one.path, one.name)).sort();
    const names = new Set(all);
    const files = all.filter(
      (file) => !(file.endsWith(RECORD) && names.has(file.slice(0, -RECORD.length))) && path.resolve(file) !== stated,
    );
    if (files.length === 0 || files.length > MOST_FILES) {
      throw new ScrimError('SCRIM_FILE_UNREADABLE', {
        path: product,
        reason: files.length === 0 ? 'EISDIR' : `> ${MOST_FILES}`,
      });
    }
    return files.map((file) => ({ path: file, name: path.relative(product, file) }));
  });
}

/** The record beside a product, when there is one. */
function recordOf(product: ProductFile): RecordClaim {
  const file = `${product.path}${RECORD}`;
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  try {
    if (!stat.isFile() || stat.size > MOST_RECORD_BYTES) return 'unreadable';
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Exclude<RecordClaim, null | 'unreadable'>;
  } catch {
    return 'unreadable';
  }
}

/** Keys that the ledger shows destroyed: only a whole, unbroken ledger shows anything. */
async function destroyedKeys(ledger: string | undefined): Promise<string[]> {
  if (ledger === undefined || !fs.existsSync(ledger)) return [];
  const { ledgerState, verifyLedger } = await import('../audit/index.js');
  if (!(await verifyLedger(ledger)).valid) return [];
  const { keys } = await ledgerState(ledger);
  return [...keys].filter(([, state]) => state === 'destroyed').map(([id]) => id);
}

/** Fields whose class in the manifest says that they are sensitive; without any the classification decides. */
function sensitiveFields(manifest: Manifest | null): string[] {
  const fields = manifest?.fields ?? [];
  return fields.filter((field) => /sensitive|敏感/i.test(field.class ?? '')).map((field) => field.name);
}

/** The options as the room takes them. @throws SCRIM_CLI_VALUE, SCRIM_CLI_INPUT, SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE */
export async function reviewOptions(
  session: Session,
  options: ReviewFlags,
  products: readonly ProductFile[],
  manifest: Manifest | null,
): Promise<ReviewOptions> {
  const { seed, timeLimit, person, salt, control } = options;
  if (seed !== undefined && !/^[0-9a-f]{32}$/i.test(seed)) {
    throw new ScrimError('SCRIM_CLI_VALUE', { option: '--seed', expected: '[0-9a-f]{32}' });
  }
  const environmentKey = session.env('SCRIM_REVIEWER_KEY');
  const key =
    options.reviewerKey !== undefined
      ? readInput(options.reviewerKey)
      : environmentKey !== undefined && environmentKey !== ''
        ? environmentKey
        : undefined;
  const thresholds = options.thresholds === undefined ? undefined : await readThresholds(options.thresholds);
  return {
    ...session.run,
    sources: options.source.map((data) => ({
      data,
      ...(options.identifier ? { identifiers: options.identifier } : {}),
    })),
    product: products.map(({ path: data, name }) => ({ data, name })),
    records: products.map(recordOf),
    destroyedKeys: await destroyedKeys(options.ledger),
    sensitive: options.sensitive ?? sensitiveFields(manifest),
    ...(control === undefined ? {} : { control }),
    ...(seed === undefined ? {} : { seed: seed.toLowerCase() }),
    ...(timeLimit === undefined ? {} : { timeLimit: timeLimit * 1000 }),
    ...(person === undefined ? {} : { person }),
    ...(salt === undefined ? {} : { salts: salt }),
    ...(key === undefined ? {} : { reviewerKey: key }),
    ...(thresholds === undefined ? {} : { thresholds }),
  };
}

/** Thresholds as data; only known names and numbers. @throws SCRIM_CLI_INPUT */
async function readThresholds(file: string): Promise<Partial<Thresholds>> {
  const { parse } = await import('yaml');
  const { defaultThresholds } = await import('../reversibility/index.js');
  const refuse = (reason: string): ScrimError =>
    new ScrimError('SCRIM_CLI_INPUT', { path: file, expected: 'thresholds', reason });
  const text = readInputText(file);
  let data: unknown;
  try {
    data = parse(text);
  } catch {
    throw refuse('YAML');
  }
  const check = (given: unknown, model: object, at: string): void => {
    if (given === null || typeof given !== 'object' || Array.isArray(given)) throw refuse(`${at}: object`);
    for (const [key, value] of Object.entries(given)) {
      const known = (model as Record<string, unknown>)[key];
      if (!Object.hasOwn(model, key)) throw refuse(`${at}${key}: ?`);
      if (known !== null && typeof known === 'object') check(value, known, `${at}${key}.`);
      else if (typeof known === 'number' && !(typeof value === 'number' && value >= 0))
        throw refuse(`${at}${key}: n ≥ 0`);
      else if (typeof known !== 'number' && typeof value !== 'string') throw refuse(`${at}${key}: string`);
    }
  };
  check(data, defaultThresholds, '');
  const given = data as Partial<Thresholds>;
  return {
    ...given,
    ...(given.block === undefined ? {} : { block: { ...defaultThresholds.block, ...given.block } }),
    ...(given.release === undefined ? {} : { release: { ...defaultThresholds.release, ...given.release } }),
  };
}
