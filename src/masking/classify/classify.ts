/**
 * Classification of a table (R11): per column its kind with confidence, class, grade and a proposed rule, with the evidence.
 *
 * Evidence adds up from three sides: validators (pass rate against chance), the header dictionary, shape and cardinality. Headers help
 * and are not needed. The result proposes; the owner of the data decides.
 * @module
 */
import { type ColumnKind, detectInText } from '../../identifiers/index.js';
import type { Field, Table } from '../../table/index.js';
import { wordTopic } from './content.js';
import { decide, type Evidence, type Verdict } from './decide.js';
import { type HeaderMeaning, readHeader } from './headers.js';
import { type ColumnClass, type GradeLadder, gradeLadders, gradeOf } from './ladders.js';
import { type ColumnProfile, profileColumn } from './profile.js';
import { type ProposedRule, proposeRule } from './rules.js';

/** Options of {@link classifyTable}. */
export interface ClassifyOptions {
  /** Distinct values to look at per column. Default 5000. */
  readonly sample?: number;
  /** False when the names of the columns mean nothing. Default true; names that say nothing do no harm. */
  readonly headers?: boolean;
  /** Ladder of grades: `local`, `national` or one of your own. Default `local`. */
  readonly ladder?: 'local' | 'national' | GradeLadder;
}

/** What a column holds. */
export interface ColumnClassification {
  readonly name: string;
  readonly kind: ColumnKind;
  /** 0 to 1. */
  readonly confidence: number;
  readonly class: ColumnClass;
  readonly grade: string;
  readonly proposedRule: ProposedRule;
  /** Finer kind of identifier, or topic of the header dictionary; null when neither is known. */
  readonly detail: string | null;
  readonly evidence: readonly Evidence[];
}

/** Result of {@link classifyTable}. */
export interface Classification {
  readonly columns: readonly ColumnClassification[];
  /** Name and version of the ladder behind `grade`. */
  readonly ladder: { readonly name: string; readonly version: string };
  /** Column that most likely names the person, or null. */
  readonly person: string | null;
}

const DIRECT = new Set<ColumnKind>([
  'resident-id',
  'uscc',
  'bank-card',
  'mobile',
  'landline',
  'passport',
  'permit',
  'plate',
  'vin',
  'person-name',
  'address',
  'email',
  'ip',
  'mac',
]);
const BIRTH = /出生|生日|birth|dob/i;
const QUASI = new Set<ColumnKind>(['region-code', 'postcode', 'coordinate']);

/** Typed columns say themselves what they are. */
function ofType(field: Field): Verdict | null {
  const made = (kind: ColumnKind): Verdict => ({
    kind,
    confidence: 1,
    identifier: kind === 'date' ? 'date' : null,
    evidence: [{ code: 'type', for: field.logical, value: 1 }],
  });
  if (field.type === 'date' || (field.type === 'int64' && field.logical === 'timestamp')) return made('date');
  return field.logical === 'boolean' ? made('category') : null;
}

function classOf(
  verdict: Verdict,
  header: HeaderMeaning,
  profile: ColumnProfile,
  name: string,
): { columnClass: ColumnClass; topic: string | null } {
  const { kind } = verdict;
  const topic = header.topic;
  if (DIRECT.has(kind)) return { columnClass: 'direct-identifier', topic };
  if (kind === 'identifier') {
    return { columnClass: profile.rowsPerValue <= 1000 ? 'direct-identifier' : 'other', topic };
  }
  if (QUASI.has(kind)) return { columnClass: 'quasi-identifier', topic };
  const named = namedClass(header, profile, name);
  if (named !== null) return { columnClass: named, topic };
  if (header.columnClass !== null && header.strength >= 0.5) return { columnClass: header.columnClass, topic };
  const words = kind === 'category' || kind === 'text' ? wordTopic(profile) : null;
  if (words !== null) return { columnClass: words.columnClass, topic: words.topic };
  // Event and birth dates are quasi-identifiers in GB/T 37964.
  if (kind === 'date') return { columnClass: 'quasi-identifier', topic };
  if (kind === 'number' && looksLikeAge(profile)) return { columnClass: 'quasi-identifier', topic: 'demography' };
  return { columnClass: 'other', topic };
}

