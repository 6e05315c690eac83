/**
 * Safe forms of a product, column by column and as a whole: constants, generalisations with joint classes of at least 20
 * persons, group statistics of at least 20 persons, summaries of the whole source (DESIGN §6).
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { reason } from '../reasons.js';
import type { Reason, Thresholds } from '../verdict.js';
import { type Aggregate, aggregateOf } from './aggregate.js';
import { splitComposites } from './composite-cells.js';
import { constantsOf } from './constants.js';
import { withSpans } from './derived-columns.js';
import { type Generalisation, generalisationOf } from './generalisation.js';
import type { Summary } from './grid.js';
import { foldHistograms } from './histograms.js';
import { unmelt } from './melted.js';
import { turned } from './on-its-side.js';
import { type Folded, foldOneHot } from './one-hot.js';
import type { Recoding } from './recoding.js';
import { stackOf } from './stacked.js';
import { summaryOf } from './summary.js';
import { unpivot } from './unpivot.js';

/** What was recognised. */
export interface SafeForms {
  readonly constants: ReadonlySet<number>;
  /** Product column to what it is. */
  readonly explained: ReadonlyMap<number, { readonly how: string; readonly source: string | null }>;
  /** Columns that a verified safe form explains: not attacked as raw values. */
  readonly settled: ReadonlySet<number>;
  /** Name of the safe form that the whole product is, or null. */
  readonly whole: string | null;
  /** Generalised columns (verified or not): product column to its recoding. */
  readonly generalised: ReadonlyMap<number, Recoding>;
  readonly reasons: readonly Reason[];
}

/** Recognises the safe forms of a product against each source, as it stands with its one-hot columns put together, or wide instead of long. */
export function recogniseSafeForms(
  product: Sheet,
  sources: readonly Sheet[],
  thresholds: Thresholds,
  late: () => boolean,
): SafeForms {
  const forms = recogniseAny(product, sources, thresholds, late);
  if (forms.whole !== null || late()) return forms;
  const nearly = forms.generalised.size + forms.constants.size >= product.columns.length - 2;
  if (product.rows > MOST_REPORTED && !nearly) return forms;
  const spanned = sources.map(withSpans);
  if (spanned.every((sheet) => sheet === null)) return forms;
  const withAges = recogniseAny(
    product,
    sources.map((sheet, i) => spanned[i] ?? sheet),
    thresholds,
    late,
  );
  // What was derived from two columns is no recoding of one of them: attacks read none of it.
  return withAges.whole !== null && (withAges.reasons.length === 0 || forms.whole === null)
    ? { ...withAges, generalised: new Map() }
    : forms;
}

/** Rows of a report, up to which it is read in other ways and beside columns derived from the source's dates; of more rows the latter only where nearly all is read. */
const MOST_REPORTED = 5000;

function recogniseAny(
  product: Sheet,
  sources: readonly Sheet[],
  thresholds: Thresholds,
  late: () => boolean,
): SafeForms {
  const forms = recogniseFolded(product, sources, thresholds, late);
  if ((forms.whole !== null && forms.reasons.length === 0) || late()) return forms;
  const stacked = inBlocks(product, sources, thresholds, late, forms);
  if (stacked === null || forms.whole === null) return stacked ?? forms;
  // Exact figures in blocks explain more than noised ones of the whole, whose groups are too small.
  return stacked.reasons.length === 0 && isNoised(forms) && !isNoised(stacked) ? stacked : forms;
}

function isNoised(forms: SafeForms): boolean {
  return [...forms.explained.values()].some(({ how }) => how.includes('noised'));
}

function recogniseFolded(
  product: Sheet,
  sources: readonly Sheet[],
  thresholds: Thresholds,
  late: () => boolean,
): SafeForms {
  const forms = recogniseIn(product, sources, thresholds, late);
  if (forms.whole !== null || late()) return forms;
  // A group table read whole whose groups are too small says more than a table of nothing known.
  let flawed: SafeForms | null = null;
  for (const folded of foldings(product, sources)) {
    if (folded === null || late()) continue;
    const whole = recogniseIn(folded.sheet, sources, thresholds, late, folded.figures);
    if (whole.whole === null) continue;
    if (whole.reasons.length === 0) return unfolded(whole, folded);
    if (folded.figures === true) flawed ??= unfolded(whole, folded);
  }
  return flawed ?? forms;
}

