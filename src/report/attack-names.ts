/**
 * Names of the attacks as a person reads them; an attack that is not listed is shown by its identifier.
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
  masks: ['Mask completion', '掩码补全'],
  mixing: ['Linear mixing', '线性混合'],
  noise: ['Noise and swapping', '加噪与交换'],
  dates: ['Date shifts', '日期平移'],
  linkage: ['Row linkage', '记录链接'],
  synthetic: ['Synthetic tables', '合成数据'],
  aggregates: ['Group tables', '分组统计表'],
};

/** Name of an attack in a language. */
export function attackName(id: string, language: Language): string {
  const entry = NAMES[id];
  return entry === undefined ? id : entry[language === 'zh-CN' ? 1 : 0];
}
