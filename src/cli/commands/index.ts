/**
 * All commands of `scrim`, in the order of the help.
 * @module
 */
import type { ScrimCommand } from '../command-line.js';
import { addAnonymize } from './anonymize.js';
import { addBench } from './bench.js';
import { addDp } from './dp.js';
import { addExtract } from './extract.js';
import { addGate } from './gate.js';
import { addInit } from './init.js';
import { addInspect } from './inspect.js';
import { addKeys } from './keys.js';
import { addLedger } from './ledger.js';
import { addMask } from './mask.js';
import { addPlan } from './plan.js';
import { addProtect } from './protect.js';
import { addPsi } from './psi.js';
import { addRetire } from './retire.js';
import { addReview } from './review.js';
import { addRisk } from './risk.js';
import { addSample } from './sample.js';
import { addUnmask } from './unmask.js';
import { addVerify } from './verify.js';

/** Each adds one command (with its sub-commands) to the program. */
export const commands: readonly ((program: ScrimCommand) => void)[] = [
  addInit,
  addInspect,
  addPlan,
  addProtect,
  addMask,
  addUnmask,
  addReview,
  addGate,
  addVerify,
  addRisk,
  addAnonymize,
  addSample,
  addBench,
  addExtract,
  addPsi,
  addDp,
  addLedger,
  addKeys,
  addRetire,
];
