/**
 * What a label of a report may be made of: names of source columns, their frequent values, words for statistics and groups. A label that
 * says anything else could carry anything.
 * @module
 */
import type { Sheet } from '../intake/sheet.js';
import { personsPerCode } from '../restoration/persons.js';
import { BETWEEN, statisticsNamed } from './statistic-words.js';

const LONGEST = 60;
/** Values of a column of labels, and persons who must share one that is named. */
const MOST_VALUES = 60;
const SHARED_BY = 20;
/** Terms of one label. */
const MOST_TERMS = 3;
/** Digits of one label: `95%CI`, `P25`. */
const MOST_DIGITS = 2;
/** Words for units and groups that say nothing of a person. */
const GENERAL =
  /^(?:%|％|‰|n|和|与|及|其中|按|分|人|人次|人数|例|例数|件|户|次|元|万元|亿元|岁|天|日|月|年|段|组|级|类|分组|分类|类别|区间|等级|情况|分布|构成|构成比|比例|占比|百分比|比率|率|或|by|and|of|in|the|group|groups|band|level|share|percent|percentage|pct|rate|ratio|iqr|四分位距|四分位间距|区间|95ci|95%ci|ci|置信区间|合计|总计|全部|总体|total|all|overall|年龄|age|ages|变量|特征|指标|项目)+$/i;

const known = new WeakMap<Sheet, readonly string[]>();

/** Names of columns and values that many persons share, folded, the longest first. */
function termsOf(sheet: Sheet): readonly string[] {
  let terms = known.get(sheet);
  if (terms === undefined) {
    const list = new Set<string>();
    for (const column of sheet.columns) {
      list.add(plain(column.name));
      if (column.distinct > MOST_VALUES) continue;
      const persons = personsPerCode(sheet, column);
      column.values.forEach((text, code) => {
        // Digits put together could be anybody's number.
        if ((persons[code] as number) >= SHARED_BY && !/\d/.test(text)) list.add(plain(text));
      });
    }
    list.delete('');
    terms = [...list].sort((a, b) => b.length - a.length);
    known.set(sheet, terms);
  }
  return terms;
}

function plain(text: string): string {
  return text.trim().toLowerCase().replace(BETWEEN, '');
}

/** True when a text is made of names of the source's columns, values that many persons share, and words for statistics. */
export function saysOnlyKnown(text: string, sheet: Sheet): boolean {
  if (text.length > LONGEST || (text.match(/\d/g)?.length ?? 0) > MOST_DIGITS) return false;
  const pieces = text
    .toLowerCase()
    .split(BETWEEN)
    .filter((piece) => piece !== undefined && piece !== '')
    .map(plain);
  return isKnown([plain(text)], sheet) || isKnown(pieces, sheet);
}

/** True when each piece is a word, or a term with words around it; no term twice, and not many: their order could say something. */
function isKnown(pieces: readonly string[], sheet: Sheet): boolean {
  const left = [...pieces];
  const used = new Set<string>();
  for (let piece = left.pop(); piece !== undefined; piece = left.pop()) {
    if (isWord(piece)) continue;
    const text = piece;
    const term = termsOf(sheet).find((own) => text.includes(own));
    if (term === undefined) {
      const parts = text.split(/[±+]/);
      if (parts.length < 2 || !parts.every(isWord)) return false;
      continue;
    }
    if (used.has(term) || used.size >= MOST_TERMS) return false;
    used.add(term);
    const at = text.indexOf(term);
    left.push(...[text.slice(0, at), text.slice(at + term.length)].filter((rest) => rest !== ''));
  }
  return true;
}

function isWord(text: string): boolean {
  return text === '' || GENERAL.test(text) || statisticsNamed(text).size > 0;
}
