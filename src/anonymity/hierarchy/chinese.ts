/**
 * Built-in hierarchies for Chinese codes: regions, resident IDs, mobile numbers, occupations, industries.
 *
 * GB/T 2260 regions by the table of `identifiers` (sources and dates there); GB/T 6565-2015 major groups and GB/T 4754-2017
 * sections and divisions as facts of the standards (top level only). Values outside are `?` and counted by the coverage report.
 * @module
 */
import { regionAt, regionTableInfo } from '../../identifiers/index.js';
import { Hierarchy } from './hierarchy.js';

const UNKNOWN = '?';
const TOP = '*';

/** Six-digit region codes (or resident IDs, whose first six digits count) to prefecture, province, `*`; labels are names where known. */
export function regionHierarchy(
  values: readonly string[],
  name = 'regions',
  year: number = regionTableInfo.to,
): Hierarchy {
  const rows = values.map((value) => {
    const code = /^[1-9]\d{5}/.exec(value)?.[0];
    if (code === undefined) return [value, UNKNOWN, UNKNOWN, TOP];
    const found = regionAt(code, year);
    // A code of no province is a mistake, not a region: it is counted as unknown.
    if (found.province === null) return [value, UNKNOWN, UNKNOWN, TOP];
    const province = `${code.slice(0, 2)}0000 ${found.province}`;
    const city = `${code.slice(0, 4)}00`;
    return [value, city, province, TOP];
  });
  return Hierarchy.fromRows(rows, { name, source: `GB/T 2260: ${regionTableInfo.source}` });
}

/** Resident IDs to county and birth year, prefecture and decade, province, `*`. Values of another shape are `?`. */
export function residentIdHierarchy(values: readonly string[], name = 'resident-ids'): Hierarchy {
  const rows = values.map((value) => {
    const long = /^(\d{2})(\d{2})(\d{2})(\d{4})\d{4}\d{3}[\dXx]$/.exec(value);
    // Fifteen digits until 1999: the year has two, of the 20th century.
    const parts = long ?? /^(\d{2})(\d{2})(\d{2})(\d{2})\d{4}\d{3}$/.exec(value);
    if (parts === null) return [value, UNKNOWN, UNKNOWN, UNKNOWN, TOP];
    const [, province, city, county, years] = parts as unknown as [string, string, string, string, string];
    const year = long === null ? `19${years}` : years;
    return [
      value,
      `${province}${city}${county} ${year}`,
      `${province}${city}00 ${year.slice(0, 3)}0s`,
      `${province}0000`,
      TOP,
    ];
  });
  return Hierarchy.fromRows(rows, { name, source: 'GB 11643-1999, section 4' });
}

/** Mobile numbers to seven digits (exchange), three (operator prefix), `*`. */
export function mobileHierarchy(values: readonly string[], name = 'mobile-numbers'): Hierarchy {
  const rows = values.map((value) => {
    const number = /^(?:\+?86[- ]?)?(1\d{10})$/.exec(value)?.[1];
    return number === undefined
      ? [value, UNKNOWN, UNKNOWN, TOP]
      : [value, `${number.slice(0, 7)}****`, `${number.slice(0, 3)}********`, TOP];
  });
  return Hierarchy.fromRows(rows, { name, source: 'YD/T 2583; numbering plan of the PRC, 11 digits' });
}

/** GB/T 6565-2015: first digit of the code to its major group. */
const OCCUPATIONS: Readonly<Record<string, string>> = {
  1: '党的机关、国家机关、群众团体和社会组织、企事业单位负责人',
  2: '专业技术人员',
  3: '办事人员和有关人员',
  4: '社会生产服务和生活服务人员',
  5: '农、林、牧、渔业生产及辅助人员',
  6: '生产制造及有关人员',
  7: '军人',
  8: '不便分类的其他从业人员',
};

/** Occupation codes of GB/T 6565-2015 (five digits or fewer) to the major group, `*`. */
export function occupationHierarchy(values: readonly string[], name = 'occupations'): Hierarchy {
  const rows = values.map((value) => {
    const group = /^\d{1,5}$/.test(value) ? OCCUPATIONS[value[0] as string] : undefined;
    return [value, group ?? UNKNOWN, TOP];
  });
  return Hierarchy.fromRows(rows, { name, source: 'GB/T 6565-2015, major groups' });
}

/** GB/T 4754-2017: sections with their first and last division. */
const INDUSTRIES: readonly (readonly [section: string, title: string, from: number, to: number])[] = [
  ['A', '农、林、牧、渔业', 1, 5],
  ['B', '采矿业', 6, 12],
  ['C', '制造业', 13, 43],
  ['D', '电力、热力、燃气及水生产和供应业', 44, 46],
  ['E', '建筑业', 47, 50],
  ['F', '批发和零售业', 51, 52],
  ['G', '交通运输、仓储和邮政业', 53, 60],
  ['H', '住宿和餐饮业', 61, 62],
  ['I', '信息传输、软件和信息技术服务业', 63, 65],
  ['J', '金融业', 66, 69],
  ['K', '房地产业', 70, 70],
  ['L', '租赁和商务服务业', 71, 72],
  ['M', '科学研究和技术服务业', 73, 75],
  ['N', '水利、环境和公共设施管理业', 76, 79],
  ['O', '居民服务、修理和其他服务业', 80, 82],
  ['P', '教育', 83, 83],
  ['Q', '卫生和社会工作', 84, 85],
  ['R', '文化、体育和娱乐业', 86, 90],
  ['S', '公共管理、社会保障和社会组织', 91, 96],
  ['T', '国际组织', 97, 97],
];

/** Industry codes of GB/T 4754-2017 (with or without the section letter) to division, section, `*`. */
export function industryHierarchy(values: readonly string[], name = 'industries'): Hierarchy {
  const rows = values.map((value) => {
    const parts = /^([A-T])?(\d{2})\d{0,2}$/.exec(value);
    const division = parts === null ? Number.NaN : Number(parts[2]);
    const section = INDUSTRIES.find(([, , from, to]) => division >= from && division <= to);
    if (parts === null || section === undefined) {
      const letter = INDUSTRIES.find(([one]) => one === value);
      return letter === undefined
        ? [value, UNKNOWN, UNKNOWN, TOP]
        : [value, letter[0], `${letter[0]} ${letter[1]}`, TOP];
    }
    return [value, parts[2] as string, `${section[0]} ${section[1]}`, TOP];
  });
  return Hierarchy.fromRows(rows, { name, source: 'GB/T 4754-2017, sections and divisions' });
}
