/**
 * Names of the attacks as a person reads them; an attack that is not listed is shown by its identifier.
 * @module
 */
import type { Bilingual, Language } from '../core/index.js';

const NAMES: Readonly<Record<string, Bilingual>> = {
  containment: ['Rows and columns contained', '行列直接包含'],
};

/** Name of an attack in a language. */
export function attackName(id: string, language: Language): string {
  const entry = NAMES[id];
  return entry === undefined ? id : entry[language === 'zh-CN' ? 1 : 0];
}
