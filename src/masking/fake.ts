/**
 * Realistic Chinese fakes: a made-up value of the same kind, chosen by a keyed hash of the real one.
 *
 * The same person gets the same fake inside a linkage domain. Fakes are drawn from a limited stock, so two people may share
 * one: they are for test data and readability, not for joining. Not reversible.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { suite as suiteOf } from '../crypto/index.js';
import { currentCounties, luhnCheck, mobileSegments, regionAt, surnameLists } from '../identifiers/index.js';
import { leakageOf, type Masker } from './masker.js';
import { deriveKey, type KeyedOptions } from './token.js';
import { columnMapper, textKernel } from './values.js';

/** Uniform choices below a bound, one after another, from the bytes of a MAC (stretched by counting). */
type Choose = (bound: number) => number;

const GIVEN =
  '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红国建文梅琴云珍玲凤志飞鹏辉波浩亮斌俊峰健宇轩泽梓子睿博晨奕辰铭嘉皓一佑思远航欣怡涵';
const ROADS = [
  '人民路',
  '解放路',
  '建设路',
  '中山路',
  '和平街',
  '文化路',
  '新华路',
  '胜利街',
  '朝阳路',
  '光明路',
  '学院路',
  '长江路',
];
const TRADES = ['科技', '商贸', '建筑工程', '信息技术', '物流', '农业发展', '餐饮管理', '机械制造', '文化传媒', '医药'];
const SYLLABLES = ['wei', 'li', 'chen', 'hao', 'jing', 'ming', 'xin', 'yu', 'lin', 'bo', 'tao', 'qing', 'an', 'rui'];

const makers: Readonly<Record<string, (choose: Choose) => string>> = {
  'person-name': (choose) => {
    const frequent = surnames();
    const given = choose(3) === 0 ? 1 : 2;
    let name = frequent[choose(frequent.length)] as string;
    for (let i = 0; i < given; i++) name += GIVEN.charAt(choose(GIVEN.length));
    return name;
  },
  address: (choose) => `${place(choose)}${ROADS[choose(ROADS.length)]}${1 + choose(999)}号${1 + choose(30)}室`,
  company: (choose) => {
    const { province, city, county } = names(choose);
    const two = `${GIVEN.charAt(choose(GIVEN.length))}${GIVEN.charAt(choose(GIVEN.length))}`;
    return `${(city ?? county ?? province ?? '').replace(/[市区县州盟]$/, '')}${two}${TRADES[choose(TRADES.length)]}有限公司`;
  },
  email: (choose) =>
    `${SYLLABLES[choose(SYLLABLES.length)]}${SYLLABLES[choose(SYLLABLES.length)]}${String(choose(100_000)).padStart(5, '0')}@example.com`,
  mobile: (choose) => {
    const segments = Object.values(mobileSegments).flat();
    return `${segments[choose(segments.length)]}${String(choose(10 ** 8)).padStart(8, '0')}`.slice(0, 11);
  },
  'bank-card': (choose) => {
    const body = `622202${String(choose(10 ** 9)).padStart(9, '0')}`;
    return body + luhnCheck(body);
  },
};

/** Kinds that {@link fake} can make. */
export const fakeKinds: readonly string[] = Object.keys(makers);

let surnameList: readonly string[] | undefined;
let countyCodes: readonly string[] | undefined;

function surnames(): readonly string[] {
  surnameList ??= surnameLists().frequent;
  return surnameList;
}

function names(choose: Choose): ReturnType<typeof regionAt> {
  countyCodes ??= currentCounties().map((county) => county.code);
  return regionAt(countyCodes[choose(countyCodes.length)] as string, 2023);
}

function place(choose: Choose): string {
  const { province, city, county } = names(choose);
  return [province, city, county].filter((name, i, all) => name !== null && all.indexOf(name) === i).join('');
}

/** Replaces each value by a made-up one of the kind. @throws SCRIM_ARGUMENT for a kind without fakes, SCRIM_MASK_NEEDS_KEY */
export function fake(options: KeyedOptions & { readonly kind: string }): Masker {
  const make = Object.hasOwn(makers, options.kind) ? makers[options.kind] : undefined;
  if (make === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'kind', problem: `must be one of ${fakeKinds.join(', ')}` });
  }
  const key = deriveKey('fake', options, 'fake');
  const suite = suiteOf(options.suite ?? 'intl');
  const encoder = new TextEncoder();
  const map = columnMapper(
    textKernel((value) => {
      const bytes = encoder.encode(value);
      let words: DataView | null = null;
      let at = 0;
      let counter = 0;
      const choose: Choose = (bound) => {
        if (words === null || at === words.byteLength) {
          const mac = suite.hmac(key, Uint8Array.of(counter++), bytes);
          words = new DataView(mac.buffer, mac.byteOffset, 32);
          at = 0;
        }
        const word = words.getUint32(at);
        at += 4;
        // Uniform up to 2^-32 for each choice.
        return Math.floor((word / 2 ** 32) * bound);
      };
      return make(choose);
    }),
  );
  return {
    name: 'fake',
    streams: true,
    reversible: false,
    apply: (column) => map(column),
    leakage: ({ column }) => leakageOf(column, 'fake', { equality: true, key: { id: key.id, state: key.label.state } }),
  };
}
