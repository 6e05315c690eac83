/**
 * Names of the attacks, and why one does not apply or did not finish, as a person reads them in either language.
 *
 * The verdict gives both as short English texts and identifiers; what is not listed here is shown as it stands.
 * @module
 */
import type { Bilingual, Language } from '../core/index.js';

const NAMES: Readonly<Record<string, Bilingual>> = {
  containment: ['Rows and columns contained', '行列直接包含'],
  decoders: ['Public decoders', '公开编码解码'],
  numeric: ['Numeric transforms', '数值变换'],
  order: ['Order and multiplicity', '顺序与重数'],
  labels: ['Label codes', '标签编码'],
  hashes: ['Hashes', '哈希'],
  'mask-completion': ['Mask completion', '掩码补全'],
  combine: ['Columns split, joined or computed from several', '拆分、合并或由多列推算'],
  alignment: ['Row alignment', '行对齐'],
  linear: ['Linear mixing', '线性混合'],
  characters: ['Character substitution', '字符替换'],
};

const REASONS_ZH: Readonly<Record<string, string>> = {
  'no column is left to explain': '没有尚待解释的列',
  'the product has no rows': '产品没有记录',
  'every column is explained without decoding': '所有列无需解码即可解释',
  'no unexplained column holds numbers or dates': '没有尚待解释的数值列或日期列',
  'no column looks like digests': '没有形如摘要值的列',
  'no column is masked': '没有经掩码处理的列',
  'too few rows can be tied by the columns read so far': '已解读的列可对应的行过少',
  'fewer than two unexplained numeric columns': '尚待解释的数值列不足两列',
  'the time limit was reached': '达到时间上限',
  'it failed': '运行失败',
  'it did not run': '未运行',
  'it could not be read': '无法读取',
};

/** Name of an attack in a language. */
export function attackName(id: string, language: Language): string {
  const entry = NAMES[id];
  if (entry !== undefined) return entry[language === 'zh-CN' ? 1 : 0];
  const intake = /^intake of product (\d+)$/.exec(id);
  return intake !== null && language === 'zh-CN' ? `产品 ${intake[1]} 的读取` : id;
}

/** Why an attack does not apply or is a gap, in a language. */
export function attackReason(reason: string, language: Language): string {
  return language === 'zh-CN' ? (REASONS_ZH[reason] ?? reason) : reason;
}
