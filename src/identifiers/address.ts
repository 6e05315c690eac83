/**
 * Addresses of the mainland to province, city, county, township, village or road, house and room.
 *
 * Source: region names of `tables/regions.ts` (GB/T 2260, all editions); townships and everything below are read by their form
 * (镇, 乡, 街道, 村, 路, 号, 室), not from a table, and the result says so. Order and suffixes follow DB/T 1113 and GB/T 23705 in use.
 * @module
 */
import { regionEntries } from './regions.js';
import { finding, type IdentifierSpec, invalid, toHalfWidth, type Validation, valid } from './spec.js';

/** Parts of an address; null where the text does not say. */
export interface AddressParts {
  readonly province: string | null;
  readonly city: string | null;
  readonly county: string | null;
  /** By form, not from a table. */
  readonly township: string | null;
  readonly village: string | null;
  readonly road: string | null;
  readonly number: string | null;
  /** Estate, building, unit, room. */
  readonly rest: string;
  /** Deepest region code that the names determine, or null when they are ambiguous or unknown. */
  readonly code: string | null;
}

const SHORT = /(?:壮族自治区|回族自治区|维吾尔自治区|特别行政区|自治区|省|市)$/;

interface Place {
  readonly code: string;
  readonly name: string;
}

interface Index {
  /** Names of provinces, full and short. */
  readonly provinces: Map<string, Place>;
  /** Names of prefectures, full and without 市, 地区, 盟. */
  readonly cities: Map<string, Place[]>;
  /** Names of counties, full. */
  readonly counties: Map<string, Place[]>;
}

let built: Index | undefined;

function add(map: Map<string, Place[]>, name: string, place: Place): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [place]);
  else if (!list.some((one) => one.code === place.code)) list.push(place);
}

function index(): Index {
  if (built !== undefined) return built;
  const provinces = new Map<string, Place>();
  const cities = new Map<string, Place[]>();
  const counties = new Map<string, Place[]>();
  // Codes in force last come first, so that they win where a name is shared with an abolished code.
  for (const entry of [...regionEntries()].sort((a, b) => b.to - a.to)) {
    const place = { code: entry.code, name: entry.name };
    if (entry.code.endsWith('0000')) {
      provinces.set(entry.name, place);
      provinces.set(entry.name.replace(SHORT, ''), place);
    } else if (entry.code.endsWith('00')) {
      add(cities, entry.name, place);
      const short = entry.name.replace(/(?:市|地区|盟|林区|自治州)$/, '');
      if (short.length >= 2) add(cities, short, place);
    } else {
      add(counties, entry.name, place);
      const short = entry.name.replace(/[市县区]$/, '');
      if (entry.name.endsWith('市') && short.length >= 2) add(counties, short, place);
    }
  }
  built = { provinces, cities, counties };
  return built;
}

function longestAt<T>(
  map: Map<string, T>,
  text: string,
  from: number,
  longest: number,
): { found: T; length: number } | null {
  for (let length = Math.min(longest, text.length - from); length >= 2; length--) {
    const found = map.get(text.slice(from, from + length));
    if (found !== undefined) return { found, length };
  }
  return null;
}

const TOWNSHIP = /^[\u3400-\u9fff]{1,9}?(?:街道办事处|街道|民族乡|镇|乡|苏木|农场|林场|开发区|工业园区|高新区|新区)/;
const VILLAGE =
  /^(?:\d{1,3}(?=村)|[\u3400-\u9fff]{1,10}?)(?:村民委员会|居民委员会|居委会|村委会|社区|村|屯|庄村?|嘎查)(?:[\d一二三四五六七八九十]+(?:组|队|社))?/;
const ROAD =
  /^[\u3400-\u9fffA-Za-z0-9]{1,14}?(?:大道|大街|路|街|巷|弄|胡同|道|里)(?:[东南西北中]段)?(?:\d{1,4}(?:弄|巷|里))?/;
