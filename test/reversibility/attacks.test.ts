/**
 * Issue 4, item 2: each attack finds what was planted and stays silent where nothing is.
 *
 * Truth is made here: the tests know the rows that they recode, so ties, programs and verdicts are compared with it.
 */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readings } from '../../src/reversibility/attack/readings/readings.js';
import { matchSnapped } from '../../src/reversibility/attack/rows/snap.js';
import { KdTree } from '../../src/reversibility/attack/shared/kd-tree.js';
import { linkingDistance } from '../../src/reversibility/attack/shared/link-points.js';
import { tieByRefinement } from '../../src/reversibility/attack/shared/refinement.js';
import { matchIsomorphs, patternOf } from '../../src/reversibility/attack/text/isomorphs.js';
import { matchKeys } from '../../src/reversibility/attack/text/keys.js';
import { type Example, synthesise } from '../../src/reversibility/attack/text/synthesis.js';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { fold } from '../../src/reversibility/intake/fold.js';
import { Lookup } from '../../src/reversibility/intake/lookup.js';
import { columnOfTexts, type Sheet } from '../../src/reversibility/intake/sheet.js';
import { identities } from '../../src/reversibility/inverse.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const SEED = '00112233445566778899aabbccddeeff';

type Texts = Record<string, (string | null)[]>;

function sheet(columns: Texts): Sheet {
  const list = Object.entries(columns).map(([name, texts]) => columnOfTexts(name, texts));
  const rows = list[0]?.rows ?? 0;
  return { name: 't', rows, columns: list, personOf: null, persons: rows };
}

function order(n: number, seed: string): number[] {
  const random = new SeededRandom(seed);
  const list = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [list[i], list[j]] = [list[j] as number, list[i] as number];
  }
  return list;
}

function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

/** People: categories of a few values, a mobile number, continuous numbers. */
function people(rows: number, seed: string): Texts {
  const random = new SeededRandom(seed);
  const columns: Texts = {
    city: [],
    job: [],
    sex: [],
    ward: [],
    age: [],
    phone: [],
    height: [],
    weight: [],
    glucose: [],
  };
  const push = (name: string, text: string): void => {
    (columns[name] as string[]).push(text);
  };
  for (let i = 0; i < rows; i++) {
    const height = 165 + 9 * normal(random);
    push(
      'city',
      ['Quzhou', 'Ningbo', 'Jinhua', 'Huzhou', 'Lishui', 'Taizhou'][Math.floor(6 * random.uniform() ** 1.6)] as string,
    );
    push(
      'job',
      ['nurse', 'cook', 'driver', 'clerk', 'farmer', 'judge', 'guard', 'smith'][
        Math.floor(8 * random.uniform() ** 1.4)
      ] as string,
    );
    push('sex', random.below(5) < 2 ? 'F' : 'M');
    push('ward', `w${Math.floor(12 * random.uniform() ** 1.3)}`);
    push('age', String(20 + Math.floor(60 * random.uniform() ** 1.2)));
    push('phone', `13${String(random.below(1_000_000_000)).padStart(9, '0')}`);
    push('height', height.toFixed(2));
    push('weight', (0.9 * (height - 100) + 8 * normal(random)).toFixed(2));
    push('glucose', (5 + Math.abs(normal(random))).toFixed(3));
  }
  return columns;
}

function pick(columns: Texts, names: readonly string[]): Texts {
  return Object.fromEntries(names.map((name) => [name, columns[name] as string[]]));
}

/** Every cell rewritten; columns lose their names, rows their order. */
function recode(columns: Texts, write: (text: string, row: number, name: string) => string, seed: string): Texts {
  const names = Object.keys(columns);
  const rows = order((columns[names[0] as string] as string[]).length, seed);
  return Object.fromEntries(
    names.map((name, i) => [
      `c${i + 1}`,
      rows.map((row) => write((columns[name] as string[])[row] as string, row, name)),
    ]),
  );
}

async function verdictOf(source: Texts, product: Texts): Promise<Verdict> {
  return await review({ sources: [tableFromColumns(source)], product: tableFromColumns(product), seed: SEED });
}

const raw = people(240, 'raw');
const others = people(240, 'others');

