/**
 * States of the search for chains of decoders: what the samples have become, and what may become of them. See decoders.md.
 * @module
 */

import { BLOB_LIMIT } from './decode-bytes.js';
import { areNumbers, type Samples } from './decode-samples.js';
import { ARRANGED, type Decoder, FREE } from './decoder-library.js';

/** A state that may come of another: made when its turn comes, which that of most guesses never does. */
export interface Draft {
  readonly state: State;
  readonly decoder: Decoder;
  readonly share: number;
  readonly places: boolean;
}

/** What a chain of decoders has made of the samples. */
export interface State {
  readonly chain: readonly Decoder[];
  readonly samples: Samples;
  readonly bytes: boolean;
  readonly free: number;
  /** Common beginnings and ends that were cut. */
  readonly cuts: number;
  /** A key was found that leaves source values with their characters in other places. */
  readonly places?: boolean;
  /** Its one free step is a customary exchange of places: bytes behind it are asked for keys. */
  readonly arranged?: boolean;
  /** A key has left numbers: what they are of other attacks find. */
  readonly told?: boolean;
}

/** Customary exchanges of places of texts in a code: what is a text in hexadecimal stays one. */
export const MOVED: readonly Decoder[] = ARRANGED.filter(({ name }) => /^(?:unrail|unhalve)$/.test(name));
const ARRANGERS: readonly Decoder[] = [...MOVED, ...FREE.filter(({ name }) => /^(?:reverse|swap-pairs)$/.test(name))];

/** Codes that accept nearly any word: what they yield by itself proves nothing. */
export const AMBIGUOUS: RegExp = /^(?:radix|base62|base58|base36|base32|ascii85)/;

/** Numbers in binary form, several a cell: bytes of anything else, come by strictly, are no such numbers in all samples. */
export function isList({ chain, samples }: State): boolean {
  return (
    chain.at(-1)?.name.startsWith('radix-') === true &&
    chain.slice(0, -1).every(({ name }) => !AMBIGUOUS.test(name)) &&
    samples.every((text) => text?.startsWith('[') === true)
  );
}

/** True for bytes that a customary code gave: hexadecimal digits are no base64. */
export function isBehindCode(start: State, { bytes, chain }: State): boolean {
  if (!bytes || chain.length !== 2) return false;
  const { name } = chain[1] as Decoder;
  return name === 'hex' || (name === 'base64' && !start.samples.every((text) => /^[0-9a-f]+$/i.test(text ?? '')));
}

/** True for numbers that were none as they stood. */
export function becameNumbers(start: State, state: State): boolean {
  return areNumbers(state.samples) && !areNumbers(start.samples);
}

/** First in, first out. */
export class Queue<Item> {
  readonly #items: Item[] = [];
  #first = 0;

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    return this.#first < this.#items.length ? this.#items[this.#first++] : undefined;
  }
}

/** The first draft that becomes a state. */
export function nextGuess(guesses: Queue<Draft>): State | undefined {
  for (let draft = guesses.shift(); draft !== undefined; draft = guesses.shift()) {
    const state = made(draft);
    if (state !== null) return state;
  }
  return undefined;
}

/** Puts what a decoder makes of a state into a queue, if anything. */
export function push(queue: Queue<State>, state: State, decoder: Decoder, share: number, places = false): void {
  const next = made({ state, decoder, share, places });
  if (next !== null) queue.push(next);
}

/** A key that is no guess, as all but gaps become what is no chance. */
export function pushTold(queue: Queue<State>, state: State, decoder: Decoder): void {
  const next = made({ state, decoder: { ...decoder, bytes: true }, share: 0.7, places: true });
  if (next !== null) queue.push({ ...next, told: areNumbers(next.samples) });
}

/** Samples that must decode. */
export function neededOf(samples: number, share: number): number {
  return Math.ceil(share * 0.95 * samples);
}

/** What a decoder makes of a state; null where it does not apply to so large a share of the samples, or changes none. */
export function made({ state, decoder, share, places }: Draft): State | null {
  const free = share === 1;
  const needed = neededOf(state.samples.length, share);
  if (decoder.may !== undefined && !mayDecode(state.samples, decoder.may, needed)) return null;
  const samples: (string | null)[] = [];
  let good = 0;
  let changed = 0;
  for (let i = 0; i < state.samples.length; i++) {
    const text = state.samples[i] as string | null;
    const out = text === null || text.length > BLOB_LIMIT ? null : decoder.decode(text);
    samples.push(out);
    if (out !== null) {
      good++;
      if (out !== text) changed++;
    }
    if (good + (state.samples.length - 1 - i) < needed) return null;
  }
  if (good === 0 || (changed === 0 && decoder.name !== 'utf8')) return null;
  return {
    chain: [...state.chain, decoder],
    samples,
    bytes: free ? state.bytes : decoder.bytes === true,
    free: state.free + (free ? 1 : 0),
    cuts: state.cuts + (decoder.name.startsWith('cut-common') ? 1 : 0),
    places: places || (state.places === true && decoder.name === 'utf8'),
    arranged: state.arranged === true || (state.free === 0 && free && ARRANGERS.includes(decoder)),
  };
}

/** False where too few of the samples can be decoded. */
function mayDecode(samples: Samples, may: (text: string) => boolean, needed: number): boolean {
  let left = samples.length;
  for (const text of samples) if ((text === null || !may(text)) && --left < needed) return false;
  return true;
}
