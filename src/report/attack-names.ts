/**
 * Names of the attacks, and why one does not apply or did not finish, as a person reads them in either language.
 *
 * The phrases stand with the verdict that uses them; the report and the command line show them.
 * @module
 */
import type { Language } from '../core/index.js';
import { phrase } from '../reversibility/index.js';

export { attackName } from '../reversibility/index.js';

/** Why an attack does not apply or is a gap, in a language. */
export function attackReason(reason: string, language: Language): string {
  return phrase(reason, language);
}
