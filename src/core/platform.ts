/**
 * The one door to Node: built-in modules when they exist, a coded error when they do not (browsers).
 *
 * No other file of the library has a static `node:` import (the command line apart), so every sub-path loads in a browser.
 * @module
 */
import { ScrimError } from './errors.js';

interface BuiltinLoader {
  getBuiltinModule?: (name: string) => unknown;
}

function load(name: string): unknown {
  const loader = (globalThis as { process?: BuiltinLoader }).process;
  return loader?.getBuiltinModule?.(name);
}

/** `node:fs`, or SCRIM_PLATFORM_FILES in a browser. @throws SCRIM_PLATFORM_FILES */
export function nodeFs(operation: string): typeof import('node:fs') {
  const fs = load('node:fs');
  if (fs === undefined) throw new ScrimError('SCRIM_PLATFORM_FILES', { operation });
  return fs as typeof import('node:fs');
}

/** `node:crypto`, or undefined in a browser: callers fall back to noble. */
export function nodeCrypto(): typeof import('node:crypto') | undefined {
  return load('node:crypto') as typeof import('node:crypto') | undefined;
}

/** Any other Node built-in, or undefined in a browser. */
export function nodeBuiltin<Module>(name: string): Module | undefined {
  return load(name) as Module | undefined;
}
