/**
 * All commands of `scrim`, in the order of the help.
 * @module
 */
import type { ScrimCommand } from '../command-line.js';

/** Each adds one command (with its sub-commands) to the program. */
export const commands: readonly ((program: ScrimCommand) => void)[] = [];
