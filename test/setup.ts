/**
 * Property tests draw from one fixed seed in `npm test`, so that a run says something about the change and not about luck.
 * SCRIM_SEED=random (and `npm run verify`) looks elsewhere; fast-check prints the seed of a failure.
 */
import fc from 'fast-check';

const chosen = process.env['SCRIM_SEED'] ?? '20261122';
if (chosen !== 'random') fc.configureGlobal({ seed: Number(chosen) });
