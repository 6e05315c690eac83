/**
 * The battery: all attacks in the order in which they run, cheap and decisive first.
 * @module
 */

import type { Derived, Step } from '../inverse.js';
import { assign } from '../restoration/select.js';
import { downcoding } from './anonymity/downcoding.js';
import { homogeneity } from './anonymity/homogeneity.js';
import { minimality } from './anonymity/minimality.js';
import type { Attack, Board } from './attack.js';
import { isReadWhole, readsPart, unexplained } from './attack.js';
import { combine } from './columns/combine.js';
import { keptRanks } from './columns/kept-ranks.js';
import { labelPairs, labelStep, settleLabels } from './columns/labels.js';
import { matchOrder } from './columns/order.js';
import { pairOrders } from './columns/order-pairs.js';
import { binaryRecords } from './decoding/binary-records.js';
import { readAlike } from './decoding/decode-chains.js';
import type { Decoder } from './decoding/decoder-library.js';
import { searchDecoders } from './decoding/decoders.js';
import { hashes } from './digests/hashes.js';
import { saltedHashes } from './digests/salted-hashes.js';
import { linear } from './linear/linear.js';
import { bands } from './numbers/bands.js';
import { bitCodes } from './numbers/bit-codes.js';
import { groupLines } from './numbers/group-lines.js';
import { matchNumbers } from './numbers/numeric.js';
import { matchXor } from './numbers/numeric-xor.js';
import { packedNumbers } from './numbers/packed-numbers.js';
import { radixNumbers } from './numbers/radix-numbers.js';
import { alignment } from './rows/alignment.js';
import { microAggregation } from './rows/micro-aggregation.js';
import { neighbours } from './rows/neighbours.js';
import { rowOrder } from './rows/row-order.js';
import { spectral } from './rows/spectral.js';
import { synthetic } from './rows/synthetic.js';
import { differentOnes } from './shared/compose.js';
import { matchValues } from './shared/match.js';
import { anagrams } from './text/anagrams.js';
import { characters } from './text/characters.js';
import { masks } from './text/masks.js';
import { syllables } from './text/syllables.js';

const containment: Attack = {
  id: 'containment',
  knowledge: 'A0',
  run(board) {
    if (board.product.rows === 0) return 'the product has no rows';
    for (const derived of board.derived) {
      if (board.late()) break;
      if (!board.settled.has(derived.from[0] as number)) board.steps.push(...matchValues(derived, board.lookup));
    }
    return null;
  },
};

/** States of search for all parts of cells together: parts of parts come last. */
const PART_STATES = 12_000;

const decoders: Attack = {
  id: 'decoders',
  knowledge: 'A0',
  run(board) {
    let queue = unexplained(board, 0.75).filter((derived) => derived.column.distinct > 0);
    if (queue.length === 0) return 'every column is explained without decoding';
    let left = PART_STATES;
    const chains = new Map<string, readonly Decoder[]>();
    const tried = queue;
    for (let level = 0; level < 3 && queue.length > 0; level++) {
      const next = [];
      for (const derived of queue) {
        if (board.late()) return null;
        if (level > 0 && left <= 0) break;
        const { hits, opened, leaves, chains: own, states } = searchDecoders(derived, board.lookup, board.late);
        if (level > 0) left -= states;
        for (const hit of hits) {
          const steps = matchValues(hit, board.lookup);
          board.steps.push(...steps);
          // Samples among dense numbers are no reading: the whole column must stand in the source.
          const chain = own.get(hit);
          if (chain !== undefined && steps.length > 0) chains.set(chain.map(({ name }) => name).join('>'), chain);
        }
        if (isReadWhole(board, derived.from[0] as number)) continue;
        board.derived.push(...leaves());
        for (const part of opened()) {
          if (part.column.present === 0) continue;
          board.derived.push(part);
          const steps = matchValues(part, board.lookup);
          board.steps.push(...steps);
          // The digits before and after a point are no code of their own.
          if ((steps[0]?.score ?? 0) < 0.75 && !derived.column.isNumeric) next.push(part);
        }
      }
      queue = next;
    }
    for (const derived of tried) openRecords(board, derived);
    shareChains(board, tried, [...chains.values()].slice(0, SHARED));
    // What was opened may hold digests.
    hashes.run(board);
    return null;
  },
};

/** Score from which on a field of a record is read as numbers of a source column. */
const FIELD = 0.25;

/** Fields of binary records, each of them a number of its own: no better reading of one is asked of the others. */
function openRecords(board: Board, derived: Derived): void {
  if (derived.attack !== 'containment' || board.late() || isReadWhole(board, derived.from[0] as number)) return;
  for (const field of binaryRecords(derived)) {
    board.derived.push(field);
    const steps = matchValues(field, board.lookup);
    board.steps.push(...steps);
    if (steps.every(({ score }) => score < 0.9))
      board.steps.push(...matchNumbers(field, board.lookup, FIELD, board.late));
  }
}

/** Chains that other columns are read by. */
const SHARED = 3;