describe('rows tied through recodings (Weisfeiler and Leman, 1968)', () => {
  it('ties the right rows of a relabelled copy, and none of other people', () => {
    const names = ['city', 'job', 'sex', 'ward', 'age'];
    const rows = order(240, 'refine');
    const labels = new Map<string, string>();
    const label = (name: string, text: string): string => {
      const key = `${name}/${text}`;
      if (!labels.has(key)) labels.set(key, `q${(labels.size * 7919) % 1009}`);
      return labels.get(key) as string;
    };
    const copy = names.map((name) =>
      columnOfTexts(
        name,
        rows.map((row) => label(name, (raw[name] as string[])[row] as string)),
      ),
    );
    const source = names.map((name) => columnOfTexts(name, raw[name] as string[]));
    const never = (): boolean => false;
    const pairs = tieByRefinement([...copy].reverse(), source, never);
    expect(pairs?.product.length ?? 0).toBeGreaterThan(150);
    pairs?.product.forEach((row, i) => {
      expect(rows[row]).toBe(pairs.source[i]);
    });
    const strangers = names.map((name) => columnOfTexts(name, others[name] as string[]));
    expect(tieByRefinement(strangers, source, never)).toBeNull();
  });

  it('blocks random labels in every column, by a map verified on rows not used to learn it', async () => {
    const names = ['city', 'job', 'sex', 'ward', 'age'];
    const product = recode(
      pick(raw, names),
      (text, _, name) => createHash('md5').update(`k${name}${text}`).digest('hex').slice(0, 9),
      'l1',
    );
    expect((await verdictOf(pick(raw, names), product)).verdict).toBe('block');
    const strange = recode(
      pick(others, names),
      (text, _, name) => createHash('md5').update(`k${name}${text}`).digest('hex').slice(0, 9),
      'l2',
    );
    expect((await verdictOf(pick(raw, names), strange)).verdict).not.toBe('block');
  });
});

describe('programs learnt from known rows', () => {
  const random = new SeededRandom('programs');
  const numbers = Array.from({ length: 120 }, () => random.below(60_000));
  const split = (examples: Example[]): [Example[], Example[]] => [
    examples.filter((_, i) => i % 2 === 0),
    examples.filter((_, i) => i % 2 === 1),
  ];
  const cases: [string, Example[], string][] = [
    ['Gray code', numbers.map((x) => [String(x ^ (x >>> 1)), String(x)]), 'bit-linear'],
    [
      'bits reversed',
      numbers.map((x) => [
        String(Number.parseInt([...x.toString(2).padStart(16, '0')].reverse().join(''), 2)),
        String(x),
      ]),
      'bit-linear',
    ],
    [
      'a line modulo a prime',
      numbers.map((x) => [String((x * 48_271 + 11) % 2_147_483_647), String(x)]),
      'modular(2147483647)',
    ],
    ['a line', numbers.map((x) => [(x * 1.37 - 12).toFixed(4), String(x)]), 'line'],
    [
      'a key over digits after a substitution',
      numbers.map((x) => [
        [...String(x).padStart(6, '0')]
          .map((d, i) => String((((7 * Number(d) + 3) % 10) + [1, 4, 9][i % 3]!) % 10))
          .join(''),
        String(x).padStart(6, '0'),
      ]),
      'place-substitution(3)',
    ],
    [
      'digits exchanged among others',
      numbers.map((x, i) => {
        const d = String(x).padStart(6, '0');
        return [`${i % 10}${d[3]}${d[0]}9${d[5]}${d[1]}${(i * 7) % 10}${d[2]}${d[4]}`, d];
      }),
      'places',
    ],
    [
      'bytes under a key',
      numbers.map((x) => [
        Buffer.from(Buffer.from(`id-${x}`).map((b, i) => b ^ (37 * i + 11))).toString('hex'),
        `id-${x}`,
      ]),
      'xor-key',
    ],
  ];
  for (const [name, examples, program] of cases) {
    it(`${name}: ${program}`, () => {
      const found = synthesise(...split(examples));
      expect(found?.name).toContain(program);
      for (const [own, source] of examples.slice(0, 40)) {
        const out = found?.run(own);
        if (out !== null && out !== undefined)
          expect(Number.isNaN(Number(source)) ? out : Number(out)).toBe(
            Number.isNaN(Number(source)) ? source : Number(source),
          );
      }
    });
  }
  it('finds no program where there is none', () => {
    const examples: Example[] = numbers.map((x) => [
      createHash('sha256').update(`secret${x}`).digest('hex').slice(0, 6),
      String(x),
    ]);
    expect(synthesise(...split(examples))).toBeNull();
    expect(synthesise(...split(numbers.map((x) => [String(random.below(60_000)), String(x)])))).toBeNull();
  });
});

