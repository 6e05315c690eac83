/** Every string of a verdict is written in both languages: attacks, why they do not apply, safe forms, reasons, gaps. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attackName, phrase, reasonCodes, review } from '../../src/reversibility/index.js';
import { hasAttackName, hasPhrase } from '../../src/reversibility/phrases.js';
import { reason } from '../../src/reversibility/reasons.js';
import { tableFromColumns } from '../../src/table/index.js';

const folder = resolve(import.meta.dirname, '../../src/reversibility');

function texts(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) return texts(inside);
    return entry.name.endsWith('.ts') ? [readFileSync(inside, 'utf8')] : [];
  });
}

describe('phrases', () => {
  it('names every attack of the battery', async () => {
    const table = tableFromColumns({ a: ['1', '2', '3'] });
    const { attacks } = await review({ sources: [table], product: table, timeLimit: -1 });
    expect(attacks.length).toBeGreaterThan(8);
    expect(attacks.map((attack) => attack.id).filter((id) => !hasAttackName(id))).toEqual([]);
    for (const { id } of attacks) expect(attackName(id, 'zh-CN')).toMatch(/\p{Script=Han}/u);
  });

  it('translates every reason why an attack does not apply or did not finish', () => {
    const found = [
      // `return 'no column is masked'` of an attack, `reason: 'it failed'` of a gap.
      ...texts(join(folder, 'attack')).flatMap((text) => [...text.matchAll(/return '([a-z][^'\n]* [^'\n]*)';/g)]),
      ...texts(folder).flatMap((text) => [...text.matchAll(/\breason: '([a-z][^'\n]* [^'\n]*)'/g)]),
    ].map((match) => match[1] as string);
    expect(found.length).toBeGreaterThan(10);
    expect([...new Set(found)].filter((text) => !hasPhrase(text))).toEqual([]);
  });

  it('translates figures of reports', () => {
    for (const how of [
      'count; percentage of all',
      'figures of a cell count',
      'cross table sum of cost, in units of 10000',
      'on its side: group by same of sex',
      'multiple of mean of cost',
      'ratio of sum of paid and sum of cost',
      'difference of mean of paid and mean of cost',
      'share within a group: count',
      'rank of count within ward',
      'rank of sum of cost',
      'quantile 0.9 of cost',
      '95 % limit of the mean of cost',
      'share below nought of profit',
      'one of 10 quantile groups of cost',
      'group by week from Sunday of seen',
      'curve of cost',
      'those left after the groups above',
      'coefficient of variation of cost',
      '3 tables one below the other',
      'quantiles, figures of at least 20 persons',
      'key figures, figures of at least 20 persons',
    ])
      expect(phrase(how, 'zh-CN'), how).toMatch(/\p{Script=Han}/u);
  });

  it('translates counts from a number on, rounded or not', () => {
    for (const how of ['count from a number of q1 on', 'share from a number of q1 on, rounded to 5'])
      expect(phrase(how, 'zh-CN')).toMatch(/^q1 达到某一数值及以上者/);
  });

  it('translates every ground on which the gate stays closed', () => {
    const gate = [
      readFileSync(join(folder, 'gate.ts'), 'utf8'),
      readFileSync(join(folder, '../cli/commands/gate.ts'), 'utf8'),
    ];
    const grounds = gate.flatMap((text) =>
      [...text.matchAll(/(?:refuse\(|return )'((?:[a-z]+ )[^'\n]*)'/g)].map((match) => match[1] as string),
    );
    expect(grounds.length).toBeGreaterThan(6);
    expect(grounds.filter((text) => !hasPhrase(text))).toEqual([]);
    expect(phrase('the verdict is block', 'zh-CN')).toBe('结论为阻断');
  });

  const safe: [string, string][] = [
    ['constant', '常量'],
    ['generalisation, joint classes of at least 22 persons', '泛化，联合等价类不少于 22 人'],
    ['group table, groups of at least 31 persons', '分组统计表，每组不少于 31 人'],
    ['age band of 出生日期', '出生日期 的年龄段'],
    ['half-year of 就诊时间', '就诊时间 的半年度'],
    ['one-hot hierarchy of 学历', '学历 的层级泛化，独热编码'],
    ['count by year of 就诊时间', '按 就诊时间 的年份计数'],
    ['rank of 人次', '人次 的名次'],
    ['growth of 2024, 2023 in percent', '2024, 2023 的增长率（百分比）'],
    ['running total: count', '计数，累计'],
    ['sum of 费用, in units of 10000', '费用 的之和，单位为 10000'],
    ['interval (local) of 收入', '收入 的区间（局部）'],
    ['prefix(4) of 区划代码', '区划代码 的前 4 位'],
    ['rounded to 10 of 收入', '收入 四舍五入到 10'],
    ['group by month of 登记日期', '按 登记日期 的年月 分组'],
    ['group by 职业', '按 职业 分组'],
    ['mean of 收入, rounded to 0.5', '收入 的均值，舍入到 0.5'],
    ['count of persons, noised', '人数，加噪'],
    ['share by band of 年龄', '按 年龄 的分段的占比'],
    ['year of date of birth', 'date of birth 的年份'],
  ];
  it.each(safe)('%s', (english, chinese) => {
    expect(phrase(english, 'zh-CN')).toBe(chinese);
    expect(phrase(english, 'en')).toBe(english);
  });

  it('leaves formulas and names as they are, and gives error codes their title', () => {
    expect(phrase('base64(c7)', 'zh-CN')).toBe('base64(c7)');
    expect(phrase('收入', 'en')).toBe('收入');
    expect(phrase('SCRIM_REVIEW_FORMAT', 'zh-CN')).toBe('产品不是数据表 (SCRIM_REVIEW_FORMAT)');
    expect(phrase('SCRIM_REVIEW_FORMAT', 'en')).toBe('Product is no table (SCRIM_REVIEW_FORMAT)');
  });

  it('fills reasons in each language with its own phrases', () => {
    const gap = reason('gap', { id: 'linear', reason: 'the time limit was reached' });
    expect(gap['zh-CN']).toBe('检查 线性混合 未完成：达到时间上限。');
    expect(gap.en).toBe('The check Linear mixing did not finish: the time limit was reached.');
    expect(reason('no-rows', { side: 'product' })['zh-CN']).toBe('产品 没有记录：无从比较。');
    expect(reason('safe-form', { form: 'constants' })['zh-CN']).toContain('常量');
    const both = reason('rows-restored', { count: 1, of: 2, lower: 3, attack: 'decoders, order' });
    expect(both['zh-CN']).toContain('公开编码解码、顺序与重数');
  });

  it('has both languages with the same facts for every reason', () => {
    for (const code of reasonCodes) {
      const empty = reason(code);
      const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
      expect(placeholders(empty['zh-CN']), code).toEqual(placeholders(empty.en));
      expect(empty['zh-CN'], code).toMatch(/\p{Script=Han}/u);
    }
  });
});
