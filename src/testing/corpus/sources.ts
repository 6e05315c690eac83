/**
 * Random raw tables of several kinds: a Chinese register, patients, customers, sensors, students; categories with skew,
 * dates, near-unique identifiers, correlated numbers, missing cells. More kinds in sources-more.ts.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { type Frame, normal, weighted } from './frame.js';

/** A raw table and what its columns are. */
export interface CorpusSource {
  readonly kind: string;
  readonly frame: Frame;
  /** Columns with direct identifiers. */
  readonly identifiers: readonly string[];
}

/** A kind of raw table. */
export type SourceMaker = (rows: number, random: RandomSource) => CorpusSource;

const SURNAMES = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈',
];
const GIVEN = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红建文辉力云飞鹏斌宇浩凯秀珍莉波宁贵福生龙元全国胜学祥才发武新利清彬富顺信子达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆',
];
const COUNTIES = [
  '330106',
  '330108',
  '330282',
  '330302',
  '330421',
  '330783',
  '330802',
  '331003',
  '331102',
  '370902',
  '370911',
  '421303',
  '421321',
  '330803',
  '330109',
  '330205',
];
const OCCUPATIONS: readonly (readonly [string, number])[] = [
  ['农民', 30],
  ['工人', 25],
  ['教师', 8],
  ['职员', 14],
  ['司机', 6],
  ['医生', 4],
  ['护士', 4],
  ['学生', 10],
  ['退休', 16],
  ['个体经营', 9],
  ['公务员', 4],
  ['律师', 1],
  ['厨师', 2],
];
const DIAGNOSES: readonly (readonly [string, number])[] = [
  ['高血压', 30],
  ['糖尿病', 18],
  ['感冒', 25],
  ['胃炎', 14],
  ['骨折', 6],
  ['肺炎', 8],
  ['哮喘', 5],
  ['乙肝', 3],
  ['抑郁症', 3],
  ['白血病', 0.6],
];
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A resident identity number with the right check character. */
export function residentNumber(county: string, born: string, sequence: number): string {
  const body = `${county}${born.replace(/-/g, '')}${String(sequence).padStart(3, '0')}`;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += Number(body[i]) * (WEIGHTS[i] as number);
  return body + ('10X98765432'[sum % 11] as string);
}

/** A day as text, from days since 1970. */
export function dateText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

/** A frame made row by row. */
export function columnsOf(
  rows: number,
  names: readonly string[],
  make: (row: number) => readonly (string | null)[],
): Frame {
  const columns: (string | null)[][] = names.map(() => []);
  for (let row = 0; row < rows; row++) {
    make(row).forEach((text, i) => {
      (columns[i] as (string | null)[]).push(text);
    });
  }
  return { names, columns };
}

/** A Chinese resident register. */
export const register: SourceMaker = (rows, random) => {
  const frame = columnsOf(
    rows,
    ['身份证号', '姓名', '性别', '出生日期', '手机号', '县区', '职业', '年收入', '诊断'],
    () => {
      const born = dateText(-12_000 + random.below(22_000));
      const county = weighted(
        COUNTIES.map((code, i) => [code, 1 + i] as const),
        random,
      );
      const sex = random.below(2);
      const id = residentNumber(county, born, random.below(499) * 2 + sex);
      const name =
        (SURNAMES[Math.floor(SURNAMES.length * random.uniform() ** 1.7)] as string) +
        (GIVEN[random.below(GIVEN.length)] as string) +
        (random.below(3) > 0 ? (GIVEN[random.below(GIVEN.length)] as string) : '');
      const mobile = `1${['38', '39', '58', '86', '77', '35'][random.below(6)]}${String(random.below(100_000_000)).padStart(8, '0')}`;
      const income = Math.round(Math.exp(10.8 + 0.6 * normal(random)) / 100) * 100;
      return [
        id,
        name,
        sex === 1 ? '男' : '女',
        born,
        mobile,
        county,
        weighted(OCCUPATIONS, random),
        String(income),
        weighted(DIAGNOSES, random),
      ];
    },
  );
  return { kind: 'register', frame, identifiers: ['身份证号', '姓名', '手机号'] };
};