describe('ciphers without known rows', () => {
  const lookup = new Lookup([sheet(pick(raw, ['phone', 'age']))]);
  const one = (texts: readonly string[]) => identities([columnOfTexts('c1', texts)])[0]!;
  const phones = raw.phone as string[];

  it('a key as long as the value, over digits of flat frequency', () => {
    const key = [3, 9, 1, 7, 4, 4, 8, 2, 6, 5, 1];
    const moved = phones
      .slice(0, 90)
      .map((text) => [...text].map((d, i) => String((Number(d) + (key[i] as number)) % 10)).join(''));
    const steps = matchKeys(one(moved), lookup, () => false);
    expect(steps[0]?.column).toBe(0);
    expect(steps[0]?.mass).toBeGreaterThan(0.99);
    const random = new SeededRandom('noise');
    const noise = Array.from({ length: 90 }, () => `13${String(random.below(1_000_000_000)).padStart(9, '0')}`);
    expect(matchKeys(one(noise), lookup, () => false)).toEqual([]);
  });

  it('a substitution, from patterns of repeats, on a sample of rows', () => {
    expect(patternOf('abca')).toBe(patternOf('xyzx'));
    expect(patternOf('abca')).not.toBe(patternOf('abcb'));
    const moved = phones.slice(0, 80).map((text) => [...text].map((d) => 'QWERTYUIOP'[Number(d)]).join(''));
    expect(matchIsomorphs(one(moved), lookup, () => false)[0]?.mass).toBeGreaterThan(0.99);
    const random = new SeededRandom('patterns');
    const noise = Array.from({ length: 80 }, () =>
      Array.from({ length: 11 }, () => 'QWERTYUIOP'[random.below(10)]).join(''),
    );
    expect(matchIsomorphs(one(noise), lookup, () => false)).toEqual([]);
  });

  it('folds invisible characters, letters that look alike, and writings of numbers', () => {
    expect(fold('Quz\u200bhou\ufeff')).toBe('quzhou');
    expect(fold('\u041d\u0430ngzhou')).toBe('hangzhou');
    expect(fold('1,234,567.50')).toBe('1234567.5');
    expect(fold('1.2e3')).toBe('1200');
    expect(fold('12-34')).toBe('12-34');
  });
});

describe('other readings of a product', () => {
  const lookup = new Lookup([sheet(raw)]);
  const names = Object.keys(raw);
  const rows = 240;
  const rowsOf = (made: Sheet, row: number): (string | null)[] =>
    made.columns.map((column) =>
      (column.codes[row] as number) < 0 ? null : (column.values[column.codes[row] as number] as string),
    );

  it('long formats', () => {
    const long: Texts = { id: [], field: [], value: [] };
    for (const cell of order(rows * names.length, 'melt')) {
      const row = Math.floor(cell / names.length);
      const name = names[cell % names.length] as string;
      long.id?.push(`r${row}`);
      long.field?.push(name);
      long.value?.push((raw[name] as string[])[row] as string);
    }
    const found = readings(sheet(long), lookup).find(({ name }) => name.startsWith('pivot'));
    expect(found?.sheet.rows).toBe(rows);
    const id = Number(rowsOf(found?.sheet as Sheet, 5)[0]?.slice(1));
    for (const name of names) expect(rowsOf(found?.sheet as Sheet, 5)).toContain((raw[name] as string[])[id]);
  });

  it('long formats of few rows: the column of fewer values names the fields', () => {
    const few = 40;
    const long: Texts = { id: [], field: [], value: [] };
    for (const cell of order(few * names.length, 'few')) {
      const row = Math.floor(cell / names.length);
      const name = names[cell % names.length] as string;
      long.id?.push(String(row));
      long.field?.push(name);
      long.value?.push(Buffer.from((raw[name] as string[])[row] as string).toString('base64'));
    }
    const found = readings(sheet(long), lookup).find(({ name }) => name.startsWith('pivot'));
    expect(found?.sheet.rows).toBe(few);
    expect(found?.sheet.columns.length).toBe(names.length + 1);
  });

  it('all cells in one column, a table in one cell, two rows in one', () => {
    const single = sheet({
      x: Array.from(
        { length: rows * names.length },
        (_, i) => (raw[names[i % names.length] as string] as string[])[Math.floor(i / names.length)] as string,
      ),
    });
    expect(
      readings(single, lookup).some(({ sheet: made }) => made.rows === rows && made.columns.length === names.length),
    ).toBe(true);
    const table = JSON.stringify(
      Array.from({ length: rows }, (_, row) => names.map((name) => (raw[name] as string[])[row])),
    );
    const cell = readings(sheet({ x: [Buffer.from(table).toString('base64')] }), lookup)[0];
    expect(cell?.sheet.rows).toBe(rows);
    expect(rowsOf(cell?.sheet as Sheet, 7)).toEqual(names.map((name) => (raw[name] as string[])[7]));
    const wide = sheet(
      Object.fromEntries(
        [0, 1].flatMap((half) =>
          names.map((name) => [
            `${name}${half}`,
            Array.from({ length: 120 }, (_, i) => (raw[name] as string[])[2 * i + half] as string),
          ]),
        ),
      ),
    );
    expect(
      readings(wide, lookup).some(({ sheet: made }) => made.rows === rows && made.columns.length === names.length),
    ).toBe(true);
  });

  it('none for a table as it is', () => {
    expect(readings(sheet(raw), lookup)).toEqual([]);
  });

  it('fields in another order in every row are blocked', async () => {
    const random = new SeededRandom('fields');
    const product: Texts = Object.fromEntries(names.map((_, i) => [`c${i}`, []]));
    for (let row = 0; row < rows; row++) {
      const shift = random.below(names.length);
      names.forEach((name, i) =>
        product[`c${(i + shift) % names.length}`]?.push((raw[name] as string[])[row] as string),
      );
    }
    expect((await verdictOf(raw, product)).verdict).toBe('block');
  });
});

