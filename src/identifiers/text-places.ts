/**
 * Addresses in running text: a chain of region names, townships, roads, houses and rooms.
 * @module
 */
import { regionEntries } from './regions.js';
import type { Candidate } from './text-numbers.js';

interface Names {
  /** First character of a region name to the names, longest first. */
  readonly byFirst: Map<string, readonly string[]>;
  /** 1 where a region name begins with this UTF-16 code unit. */
  readonly begins: Uint8Array;
}

let names: Names | undefined;

const PROVINCE_SHORT = /(?:壮族自治区|回族自治区|维吾尔自治区|特别行政区|自治区|省|市)$/;

function regionNames(): Names {
  if (names !== undefined) return names;
  const all = new Set<string>();
  for (const { code, name } of regionEntries()) {
    if (name.length >= 2) all.add(name);
    if (code.endsWith('0000')) all.add(name.replace(PROVINCE_SHORT, ''));
    else if (code.endsWith('00')) {
      const short = name.replace(/(?:市|地区|盟)$/, '');
      if (short.length >= 2) all.add(short);
    }
  }
  const lists = new Map<string, string[]>();
  for (const name of all) {
    const list = lists.get(name.charAt(0)) ?? [];
    list.push(name);
    lists.set(name.charAt(0), list);
  }
  for (const list of lists.values()) list.sort((a, b) => b.length - a.length);
  const begins = new Uint8Array(65_536);
  for (const first of lists.keys()) begins[first.charCodeAt(0)] = 1;
  names = { byFirst: lists, begins };
  return names;
}

function regionAtPosition(text: string, at: number): string | null {
  const { byFirst, begins } = regionNames();
  if (begins[text.charCodeAt(at)] !== 1) return null;
  for (const name of byFirst.get(text.charAt(at)) ?? []) if (text.startsWith(name, at)) return name;
  return null;
}

/** Words that stand before an address and do not belong to it. */
const LEAD =
  /^.*(?:住在|住址|家住|现住|居住|位于|坐落|地址|送到|送至|寄到|寄至|搬到|迁至|前往|来到|户籍|籍贯|地点|发生在|就在|目前在|经过|路过|沿着|至|反映|举报|投诉|要求|要求改|到|往|从|于|是|为|在|和|与|及|由|向|对|的|了|即)/;
const UNIT_TOWN =
  /^[\u3400-\u9fff]{1,7}?(?:街道办事处|街道|民族乡|镇|乡|苏木|开发区|工业园区|工业园|高新区|新区|农场|林场)/;
const UNIT_VILLAGE =
  /^(?:\d{1,3}(?=村)|[\u3400-\u9fff]{1,8}?)(?:社区|居委会|村委会|新村|自然村|村|屯|庄村?)(?:第?[\d一二三四五六七八九十]{1,3}(?:村民小组|小组|组|队|社))?(?:\d{1,5}号)?/;
const UNIT_ROAD =
  /^[\u3400-\u9fff]{1,8}?(?:大道|大街|公路|路|街|巷|弄|胡同|里弄)(?:[东南西北中]段|[东南西北]路|[一二三四五六七八九十]路|[一二三四五六七八九十]巷)?(?:\d{1,4}(?:弄|巷))?/;
const UNIT_NUMBER = /^(?:附|甲|乙|第)?\d{1,5}(?:[-－]\d{1,4})?号(?:院|大院|附\d+号)?/;
const UNIT_PLACE =
  /^[\u3400-\u9fffA-Za-z0-9]{1,14}?(?:小区|花园|花苑|公寓|大厦|广场|家园|家苑|苑|名都|新城|春城|豪庭|华庭|国际|中心|大楼|宿舍|庭院|别墅|园区|山庄|学校|大学|医院)(?:小区|社区)?(?:[一二三四五六七八九十A-Z东南西北]{0,2}(?:期|区))?/;
const UNIT_ROOM =
  /^[,，\s]?(?:第?[0-9A-Za-z一二三四五六七八九十]{1,5}(?:号楼|栋|幢|座|单元|门|层|楼|号房|室|户|房|号)|\d{1,3}-\d{1,4}(?:-\d{1,5})?(?:室|号)?|[东南西北]\d{1,4}室)/;
