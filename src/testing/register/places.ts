/**
 * Where synthetic people live and were born: counties in force, weighted by province, addresses from common place names.
 * @module
 */
import { currentCounties, type RegionEntry, regionAt, regionEntries } from '../../identifiers/index.js';
import type { Draw } from './draw.js';
import { Weighted, zipf } from './draw.js';
import { provincePopulation } from './values.js';

const FIRST_EDITION = 1980;
const LAST_COMPLETE_EDITION = 2019;

const roads =
  '人民路 解放路 中山路 建设路 新华路 文化路 和平路 胜利路 朝阳路 迎宾大道 滨江路 东风路 长江路 黄河路 工业路 学府路 健康路 振兴街 团结街 光明街 幸福街 友谊路 南京路 北京路 环城路 湖滨路 文三路 青年路 凤起路 体育场路 永安街 兴隆街 民主路 前进路 公园路 西大街 东大街 南大街 北大街 花园路 科技路 创业路 富强路 复兴路 育才路 莲花路 桃园路 翠竹路 金山大道 银河路'.split(
    ' ',
  );
const estates =
  '阳光花园 锦绣家园 金色家园 翠苑小区 世纪花园 幸福里 绿城桂花园 万科城 碧桂园 恒大名都 丽景苑 怡景花园 江南春城 东方明珠苑 和谐家园 滨河小区 康乐新村 望江公寓 紫金花园 香樟苑 御景湾 龙湖天街 水岸华庭 安居苑 建业小区 职工新村'.split(
    ' ',
  );
const towns =
  '城关镇 河口镇 新市镇 龙山镇 白沙镇 石桥镇 三河镇 大渡口镇 双溪镇 黄岩镇 永和镇 太平镇 清泉镇 长乐镇 马家乡 李庄乡 东湖街道 城南街道 城北街道 桥头镇 横山乡 金竹镇 柳林镇 南山乡 高坪镇 平安镇 红旗乡 回龙镇 万安镇 古城镇'.split(
    ' ',
  );
const villages =
  '王家村 李家庄 张村 陈家湾 刘家沟 杨树村 大庙村 小河村 前进村 红星村 新建村 上坪村 下湾村 石头村 桃花村 柏树村 青龙村 白马村 金星村 和平村 东升村 光明村 双桥村 梅林村 竹园村 枣林村 高家坡 赵家集 周家埠 吴家坝'.split(
    ' ',
  );

const URBAN = 0;
const RADIX = { kind: 2, a: 64, b: 64, number: 1024, building: 64, room: 4096 };

/** Chooses residences and birth counties and spells addresses. */
export class Places {
  readonly #residences: readonly RegionEntry[];
  readonly #names: readonly string[];
  readonly #pickResidence: Weighted;
  readonly #provinces: readonly string[];
  readonly #pickProvince: Weighted;
  readonly #inForce = new Map<string, readonly string[]>();
  readonly #all: readonly RegionEntry[];
  readonly #pickRoad = new Weighted(zipf(roads.length, 0.6));