describe('hashes with what travels with the product', () => {
  const names = ['city', 'job', 'ward', 'age'];
  const source = pick(raw, names);
  const salts = Array.from({ length: 240 }, (_, i) => createHash('md5').update(`s${i}`).digest('base64').slice(0, 7));
  const withSalt = (write: (salt: string, text: string) => string): Texts => {
    const rows = order(240, 'salts');
    return {
      ...Object.fromEntries(
        names.map((name) => [
          name,
          rows.map((row) => write(salts[row] as string, (source[name] as string[])[row] as string)),
        ]),
      ),
      s: rows.map((row) => salts[row] as string),
    };
  };

  it('a salt of each row in another column', async () => {
    const verdict = await verdictOf(
      source,
      withSalt((salt, text) => createHash('sha256').update(`${text}:${salt}`).digest('hex')),
    );
    expect(verdict.verdict).toBe('block');
    expect(verdict.attacks.find(({ id }) => id === 'salted-hashes')?.inverse).toContain('sha256');
  });

  it('an HMAC under a key of each row', async () => {
    const product = withSalt((salt, text) => createHmac('sha256', salt).update(text).digest('base64'));
    expect((await verdictOf(source, product)).verdict).toBe('block');
  });

  it('a salt inside the cell', async () => {
    const product = withSalt(
      (salt, text) =>
        `${salt}$${createHash('sha1')
          .update(salt + text)
          .digest('hex')}`,
    );
    expect((await verdictOf(source, pick(product, names))).verdict).toBe('block');
  });

  it('a secret key of each row gives nothing: review', async () => {
    const product = withSalt((salt, text) => createHmac('sha256', `pepper${salt}`).update(text).digest('hex'));
    expect((await verdictOf(source, product)).verdict).toBe('review');
  });

  it('several columns hashed together', async () => {
    const rows = order(240, 'tuple');
    const product = {
      h: rows.map((row) =>
        createHash('md5')
          .update(names.map((name) => (source[name] as string[])[row]).join('|'))
          .digest('hex'),
      ),
    };
    expect((await verdictOf(source, product)).verdict).toBe('block');
  });
});

describe('orders that prove one another', () => {
  const names = ['height', 'weight', 'glucose'];
  const ranks = (columns: Texts): Texts =>
    Object.fromEntries(
      names.map((name) => {
        const texts = columns[name] as string[];
        const sorted = texts
          .map((text, row) => [Number(text), row] as const)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        const rank = new Array<string>(texts.length);
        sorted.forEach(([, row], i) => {
          rank[row] = String(i + 1);
        });
        return [name, rank];
      }),
    );

  it('blocks the ranks of all-different columns and not those of other people', async () => {
    expect(
      (
        await verdictOf(
          pick(raw, names),
          recode(ranks(raw), (text) => text, 'r1'),
        )
      ).verdict,
    ).toBe('block');
    expect(
      (
        await verdictOf(
          pick(raw, names),
          recode(ranks(others), (text) => text, 'r2'),
        )
      ).verdict,
    ).not.toBe('block');
  });
});