/** What reads one column may read those whose values are changed otherwise, too: people write all columns in one way. */
function shareChains(board: Board, tried: readonly Derived[], chains: readonly (readonly Decoder[])[]): void {
  for (const derived of tried) {
    const own = derived.from[0] as number;
    if (derived.attack !== 'containment' || board.best(own) >= 0.75 || isReadWhole(board, own)) continue;
    for (const chain of chains) {
      if (board.late()) return;
      const alike = readAlike(derived, chain, board.late);
      if (alike === null || board.derived.some(({ formula }) => formula === alike.formula)) continue;
      board.derived.push(alike);
      board.steps.push(...matchValues(alike, board.lookup));
    }
  }
}

/** Score of the best step that reads a whole column by itself. */
function bestWhole(board: Board, column: number): number {
  let best = 0;
  for (const step of board.steps) {
    if (step.from[0] !== column || step.tentative === true || readsPart(step.formula)) continue;
    if (step.score > best) best = step.score;
  }
  return best;
}

const numeric: Attack = {
  id: 'numeric',
  knowledge: 'A1',
  run(board) {
    const open = new Set(unexplained(board, 0.9));
    // The digits before a point are a number, too, and fall among dense numbers by chance: only the whole is read.
    const whole = (derived: Derived): boolean =>
      derived.attack === 'containment' &&
      !board.settled.has(derived.from[0] as number) &&
      bestWhole(board, derived.from[0] as number) < 0.9;
    const based = [...open].flatMap(radixNumbers);
    // Numbers to another base may be the source's as they stand.
    for (const derived of based) board.steps.push(...matchValues(derived, board.lookup));
    const queue = differentOnes([
      ...board.derived.filter(
        (derived) => (open.has(derived) || whole(derived)) && (derived.column.isNumeric || derived.column.isDate),
      ),
      ...based,
    ]);
    if (queue.length === 0) return 'no unexplained column holds numbers or dates';
    for (const derived of queue) {
      if (board.late()) break;
      if (derived.attack !== 'containment' && isReadWhole(board, derived.from[0] as number)) continue;
      const own = derived.from[0] as number;
      const known = derived.attack === 'containment' ? bestWhole(board, own) : board.best(own);
      const better = Math.max(0.25, known + 0.02);
      const found = matchNumbers(derived, board.lookup, better, board.late);
      board.steps.push(...found);
      if (found.length === 0) board.steps.push(...matchXor(derived, board.lookup, better));
    }
    return null;
  },
};

const order: Attack = {
  id: 'order',
  knowledge: 'A2',
  run(board) {
    const queue = differentOnes(unexplained(board, 0.9));
    if (queue.length === 0) return 'no column is left to explain';
    for (const derived of queue) {
      if (board.late()) break;
      board.steps.push(...matchOrder(derived, board.lookup));
    }
    board.steps.push(...pairOrders(board, queue));
    board.steps.push(...keptRanks(board, queue));
    return null;
  },
};

const labels: Attack = {
  id: 'labels',
  knowledge: 'A2',
  run(board) {
    const queue = differentOnes(unexplained(board, 0.8));
    if (queue.length === 0) return 'no column is left to explain';
    const pairs = queue.flatMap((derived) => (board.late() ? [] : labelPairs(derived, board.lookup)));
    for (const pair of pairs) {
      if (board.late()) return null;
      board.steps.push(labelStep(pair));
    }
    for (let round = 0; round < 3; round++) settleRound(board, pairs);
    return null;
  },
};

const settledBy = new WeakMap<ReturnType<typeof labelPairs>[number], string>();

/** One round of settling label maps by the columns read so far. */
function settleRound(board: Board, pairs: readonly ReturnType<typeof labelPairs>[number][]): void {
  board.sources.forEach((sheet, source) => {
    const known = assign(board.steps.filter((step) => step.source === source && step.mass > 0.3));
    for (const pair of pairs) {
      if (pair.to.source !== source || board.late()) continue;
      const own = pair.derived.from.join();
      const beside = known.filter((step) => step.column !== pair.to.position && step.from.join() !== own);
      // The same neighbours settle it the same way.
      const neighbours = beside.map((step) => `${step.column}=${step.formula}`).join('\u0001');
      if (settledBy.get(pair) === neighbours) continue;
      settledBy.set(pair, neighbours);
      const settled = settleLabels(pair, sheet, beside, 0.25);
      if (settled === null) continue;
      const step: Step = labelStep(pair, settled.map);
      // A settled map replaces the one by rank of the same pair.
      const at = board.steps.findIndex(
        (other) =>
          other.attack === 'labels' &&
          other.column === step.column &&
          other.source === source &&
          other.from.join() === own,
      );
      const better = { ...step, score: step.score - settled.distance, tentative: settled.distance > 0.1 };
      if (at >= 0) board.steps[at] = better;
      else board.steps.push(better);
    }
  });
}

/** All attacks, in order. */
export const battery: readonly Attack[] = [
  containment,
  hashes,
  decoders,
  numeric,
  bitCodes,
  packedNumbers,
  masks,
  combine,
  order,
  characters,
  anagrams,
  labels,
  groupLines,
  bands,
  rowOrder,
  alignment,
  syllables,
  saltedHashes,
  linear,
  neighbours,
  microAggregation,
  spectral,
  synthetic,
  downcoding,
  minimality,
  homogeneity,
];

/** How many attacks of the battery, from the first, read public codes. */
export const PUBLIC_CODES: number = battery.indexOf(decoders) + 1;
