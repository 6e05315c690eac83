/**
 * Two whole numbers in one: one times a power of ten or two plus the other, the pairing functions of Cantor and Szudzik, and bits that
 * take turns (Morton codes). Taken apart, both stand in the source. See packed-numbers.md.
 *
 * Cantor, "Ein Beitrag zur Mannigfaltigkeitslehre", 1878; Szudzik, "An Elegant Pairing Function", 2006; Morton, 1966.
 * @module
 */
import { sampleCodes } from '../../intake/lookup.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import type { Attack, Board } from '../attack.js';
import { isReadWhole } from '../attack.js';
import { matchValues } from '../shared/match.js';
import { takeFields } from './bit-fields.js';

type Unpair = (value: bigint) => readonly [bigint, bigint];

function rootOf(value: bigint): bigint {
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root--;
  while ((root + 1n) * (root + 1n) <= value) root++;
  return root;
}

function cantor(value: bigint): readonly [bigint, bigint] {
  const diagonal = (rootOf(8n * value + 1n) - 1n) / 2n;
  const second = value - (diagonal * (diagonal + 1n)) / 2n;
  return [diagonal - second, second];
}

function szudzik(value: bigint): readonly [bigint, bigint] {
  const root = rootOf(value);
  const rest = value - root * root;
  return rest < root ? [rest, root] : [root, rest - root];
}

function morton(value: bigint): readonly [bigint, bigint] {
  let even = 0n;
  let odd = 0n;
  for (let bit = 0n; value >> bit > 0n; bit += 2n) {
    even |= ((value >> bit) & 1n) << (bit / 2n);
    odd |= ((value >> (bit + 1n)) & 1n) << (bit / 2n);
  }
  return [even, odd];
}

function cutAt(base: bigint): Unpair {
  return (value) => [value / base, value % base];
}

const UNPAIRS: readonly (readonly [name: string, unpair: Unpair])[] = [
  ...Array.from({ length: 14 }, (_, i) => [`cut(10^${i + 2})`, cutAt(10n ** BigInt(i + 2))] as const),
  ...[8, 10, 12, 16, 20, 24, 32].map((bits) => [`cut(2^${bits})`, cutAt(2n ** BigInt(bits))] as const),
  ['uncantor', cantor],
  ['unszudzik', szudzik],
  ['unmorton', morton],
];

const SAMPLE = 24;
const NEEDED = 0.9;

/** The attack. */
export const packedNumbers: Attack = {
  id: 'packed-numbers',
  knowledge: 'A0',
  run(board) {
    // One part may have been read by cutting the other off.
    const queue = board.derived.filter(
      ({ column, from: [own], attack }) =>
        attack === 'containment' &&
        column.distinct >= 12 &&
        !board.settled.has(own as number) &&
        !isReadWhole(board, own as number) &&
        isPacked(column),
    );
    if (queue.length === 0) return 'no unexplained column holds long whole numbers';
    for (const derived of queue) {
      if (board.late()) break;
      if (UNPAIRS.some(([name, unpair]) => takeApart(board, derived, name, unpair))) continue;
      takeFields(board, derived);
    }
    return null;
  },
};

/** True when a step that is as good gives the same source column. */
function isKnown(board: Board, { source, column, score }: Step): boolean {
  return board.steps.some(
    (step) => step.source === source && step.column === column && step.tentative !== true && step.score >= score,
  );
}

const WHOLE = /^(?:\d{5,58}|(?:0x|#)?[0-9a-fA-F]{6,48})$/;

function samplesOf(column: SheetColumn): string[] {
  return sampleCodes(column, SAMPLE).map((code) => column.text(code));
}

function isPacked(column: SheetColumn): boolean {
  const samples = samplesOf(column);
  return samples.filter((text) => WHOLE.test(text)).length >= NEEDED * samples.length;
}

function takeApart(board: Board, derived: Derived, name: string, unpair: Unpair): boolean {
  const { column } = derived;
  const parts = samplesOf(column).flatMap((text) => (/^\d{1,38}$/.test(text) ? [unpair(BigInt(text))] : []));
  for (const side of [0, 1] as const) {
    const texts = parts.map((part) => part[side].toString());
    // One number in all samples packs nothing.
    if (new Set(texts).size < 2 || board.lookup.bestFolded(texts) < NEEDED) return false;
  }
  let any = false;
  for (const side of [0, 1] as const) {
    const formula = `${name}(${derived.formula}, ${side + 1})`;
    const values = column.values.map((text) =>
      /^\d{1,38}$/.test(text) ? unpair(BigInt(text))[side].toString() : '\u0000',
    );
    const made: Derived = {
      column: new SheetColumn(formula, column.codes, values),
      from: derived.from,
      formula,
      attack: 'packed-numbers',
      knowledge: derived.knowledge,
      bits: derived.bits + 8,
    };
    const steps = matchValues(made, board.lookup).filter(
      (step) => step.similarity > 0.5 && step.mass > 0.3 && !isKnown(board, step),
    );
    if (steps.length === 0) continue;
    board.derived.push(made);
    board.steps.push(...steps);
    any = true;
  }
  return any;
}
