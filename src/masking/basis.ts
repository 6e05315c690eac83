/**
 * Legal basis by row: the cells of persons who are on a list stay as they are, all others are masked.
 *
 * The list holds for one column and one purpose; whoever builds it has checked purpose and expiry. No entry means masked.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { type Column, isUnreadable } from '../table/index.js';
import { combined } from './conditional.js';
import type { MaskedColumn, Masker, RowContext } from './masker.js';
import { reader } from './rows.js';
import { ValuesBuilder } from './values.js';

/** Options of {@link unlessBasis}. */
export interface BasisOptions {
  /** Column that names the person. */
  readonly person: string;
  /** Persons with a basis, as they stand in that column. */
  readonly persons: ReadonlySet<string>;
}

/** A masker that leaves the cells of listed persons as they are. @throws SCRIM_MASK_NEEDS_FIT for rules that must see the whole column */
export function unlessBasis(masker: Masker, options: BasisOptions): Masker {
  if (!masker.streams) throw new ScrimError('SCRIM_MASK_NEEDS_FIT', { rule: masker.name, column: 'legal basis' });
  const { person, persons } = options;
  return {
    name: masker.name,
    streams: true,
    reads: [...new Set([person, ...(masker.reads ?? [])])],
    reversible: false,
    ...(masker.logical !== undefined && { logical: masker.logical }),
    apply: (column, rows) => merged(column, masker.apply(column, rows), rows, person, persons),
    leakage: (context) => ({ ...combined(context.column, [masker, null]), rule: `${masker.name}+basis` }),
  };
}

function merged(
  raw: Column,
  masked: MaskedColumn,
  rows: RowContext | undefined,
  person: string,
  persons: ReadonlySet<string>,
): MaskedColumn {
  if (rows === undefined) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column: person });
  const who = reader(rows.column(person));
  const [before, after] = [reader(raw), reader(masked.column)];
  const builder = new ValuesBuilder(raw.length, raw.length * 8);
  const validity = new Uint8Array((raw.length + 7) >> 3);
  let suppressed = 0;
  for (let row = 0; row < raw.length; row++) {
    const name = who(row);
    const listed = name !== null && persons.has(name);
    const text = listed ? before(row) : after(row);
    if (text === null) {
      if (isUnreadable(raw, row) || (!listed && before(row) !== null)) suppressed++;
      builder.none();
    } else {
      builder.text(text);
      validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7));
    }
  }
  const { offsets, bytes } = builder.finish();
  return { column: { type: 'utf8', length: raw.length, offsets, bytes, validity, unreadable: null }, suppressed };
}
