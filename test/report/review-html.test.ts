/** The review report: what stands in it, in both languages, and what may never stand in it. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clauses, type Manifest, reviewHtml } from '../../src/report/index.js';
import { catalogue, words } from '../../src/report/texts.js';
import { blocked, hostile, released, wide } from './sample.js';

const LANGUAGES = ['zh-CN', 'en'] as const;

function visible(html: string): string {
  return html.replace(/<style>[\s\S]*<\/style>/, '').replace(/<[^>]*>/g, ' ');
}

describe('catalogue', () => {
  it('has the same placeholders in both languages and no empty text', () => {
    for (const [key, [en, zh]] of Object.entries(catalogue)) {
      const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
      expect(placeholders(zh), key).toEqual(placeholders(en));
      expect(en.trim(), key).not.toBe('');
      expect(zh.trim(), key).not.toBe('');
    }
  });

  it('leaves no placeholder unfilled in any report', () => {
    for (const language of LANGUAGES) {
      for (const verdict of [blocked, released, wide()]) {
        expect(visible(reviewHtml(verdict, { language }))).not.toMatch(/\{\w+\}/);
      }
    }
  });
});

describe.each(LANGUAGES)('report in %s', (language) => {
  const say = words(language);

  it('has the sections in their order: banner, capacity bound first, reasons, restoration, ..., signatures', () => {
    const html = reviewHtml(blocked, { language });
    const order = [
      say('verdict.block'),
      say('section.capacity'),
      say('section.reasons'),
      say('section.restored'),
      say('section.heat'),
      say('section.risk'),
      say('section.coverage'),
      say('section.advice'),
      say('section.columns'),
      say('section.manifest'),
      say('section.clauses'),
      say('section.evidence'),
      say('section.signing'),
    ].map((text) => html.indexOf(text));
    expect(order.every((position) => position > 0)).toBe(true);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
  });

  it('names the inverse, its knowledge class, the interval, the evidence and the gap', () => {
    const text = visible(reviewHtml(blocked, { language }));
    expect(text).toContain('身份证号 = base64(reverse(c2))');
    expect(text).toContain(say('knowledge.A0'));
    expect(text).toContain('97 % [96.8 %, 97.2 %]');
    expect(text).toContain('1, 2, 3, 4, 5, 6, 7, 8 …');
    expect(text).toContain(say('coverage.gap'));
    expect(text).toContain(say('advice.unexplained', { columns: 'c9' }));
  });

  it('lists R1 to R20 and leaves the confirmation of a person to a person', () => {
    const html = reviewHtml(released, { language });
    for (const clause of clauses) expect(html).toContain(`>${clause.id}<`);
    expect(clauses.map((clause) => clause.id)).toEqual(Array.from({ length: 20 }, (_, i) => `R${i + 1}`));
    expect(html.split(say('clauses.person')).length - 1).toBeGreaterThan(5);
  });

  it('has places for both reviewers, the expert, the decision with its override, name, signature, date', () => {
    const html = reviewHtml(released, { language });
    for (const key of [
      'signing.first',
      'signing.second',
      'signing.expert',
      'signing.override',
      'signing.signature',
    ] as const) {
      expect(html).toContain(say(key));
    }
    expect(html.split('contenteditable="true"').length - 1).toBeGreaterThan(20);
  });

  it('never says irreversible, anonymous or safe of a product', () => {
    const text = visible(reviewHtml(released, { language }));
    expect(text).not.toMatch(/irreversible|is anonymous|is safe|不可逆|已匿名|是安全的|不可还原/i);
  });

  it('prints the manifest and blanks where it says nothing', () => {
    const manifest: Manifest = {
      schema: 'scrim.manifest/1',
      product: { name: '画像', kind: 'report' },
      recipient: { name: '某银行', crossBorder: false },
    };
    const html = reviewHtml(released, { language, manifest });
    expect(html).toContain('某银行');
    expect(html).toContain(say('kind.report'));
    expect(html).toContain(`aria-label="${say('manifest.agreement')}"`);
  });

  it('shows l and t of the sensitive columns and the figures of GB/T 42460 as second-hand', () => {
    const text = visible(reviewHtml(blocked, { language }));
    expect(text).toContain(say('risk.sensitive'));
    expect(text).toContain('职业');
    expect(text).toContain(`0.41 (${say('risk.distance.equal')})`);
    expect(text).toContain(say('risk.sharing.enclave'));
    expect(text).toContain('second-hand');
    const none = { ...blocked, risk: { ...blocked.risk, sensitive: [] } };
    expect(visible(reviewHtml(none, { language }))).toContain(say('risk.noSensitive'));
  });

  it('shows no class sizes for a table of groups, but its smallest group', () => {
    const groups = {
      ...released,
      risk: { ...released.risk, counted: 'groups' as const, smallestClass: 27, histogram: [] },
    };
    const html = reviewHtml(groups, { language });
    expect(html).toContain(say('risk.smallestGroup'));
    expect(html).toContain('>27<');
    expect(html).not.toContain(say('risk.chart'));
  });

  it('says safe forms in words and leaves out an inverse that gave nothing back', () => {
    const html = reviewHtml(released, { language });
    expect(html).toContain(language === 'zh-CN' ? '出生日期 的年龄段' : 'age band of 出生日期');
    const [first] = blocked.attacks;
    const nothing = { gross: 0, net: 0, lower: 0, upper: 0, count: 0, of: 10 };
    const vain = {
      ...released,
      attacks: [
        {
          ...(first as (typeof blocked.attacks)[number]),
          restoration: { rows: nothing, cells: nothing, identifiers: nothing },
        },
      ],
    };
    expect(visible(reviewHtml(vain, { language }))).not.toContain('base64(c7)');
  });

  it('gives the same bytes for the same verdict', () => {
    expect(reviewHtml(blocked, { language })).toBe(reviewHtml(structuredClone(blocked), { language }));
  });
});

describe('self-contained and inert', () => {
  const html = reviewHtml(blocked, { language: 'en' });

  it('loads nothing: no script, no link, no url, no inline style, one style element allowed by its digest', () => {
    expect(html).not.toMatch(/<(script|link|iframe|object|embed|img|base|form)\b/i);
    expect(html).not.toMatch(/\s(src|href|style|on\w+)=/i);
    expect(html.replace('http://www.w3.org/2000/svg', '').replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:/,
    );
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] as string;
    const digest = createHash('sha256').update(style).digest('base64');
    expect(html.replaceAll('&#39;', "'").includes(`default-src 'none'; style-src 'sha256-${digest}'`)).toBe(true);
    expect(style).not.toMatch(/url\(|@import/);
  });

  const attacks = [
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '</style><script>1</script>',
    '</title><svg onload=alert(1)>',
    '{{7*7}}<!--',
    '\u202egnp.exe\u0000\u001b[31m',
    '\ud800',
    '&lt;b&gt;',
    'javascript:alert(1)//"onfocus=alert(1) autofocus="',
  ];
  it.each(attacks)('keeps the hostile name %j as text', (attack) => {
    for (const language of LANGUAGES) {
      const safe = reviewHtml(hostile('x'), { language });
      const page = reviewHtml(hostile(attack), { language });
      const tags = (text: string): string[] =>
        [...text.matchAll(/<(\/?[a-zA-Z!][\w-]*)/g)]
          .map((match) => match[1] as string)
          .filter((tag) => tag !== 'title' && tag !== '/title');
      expect(tags(page)).toEqual(tags(safe));
      expect(/[\u202a-\u202e\p{Cs}]|(?!\n)\p{Cc}/u.test(page)).toBe(false);
    }
  });
});
