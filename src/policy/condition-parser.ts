/**
 * The parser of conditions, loaded when the first condition is met: it is larger than everything else a policy needs.
 *
 * Under Node.js the one-file build of mathjs is required on the spot (about 0.25 s of processor time; its module build takes 1.3 s).
 * A browser cannot load in the middle of a call: there {@link loadConditions} comes first.
 * @module
 */
import type { create as Create, FactoryFunctionMap, MathNode, parseDependencies as ParseDependencies } from 'mathjs';
import { nodeBuiltin, roomModule, ScrimError } from '../core/index.js';

interface MathModule {
  readonly create: typeof Create;
  readonly parseDependencies: typeof ParseDependencies;
}

/** Text to syntax tree. */
export type ConditionParser = (text: string) => MathNode;

let parser: ConditionParser | undefined;

function parserOf({ create, parseDependencies }: MathModule): ConditionParser {
  // Own instance of the parser: Han characters may stand in column names.
  const { parse } = create({ parseDependencies } as FactoryFunctionMap);
  const isPlainAlpha = parse.isAlpha;
  parse.isAlpha = (c, before, after) => isPlainAlpha(c, before, after) || /^\p{L}$/u.test(c);
  return (text) => parse(text);
}

/** Loads the parser. Needed in a browser, before a policy with conditions is read; elsewhere it happens by itself. */
export async function loadConditions(): Promise<void> {
  parser ??= parserOf(await import('mathjs'));
}

/** The parser. @throws SCRIM_POLICY_CONDITIONS in a browser that has not awaited {@link loadConditions} */
export function conditionParser(): ConditionParser {
  if (parser !== undefined) return parser;
  const here = roomModule('core');
  const module = nodeBuiltin<typeof import('node:module')>('node:module');
  if (here === undefined || module === undefined) throw new ScrimError('SCRIM_POLICY_CONDITIONS');
  parser = parserOf(module.createRequire(here)('mathjs/lib/browser/math.js') as MathModule);
  return parser;
}