/**
 * The class that the header's own word demands although the cells do not bear it out: dirty, cut or half-masked identifiers are
 * still identifiers, and releasing them because they fail a check would be the wrong way round. Flags (`email`: yes, no) are not.
 */
function namedClass(
  { identifier, kind, strength }: HeaderMeaning,
  profile: ColumnProfile,
  name: string,
): ColumnClass | null {
  if (identifier === null || kind === null || strength < 1 || profile.distinct <= 2) return null;
  if (DIRECT.has(kind)) return profile.rowsPerValue <= 1000 ? 'direct-identifier' : null;
  return QUASI.has(kind) || (kind === 'date' && BIRTH.test(name)) ? 'quasi-identifier' : null;
}

function looksLikeAge({ shape, distinct, rowsPerValue }: ColumnProfile): boolean {
  return (
    shape.integer > 0.99 &&
    shape.minimum >= 0 &&
    shape.maximum >= 60 &&
    shape.maximum <= 120 &&
    distinct >= 40 &&
    distinct <= 121 &&
    rowsPerValue >= 2
  );
}

/** Share of texts that hold an identifier, and which kind most. */
function insideText(profile: ColumnProfile): Evidence | null {
  const texts = profile.values.slice(0, 1000);
  const counts = new Map<string, number>();
  let holding = 0;
  for (const text of texts) {
    const kinds = new Set(detectInText(text.slice(0, 2000)).map((span) => span.kind));
    kinds.delete('date');
    if (kinds.size > 0) holding++;
    for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  if (holding === 0) return null;
  const most = [...counts].sort((a, b) => b[1] - a[1])[0] as [string, number];
  return { code: 'text-contains', for: most[0], value: holding / texts.length };
}

/**
 * Classifies every column of a table. Reads the table only; looks at no more than `sample` distinct values a column.
 *
 * @example
 * classifyTable(registerTable({ rows: 1000, seed: 'demo' })).columns[1]?.kind; // => 'resident-id'
 */
export function classifyTable(table: Table, options: ClassifyOptions = {}): Classification {
  const { sample = 5000, headers = true, ladder: wanted = 'local' } = options;
  const ladder = typeof wanted === 'string' ? gradeLadders[wanted] : wanted;
  const nothing = readHeader('');
  const columns = table.fields.map((field): ColumnClassification => {
    const profile = profileColumn(table, field.name, sample);
    const header = headers ? readHeader(field.name) : nothing;
    const verdict = ofType(field) ?? decide(profile, header);
    const { columnClass, topic } = classOf(verdict, header, profile, field.name);
    const evidence = [...verdict.evidence];
    let finalClass = columnClass;
    if (verdict.kind === 'text' || (verdict.kind === 'category' && profile.shape.meanLength > 12)) {
      const inside = insideText(profile);
      if (inside !== null) {
        evidence.push(inside);
        if (finalClass === 'other' && inside.value > 0.02) finalClass = 'sensitive';
      }
    }
    return {
      name: field.name,
      kind: verdict.kind,
      confidence: Math.round(verdict.confidence * 1000) / 1000,
      class: finalClass,
      grade: gradeOf(ladder, verdict.kind, finalClass, topic),
      proposedRule: proposeRule(verdict.kind, finalClass, topic, profile),
      detail: verdict.identifier ?? topic,
      evidence,
    };
  });
  return { columns, ladder: { name: ladder.name, version: ladder.version }, person: personColumn(columns) };
}

/** The column that most likely names the person: a resident ID, else an identifier whose header says so, else none. */
function personColumn(columns: readonly ColumnClassification[]): string | null {
  const id = columns.find((column) => column.kind === 'resident-id' && column.confidence > 0.7);
  const named = columns.find(
    (column) =>
      column.kind === 'identifier' &&
      /人员|患者|病人|居民|客户|用户|学生|员工|会员|person|patient|user|customer|client|student|employee|member|subject|individual|^uid$|^pid$/i.test(
        column.name,
      ),
  );
  return named?.name ?? id?.name ?? null;
}
