/**
 * Frames sealed by the suite's AEAD under a key that both parties hold: for disks, and for TCP in suite `gm`.
 *
 * One key per direction (HKDF of the shared key); direction and position are authenticated with each frame, so a frame that
 * is repeated, left out, turned back or moved does not open. Replay of a whole run meets a new session id.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { hkdf, type Suite, utf8 } from '../crypto/index.js';
import type { Side } from './agreement.js';

/** Bytes that sealing adds: nonce and tag. */
export const SEAL_BYTES = 28;

/** Seals and opens the frames of one connection. */
export class FrameSeal {
  readonly #suite: Suite;
  readonly #out: Uint8Array;
  readonly #in: Uint8Array;
  readonly #side: Side;
  #sent = 0;
  #received = 0;

  /** @throws SCRIM_ARGUMENT when the shared key is shorter than 32 bytes */
  constructor(suite: Suite, shared: Uint8Array, side: Side) {
    if (shared.length < 32) {
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'transport key',
        problem: `it has ${shared.length} bytes, 32 are needed`,
      });
    }
    const derive = (from: string): Uint8Array =>
      hkdf({
        key: shared,
        info: utf8(`scrim psi frames v1 from ${from}`),
        length: suite.keyBytes.aead,
        hash: suite.name === 'gm' ? 'sm3' : 'sha256',
      });
    this.#suite = suite;
    this.#side = side;
    this.#out = derive(side);
    this.#in = derive(side === 'left' ? 'right' : 'left');
  }

  seal(frame: Uint8Array): Uint8Array {
    return this.#suite.seal(this.#out, frame, utf8(`${this.#side} ${this.#sent++}`));
  }

  /** @throws SCRIM_PSI_FRAME when key, direction, position or bytes do not fit */
  open(sealed: Uint8Array): Uint8Array {
    const position = this.#received++;
    const from = this.#side === 'left' ? 'right' : 'left';
    try {
      return this.#suite.open(this.#in, sealed, utf8(`${from} ${position}`));
    } catch {
      throw new ScrimError('SCRIM_PSI_FRAME', { sequence: position, problem: 'its seal does not fit' });
    }
  }
}