const STOP = /[的是了在有和与及或为被把给从到对将已因等说称来去要会能]/;

function chain(
  text: string,
  at: number,
): { end: number; regions: number; county: boolean; units: number; strong: boolean } {
  let end = at;
  let regions = 0;
  let county = false;
  for (;;) {
    const region = regionAtPosition(text, end);
    if (region === null) break;
    regions++;
    if (/(?:[县区旗]|市)$/.test(region)) county = regions >= 2 || county;
    end += region.length;
    if (regions > 3) break;
  }
  let units = 0;
  let strong = false;
  const take = (form: RegExp, isStrong: boolean): boolean => {
    const match = form.exec(text.slice(end, end + 24));
    if (match === null) return false;
    const body = match[0];
    if (!isStrong && STOP.test(body.slice(0, -1)) && !/新村|李村/.test(body)) return false;
    end += body.length;
    units++;
    strong ||= isStrong;
    return true;
  };
  take(UNIT_TOWN, false);
  take(UNIT_VILLAGE, false);
  if (take(UNIT_ROAD, false)) {
    const cross = /^(?:与|和)[\u3400-\u9fff]{2,6}(?:路|街|大道)(?:交叉口|交汇处|路口)/.exec(text.slice(end, end + 16));
    if (cross !== null) end += cross[0].length;
  }
  take(UNIT_NUMBER, true);
  if (units > 0 || regions > 0) take(UNIT_PLACE, false);
  for (let i = 0; i < 5 && units > 0; i++) if (!take(UNIT_ROOM, true)) break;
  return { end, regions, county, units, strong };
}

const ROAD_NUMBER =
  /[\u3400-\u9fff]{2,8}?(?:大道|大街|路|街|巷|弄|胡同|村|小区|花园|公寓|苑|新村)(?:[东南西北中]段)?\d{1,5}(?:弄|号|幢|栋|座|组)/g;
const ENGLISH =
  /(?:(?:Room|Rm\.?|Flat|Unit|Apt\.?|Suite|Building|Bldg\.?|No\.) ?\w{1,6},? )*(?:No\. ?)?\d{1,6}[A-Za-z]?,? (?:[A-Z][A-Za-z.'-]+ ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Square|Place|Terrace|Highway)\b\.?(?:,? (?:Apt\.?|Suite|Unit|Room|Floor) ?\w{1,6})?(?:, [A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){0,2})*(?:,? [A-Z]{2})?(?:,? \d{5,6}(?:-\d{4})?)?/g;

/** All addresses in a text. */
export function addressesIn(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (let at = 0; at < text.length; at++) {
    if (regionAtPosition(text, at) === null) continue;
    const { end, regions, county, units, strong } = chain(text, at);
    let confidence = 0;
    if (units > 0 && strong) confidence = 0.95;
    else if (units > 1) confidence = 0.85;
    else if (units === 1 && (regions > 1 || county)) confidence = 0.8;
    else if (regions >= 2 && county) confidence = 0.65;
    if (confidence > 0) {
      found.push({ start: at, end, kind: 'address', confidence });
      at = end - 1;
    }
  }
  ROAD_NUMBER.lastIndex = 0;
  for (let match = ROAD_NUMBER.exec(text); match !== null; match = ROAD_NUMBER.exec(text)) {
    const lead = LEAD.exec(match[0].slice(0, 8))?.[0].length ?? 0;
    const start = match.index + lead;
    const { end } = chain(text, start);
    const stop = Math.max(end, match.index + match[0].length);
    if (stop - start >= 5) found.push({ start, end: stop, kind: 'address', confidence: 0.8 });
  }
  ENGLISH.lastIndex = 0;
  for (let match = ENGLISH.exec(text); match !== null; match = ENGLISH.exec(text)) {
    found.push({ start: match.index, end: match.index + match[0].length, kind: 'address', confidence: 0.9 });
  }
  return found;
}
