/**
 * Personal names for the synthetic register: surnames by frequency, given names by sex and generation, minority names with ·.
 * @module
 */
import { surnameLists } from '../../identifiers/index.js';
import type { Draw } from './draw.js';
import { Weighted, zipf } from './draw.js';

const given: readonly (readonly [men: string, women: string])[] = [
  [
    '国建明志德文华军平林永福生荣海金春玉成祥树庆新光兴忠宝贵长清云山树根水土发财富余良善学礼仁义',
    '秀英兰芳珍桂玉凤梅华美淑云琴春月香莲素金银彩花菊翠霞荣爱娥妹女仙巧贞惠瑞凡福连招娣',
  ],
  [
    '伟强勇军涛磊斌鹏超杰刚辉波亮俊峰飞浩建国志明华文海东新平林江龙宁洪晓春卫红立永胜利民生健康',
    '丽娟艳静敏燕霞玲婷红娜颖丹莉雪慧琳萍芳秀英华梅晓春云丽君海琴倩洁蓉凤香文美小玉冬青蕾',
  ],
  [
    '浩宇轩泽梓子睿博晨奕辰铭嘉俊皓一天佑文瑞思远航凯哲诚熙然翔昊峻熠杨羽煜乐言墨霖承恩启家豪',
    '欣怡梓涵雨桐诗佳可馨语妍思彤一诺若汐依艺萱嘉子珺晨瑶琪悦心妙婧雅芷沐溪静梦琳安然乐宁语嫣糖',
  ],
];
/** Share of one-character given names by generation. */
const short = [0.16, 0.31, 0.08];

const minority: readonly (readonly [men: readonly string[], women: readonly string[]])[] = [
  [
    '买买提 阿卜杜拉 艾力 吐尔逊 努尔买买提 玉素甫 依明 库尔班 艾山 热合曼 亚森 伊力哈木 帕尔哈提 阿不都热依木'.split(
      ' ',
    ),
    '阿依古丽 古丽娜尔 热依汗 帕提古丽 阿孜古丽 米日古丽 祖丽菲亚 茹仙古丽 海日古丽 迪丽努尔 阿米娜 玛依拉'.split(' '),
  ],
];

/** Characters and pieces with their samplers; a name is a number that {@link NameBook.text} spells. */
export class NameBook {
  readonly #surnames: readonly string[];
  readonly #pickSurname: Weighted;
  readonly #characters: readonly (readonly (readonly string[])[])[];
  readonly #pickCharacter: readonly (readonly Weighted[])[];

  constructor() {
    const lists = surnameLists();
    const common = lists.frequent;
    const rare = lists.other.slice(0, 240);
    this.#surnames = [...common, ...rare, ...lists.compound.slice(0, 20)];
    // Shares of the report: 王 7.1 % ... the hundred together about 85 %.
    const head = [7.1, 7.0, 6.7, 5.3, 4.5, 3.1, 2.2, 2.1, 2.0, 1.9];
    const tail = common.slice(10).map((_, i) => 1.5 * (i + 1) ** -0.42);
    this.#pickSurname = new Weighted([
      ...head,
      ...tail,
      ...rare.map((_, i) => 0.09 * (1 - i / 300)),
      ...lists.compound.slice(0, 20).map((_, i) => 0.02 / (i + 1)),
    ]);
    this.#characters = given.map((pair) => pair.map((text) => [...new Set(text)]));
    this.#pickCharacter = this.#characters.map((pair) => pair.map((list) => new Weighted(zipf(list.length, 0.55))));
  }

  /** Number of surnames. */
  get surnames(): number {
    return this.#surnames.length;
  }

  /** A surname's position. */
  surname(draw: Draw): number {
    return this.#pickSurname.pick(draw);
  }

  /** A name as a key: surname, generation, sex and one or two characters. `sex`: 1 man, 0 woman. */
  name(draw: Draw, surname: number, sex: number, birthYear: number): number {
    const generation = birthYear < 1965 ? 0 : birthYear < 1995 ? 1 : 2;
    const column = sex === 1 ? 0 : 1;
    const sampler = (this.#pickCharacter[generation] as readonly Weighted[])[column] as Weighted;
    const first = sampler.pick(draw);
    const second = draw.chance(short[generation] as number) ? 127 : sampler.pick(draw);
    return (((surname * 3 + generation) * 2 + column) * 128 + first) * 128 + second;
  }

  /** A name of the form given·father, as a key. */
  minorityName(draw: Draw, sex: number): number {
    const [men, women] = minority[0] as readonly [readonly string[], readonly string[]];
    const own = draw.below(sex === 1 ? men.length : women.length);
    return (((this.#surnames.length * 3 + 0) * 2 + (sex === 1 ? 0 : 1)) * 128 + own) * 128 + draw.below(men.length);
  }

  /** The name of a key. */
  text(key: number): string {
    const second = key % 128;
    const first = Math.floor(key / 128) % 128;
    const column = Math.floor(key / 16384) % 2;
    const generation = Math.floor(key / 32768) % 3;
    const surname = Math.floor(key / 98304);
    if (surname === this.#surnames.length) {
      const [men, women] = minority[0] as readonly [readonly string[], readonly string[]];
      return `${column === 0 ? men[first] : women[first]}·${men[second]}`;
    }
    const list = (this.#characters[generation] as readonly (readonly string[])[])[column] as readonly string[];
    return `${this.#surnames[surname]}${list[first]}${second === 127 ? '' : list[second]}`;
  }
}
