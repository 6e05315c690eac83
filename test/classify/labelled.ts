/**
 * Labelled columns for measuring the classifier: generated in many formats with dirt, and written by hand.
 *
 * The label is the kind a careful clerk would give after seeing header and cells. Headers are Chinese, pinyin, English, of other
 * languages, meaningless or misleading; cells are clean, padded, mistyped, masked, mixed. Everything is made up.
 */

import type { ColumnKind } from '../../src/identifiers/index.js';
import { luhnCheck, MOD31_CHARACTERS, mod11Check, mod31Check, organisationCheck } from '../../src/identifiers/index.js';
import { registerTable, SeededRandom } from '../../src/testing/index.js';
import { handWritten } from './hand-written.js';

export interface LabelledColumn {
  readonly header: string;
  readonly kind: ColumnKind;
  readonly values: readonly (string | null)[];
  /** Where it comes from: `generated` or `hand`. */
  readonly origin: string;
}

const random = new SeededRandom('labelled columns');
const ROWS = 240;
const below = (n: number): number => random.below(n);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
const digits = (n: number): string => Array.from({ length: n }, () => below(10)).join('');
const letters = (n: number, alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ'): string =>
  Array.from({ length: n }, () => pick([...alphabet])).join('');
const pad = (n: number, width: number): string => String(n).padStart(width, '0');

const people = [...registerTable({ rows: 4000, seed: 'labelled', region: '' }).objects()];
let next = 0;
const person = (): Record<string, string | null> => people[next++ % people.length] as Record<string, string | null>;

const columns: LabelledColumn[] = [];

/** Adds a column of `rows` cells; `dirt` is the share of cells replaced by placeholders, blanks or slips. */
function add(
  header: string,
  kind: ColumnKind,
  make: (row: number) => string | null,
  { rows = ROWS, dirt = 0 }: { rows?: number; dirt?: number } = {},
): void {
  const values = Array.from({ length: rows }, (_, row) => {
    const value = make(row);
    if (value === null || random.uniform() >= dirt) return value;
    switch (below(6)) {
      case 0:
        return null;
      case 1:
        return pick(['', '-', '无', 'NULL', 'N/A', '未知', '不详']);
      case 2:
        return ` ${value} `;
      case 3:
        return value.slice(0, Math.max(1, value.length - 1 - below(3)));
      case 4: {
        const at = below(value.length);
        return `${value.slice(0, at)}${digits(1)}${value.slice(at + 1)}`;
      }
      default:
        return pick(['待补充', '见附件', '同上', 'unknown', '0', '?']);
    }
  });
  columns.push({ header, kind, values, origin: 'generated' });
}

const date = (): { y: number; m: number; d: number } => ({ y: 1940 + below(85), m: 1 + below(12), d: 1 + below(28) });
const wide = (text: string): string =>
  [...text].map((c) => (/[!-~]/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c)).join('');

// --- resident IDs ---------------------------------------------------------------------------------------------------
const id18 = (): string => person().身份证号 as string;
const id15 = (): string =>
  `${id18().slice(0, 6)}${pad(30 + below(69), 2)}${pad(1 + below(12), 2)}${pad(1 + below(28), 2)}${digits(3)}`;
add('身份证号', 'resident-id', id18);
add('sfzh', 'resident-id', id18, { dirt: 0.1 });
add('', 'resident-id', id18, { dirt: 0.15 });
add('col_3', 'resident-id', () => id18().toLowerCase());
add('ID_CARD_NO', 'resident-id', () => (below(3) === 0 ? id15() : id18()));
add('监护人证件号码', 'resident-id', () => (below(2) === 0 ? id18() : null));
add('zjhm', 'resident-id', () => id18().replace(/^(.{6})(.{8})/, '$1 $2 '));
add('公民身份号码', 'resident-id', () => wide(id18()), { dirt: 0.05 });
add('value', 'resident-id', () => `'${id18()}`);
add('Ausweisnummer', 'resident-id', id18, { rows: 30 });
add('F7', 'resident-id', id18, { rows: 6 });
add('社会保障号码', 'resident-id', id18, { dirt: 0.2 });

// --- unified social credit codes ------------------------------------------------------------------------------------
const uscc = (): string => {
  const body = Array.from({ length: 8 }, () => pick([...MOD31_CHARACTERS])).join('');
  const first = `9${pick(['1', '2', '3'])}${person().区划代码}${body}${organisationCheck(body)}`;
  return first.includes('I') ? uscc() : first + (mod31Check(first) ?? '0');
};
add('统一社会信用代码', 'uscc', uscc);
add('tyshxydm', 'uscc', uscc, { dirt: 0.1 });
add('c12', 'uscc', uscc);
add('taxpayer_id', 'uscc', () => uscc().toLowerCase());
add('企业代码', 'uscc', uscc, { dirt: 0.15 });
add('', 'uscc', uscc, { rows: 25 });

// --- bank cards -----------------------------------------------------------------------------------------------------
const bins = [
  '622202',
  '622848',
  '621700',
  '621661',
  '622588',
  '623052',
  '622155',
  '621226',
  '625912',
  '436742',
  '356833',
];
const card = (length = pick([16, 19, 19])): string => {
  const bin = pick(bins);
  const body = bin + digits((/^(4|35)/.test(bin) ? 16 : length) - 7);
  return body + luhnCheck(body);
};
const four = (text: string, by: string): string => (text.match(/.{1,4}/g) as string[]).join(by);
add('银行卡号', 'bank-card', () => card());
add('yhkh', 'bank-card', () => card(), { dirt: 0.1 });
add('x5', 'bank-card', () => card());
add('账号', 'bank-card', () => four(card(16), ' '));
add('card_number', 'bank-card', () => four(card(16), '-'), { dirt: 0.05 });
add('收款账户', 'bank-card', () => card(19), { dirt: 0.12 });
add('', 'bank-card', () => card(), { rows: 20 });

// --- mobiles and landlines ------------------------------------------------------------------------------------------
const mobile = (): string => `1${pick(['38', '39', '50', '86', '77', '59', '98', '33', '80'])}${digits(8)}`;
const area = (): string => pick(['010', '021', '0571', '0755', '028', '0512', '0371', '025', '0991']);
const landline = (): string => `${area()}-${2 + below(7)}${digits(7)}`;
add('手机号', 'mobile', mobile);
add('联系电话', 'mobile', () => `${mobile().slice(0, 3)} ${digits(4)} ${digits(4)}`);
add('', 'mobile', mobile, { dirt: 0.1 });
add('lxfs', 'mobile', () => `+86 ${mobile()}`);
add('phone', 'mobile', () => `${mobile().slice(0, 3)}-${digits(4)}-${digits(4)}`, { dirt: 0.1 });
add('Telefonnummer', 'mobile', () => `0086${mobile()}`);
add('字段9', 'mobile', () => wide(mobile()));
add('家长联系方式', 'mobile', () => (below(5) === 0 ? landline() : mobile()));
add('mobile_no', 'mobile', mobile, { rows: 12 });
add('c4', 'mobile', () => (below(4) === 0 ? null : mobile()));
add('电话号码', 'mobile', () => mobile(), { dirt: 0.3 });
add('固定电话', 'landline', landline);
add('电话', 'landline', landline);
add('', 'landline', landline);
add('office_tel', 'landline', () => `(${area()})${2 + below(7)}${digits(7)}`);
add('传真', 'landline', () => landline().replace('-', ''), { dirt: 0.05 });
add('服务热线', 'landline', () => pick([`400-${digits(3)}-${digits(4)}`, landline()]));
add('单位电话', 'landline', () => `${landline()}-${digits(3)}`);
add('bgdh', 'landline', () => `+86-${landline().slice(1)}`);
add('座机号', 'landline', () => `${2 + below(7)}${digits(7)}`);

// --- passports, permits, cards of Hong Kong and Taiwan -----------------------------------------------------------------
add('护照号码', 'passport', () => pick([`E${digits(8)}`, `G${digits(8)}`, `E${letters(1, 'ABCDEFGH')}${digits(7)}`]));
add('passport_no', 'passport', () => `E${letters(1, 'ABCDEFGH')}${digits(7)}`, { dirt: 0.1 });
add('', 'passport', () => pick([`E${digits(8)}`, `G${digits(8)}`]));
add('hzhm', 'passport', () => `G${digits(8)}`, { rows: 40 });
add('回乡证号', 'permit', () => `${pick(['H', 'M'])}${digits(8)}`);
add('txzh', 'permit', () => `${pick(['H', 'M'])}${digits(8)}${pad(below(5), 2)}`);
add('', 'permit', () => `${pick(['H', 'M'])}${digits(8)}`);
add('台胞证', 'permit', () => digits(8));
add('往来港澳通行证', 'permit', () => `C${digits(8)}`);
const hk = (): string => {
  const body = `${letters(1)}${digits(6)}`;
  const values = [36, body.charCodeAt(0) - 55, ...[...body.slice(1)].map(Number)];
  const sum = values.reduce((total, value, i) => total + value * (9 - i), 0);
  const check = (11 - (sum % 11)) % 11;
  return `${body}(${check === 10 ? 'A' : check})`;
};
add('香港身份证', 'permit', hk);
add('v1', 'permit', hk, { dirt: 0.05 });
const foreigner = (): string => {
  const { y, m, d } = date();
  const body = `9${digits(2)}${pick(['840', '392', '410', '276'])}${y}${pad(m, 2)}${pad(d, 2)}${digits(3)}`;
  return body + mod11Check(body);
};
add('永久居留证号', 'permit', foreigner);
add('', 'permit', foreigner, { dirt: 0.05 });

// --- vehicles ---------------------------------------------------------------------------------------------------------
const plate = (): string => {
  const head = `${pick([...'京沪浙苏粤川鲁豫'])}${letters(1, 'ABCDEFG')}`;
  return below(4) === 0
    ? `${head}${pick(['D', 'F', 'A'])}${digits(5)}`
    : `${head}${pick([digits(5), `${letters(1)}${digits(4)}`, `${digits(2)}${letters(1)}${digits(2)}`])}`;
};
add('车牌号', 'plate', plate);
add('hphm', 'plate', plate, { dirt: 0.1 });
add('', 'plate', () => `${plate().slice(0, 2)}·${plate().slice(2)}`);
add('Kennzeichen', 'plate', () => `${plate().slice(0, 2)} ${plate().slice(2)}`);
add('c_08', 'plate', plate, { rows: 15 });
const vinCode = (): string => {
  const alphabet = 'ABCDEFGHJKLMNPRSTUVWXYZ0123456789';
  const body = `L${Array.from({ length: 16 }, () => pick([...alphabet])).join('')}`;
  const value = (c: string): number =>
    /\d/.test(c) ? Number(c) : '12345678.12345.7.923456789'.charCodeAt(c.charCodeAt(0) - 65) - 48;
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  const sum = [...body].reduce((total, c, i) => total + value(c) * (weights[i] as number), 0);
  return `${body.slice(0, 8)}${'0123456789X'.charAt(sum % 11)}${body.slice(9)}`;
};
add('车架号', 'vin', vinCode);
add('', 'vin', vinCode, { dirt: 0.05 });
add('VIN码', 'vin', () => vinCode().toLowerCase());

// --- names ------------------------------------------------------------------------------------------------------------
const name = (): string => person().姓名 as string;
const given = [
  'James',
  'Mary',
  'Robert',
  'Linda',
  'David',
  'Susan',
  'Emma',
  'Oliver',
  'Sophie',
  'Daniel',
  'Laura',
  'Peter',
];
const family = [
  'Smith',
  'Johnson',
  'Brown',
  'Garcia',
  'Miller',
  'Wilson',
  'Taylor',
  'Clark',
  'Walker',
  'Young',
  'King',
  'Hill',
];
const syllables = ['wei', 'xiaoming', 'lili', 'guoqiang', 'yan', 'jing', 'haoran', 'meiling', 'zhiyuan', 'tao'];
const surnames = ['Wang', 'Li', 'Zhang', 'Liu', 'Chen', 'Yang', 'Huang', 'Zhao', 'Wu', 'Zhou'];
const title = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
add('姓名', 'person-name', name);
add('xm', 'person-name', name, { dirt: 0.1 });
add('', 'person-name', name);
add('c2', 'person-name', name, { dirt: 0.1 });
add('联系人', 'person-name', () => `${name().charAt(0)}${pick(['先生', '女士'])}`);
add('法定代表人', 'person-name', name, { rows: 60 });
add('户主姓名', 'person-name', () => [...name()].join(' '));
add(
  'f1',
  'person-name',
  () => `${pick(['阿依古丽', '买买提', '努尔江', '古丽娜尔'])}·${pick(['吐尔逊', '艾山', '库尔班', '玉素甫'])}`,
);
add('customer_name', 'person-name', () => `${pick(given)} ${pick(family)}`);
add('field2', 'person-name', () => `${pick(given)} ${pick(family)}`);
add('Name', 'person-name', () => `${pick(family)}, ${pick(given)}`);
add('xingming_py', 'person-name', () => `${pick(surnames)} ${title(pick(syllables))}`);
add('', 'person-name', () => `${pick(surnames).toUpperCase()} ${pick(syllables).toUpperCase()}`);
add('医生姓名', 'person-name', () =>
  pick(['王建国', '李敏', '赵雪梅', '钱学勤', '孙立军', '周婷婷', '吴志强', '郑凯', '陈思远', '林晓']),
);
add('first_name', 'person-name', () => pick(given));
add('Фамилия', 'person-name', () => pick(['Иванов', 'Петров', 'Смирнова', 'Кузнецов', 'Попова']));
add('曾用名', 'person-name', () => (below(3) === 0 ? name() : null));
add('姓名', 'person-name', () => `${name().charAt(0)}**`);

// --- addresses --------------------------------------------------------------------------------------------------------
const address = (): string => person().住址 as string;
add('住址', 'address', address);
add('', 'address', address);
add('jtzz', 'address', address, { dirt: 0.1 });
add('c9', 'address', () => address().replace(/^.*?(?:省|自治区)/, ''));
add('详细地址', 'address', () => address().replace(/^.*?[县区市旗](?=.*[路镇乡街])/, ''));
add(
  'home_address',
  'address',
  () =>
    `${1 + below(900)} ${pick(['Main', 'Oak', 'Park', 'Church', 'Maple'])} ${pick(['Street', 'Road', 'Avenue', 'Lane'])}, ${pick(['Springfield', 'Riverside', 'Franklin'])}`,
);
add(
  '',
  'address',
  () =>
    `No. ${1 + below(300)}, ${pick(['Wensan', 'Jianguo', 'Nanjing', 'Zhongshan'])} Road, ${pick(['Xihu', 'Chaoyang', 'Huangpu'])} District, ${pick(['Hangzhou', 'Beijing', 'Shanghai'])}`,
);
add('户籍地', 'address', () => address().replace(/\d.*$/, ''));
add('Adresse', 'address', address, { rows: 30 });
add('经营场所', 'address', () => `${address()}（一照多址）`);
add('房屋坐落', 'address', () => address().replace(/^.*?市/, ''));

// --- regions and postcodes ----------------------------------------------------------------------------------------------
add('区划代码', 'region-code', () => person().区划代码 as string);
add('', 'region-code', () => person().区划代码 as string);
add('xzqh', 'region-code', () => (person().身份证号 as string).slice(0, 6));
add('area_code', 'region-code', () => `${person().区划代码}${pad(1 + below(20), 3)}${pad(below(40), 3)}`);
add('c15', 'region-code', () => `${person().区划代码}${pad(1 + below(20), 3)}000`);
add('户籍地区划', 'region-code', () => `${(person().区划代码 as string).slice(0, 4)}00`);
const post = (): string =>
  `${pick(['31', '32', '10', '20', '51', '61', '43', '25'])}${digits(2)}${pick(['00', '00', '00', digits(2)])}`;
add('邮编', 'postcode', post);
add('postal_code', 'postcode', post, { dirt: 0.08 });
add('yzbm', 'postcode', post);
add('PLZ', 'postcode', post, { rows: 50 });
add('zip', 'postcode', () => pick(['90210', '10001', '94103-1234', '60614', '02139', '73301', '30301', '98101']));

// --- network ------------------------------------------------------------------------------------------------------------
const mail = (): string =>
  `${pick(['zhang.wei', 'li_na', 'wx8812', 'chen', 'service', 'liu.yang', '1234567', 'hao'])}${below(999)}@${pick(['qq.com', '163.com', 'gmail.com', 'hz.gov.cn', 'example.org'])}`;
add('邮箱', 'email', mail);
add('', 'email', mail, { dirt: 0.1 });
add('dzyx', 'email', () => mail().toUpperCase());
add('correo', 'email', mail, { rows: 20 });
const ipv4 = (): string => `${1 + below(222)}.${below(256)}.${below(256)}.${1 + below(254)}`;
add('登录IP', 'ip', ipv4);
add('', 'ip', ipv4);
add('remote_addr', 'ip', () => `2001:db8:${below(65536).toString(16)}::${below(65536).toString(16)}`);
add('c6', 'ip', () => (below(3) === 0 ? `fe80::${below(65536).toString(16)}:${below(65536).toString(16)}` : ipv4()));
const mac = (by: string): string => Array.from({ length: 6 }, () => below(256).toString(16).padStart(2, '0')).join(by);
add('设备MAC', 'mac', () => mac(':').toUpperCase());
add('', 'mac', () => mac('-'));
add('k3', 'mac', () => mac('').replace(/(.{4})(.{4})(.{4})/, '$1.$2.$3'));

// --- coordinates ----------------------------------------------------------------------------------------------------------
const lon = (): string => (118 + random.uniform() * 5).toFixed(6);
const lat = (): string => (27 + random.uniform() * 4).toFixed(6);
add('经度', 'coordinate', lon);
add('lat', 'coordinate', lat);
add('坐标', 'coordinate', () => `${lon()},${lat()}`);
add('', 'coordinate', () => `${lon()}, ${lat()}`);
add('geom', 'coordinate', () => `POINT(${lon()} ${lat()})`);
add('jd', 'coordinate', () => lon().slice(0, 8), { dirt: 0.05 });
add('位置', 'coordinate', () => `(${lat()}, ${lon()})`);
add('wd', 'coordinate', () => `30°${pad(below(60), 2)}'${pad(below(60), 2)}"N`);

// --- dates ----------------------------------------------------------------------------------------------------------------
const dates: readonly [string, (y: number, m: number, d: number) => string][] = [
  ['出生日期', (y, m, d) => `${y}-${pad(m, 2)}-${pad(d, 2)}`],
  ['', (y, m, d) => `${y}/${m}/${d}`],
  ['csrq', (y, m, d) => `${y}${pad(m, 2)}${pad(d, 2)}`],
  ['c5', (y, m, d) => `${y}${pad(m, 2)}${pad(d, 2)}`],
  ['登记日期', (y, m, d) => `${y}年${m}月${d}日`],
  ['date_of_birth', (y, m, d) => `${pad(d, 2)}/${pad(m, 2)}/${y}`],
  ['Geburtsdatum', (y, m, d) => `${pad(d, 2)}.${pad(m, 2)}.${y}`],
  [
    'created_at',
    (y, m, d) => `${y}-${pad(m, 2)}-${pad(d, 2)} ${pad(below(24), 2)}:${pad(below(60), 2)}:${pad(below(60), 2)}`,
  ],
  ['更新时间', (y, m, d) => `${y}-${pad(m, 2)}-${pad(d, 2)}T${pad(below(24), 2)}:${pad(below(60), 2)}:00Z`],
  [
    'visit',
    (y, m, d) =>
      `${['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][m - 1]} ${d}, ${y}`,
  ],
  ['就诊时间', (y, m, d) => `${y}.${pad(m, 2)}.${pad(d, 2)}`],
  ['出生年月', (y, m) => `${y}-${pad(m, 2)}`],
  ['k8', (y, m, d) => `${y}-${pad(m, 2)}-${pad(d, 2)}`],
  [
    '生日',
    (y, m, d) =>
      `${[...String(y)].map((c) => '〇一二三四五六七八九'[Number(c)]).join('')}年${['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'][m - 1]}月${['一', '二', '三', '四', '五', '六', '七', '八', '九'][(d - 1) % 9]}日`,
  ],
];
dates.forEach(([header, form], i) => {
  add(
    header,
    'date',
    () => {
      const { y, m, d } = date();
      return form(y, m, d);
    },
    { dirt: i % 3 === 0 ? 0.1 : 0 },
  );
});
add('办理时间', 'date', () => String(1_600_000_000 + below(100_000_000)));
add('timestamp', 'date', () => String(1_600_000_000_000 + below(100_000_000) * 1000));
add('账期', 'date', () => `20${pad(15 + below(10), 2)}${pad(1 + below(12), 2)}`);

// --- numbers --------------------------------------------------------------------------------------------------------------
add('年龄', 'number', () => String(18 + below(70)));
add('', 'number', () => String(18 + below(70)));
add('年收入', 'number', () => String(100 * below(3000)));
add('c7', 'number', () => (random.uniform() * 1000).toFixed(2));
add('金额', 'number', () => `${1 + below(999)},${digits(3)}.${digits(2)}`);
add('price', 'number', () => `¥${below(9999)}.${digits(2)}`);
add('完成率', 'number', () => `${(random.uniform() * 100).toFixed(1)}%`);
add('temp', 'number', () => (below(80) - 30 + random.uniform()).toFixed(1));
add('注册资本', 'number', () => `${1 + below(9000)}万元`);
add('面积', 'number', () => (40 + random.uniform() * 200).toFixed(2), { dirt: 0.05 });
add('k2', 'number', () => String(100_000 + below(800_000)));
add('population', 'number', () => String(10_000 + below(9_000_000)));
add('用电量', 'number', () => String(below(100_000) / 10));
add('score', 'number', () => String(below(101)));
add('m11', 'number', () => (random.uniform() * 3 - 1).toExponential(4));
add('营业收入', 'number', () => String(1_000_000 + below(2_000_000_000)));
add('身高', 'number', () => String(150 + below(45)));
add('v3', 'number', () => String(-500 + below(1000)));
add('ratio', 'number', () => (random.uniform() * 0.2).toFixed(6));

// --- categories -------------------------------------------------------------------------------------------------------------
const category = (header: string, list: readonly string[], dirt = 0): void =>
  add(header, 'category', () => pick(list), { dirt });
category('性别', ['男', '女']);
category('', ['M', 'F']);
category('c1', ['男', '女', '未知']);
category('民族', ['汉族', '回族', '壮族', '苗族', '满族', '土家族']);
category('xl', ['小学', '初中', '高中', '大专', '本科', '硕士'], 0.05);
category('婚姻状况', ['未婚', '已婚', '离异', '丧偶']);
category('status', ['active', 'inactive', 'pending', 'closed']);
category('是否参保', ['是', '否']);
category('grade', ['A', 'B', 'C', 'D']);
category('诊断', ['高血压', '2型糖尿病', '冠心病', '急性支气管炎', '慢性胃炎', '白内障', '脑梗死']);
category('x2', ['I10', 'E11.9', 'J20.9', 'K29.5', 'H25.9', 'I63.9', 'M51.2']);
category('科室', ['内科', '外科', '儿科', '妇产科', '眼科', '骨科', '急诊科', '康复科']);
category('省份', ['浙江省', '江苏省', '广东省', '四川省', '河南省', '山东省', '云南省', '甘肃省']);
category('', ['杭州市', '宁波市', '温州市', '嘉兴市', '湖州市', '绍兴市', '金华市']);
category('颜色', ['红色', '蓝色', '白色', '黑色', '黄色', '银色']);
category('occupation', ['Teacher', 'Nurse', 'Engineer', 'Driver', 'Clerk', 'Farmer', 'Salesperson']);
category('职业', ['教师', '工人', '农民', '公务员', '医生', '司机', '会计', '律师']);
category('type_code', ['1', '2', '3', '4', '5']);
category('c20', ['0', '1']);
category('education', ['Bachelors', 'HS-grad', 'Masters', 'Some-college', 'Doctorate', '11th']);
category('血型', ['A型', 'B型', 'O型', 'AB型']);
category('银行名称', ['中国工商银行', '中国农业银行', '中国银行', '中国建设银行', '招商银行', '交通银行']);
category('业务类型', ['新办', '变更', '注销', '延续', '补证']);
category('weekday', ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']);
category('国籍', ['中国', '美国', '日本', '韩国', '德国', '法国']);
category('车型', ['小型轿车', '大型客车', '重型货车', '摩托车', '面包车']);
category('等级', ['一级', '二级', '三级', '四级']);
category('季节', ['春季', '夏季', '秋季', '冬季']);

// --- text -------------------------------------------------------------------------------------------------------------------
const clauses = [
  '经现场核实情况属实',
  '申请人材料齐全',
  '建议尽快处理并回访',
  '该户长期在外务工',
  '因设备故障停机两小时',
  '已与家属沟通说明风险',
  '患者自述头晕三天',
  '夜间噪声影响休息',
  '路面破损积水严重',
  '请相关部门协调解决',
];
add('备注', 'text', () => `${pick(clauses)}，${pick(clauses)}。${below(3) === 0 ? pick(clauses) : ''}${digits(2)}`);
add('', 'text', () => `${pick(clauses)}，${pick(clauses)}，${pick(clauses)}${below(900)}。`);
add('诉求内容', 'text', () => `${name()}反映：${pick(clauses)}，联系电话${mobile()}。`);
add(
  'comments',
  'text',
  () =>
    `The ${pick(['delivery', 'order', 'visit', 'service'])} was ${pick(['late', 'fine', 'great', 'cancelled'])} and we ${pick(['called back', 'sent a refund', 'closed the case'])} after ${below(90)} minutes.`,
);
add(
  '单位名称',
  'text',
  () =>
    `${pick(['杭州', '宁波', '上海', '苏州'])}${letters(1)}${pick(['华', '盛', '达', '信', '联'])}${pick(['科技', '贸易', '建筑', '信息技术'])}${below(200)}有限公司`,
);
add(
  'c30',
  'text',
  () =>
    `关于${pick(['加强', '规范', '推进', '完善'])}${pick(['城市管理', '安全生产', '数据共享', '食品监管'])}工作的${pick(['通知', '意见', '方案'])}（第${below(500)}号）`,
);
add(
  '主诉',
  'text',
  () =>
    `${pick(['反复咳嗽', '间断腹痛', '胸闷气短', '右膝疼痛'])}${1 + below(30)}天，${pick(['加重', '伴发热', '无缓解', '伴恶心'])}${1 + below(9)}天`,
);
add(
  'description',
  'text',
  () =>
    `${pick(['Stainless', 'Portable', 'Wireless', 'Compact'])} ${pick(['kettle', 'speaker', 'lamp', 'charger'])} with ${pick(['two', 'three', 'four'])} year warranty, model ${letters(2)}${digits(3)}`,
);

// --- identifiers of other things ----------------------------------------------------------------------------------------------
let sequence = 100_000;
const hex = (n: number): string => Array.from({ length: n }, () => below(16).toString(16)).join('');
add('id', 'identifier', (row) => String(row + 1));
add('', 'identifier', (row) => `P${pad(row * 7 + 13, 8)}`);
add('uuid', 'identifier', () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`);
add('订单编号', 'identifier', () => `2024${pad(1 + below(12), 2)}${pad(1 + below(28), 2)}${digits(8)}`);
add('c3', 'identifier', () => digits(18));
add('流水号', 'identifier', () => digits(16));
add('案号', 'identifier', () => `(2023)浙0106民初${digits(5)}号`);
add('学号', 'identifier', () => `2021${digits(6)}`);
add('employee_id', 'identifier', () => `E${pad(sequence++, 6)}`);
add('病历号', 'identifier', () => digits(8));
add('token', 'identifier', () => hex(64));
add('快递单号', 'identifier', () => `SF${digits(13)}`);
add(
  'openid',
  'identifier',
  () => `o${Array.from({ length: 27 }, () => pick([...'ABCDEFGHIJabcdefghij0123456789-_'])).join('')}`,
);
add('合同编号', 'identifier', () => `HT-2023-${pad(below(9000), 4)}`);
add('IMEI', 'identifier', () => {
  const body = `86${digits(12)}`;
  return body + luhnCheck(body);
});
add('医保卡号', 'identifier', () => `A${digits(9)}`);
add('组织机构代码', 'identifier', () => {
  const body = digits(8);
  return `${body}-${organisationCheck(body)}`;
});
add('k1', 'identifier', () => `2${digits(10)}`);
add('device_sn', 'identifier', () => `${letters(3)}${digits(4)}${letters(2)}${digits(3)}`);
add('军官证号', 'identifier', () => `${pick(['军', '海', '空', '沈'])}字第${digits(7)}号`);
add('x9', 'identifier', () => `${letters(2)}${digits(15)}`);

// --- nothing ------------------------------------------------------------------------------------------------------------------
add('预留字段1', 'unknown', () => null);
add('备用', 'unknown', () => pick(['', '-', '无', null]));
add('reserved', 'unknown', () => pick(['NULL', 'N/A', null]));

/** All labelled columns. */
export const labelledColumns: readonly LabelledColumn[] = [
  ...columns,
  ...handWritten.map((column) => ({ ...column, origin: 'hand' })),
];
