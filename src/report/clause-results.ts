/**
 * What the review can say on each clause, and what it must leave to a person.
 * @module
 */
import type { Verdict } from '../reversibility/index.js';
import type { Clause } from './clauses.js';
import { count, percent } from './format.js';
import type { Manifest } from './manifest.js';
import type { TextKey, Words } from './texts.js';

/** Who answers for a clause, and the finding where the tool does. */
export interface ClauseResult {
  readonly state: 'tool' | 'person' | 'not-applicable';
  readonly finding: string;
}

/** The row of the clause table for one clause. */
export function clauseResult(clause: Clause, verdict: Verdict, manifest: Manifest | null, words: Words): ClauseResult {
  const tool = (key: TextKey, values: Readonly<Record<string, string | number>> = {}): ClauseResult => ({
    state: 'tool',
    finding: words(key, values),
  });
  const person: ClauseResult = { state: 'person', finding: '' };
  const kind = manifest?.product.kind ?? 'package';
  if (clause.modelsOnly === true && kind !== 'model') return { state: 'not-applicable', finding: '' };
  const { restoration, risk, shape } = verdict;
  const names = [...new Set(verdict.columns.map((column) => column.product))];
  switch (clause.check) {
    case 'gate':
      return tool('clause.gate');
    case 'identifiers':
      return tool('clause.identifiers', { count: count(restoration.identifiers.count) });
    case 'classes':
      if (risk.columns.length === 0) return person;
      return tool('clause.classes', {
        smallest: count(risk.smallestClass),
        small: percent(risk.small),
        limit: verdict.thresholds.smallClass,
      });
    case 'restoration':
      return tool('clause.restoration', {
        share: percent(restoration.rows.net),
        lower: percent(restoration.rows.lower),
        upper: percent(restoration.rows.upper),
      });
    case 'kind':
      return tool('clause.kind', { kind: words(`kind.${kind}`) });
    case 'together': {
      const earlier = manifest?.earlierReleases?.length ?? 0;
      if (shape.products.length + earlier < 2) return person;
      return { state: 'person', finding: words('clause.together', { products: shape.products.length, earlier }) };
    }
    case 'grades': {
      const stated = manifest?.fields?.filter(
        (field) => names.includes(field.name) && field.class !== undefined && field.gradeAfter !== undefined,
      );
      if (stated === undefined || stated.length === 0) return person;
      return { state: 'person', finding: words('clause.grades', { count: stated.length, of: names.length }) };
    }
    case 'openness': {
      const stated = manifest?.fields?.filter((field) => names.includes(field.name) && field.openness !== undefined);
      if (stated === undefined || stated.length === 0) return person;
      const findings = verdict.reasons.filter(
        (one) => one.code === 'manifest-prohibited' || one.code === 'manifest-restricted-download',
      ).length;
      return tool('clause.openness', { count: stated.length, of: names.length, findings });
    }
    case 'demand-list': {
      const approved = manifest?.approvedColumns;
      if (approved === undefined) return person;
      return tool('clause.demand-list', { count: names.filter((one) => !approved.includes(one)).length });
    }
    case 'digests':
      return tool('clause.digests');
    case 'report':
      return { state: 'person', finding: words('clause.report') };
    default:
      return person;
  }
}
