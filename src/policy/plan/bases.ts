/**
 * The legal bases of a policy as a plan shows them: for which columns, persons and rows, until when, and whether they hold here.
 * @module
 */
import { encode, type Table } from '../../table/index.js';
import { personsOf } from '../basis.js';
import type { LegalBasis, Policy } from '../document.js';
import type { FileReader } from '../hierarchies.js';

/** A legal basis and what it would leave unmasked. */
export interface PlanBasis extends Omit<LegalBasis, 'persons'> {
  /** False when it is for another purpose than the policy's: it has no effect. */
  readonly applies: boolean;
  /** Persons on its list; null when the file was not read. */
  readonly persons: number | null;
  /** Rows of the data whose named columns would stay unmasked; null without data. */
  readonly rows: number | null;
}

/** The bases of a policy, with counts where the lists and the data are there. */
export function basesOf(policy: Policy, table: Table | undefined, read: FileReader | undefined): PlanBasis[] {
  return policy.legalBasis.map(({ basis, reference, purpose, columns, persons, expires }) => {
    const applies = purpose === policy.who.purpose;
    const listed = read === undefined ? null : personsOf(read(persons));
    const { person } = policy;
    const rows = listed === null || table === undefined || person === undefined ? null : rowsOf(table, person, listed);
    return {
      basis,
      reference,
      purpose,
      columns,
      expires,
      applies,
      persons: listed === null ? null : listed.size,
      rows: applies ? rows : 0,
    };
  });
}

function rowsOf(table: Table, person: string, listed: ReadonlySet<string>): number {
  const { codes, dictionary } = encode(table, person);
  const named = dictionary.strings().map((text) => listed.has(text));
  let rows = 0;
  for (const code of codes) if (named[code] === true) rows++;
  return rows;
}