/** Hospital admissions. */
export const patients: SourceMaker = (rows, random) => {
  const wards = ['内科', '外科', '儿科', '妇产科', '急诊科', '骨科'];
  const frame = columnsOf(
    rows,
    ['patient_no', 'age', 'sex', 'admitted', 'ward', 'height', 'weight', 'glucose', 'smoker'],
    () => {
      const age = Math.min(96, Math.max(0, Math.round(50 + 22 * normal(random))));
      const sex = random.below(2) === 0 ? 'F' : 'M';
      const height = 164 + (sex === 'M' ? 9 : 0) + 7 * normal(random);
      const weight = 22.5 * (height / 100) ** 2 * Math.exp(0.15 * normal(random));
      const glucose =
        random.below(20) === 0
          ? null
          : (5.4 + 0.02 * age * random.uniform() + 0.8 * Math.abs(normal(random))).toFixed(2);
      return [
        `P${100_000_000 + random.below(899_999_999)}`,
        String(age),
        sex,
        dateText(19_000 + random.below(700)),
        wards[Math.floor(wards.length * random.uniform() ** 1.5)] as string,
        height.toFixed(1),
        weight.toFixed(1),
        glucose,
        random.below(4) === 0 ? 'yes' : 'no',
      ];
    },
  );
  return { kind: 'patients', frame, identifiers: [] };
};

/** Customers of a shop on the web. */
export const customers: SourceMaker = (rows, random) => {
  const cities: readonly (readonly [string, number])[] = [
    ['Hangzhou', 30],
    ['Ningbo', 18],
    ['Wenzhou', 12],
    ['Quzhou', 6],
    ["Tai'an", 5],
    ['Suizhou', 4],
    ['Jinhua', 9],
    ['Huzhou', 7],
    ['Lishui', 3],
  ];
  const plans: readonly (readonly [string, number])[] = [
    ['basic', 50],
    ['plus', 30],
    ['gold', 15],
    ['platinum', 5],
  ];
  const frame = columnsOf(rows, ['email', 'city', 'plan', 'signup', 'orders', 'spent', 'score', 'region_code'], () => {
    const city = weighted(cities, random);
    const orders = Math.floor(-12 * Math.log(1 - random.uniform()));
    const user = Array.from({ length: 5 + random.below(6) }, () => 'abcdefghijklmnopqrstuvwxyz'[random.below(26)]).join(
      '',
    );
    return [
      `${user}${random.below(1000)}@${['qq.com', '163.com', 'example.org'][random.below(3)]}`,
      city,
      weighted(plans, random),
      dateText(18_000 + random.below(1500)),
      String(orders),
      (orders * Math.exp(3 + 0.7 * normal(random))).toFixed(2),
      String(300 + random.below(551)),
      String(1000 + cities.findIndex(([name]) => name === city)),
    ];
  });
  return { kind: 'customers', frame, identifiers: ['email'] };
};

/** Meter readings: numbers with one common factor. */
export const sensors: SourceMaker = (rows, random) => {
  const frame = columnsOf(rows, ['meter', 'a', 'b', 'c', 'd', 'load', 'class'], () => {
    const base = normal(random);
    const a = 20 + 5 * base;
    const b = 100 + 30 * normal(random) + 8 * base;
    const c = Math.exp(1 + 0.5 * normal(random));
    const d = 3 * normal(random);
    return [
      String(10_000_000 + random.below(89_999_999)),
      a.toFixed(3),
      b.toFixed(2),
      c.toFixed(3),
      d.toFixed(4),
      String(Math.round(500 + 120 * base + 60 * normal(random))),
      ['low', 'mid', 'high'][Math.max(0, Math.min(2, Math.round(base + 1)))] as string,
    ];
  });
  return { kind: 'sensors', frame, identifiers: [] };
};

/** Marks of pupils, numbered in order. */
export const students: SourceMaker = (rows, random) => {
  const schools = ['一中', '二中', '三中', '实验学校', '外国语学校', '职业中学', '育才中学', '附属中学'];
  const frame = columnsOf(rows, ['学号', '学校', '年级', '语文', '数学', '英语', '邮编', '入学日期'], (row) => {
    const skill = normal(random);
    const mark = (bias: number): string =>
      String(Math.max(0, Math.min(150, Math.round(95 + bias + 16 * skill + 10 * normal(random)))));
    return [
      `2023${String(row + 1).padStart(6, '0')}`,
      schools[Math.floor(schools.length * random.uniform() ** 1.4)] as string,
      String(7 + random.below(6)),
      mark(4),
      mark(0),
      mark(-3),
      `3${String(10_000 + random.below(40) * 100).padStart(5, '0')}`,
      dateText(17_700 + random.below(4) * 365 + random.below(12)),
    ];
  });
  return { kind: 'students', frame, identifiers: [] };
};
