/**
 * Reference rows of other implementations (python-stdnum, Hutool, validator.js; each row names file and commit).
 */
import { describe, expect, it } from 'vitest';
import {
  bd09ToGcj02,
  bd09ToWgs84,
  gcj02ToBd09,
  gcj02ToWgs84,
  luhnValid,
  normalize,
  type Position,
  regionAt,
  residentIdParts,
  validate,
  wgs84ToBd09,
  wgs84ToGcj02,
} from '../../src/identifiers/index.js';
import vectors from '../vectors/identifiers/identifiers.json' with { type: 'json' };

interface Row {
  id: string;
  kind: string;
  value?: string;
  valid?: boolean;
  why?: string;
  to18?: string;
  expect?: { province: string; county: string };
  op?: string;
  in?: number[];
  out?: number[];
}

const kindOf: Record<string, string> = {
  'cn-id': 'resident-id',
  'cn-id15': 'resident-id',
  'hk-id': 'hk-id',
  'tw-id': 'tw-id',
  uscc: 'uscc',
  'bankcard-unionpay': 'bank-card',
  'cn-mobile': 'mobile',
  'cn-passport': 'passport',
  'cn-postcode': 'postcode',
  'cn-plate': 'plate',
  vin: 'vin',
};
const reasons: Record<string, string> = { date: 'date', checksum: 'check-digit', format: 'format' };
const operations: Record<string, (position: Position) => Position> = {
  'wgs84->gcj02': wgs84ToGcj02,
  'gcj02->wgs84': gcj02ToWgs84,
  'gcj02->bd09': gcj02ToBd09,
  'bd09->gcj02': bd09ToGcj02,
  'wgs84->bd09': wgs84ToBd09,
  'bd09->wgs84': bd09ToWgs84,
};

describe('reference rows', () => {
  for (const row of (vectors as { rows: Row[] }).rows) {
    it(row.id, () => {
      if (row.kind === 'geo') {
        const operation = operations[row.op as string];
        if (operation === undefined) throw new Error(`unknown operation ${row.op}`);
        const [x, y] = operation(row.in as unknown as Position);
        expect(x).toBeCloseTo(row.out?.[0] as number, 9);
        expect(y).toBeCloseTo(row.out?.[1] as number, 9);
      } else if (row.kind === 'luhn') {
        expect(luhnValid(row.value as string)).toBe(row.valid);
      } else if (row.kind === 'cn-id-birthplace') {
        const parts = residentIdParts(row.value as string);
        const found = regionAt(parts?.region as string, parts?.year as number);
        expect({ province: found.province, county: found.county }).toEqual(row.expect);
      } else {
        const kind = kindOf[row.kind];
        if (kind === undefined) throw new Error(`no kind for ${row.kind}`);
        const result = validate(kind, row.value as string);
        expect(result.valid).toBe(row.valid);
        if (row.why !== undefined && reasons[row.why] !== undefined) expect(result.reason).toBe(reasons[row.why]);
        if (row.to18 !== undefined) expect(normalize(kind, row.value as string)).toBe(row.to18);
      }
    });
  }
});