  /** `region`: prefix of the codes of residence; empty = the whole mainland. */
  constructor(region: string) {
    const mainland = new Set(Object.keys(provincePopulation));
    this.#all = regionEntries().filter((entry) => mainland.has(entry.code.slice(0, 2)));
    const counties = currentCounties(region).filter((entry) => mainland.has(entry.code.slice(0, 2)));
    const cities = new Set(counties.map((entry) => entry.code.slice(0, 4)));
    const childless = this.#all.filter(
      (entry) =>
        entry.to > LAST_COMPLETE_EDITION &&
        entry.code.startsWith(region) &&
        entry.code.endsWith('00') &&
        !entry.code.endsWith('0000') &&
        !cities.has(entry.code.slice(0, 4)),
    );
    this.#residences = [...counties, ...childless].sort((a, b) => (a.code < b.code ? -1 : 1));
    const perProvince = new Map<string, number>();
    for (const entry of this.#residences) {
      const province = entry.code.slice(0, 2);
      perProvince.set(province, (perProvince.get(province) ?? 0) + weightInProvince(entry));
    }
    this.#pickResidence = new Weighted(
      this.#residences.map((entry) => {
        const province = entry.code.slice(0, 2);
        return (
          ((provincePopulation[province] as number) * weightInProvince(entry)) / (perProvince.get(province) as number)
        );
      }),
    );
    this.#names = this.#residences.map((entry) => {
      const { province, city, county } = regionAt(entry.code, entry.to);
      const middle = city === null || city === county || /^(省|自治区)直辖/.test(city) ? '' : city;
      return `${province}${middle}${county ?? ''}`;
    });
    this.#provinces = Object.keys(provincePopulation);
    this.#pickProvince = new Weighted(Object.values(provincePopulation));
  }

  /** Number of places of residence; 0 when the prefix matches none. */
  get size(): number {
    return this.#residences.length;
  }

  /** A residence's position. */
  residence(draw: Draw): number {
    return this.#pickResidence.pick(draw);
  }

  /** Six-digit code of a residence. */
  code(residence: number): string {
    return (this.#residences[residence] as RegionEntry).code;
  }

  /** County code of birth: the residence's own code when in force that year, else one of its province; some moved in. */
  birthCode(draw: Draw, residence: number, birthYear: number): number {
    const own = this.#residences[residence] as RegionEntry;
    const year = Math.min(Math.max(birthYear, FIRST_EDITION), LAST_COMPLETE_EDITION);
    const where = draw.unit();
    if (where < 0.7 && own.from <= year) return Number(own.code);
    const province = where < 0.86 ? own.code.slice(0, 2) : (this.#provinces[this.#pickProvince.pick(draw)] as string);
    const list = this.#codesInForce(province, year);
    return Number(list[draw.below(list.length)]);
  }

  #codesInForce(province: string, year: number): readonly string[] {
    const key = `${province}${year}`;
    let list = this.#inForce.get(key);
    if (list === undefined) {
      // Chongqing has codes of its own since 1997; before that its counties are in Sichuan's list.
      const source = this.#all.filter((entry) => entry.from <= year && year <= entry.to && !entry.code.endsWith('00'));
      list = source.filter((entry) => entry.code.startsWith(province)).map((entry) => entry.code);
      if (list.length === 0) list = source.filter((entry) => entry.code.startsWith('51')).map((entry) => entry.code);
      this.#inForce.set(key, list);
    }
    return list;
  }

  /** An address as a key; {@link Places.address} spells it. */
  addressKey(draw: Draw, residence: number): number {
    const urban = draw.chance(0.66);
    const a = urban ? this.#pickRoad.pick(draw) : draw.below(towns.length);
    const b = urban ? draw.below(estates.length) : draw.below(villages.length);
    const number = urban ? 1 + draw.below(880) : 1 + draw.below(18);
    const building = urban ? 1 + draw.below(32) : 0;
    const room = urban ? (1 + draw.below(4)) * 1024 + (1 + draw.below(18)) * 8 + draw.below(4) : 1 + draw.below(180);
    let key = residence;
    key = key * RADIX.kind + (urban ? URBAN : 1);
    key = key * RADIX.a + a;
    key = key * RADIX.b + b;
    key = key * RADIX.number + number;
    key = key * RADIX.building + building;
    return key * (RADIX.room * 2) + room;
  }

  /** The address of a key. */
  address(key: number): string {
    const room = key % (RADIX.room * 2);
    let rest = Math.floor(key / (RADIX.room * 2));
    const building = rest % RADIX.building;
    rest = Math.floor(rest / RADIX.building);
    const number = rest % RADIX.number;
    rest = Math.floor(rest / RADIX.number);
    const b = rest % RADIX.b;
    rest = Math.floor(rest / RADIX.b);
    const a = rest % RADIX.a;
    rest = Math.floor(rest / RADIX.a);
    const where = this.#names[Math.floor(rest / 2)] as string;
    if (rest % 2 !== URBAN) return `${where}${towns[a]}${villages[b]}${number}组${room}号`;
    const unit = Math.floor(room / 1024);
    const floor = Math.floor((room % 1024) / 8);
    return `${where}${roads[a]}${number}号${estates[b]}${building}幢${unit}单元${floor}0${(room % 8) + 1}室`;
  }
}

/** Districts of cities hold more people than counties, counties more than banners of the far west. */
function weightInProvince(entry: RegionEntry): number {
  const digits = Number(entry.code.slice(4));
  const spread = 0.5 + ((Number(entry.code) * 2654435761) % 1000) / 1000;
  if (entry.code.endsWith('00')) return 4 * spread;
  return (digits < 20 ? 1.5 : digits > 80 ? 1.6 : 1) * spread;
}