/** Tables one below the other that are safe forms each; null where there are none, or one of them is none. */
function inBlocks(
  product: Sheet,
  sources: readonly Sheet[],
  thresholds: Thresholds,
  late: () => boolean,
  own: SafeForms,
): SafeForms | null {
  const stack = stackOf(product, sources);
  if (stack === null) return null;
  const explained = new Map([[stack.names, { how: 'names of columns', source: null as string | null }]]);
  const reasons: Reason[] = [];
  for (const block of stack.blocks) {
    const forms = recogniseFolded(block, sources, thresholds, late);
    if (forms.whole === null || forms.generalised.size > 0) return null;
    reasons.push(...forms.reasons);
    // A word of each block by itself may say anything; one of the whole product was looked at.
    const words = [...forms.constants].filter((at) => (block.columns[at] as SheetColumn).present > 0);
    if (words.some((at) => !own.constants.has(stack.members[at] as number))) return null;
    for (const [position, of] of forms.explained) {
      const column = stack.members[position] as number;
      // A column is one kind of figure in all blocks: of the few digits of a block alone anything could be something.
      const before = explained.get(column);
      if (before !== undefined && kindOf(before.how) !== kindOf(of.how)) return null;
      explained.set(column, of);
    }
  }
  return {
    ...own,
    explained,
    settled: reasons.length > 0 ? new Set() : new Set(explained.keys()),
    whole: `${stack.blocks.length} tables one below the other`,
    generalised: new Map(),
    reasons,
  };
}

/** Ways in which columns of a product stand for one. */
function* foldings(product: Sheet, sources: readonly Sheet[]): Generator<Folded | null> {
  yield foldOneHot(product);
  yield unmelt(product, sources);
  yield* foldHistograms(product, sources);
  if (product.rows > MOST_REPORTED) return;
  yield* figuresApart(splitComposites(product));
  for (const long of [...unpivot(product), turned(product, sources)]) {
    if (long === null) continue;
    yield long;
    yield* figuresApart(splitComposites(long.sheet), long);
  }
}

/** Cells of several figures taken apart, in a product that was itself folded before. */
function* figuresApart(split: Folded | null, before?: Folded): Generator<Folded> {
  if (split === null) return;
  const members = split.members.map((own) => own.flatMap((at) => before?.members[at] ?? at));
  yield { ...split, members };
}

/** What was recognised of folded columns, said of each of their columns. */
function unfolded(forms: SafeForms, { members, kind = 'one-hot' }: Folded): SafeForms {
  const each = (position: number): readonly number[] => members[position] as readonly number[];
  return {
    ...forms,
    constants: new Set([...forms.constants].flatMap(each)),
    explained: explainedOf(forms, members, kind),
    settled: new Set([...forms.settled].flatMap(each)),
    generalised: new Map(
      [...forms.generalised].flatMap(([position, recoding]) => {
        const own = each(position);
        return own.length === 1 ? [[own[0] as number, { ...recoding, product: own[0] as number }] as const] : [];
      }),
    ),
  };
}

/** What each product column is, of all that was made of it. */
/** What a figure is, whatever it is of. */
function kindOf(how: string): string {
  return how.startsWith('group by') ? 'group by' : how.replace(/ (?:of|by|from|within|in units of) .*$/, '');
}

function explainedOf(forms: SafeForms, members: Folded['members'], kind: string): SafeForms['explained'] {
  const explained = new Map<number, { readonly how: string; readonly source: string | null }>();
  for (const [position, { how, source }] of forms.explained) {
    const own = members[position] as readonly number[];
    for (const member of own) {
      const before = explained.get(member);
      const said = own.length === 1 ? how : `${kind} ${how}`;
      explained.set(member, { how: before === undefined ? said : `${before.how}; ${said}`, source });
    }
  }
  return explained;
}

/** @param figures - true where nothing but a group table is looked for */
function recogniseIn(
  product: Sheet,
  sources: readonly Sheet[],
  thresholds: Thresholds,
  late: () => boolean,
  figures?: true,
): SafeForms {
  const constants = constantsOf(product, sources, thresholds.restoredBelow);
  const explained = new Map<number, { how: string; source: string | null }>();
  for (const position of constants) explained.set(position, { how: 'constant', source: null });
  const nothing: SafeForms = {
    constants,
    explained,
    settled: new Set(),
    whole: null,
    generalised: new Map(),
    reasons: [],
  };
  if (product.rows === 0) return nothing;
  if (constants.size === product.columns.length) return { ...nothing, whole: 'constants' };
  if (product.columns.length > 300) return nothing;

  const aggregate = bestAggregate(product, sources, constants, thresholds, late);
  if (aggregate !== null && aggregate.left.length === 0)
    return ofAggregate(product, sources, constants, explained, aggregate, thresholds);
  if (aggregate?.left.every((position) => aggregate.versions.includes(position)) === true)
    return { ...nothing, reasons: secondVersionReasons(product, aggregate.versions) };
  if (figures === true) return nothing;
  const summary = bestSummary(product, sources, thresholds, late);
  if (summary !== null) return ofSummary(product, summary, constants, thresholds);
  const general = bestGeneralisation(product, sources, constants, thresholds, late);
  if (general === null) return nothing;
  const sheet = sources[general.source] as Sheet;
  for (const [position, recoding] of general.recodings) {
    const name = (sheet.columns[recoding.column] as SheetColumn).name;
    if (recoding.how !== 'same')
      explained.set(position, { how: `${recoding.how} of ${name}`, source: sourceName(sources, general.source, name) });
  }
  const all = general.recodings.size + constants.size === product.columns.length;
  if (all && general.below === 0 && general.smallest >= thresholds.safeClass) {
    for (const [position, recoding] of general.recodings) {
      const name = (sheet.columns[recoding.column] as SheetColumn).name;
      explained.set(position, { how: `${recoding.how} of ${name}`, source: sourceName(sources, general.source, name) });
    }
    return {
      constants,
      explained,
      settled: new Set(general.recodings.keys()),
      whole: `generalisation, joint classes of at least ${general.smallest} persons`,
      generalised: general.recodings,
      reasons: [],
    };
  }
  return { constants, explained, settled: new Set(), whole: null, generalised: general.recodings, reasons: [] };
}

