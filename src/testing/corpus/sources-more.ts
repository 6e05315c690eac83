/**
 * Random raw tables of more kinds: a coded survey, till receipts of which each person has several, enterprises with heavy tails.
 *
 * Unified social credit codes: GB 32100-2015, section 4.2 (check character of weights 3^i modulo 31).
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { normal, shuffled, weighted } from './frame.js';
import { columnsOf, dateText, type SourceMaker } from './sources.js';

/** A whole number from a normal draw, kept between two ends. */
function between(low: number, high: number, value: number): number {
  return Math.min(high, Math.max(low, Math.round(value)));
}

/** Position drawn with weights (i + 1)^-power (Zipf): few are frequent. */
function zipf(size: number, power: number, random: RandomSource): number {
  return weighted(
    Array.from({ length: size }, (_, i) => [i, (i + 1) ** -power] as const),
    random,
  );
}

/** Answers in small whole numbers, 9 for "no answer", items that follow one opinion, and a weight with decimals. */
export const survey: SourceMaker = (rows, random) => {
  const items = ['q1', 'q2', 'q3', 'q4', 'q5', 'q6'];
  const strata = [0.62, 0.85, 1.04, 1.31, 1.7, 2.26, 0.74];
  const frame = columnsOf(
    rows,
    ['respondent', 'region', 'sex', 'birth_year', 'education', ...items, 'hours', 'weight'],
    (row) => {
      const region = weighted(
        strata.map((_, i) => [i, 7 - i] as const),
        random,
      );
      const born = 1938 + Math.floor(70 * random.uniform() ** 0.8);
      const opinion = normal(random);
      const education = between(1, 6, 3 + (born - 1970) / 25 + 1.1 * normal(random));
      const answers = items.map((_, i) =>
        random.below(25) === 0
          ? '9'
          : String(between(1, 5, 3 + (i % 2 === 0 ? 0.9 : -0.7) * opinion + 0.8 * normal(random))),
      );
      return [
        String(200_001 + 7 * row + random.below(7)),
        String(region + 1),
        String(1 + random.below(2)),
        String(born),
        String(education),
        ...answers,
        random.below(12) === 0 ? null : String(between(0, 80, 38 + 9 * normal(random))),
        ((strata[region] as number) * Math.exp(0.12 * normal(random))).toFixed(4),
      ];
    },
  );
  return { kind: 'survey', frame, identifiers: [] };
};

/** Receipts in the order of time: a few customers have many, amounts are whole cents, goods and shops are codes. */
export const receipts: SourceMaker = (rows, random) => {
  const many = Math.max(20, Math.ceil(rows / 4));
  const cards = shuffled(many, random).map((i) => `K${String(40_000_000 + 7919 * i).padStart(8, '0')}`);
  const goods = Array.from({ length: 60 }, (_, i) => ({
    code: `${['FD', 'HH', 'CL', 'EL'][i % 4]}${1000 + 37 * i}`,
    cents: Math.round(Math.exp(6.5 + 0.9 * normal(random))),
  }));
  let second = Date.parse('2026-03-02T08:00:00Z') / 1000;
  const frame = columnsOf(
    rows,
    ['receipt', 'time', 'card', 'shop', 'item', 'quantity', 'amount_cents', 'paid_by', 'voucher'],
    (row) => {
      second += 1 + Math.floor(-900 * Math.log(1 - random.uniform()));
      const item = goods[zipf(goods.length, 0.8, random)] as (typeof goods)[number];
      const quantity = 1 + Math.floor(-1.1 * Math.log(1 - random.uniform()));
      const discount = [0, 0, 0, 5, 10, 20][random.below(6)] as number;
      return [
        String(7_000_000 + 3 * row + random.below(3)),
        new Date(1000 * second).toISOString().slice(0, 19).replace('T', ' '),
        cards[zipf(many, 0.9, random)] as string,
        `S${String(1 + zipf(24, 0.6, random)).padStart(2, '0')}`,
        item.code,
        String(quantity),
        String(Math.round((quantity * item.cents * (100 - discount)) / 100)),
        ['card', 'phone', 'cash'][zipf(3, 0.7, random)] as string,
        discount === 0 ? null : `V${discount}`,
      ];
    },
  );
  return { kind: 'receipts', frame, identifiers: [] };
};

const CREDIT = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** A unified social credit code with the right check character. */
export function creditCode(body: string): string {
  let sum = 0;
  let weight = 1;
  for (const char of body) {
    sum += CREDIT.indexOf(char) * weight;
    weight = (3 * weight) % 31;
  }
  return body + (CREDIT[(31 - (sum % 31)) % 31] as string);
}

const INDUSTRIES = ['A0111', 'C1311', 'C2710', 'C3670', 'C3985', 'E4710', 'F5191', 'G5431', 'H6210', 'I6513', 'K7010'];
const TOWNS: readonly (readonly [string, string])[] = [
  ['330106', '杭州'],
  ['330212', '宁波'],
  ['330302', '温州'],
  ['330402', '嘉兴'],
  ['330702', '金华'],
  ['330802', '衢州'],
];
const SYLLABLES = [...'华盛鑫泰恒远东方天成明达宏图兴隆中正瑞丰海纳百川金石大同新宇'];

/** Enterprises: registered capital and staff with heavy tails, dates, industry codes; some are closed. */
export const enterprises: SourceMaker = (rows, random) => {
  const frame = columnsOf(
    rows,
    [
      '统一社会信用代码',
      '企业名称',
      '成立日期',
      '注册资本(万元)',
      '行业代码',
      '从业人数',
      '年营收',
      '状态',
      '注销日期',
    ],
    () => {
      const [county, town] = TOWNS[zipf(TOWNS.length, 0.6, random)] as readonly [string, string];
      const industry = INDUSTRIES[zipf(INDUSTRIES.length, 0.7, random)] as string;
      const organisation = Array.from({ length: 9 }, () => CREDIT[random.below(31)] as string).join('');
      const word = (): string => SYLLABLES[random.below(SYLLABLES.length)] as string;
      const kind = industry.startsWith('C') ? '制造' : industry.startsWith('I') ? '科技' : '商贸';
      const capital = Math.exp(4.6 + 1.6 * normal(random));
      const size = 10 ** Math.floor(Math.log10(Math.max(1, capital)));
      const staff = Math.max(1, Math.round(Math.exp(0.5 * Math.log(capital) + 0.8 * normal(random))));
      const founded = 9000 + Math.floor(11_000 * random.uniform() ** 0.6);
      const closed = random.below(7) === 0;
      return [
        creditCode(`91${county}${organisation}`),
        `${town}${word()}${word()}${random.below(3) > 0 ? word() : ''}${kind}有限公司`,
        dateText(founded),
        String(Math.max(1, Math.round(capital / size) * size)),
        industry,
        String(staff),
        closed ? null : (staff * Math.exp(3.2 + 0.7 * normal(random))).toFixed(1),
        closed ? '注销' : random.below(30) === 0 ? '吊销' : '存续',
        closed ? dateText(founded + 200 + random.below(400)) : null,
      ];
    },
  );
  return { kind: 'enterprises', frame, identifiers: ['统一社会信用代码', '企业名称'] };
};
