/**
 * Who may keep which column unmasked: the legal bases of a policy, resolved to persons (R3).
 *
 * A basis holds for its named columns, its one purpose and the persons on its list. It concerns obtaining data only: it
 * lifts neither the models nor the review of what leaves the domain.
 * @module
 */
import type { Policy } from './document.js';
import type { FileReader } from './hierarchies.js';

/** Persons with a basis, by source column; bases for another purpose have no effect. */
export function personsWithBasis(policy: Policy, read: FileReader): ReadonlyMap<string, ReadonlySet<string>> {
  const byColumn = new Map<string, Set<string>>();
  for (const basis of policy.legalBasis) {
    if (basis.purpose !== policy.who.purpose) continue;
    const persons = personsOf(read(basis.persons));
    for (const column of basis.columns) {
      const set = byColumn.get(column) ?? new Set();
      for (const person of persons) set.add(person);
      byColumn.set(column, set);
    }
  }
  return byColumn;
}

/** The persons on a list: the first column of a CSV file. */
export function personsOf(bytes: Uint8Array): ReadonlySet<string> {
  return new Set(firstColumn(new TextDecoder().decode(bytes)));
}

/** Cells of the first column of a CSV text, without its header; empty cells are left out. */
function firstColumn(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .slice(1)
    .map((line) => {
      const quoted = /^"((?:[^"]|"")*)"/.exec(line);
      return quoted === null ? (/^[^,;\t]*/.exec(line)?.[0] ?? '').trim() : (quoted[1] as string).replaceAll('""', '"');
    })
    .filter((cell) => cell !== '');
}