function secondVersionReasons(product: Sheet, versions: readonly number[]): Reason[] {
  return versions.map((position) =>
    reason('second-version', { column: (product.columns[position] as SheetColumn).name }),
  );
}

function sourceName(sources: readonly Sheet[], source: number, column: string): string {
  return sources.length > 1 ? `${sources[source]?.name}.${column}` : column;
}

function bestAggregate(
  product: Sheet,
  sources: readonly Sheet[],
  constants: ReadonlySet<number>,
  thresholds: Thresholds,
  late: () => boolean,
): Aggregate | null {
  let best: Aggregate | null = null;
  sources.forEach((sheet, source) => {
    const found = aggregateOf(product, sheet, source, constants, thresholds.safeClass, late);
    if (found !== null && (best === null || found.left.length < best.left.length)) best = found;
  });
  return best;
}

function bestSummary(
  product: Sheet,
  sources: readonly Sheet[],
  thresholds: Thresholds,
  late: () => boolean,
): Summary | null {
  for (const sheet of sources) {
    const found = summaryOf(product, sheet, thresholds.safeClass, late);
    if (found !== null) return found;
  }
  return null;
}

function ofSummary(
  product: Sheet,
  summary: Summary,
  constants: ReadonlySet<number>,
  thresholds: Thresholds,
): SafeForms {
  const reasons: Reason[] = [];
  for (const [position, count] of summary.extremes) {
    const { name } = product.columns[position] as SheetColumn;
    reasons.push(reason('extreme-figures', { column: name, limit: thresholds.safeClass / 2, count }));
  }
  if (summary.persons < thresholds.safeClass)
    reasons.push(reason('small-groups', { count: 1, limit: thresholds.safeClass }));
  return {
    constants,
    explained: new Map([...summary.how].map(([position, how]) => [position, { how, source: null }])),
    settled: reasons.length > 0 ? new Set() : new Set(summary.how.keys()),
    whole: `${summary.kind}, figures of at least ${summary.persons} persons`,
    generalised: new Map(),
    reasons,
  };
}

function bestGeneralisation(
  product: Sheet,
  sources: readonly Sheet[],
  constants: ReadonlySet<number>,
  thresholds: Thresholds,
  late: () => boolean,
): Generalisation | null {
  let best: Generalisation | null = null;
  sources.forEach((sheet, source) => {
    const found = generalisationOf(product, sheet, source, constants, thresholds.safeClass, late);
    if (found !== null && (best === null || found.recodings.size > best.recodings.size)) best = found;
  });
  return best;
}

function ofAggregate(
  product: Sheet,
  sources: readonly Sheet[],
  constants: ReadonlySet<number>,
  explained: Map<number, { how: string; source: string | null }>,
  aggregate: Aggregate,
  thresholds: Thresholds,
): SafeForms {
  const sheet = sources[aggregate.source] as Sheet;
  const reasons: Reason[] = [];
  for (const key of aggregate.keys) {
    const name = (sheet.columns[key.column] as SheetColumn).name;
    explained.set(key.product, {
      how: `group by ${key.how === 'same' ? '' : `${key.how} of `}${name}`,
      source: sourceName(sources, aggregate.source, name),
    });
  }
  for (const value of aggregate.values) {
    const name = value.column === null ? null : (sheet.columns[value.column] as SheetColumn).name;
    explained.set(value.product, {
      how: value.how,
      source: name === null ? null : sourceName(sources, aggregate.source, name),
    });
  }
  for (const [position, count] of aggregate.determined) {
    reasons.push(reason('small-cell', { column: (product.columns[position] as SheetColumn).name, limit: 10, count }));
  }
  if (aggregate.smallGroups > 0)
    reasons.push(reason('small-groups', { count: aggregate.smallGroups, limit: thresholds.safeClass }));
  return {
    constants,
    explained,
    // Small groups are attacked like rows; verified large ones are settled.
    settled:
      aggregate.smallGroups > 0
        ? new Set()
        : new Set([...aggregate.keys.map((key) => key.product), ...aggregate.values.map((value) => value.product)]),
    whole: `group table, groups of at least ${aggregate.smallest} persons`,
    generalised: new Map(),
    reasons,
  };
}