const NUMBER = /^(?:[第]?(?:附|甲|乙)?[\d一二三四五六七八九十百]+(?:-\d+)?[号號](?:院|楼|附\d+号)?|\d+组\d+号)/;
const ROOM = /(?:小区|花园|公寓|大厦|广场|苑|城|座|幢|栋|号楼|单元|层|楼|室|户|房|院|组|队)/;

/**
 * Takes an address apart.
 *
 * @example
 * parseAddress('浙江省杭州市西湖区文三路123号').code; // => '330106'
 */
export function parseAddress(value: string): AddressParts {
  const text = toHalfWidth(value)
    .replace(/[\s,，]/g, '')
    .replace(/^(?:中华人民共和国|中国)/, '');
  const { provinces, cities, counties } = index();
  let at = 0;
  const province = longestAt(provinces, text, 0, 8);
  if (province !== null)
    at = province.length + (text.charAt(province.length) === '省' || text.charAt(province.length) === '市' ? 1 : 0);
  const prefix = province?.found.code.slice(0, 2) ?? '';
  const within = (places: readonly Place[], start: string): Place[] =>
    places.filter((place) => place.code.startsWith(start));

  let city: Place | null = null;
  const cityFound = longestAt(cities, text, at, 13);
  if (cityFound !== null) {
    const candidates = within(cityFound.found, prefix);
    // A short name must be followed by something that ends a region name or begins a county.
    const full = /(?:市|地区|盟|州|林区)$/.test(text.slice(at, at + cityFound.length));
    if (
      candidates.length > 0 &&
      (full || province !== null || longestAt(counties, text, at + cityFound.length, 15) !== null)
    ) {
      city = candidates[0] as Place;
      at += cityFound.length;
      if (!full && /^(?:市|地区|盟)/.test(text.slice(at))) at += text.startsWith('地区', at) ? 2 : 1;
    }
  }
  let county: Place | null = null;
  let ambiguous = false;
  const countyFound = longestAt(counties, text, at, 15);
  if (countyFound !== null) {
    const inCity = city === null ? [] : within(countyFound.found, city.code.slice(0, 4));
    const candidates = inCity.length > 0 ? inCity : within(countyFound.found, prefix || (city?.code.slice(0, 2) ?? ''));
    const full = /(?:市|县|区|旗|特区|林区)$/.test(text.slice(at, at + countyFound.length));
    if (candidates.length > 0 && (full || (province === null && city === null && ROOM.test(text)))) {
      county = candidates[0] as Place;
      ambiguous = candidates.length > 1 && inCity.length !== 1;
      at += countyFound.length;
    }
  }
  const step = (form: RegExp): string | null => {
    const found = form.exec(text.slice(at))?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  const township = step(TOWNSHIP);
  const village = step(VILLAGE);
  const road = step(ROAD);
  const number = step(NUMBER);
  const deepest = county ?? city ?? province?.found ?? null;
  const codeOf = (code: string | undefined): Place | undefined => (code === undefined ? undefined : nameOf(code));
  const provinceName =
    province?.found.name ?? codeOf(deepest === null ? undefined : `${deepest.code.slice(0, 2)}0000`)?.name ?? null;
  const cityName =
    city?.name ?? (county === null || ambiguous ? null : (codeOf(`${county.code.slice(0, 4)}00`)?.name ?? null));
  return {
    province: ambiguous && province === null ? null : provinceName,
    city: cityName,
    county: county?.name ?? null,
    township,
    village,
    road,
    number,
    rest: text.slice(at),
    code: ambiguous ? null : (deepest?.code ?? null),
  };
}

let names: Map<string, Place> | undefined;
function nameOf(code: string): Place | undefined {
  names ??= new Map(
    [...regionEntries()]
      .sort((a, b) => a.to - b.to)
      .map((entry) => [entry.code, { code: entry.code, name: entry.name }]),
  );
  return names.get(code);
}

/** How much a text looks like an address, 0 to 1: regions by table, then road, village, house and room by form. */
export function addressScore(value: string): number {
  const text = value.trim();
  if (text.length < 4 || text.length > 200) return 0;
  if (!/[\u3400-\u9fff]/.test(text)) return englishAddressScore(text);
  if (/[。！？；]/.test(text)) return 0;
  const parts = parseAddress(text);
  let score = 0;
  if (parts.province !== null && parts.code !== null) score += 0.25;
  if (parts.city !== null) score += 0.15;
  if (parts.county !== null) score += 0.2;
  if (parts.township !== null) score += 0.2;
  if (parts.village !== null) score += 0.2;
  if (parts.road !== null) score += 0.25;
  if (parts.number !== null) score += 0.3;
  if (/\d/.test(parts.rest) && ROOM.test(parts.rest)) score += 0.25;
  if (parts.rest.length > 40) score -= 0.3;
  return Math.max(0, Math.min(1, score));
}

const ENGLISH =
  /\b\d{1,6}[A-Za-z]?,?\s+(?:[A-Za-z.'-]+\s+){1,4}(?:street|st|road|rd|avenue|ave|boulevard|blvd|lane|ln|drive|dr|court|ct|way|square|sq|place|pl|highway|hwy|terrace)\b|\b(?:no\.?\s*\d+|room\s*\d+|building\s*\d+|unit\s*\d+|floor\s*\d+|apt\.?\s*\d+|suite\s*\d+|p\.?o\.?\s*box\s*\d+)\b.*\b(?:street|st|road|rd|avenue|ave|lane|district|city|province|road)\b/i;

function englishAddressScore(text: string): number {
  return ENGLISH.test(text) ? 0.8 : 0;
}

function validate(value: string): Validation {
  const score = addressScore(value);
  if (score < 0.4) return invalid('format');
  const { code, township } = /[\u3400-\u9fff]/.test(value) ? parseAddress(value) : { code: null, township: null };
  const findings = [];
  if (code === null) findings.push(finding('region-unknown'));
  if (township !== null) findings.push(finding('township-by-form'));
  return valid(...findings);
}

/** Address. */
export const address: IdentifierSpec = {
  kind: 'address',
  columnKind: 'address',
  label: { en: 'address', zh: '地址' },
  headers: [
    '地址',
    '住址',
    '家庭住址',
    '家庭地址',
    '联系地址',
    '通讯地址',
    '通信地址',
    '户籍地址',
    '户籍地',
    '居住地址',
    '现住址',
    '现住地址',
    '常住地址',
    '详细地址',
    '注册地址',
    '经营地址',
    '单位地址',
    '办公地址',
    '收货地址',
    '收件地址',
    '住所',
    '住所地',
    '经营场所',
    '籍贯',
    '出生地',
    '房屋坐落',
    '坐落',
    '安装地址',
    '用电地址',
    '事发地址',
    '案发地点',
    'dizhi',
    'zhuzhi',
    'zz',
    'dz',
    'jtzz',
    'lxdz',
    'hjdz',
    'xzz',
    'txdz',
    'address',
    'addr',
    'homeaddress',
    'residence',
    'residentialaddress',
    'mailingaddress',
    'deliveryaddress',
    'shippingaddress',
    'billingaddress',
    'streetaddress',
    'street',
    'domicile',
    'registeredaddress',
    'address1',
    'address2',
    'addressline1',
  ],
  domainSize: null,
  chance: 0.02,
  validate,
  normalize: (value) => {
    const text = toHalfWidth(value)
      .normalize('NFC')
      .replace(/\s+/g, '')
      .replace(/[，,。;；]/g, '');
    return text === '' ? null : text;
  },
  masks: [
    { name: 'hide last 8', keepFirst: 0, keepLast: 0, source: 'Hutool DesensitizedUtil.address' },
    {
      name: 'hide unit and room',
      keepFirst: 0,
      keepLast: 0,
      source: 'national standard for electronic express waybills, 2023',
    },
  ],
};
