/**
 * Opens all that a review is given. A product that cannot be read is a gap; a source that cannot be read is no review.
 * @module
 */
import { isScrimError, ScrimError } from '../../core/index.js';
import type { Gap } from '../gap.js';
import { filesInCells } from './files-in-cells.js';
import { foreignFormat } from './formats.js';
import { type Opened, open, type ReviewInput } from './inputs.js';
import { openProduct } from './json-document.js';
import type { Sheet } from './sheet.js';
import { asOneCell } from './unread-files.js';

const TOO_LONG = 'a cell is too long to be read';

/** Opens the sources. @throws as `open` */
export async function openSources(
  inputs: readonly ReviewInput[],
  person: string | undefined,
  gaps: Gap[],
): Promise<Opened[]> {
  const sources = await Promise.all(inputs.map((input, i) => open(personed(input, person), `source ${i + 1}`)));
  sources.forEach(({ sheet }, i) => {
    if ((sheet.unread ?? 0) > 0) gaps.push({ id: `intake of source ${i + 1}`, reason: TOO_LONG });
  });
  return sources;
}

/** The tables of one product, and what of it could not be read as a gap. */
export async function openProducts(
  input: ReviewInput,
  position: number,
  person: string | undefined,
  gaps: Gap[],
): Promise<Opened[]> {
  const name = `product ${position + 1}`;
  const gap = (why: string): unknown => gaps.push({ id: `intake of ${name}`, reason: why });
  try {
    refuseForeign(input, name);
    const opened = await openProduct(personed(input, person), name);
    for (const { outside, renamed, sheet } of opened) {
      if (renamed > 0 && !isIndexAlone(sheet, renamed))
        gap('columns without a name of their own were named by position');
      if (outside > 0) gap('some rows hold content outside the table');
      if ((sheet.unread ?? 0) > 0) gap(TOO_LONG);
    }
    const inside = await Promise.all(opened.map(filesInCells));
    return [...opened, ...inside.flat()];
  } catch (error) {
    gap(isScrimError(error) ? error.code : 'it could not be read');
    return asOneCell(input, name)
      .then((cell) => (cell === null ? [] : [cell]))
      .catch(() => []);
  }
}

/** One column without a name, the first, and no name twice: the row labels that a program writes before its table. */
function isIndexAlone({ columns }: Sheet, renamed: number): boolean {
  const names = new Set(columns.map(({ name }) => name));
  const repeated = [...names].some((name) => /_\d+$/.test(name) && names.has(name.replace(/_\d+$/, '')));
  return renamed === 1 && /^c1(?:_\d+)?$/.test(columns[0]?.name ?? '') && !(repeated && columns[0]?.name === 'c1');
}

function personed(input: ReviewInput, person: string | undefined): ReviewInput {
  if (person === undefined) return input;
  if (typeof input === 'string' || input instanceof Uint8Array) return { data: input, person };
  if ('batches' in input) return { table: input, person };
  return { person, ...input };
}

/** @throws SCRIM_REVIEW_FORMAT for a file that is no table */
function refuseForeign(input: ReviewInput, name: string): void {
  const data =
    typeof input === 'string' || input instanceof Uint8Array ? input : 'data' in input ? input.data : undefined;
  if (data === undefined) return;
  const format = foreignFormat(data);
  if (format !== null) throw new ScrimError('SCRIM_REVIEW_FORMAT', { name, format });
}

/**
 * A column that the reviewer names must exist: a misspelt person would be counted in rows without a word.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function checkNames(
  inputs: readonly ReviewInput[],
  person: string | undefined,
  sources: readonly Sheet[],
): void {
  const inSources = new Set(sources.flatMap((sheet) => sheet.columns.map(({ name }) => name)));
  const needed = [person, ...inputs.flatMap(namedBy)].filter((name) => name !== undefined);
  for (const column of needed) {
    if (!inSources.has(column)) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column });
  }
}

function namedBy(input: ReviewInput): readonly (string | undefined)[] {
  if (typeof input === 'string' || input instanceof Uint8Array || 'batches' in input) return [];
  return [input.person, ...(input.identifiers ?? [])];
}
