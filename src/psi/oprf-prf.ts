/**
 * The oblivious pseudorandom functions of protocol OPRF: F_k(x) = hash(x, k H(x)) (2HashDH; Jarecki, Kiayias, Krawczyk 2014;
 * RFC 9497, section 3.3.1), blinded with a fresh r per session or per item.
 *
 * `ristretto255` and `p256` are the suites OPRF(ristretto255, SHA-512) and OPRF(P-256, SHA-256) of RFC 9497, by noble.
 * `x25519` and `sm2` are the same construction by the x coordinate alone, on OpenSSL: 20 to 4 times faster; the RFC has no
 * suite for these curves. See oprf.md.
 * @module
 */
import { ristretto255_oprf } from '@noble/curves/ed25519.js';
import { p256_oprf } from '@noble/curves/nist.js';
import { type Lanes, ScrimError } from '../core/index.js';
import { lengthPrefixed, type Suite, utf8 } from '../crypto/index.js';
import type { CurveName } from './agreement.js';
import { checkPoints, type Group, group, multiplyAll, repeated } from './group.js';
import { parallelGroup } from './parallel.js';

/** Bytes of an item: its digest. */
const ITEM = 16;

/** Blinded items and what undoes the blinding. */
export interface Blinded {
  /** `elementBytes` each. */
  readonly elements: Uint8Array;
  /** Unblinds the evaluated elements and gives the outputs, `outputBytes` each. @throws SCRIM_PSI_POINT */
  finalize(evaluated: Uint8Array): Uint8Array;
}

/** A pseudorandom function that can be evaluated obliviously, over batches of 16-byte items. */
export interface Prf {
  readonly elementBytes: number;
  readonly outputBytes: number;
  /** A fresh uniform key of 32 bytes. */
  key(): Uint8Array;
  /** The querying side: blinds items. */
  blind(items: Uint8Array, count: number): Blinded;
  /** The key's holder: checks and evaluates blinded elements. @throws SCRIM_PSI_POINT */
  evaluate(key: Uint8Array, elements: Uint8Array, count: number): Uint8Array;
  /** The key's holder: outputs of own items. */
  outputs(key: Uint8Array, items: Uint8Array, count: number): Uint8Array;
}

/** The function of a curve. */
export function prf(curve: CurveName, suite: Suite, portable = false, lanes: Lanes | null = null): Prf {
  if (curve === 'ristretto255') return standardPrf(ristretto255_oprf.oprf as StandardMode, 32, 64);
  if (curve === 'p256') return standardPrf(p256_oprf.oprf as StandardMode, 33, 32);
  const own = lanes === null ? group(curve, portable) : parallelGroup(curve, portable, lanes);
  return coordinatePrf(own, suite);
}

/** noble's mode OPRF; `evaluate` (RFC 9497, section 3.3.1, Evaluate) is there but not in its types. */
type StandardMode = (typeof ristretto255_oprf)['oprf'] & {
  readonly evaluate: (key: Uint8Array, input: Uint8Array) => Uint8Array;
};

/** A suite of RFC 9497 in mode OPRF; its input is the item. */
function standardPrf(mode: StandardMode, elementBytes: number, outputBytes: number): Prf {
  const item = (items: Uint8Array, i: number): Uint8Array => items.subarray(ITEM * i, ITEM * (i + 1));
  const element = (elements: Uint8Array, i: number): Uint8Array =>
    elements.subarray(elementBytes * i, elementBytes * (i + 1));
  /** Decoding is strict in noble: canonical, on the curve, never the identity. */
  const guarded = (position: number, work: () => Uint8Array): Uint8Array => {
    try {
      return work();
    } catch {
      throw new ScrimError('SCRIM_PSI_POINT', { position, problem: 'it is no canonical element of the group' });
    }
  };
  return {
    elementBytes,
    outputBytes,
    key: () => mode.generateKeyPair().secretKey,
    blind(items, count) {
      const elements = new Uint8Array(elementBytes * count);
      const blinds: Uint8Array[] = [];
      for (let i = 0; i < count; i++) {
        const { blind, blinded } = mode.blind(item(items, i));
        blinds.push(blind);
        elements.set(blinded, elementBytes * i);
      }
      return {
        elements,
        finalize(evaluated) {
          const out = new Uint8Array(outputBytes * count);
          for (let i = 0; i < count; i++) {
            const output = guarded(i, () =>
              mode.finalize(item(items, i), blinds[i] as Uint8Array, element(evaluated, i)),
            );
            out.set(output, outputBytes * i);
          }
          return out;
        },
      };
    },
    evaluate(key, elements, count) {
      refuseRepeated(elements, count, elementBytes);
      const out = new Uint8Array(elementBytes * count);
      for (let i = 0; i < count; i++) {
        out.set(
          guarded(i, () => mode.blindEvaluate(key, element(elements, i))),
          elementBytes * i,
        );
      }
      return out;
    },
    outputs(key, items, count) {
      const out = new Uint8Array(outputBytes * count);
      for (let i = 0; i < count; i++) out.set(mode.evaluate(key, item(items, i)), outputBytes * i);
      return out;
    },
  };
}

/** The x coordinate alone: one blinding pair for all items of a call. */
function coordinatePrf(curve: Group, suite: Suite): Prf {
  const head = lengthPrefixed(utf8('scrim psi oprf v1'), utf8(curve.name));
  const outputs = (items: Uint8Array, products: Uint8Array, count: number): Uint8Array => {
    const out = new Uint8Array(32 * count);
    for (let i = 0; i < count; i++) {
      // All parts have fixed lengths.
      const output = suite.hash(
        head,
        items.subarray(ITEM * i, ITEM * (i + 1)),
        products.subarray(32 * i, 32 * (i + 1)),
      );
      out.set(output, 32 * i);
    }
    return out;
  };
  return {
    elementBytes: 32,
    outputBytes: 32,
    key: () => curve.secret(),
    blind(items, count) {
      const { blind, unblind } = curve.blindingPair();
      return {
        elements: multiplyAll(curve.multiplier(blind), curve.hash(items, count), count),
        finalize(evaluated) {
          checkPoints(curve, evaluated, count);
          return outputs(items, multiplyAll(curve.multiplier(unblind), evaluated, count), count);
        },
      };
    },
    evaluate(key, elements, count) {
      checkPoints(curve, elements, count);
      return multiplyAll(curve.multiplier(key), elements, count);
    },
    outputs: (key, items, count) =>
      outputs(items, multiplyAll(curve.multiplier(key), curve.hash(items, count), count), count),
  };
}

function refuseRepeated(elements: Uint8Array, count: number, size: number): void {
  const twice = repeated(elements, count, size);
  if (twice >= 0) throw new ScrimError('SCRIM_PSI_POINT', { position: twice, problem: 'it was sent before' });
}
