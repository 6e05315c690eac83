/**
 * Identifiers in running text, Chinese and English: numbers with their check digits, names and addresses with their context.
 *
 * Finding everything in free text cannot be promised; the measured F1 stands in docs/identifiers.md. What must not leave is
 * better dropped than searched.
 * @module
 */
import { identifierKinds } from './kinds.js';
import type { ColumnKind } from './spec.js';
import { toHalfWidth } from './spec.js';
import { namesIn } from './text-names.js';
import { type Candidate, numbersIn } from './text-numbers.js';
import { addressesIn } from './text-places.js';

/** An identifier found in a text: `text.slice(start, end)`. */
export interface TextSpan {
  /** First UTF-16 code unit. */
  readonly start: number;
  /** One past the last. */
  readonly end: number;
  /** Kind as in `identifierKinds`, or `account` (messenger, student and staff numbers named by a word before them). */
  readonly kind: string;
  readonly columnKind: ColumnKind;
  /** 0.5 to 1. */
  readonly confidence: number;
}

const columnKindOf = new Map<string, ColumnKind>(identifierKinds.map((spec) => [spec.kind, spec.columnKind]));

/** Kinds with a check digit or an unmistakable form win over others where they overlap. */
const RANK: Readonly<Record<string, number>> = { 'person-name': 1, address: 3, date: 2 };

/**
 * Finds identifiers in a text. Spans do not overlap and come in order.
 *
 * @example
 * detectInText('联系人张伟，电话13800138000').map((span) => span.kind); // => ['person-name', 'mobile']
 */
export function detectInText(text: string): TextSpan[] {
  // One for one, so positions hold.
  const half = toHalfWidth(text);
  const candidates: Candidate[] = [...numbersIn(half), ...addressesIn(half), ...namesIn(half)];
  candidates.sort(
    (a, b) =>
      (RANK[b.kind] ?? 4) - (RANK[a.kind] ?? 4) ||
      b.confidence - a.confidence ||
      b.end - b.start - (a.end - a.start) ||
      a.start - b.start,
  );
  const taken: Candidate[] = [];
  const covered = new Uint8Array(text.length);
  for (const candidate of candidates) {
    // Taken spans are disjoint: an overlap covers the first or the last character, or lies inside.
    if (covered.subarray(candidate.start, candidate.end).includes(1)) continue;
    covered.fill(1, candidate.start, candidate.end);
    taken.push(candidate);
  }
  return taken
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, kind, confidence }) => ({
      start,
      end,
      kind,
      columnKind: columnKindOf.get(kind) ?? 'identifier',
      confidence,
    }));
}
