/** Values of ARX and sdcMicro: test/vectors/risk/risk.json names the source of each row. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  classSizes,
  individualRisk,
  populationUniqueness,
  riskReport,
  scoreQuasiIdentifier,
  sizeHistogram,
  suda2,
} from '../../src/risk/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { adultTable } from '../anonymity/adult.js';

interface Row {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: rows differ in shape
  readonly params: any;
  // biome-ignore lint/suspicious/noExplicitAny: rows differ in shape
  readonly expected: any;
  readonly tolerance: number;
}

const { rows } = JSON.parse(readFileSync(new URL('../vectors/risk/risk.json', import.meta.url), 'utf8')) as {
  rows: readonly Row[];
};
const row = (id: string): Row => rows.find((one) => one.id === id) as Row;
const near = (found: number, wanted: number, tolerance: number): void => {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(Math.max(tolerance, 1e-12) * Math.max(1, Math.abs(wanted)));
};
const words = (text: string): string[] => text.split(' ');

describe('class sizes and attackers (ARX)', () => {
  const table = adultTable();
  test('average risk, uniqueness and histogram of Adult, 9 quasi-identifiers', () => {
    const one = row('arx-adult9-avgrisk');
    const report = riskReport(table, { quasiIdentifiers: one.params.qi, threshold: 0.09 });
    near(report.prosecutor.success, one.expected, one.tolerance);
    near(report.uniqueness, row('arx-adult9-unique').expected, 1e-12);
    const histogram = row('arx-adult9-histogram').expected;
    expect(report.classes).toBe(histogram.classes);
    expect(report.largestClass).toBe(histogram.maxClass);
    for (let size = 1; size <= 10; size++) {
      expect(report.histogram.find((bin) => bin.size === size)?.classes).toBe(histogram[`f${size}`]);
    }
    const threshold = row('arx-adult9-thr0.09').expected;
    near(report.prosecutor.recordsAtRisk, threshold.recordsAtRisk, 1e-12);
    expect(report.prosecutor.highest).toBe(threshold.highest);
    near(report.prosecutor.success, threshold.success, 1e-12);
  });

  test.each(['arx-adult9-popuniq-0.1', 'arx-adult9-popuniq-1.0'])('population uniqueness %s', (id) => {
    const { params, expected, tolerance } = row(id);
    const { sizes } = classSizes(table, { quasiIdentifiers: params.qi });
    const found = populationUniqueness(sizes, params.samplingFraction);
    near(found.zayatz, expected.zayatz, tolerance);
    near(found.pitman as number, expected.pitman, tolerance);
    near(found.dankar, expected.dankar, tolerance);
    expect(found.model).toBe(expected.model);
  });

  test('Adult, 4 quasi-identifiers', () => {
    const { params, expected, tolerance } = row('arx-adult4');
    const report = riskReport(table, { quasiIdentifiers: params.qi, samplingFraction: 0.1, threshold: 0.09 });
    expect(report.classes).toBe(expected.classes);
    expect(report.uniqueRecords).toBe(expected.f1);
    near(report.uniqueness, expected.unique, tolerance);
    near(report.prosecutor.success, expected.avgRisk, tolerance);
    near(report.prosecutor.recordsAtRisk, expected['atRisk0.09'], tolerance);
    near(report.populationUniqueness?.zayatz as number, expected.zayatz, tolerance);
    near(report.populationUniqueness?.pitman as number, expected.pitman, tolerance);
  });

  test('histogram bins sum to the table', () => {
    const { sizes } = classSizes(table, { quasiIdentifiers: ['sex', 'age'] });
    expect(sizeHistogram(sizes).reduce((sum, { size, classes }) => sum + size * classes, 0)).toBe(30162);
  });
});

test('distinction and separation (ARX, by hand)', () => {
  const { params, expected } = row('arx-qi-5x3');
  const columns = Object.fromEntries(
    params.cols.map((name: string, i: number) => [name, params.rows.map((cells: string[]) => cells[i])]),
  );
  const table = tableFromColumns(columns);
  for (const [set, [distinction, separation]] of Object.entries(expected as Record<string, [number, number]>)) {
    const found = scoreQuasiIdentifier(table, set.slice(1, -1).split(','));
    expect([found.distinction, found.separation]).toEqual([distinction, separation]);
  }
});

describe('individual risk (sdcMicro)', () => {
  test('eight records, approximate and exact', () => {
    const { params, expected, tolerance } = row('sdc-indivrisk-test8');
    const { A, B, C, w } = params;
    const table = tableFromColumns({ A, B, C, w });
    const base = { quasiIdentifiers: ['A', 'B', 'C'], weights: 'w' };
    individualRisk(table, base).risk.forEach((risk, i) => {
      near(risk, expected.approx[i], tolerance);
    });
    individualRisk(table, { ...base, method: 'exact' }).risk.forEach((risk, i) => {
      near(risk, expected.exact[i], tolerance);
    });
  });

  test('Adult with weight 10', () => {
    const { params, expected, tolerance } = row('sdc-adult9-k');
    const table = adultTable();
    const found = individualRisk(table, { quasiIdentifiers: params.keyVars, weights: params.w });
    near(found.expected, expected.indivRiskSum, tolerance);
    near(Math.max(...found.risk), expected.max, tolerance);
    const { below } = riskReport(table, { quasiIdentifiers: params.keyVars });
    const under = (size: number): number => below.find((one) => one.size === size)?.records as number;
    expect([under(2), under(3), under(5)]).toEqual([expected.uniques, expected.viol3, expected.viol5]);
  });
});

describe('SUDA2 (sdcMicro)', () => {
  const guideline = (): Table => {
    const { params } = row('suda-guideline');
    return tableFromColumns(
      Object.fromEntries(Object.entries(params).map(([name, text]) => [name, words(text as string)])),
    );
  };
  const names = ['Residence', 'Gender', 'Education', 'Labor'];

  test('the guideline example: scores, DIS at four fractions, contributions', () => {
    const { expected, tolerance } = row('suda-guideline');
    const found = suda2(guideline(), { quasiIdentifiers: names });
    expect([...found.score]).toEqual(expected.score);
    names.forEach((name, i) => {
      near(found.attributeContribution[name] as number, expected.attributeContribution[i], tolerance);
    });
    for (const fraction of [0.01, 0.1, 0.2, 0.3]) {
      const { dis } = suda2(guideline(), { quasiIdentifiers: names, fraction });
      dis.forEach((value, i) => {
        near(value, expected[`dis${fraction}`][i], tolerance);
      });
    }
    const other = suda2(guideline(), { quasiIdentifiers: names, scores: 'sdcmicro' });
    other.score.forEach((value, i) => {
      near(value, expected.notOriginal[i], tolerance);
    });
  });

  test('the book example', () => {
    const { expected, tolerance } = row('suda-book');
    const table = tableFromColumns({
      age: words('20s 20s 20s 20s 20s 20s 20s 60s'),
      gender: words('m m m m f f f m'),
      income: words('50k+ 50k+ 50k- 50k- 50k- 50k- 50k- 50k-'),
      education: words('hs hs hs hs uni hs mid uni'),
    });
    const found = suda2(table, { quasiIdentifiers: table.names });
    expect([...found.score]).toEqual(expected.score);
    found.dis.forEach((value, i) => {
      near(value, expected.dis[i], tolerance);
    });
    table.names.forEach((name, i) => {
      near(found.attributeContribution[name] as number, expected.contrib[i], 1e-9);
    });
  });

  test('Adult, 4 columns', () => {
    const { params, expected, tolerance } = row('suda-adult4');
    const found = suda2(adultTable(), { quasiIdentifiers: params.vars, fraction: params.DisFraction });
    const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
    expect(sum(found.score)).toBe(expected.sumScore);
    expect(found.score.filter((value) => value > 0).length).toBe(expected.nScored);
    expect(Math.max(...found.score)).toBe(expected.maxScore);
    near(sum(found.dis), expected.sumDis, tolerance);
    near(Math.max(...found.dis), expected.maxDis, tolerance);
    params.vars.forEach((name: string, i: number) => {
      near(found.attributeContribution[name] as number, expected.attributeContribution[i], tolerance);
    });
  });
});