describe('nearest neighbours', () => {
  it('the tree finds what a search through all points finds', () => {
    const random = new SeededRandom('kd');
    const points = Float64Array.from({ length: 900 }, () => Math.round(20 * random.uniform()) / 4);
    const tree = new KdTree(
      points,
      3,
      Int32Array.from({ length: 300 }, (_, i) => i),
    );
    for (let q = 0; q < 60; q++) {
      const at = [5 * random.uniform(), 5 * random.uniform(), 5 * random.uniform()];
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 300; i++) {
        if (i === q) continue;
        least = Math.min(
          least,
          at.reduce((sum, x, a) => sum + (x - (points[3 * i + a] as number)) ** 2, 0),
        );
      }
      expect(tree.nearest(at, q)[1]).toBeCloseTo(least, 12);
    }
  });

  it('links only below the distances of the source itself', () => {
    const random = new SeededRandom('link');
    const apart = Float64Array.from({ length: 500 }, () => 1 + random.uniform());
    expect(
      linkingDistance(
        Float64Array.from({ length: 500 }, () => 1 + random.uniform()),
        apart,
      ),
    ).toBeNull();
    const near = Float64Array.from({ length: 500 }, (_, i) => (i % 4 === 0 ? 0.1 : 1 + random.uniform()));
    expect(linkingDistance(near, apart)).toBeLessThan(1.1);
  });

  it('blocks noise of half a per cent, not that of ten, and not other people', async () => {
    const names = ['height', 'weight', 'glucose'];
    const noised = (columns: Texts, share: number): Texts => {
      const random = new SeededRandom('noised');
      const spread: Record<string, number> = { height: 9, weight: 11, glucose: 0.6 };
      return recode(
        pick(columns, names),
        (text, _, name) => (Number(text) + share * (spread[name] as number) * normal(random)).toFixed(5),
        'n1',
      );
    };
    const verdict = await verdictOf(pick(raw, names), noised(raw, 0.005));
    expect(verdict.verdict).toBe('block');
    expect((await verdictOf(pick(raw, names), noised(raw, 0.1))).verdict).toBe('review');
    expect((await verdictOf(pick(raw, names), noised(others, 0.005))).verdict).not.toBe('block');
  });

  it('reads numbers that scatter about few values', () => {
    const random = new SeededRandom('snap');
    const lookup = new Lookup([sheet(pick(raw, ['age']))]);
    const scattered = (raw.age as string[]).map((text) => (Number(text) + 0.05 * normal(random)).toFixed(4));
    const steps = matchSnapped(identities([columnOfTexts('c1', scattered)])[0]!, lookup);
    expect(steps[0]?.mass).toBeGreaterThan(0.99);
    const spread = Array.from({ length: 300 }, () => (20 + 60 * random.uniform()).toFixed(4));
    expect(matchSnapped(identities([columnOfTexts('c1', spread)])[0]!, lookup)).toEqual([]);
  });
});

describe('operations with a key column', () => {
  it('undoes sums, products and XOR with a random number of each row', async () => {
    const random = new SeededRandom('keys');
    const source = pick(raw, ['age', 'city', 'job', 'ward']);
    const keys = Array.from({ length: 240 }, () => 100 + random.below(9000));
    const rows = order(240, 'k');
    for (const mix of [
      (x: number, k: number) => x + k,
      (x: number, k: number) => x * k,
      (x: number, k: number) => x ^ k,
    ]) {
      const product = {
        a: rows.map((row) => String(mix(Number((source.age as string[])[row]), keys[row] as number))),
        b: rows.map((row) => Buffer.from((source.city as string[])[row] as string).toString('hex')),
        c: rows.map((row) => (source.job as string[])[row] as string),
        d: rows.map((row) => (source.ward as string[])[row] as string),
        k: rows.map((row) => String(keys[row])),
      };
      const verdict = await verdictOf(source, product);
      expect(verdict.verdict).toBe('block');
      expect(verdict.columns.find(({ product: name }) => name === 'a')?.source).toBe('age');
    }
  });
});
