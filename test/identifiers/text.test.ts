/**
 * The free-text detector on 311 hand-labelled sentences. Floors lie under what is measured; figures stand in docs/identifiers.md.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectInText } from '../../src/identifiers/index.js';
import { measureText } from './measure-text.js';
import { sentences } from './sentences.js';

describe('detectInText', () => {
  it('has at least 300 labelled sentences, a quarter of them without any identifier', () => {
    expect(sentences.length).toBeGreaterThanOrEqual(300);
    expect(sentences.filter((sentence) => sentence.labels.length === 0).length).toBeGreaterThan(sentences.length / 5);
  });

  it('exact spans: F1 at least 0.88 overall; numbers with a check digit at least 0.97', () => {
    const result = measureText(sentences);
    expect(result.exact.f1).toBeGreaterThan(0.88);
    expect(result.overlap.f1).toBeGreaterThan(0.9);
    for (const kind of ['resident-id', 'bank-card', 'uscc', 'email', 'mobile', 'ip', 'plate', 'vin']) {
      expect(result.byKind[kind]?.f1 ?? 0, kind).toBeGreaterThan(0.97);
    }
  });

  it('holds on the half that nothing was tuned on', () => {
    const unseen = sentences.filter((_, i) => i % 2 === 1);
    expect(measureText(unseen).exact.f1).toBeGreaterThan(0.85);
  });

  it('reads full-width digits at their own positions', () => {
    const text = '电话：１３８１２３４５６７８。';
    expect(detectInText(text).map((span) => text.slice(span.start, span.end))).toEqual(['１３８１２３４５６７８']);
  });

  it('finds internationalised e-mail addresses', () => {
    const found = (text: string): string[] =>
      detectInText(text)
        .filter(({ kind }) => kind === 'email')
        .map((span) => text.slice(span.start, span.end));
    expect(found('请发到 用户@example.com，谢谢')).toEqual(['用户@example.com']);
    expect(found('抄送a.b+c@例子.中国。')).toEqual(['a.b+c@例子.中国']);
    expect(found('邮箱zhang@qq.com，备用li@xn--fsqu00a.xn--fiqs8s')).toEqual([
      'zhang@qq.com',
      'li@xn--fsqu00a.xn--fiqs8s',
    ]);
    expect(found('单价5元@每斤')).toEqual([]);
  });

  it('gives ordered, disjoint spans inside any text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...sentences.map((one) => one.text)))),
        (parts) => {
          const text = parts.join(' ');
          let last = 0;
          for (const span of detectInText(text)) {
            expect(span.start).toBeGreaterThanOrEqual(last);
            expect(span.end).toBeGreaterThan(span.start);
            expect(span.end).toBeLessThanOrEqual(text.length);
            last = span.end;
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes time linear in the length of hostile texts', () => {
    // Long runs that each pattern could chew on; a quadratic pattern would need minutes here.
    for (const unit of [
      '1',
      '张',
      'a',
      'A1',
      '北京市',
      '路',
      '1-',
      ':',
      'a.',
      '号',
      '王·',
      'Aa ',
      '2024年',
      '张@',
      'a@中.',
      '@a.',
    ]) {
      expect(Array.isArray(detectInText(unit.repeat(20_000 / unit.length)))).toBe(true);
    }
  });
});
