/** Points on several threads: the same hashes, products, findings and sessions as on one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lanes, SecureRandom } from '../../src/core/index.js';
import { checkPoints, group, multiplyAll } from '../../src/psi/group.js';
import { agreement, runInProcess } from '../../src/psi/index.js';
import { parallelGroup, psiLanes } from '../../src/psi/parallel.js';
import { codeOf, expected, keys } from './helpers.js';

let lanes: Lanes;

beforeAll(async () => {
  lanes = psiLanes(2);
  for (let i = 0; i < 400 && lanes.ready === 0; i++) await new Promise((resolve) => setTimeout(resolve, 25));
});
afterAll(() => lanes.close());

const COUNT = 520;
const items = new SecureRandom().bytes(16 * COUNT);

describe.each(['x25519', 'sm2'] as const)('%s', (name) => {
  const alone = group(name);

  it('hashes, multiplies and checks as one thread does, and names the same point', () => {
    expect(lanes.ready).toBe(1);
    const both = parallelGroup(name, false, lanes);
    const points = both.hash(items, COUNT);
    expect(points).toEqual(alone.hash(items, COUNT));
    const secret = both.secret();
    const kept = secret.slice();
    const products = multiplyAll(alone.multiplier(secret), points, COUNT);
    expect(multiplyAll(both.multiplier(secret), points, COUNT)).toEqual(products);
    expect(both.multiplier(secret).all?.(points, COUNT)).toEqual(products);
    expect(secret).toEqual(kept);
    expect(both.allValid?.(points, COUNT)).toBe(true);
    expect(codeOf(() => checkPoints(both, points, COUNT))).toBe('no error');
    // Above every prime here: not canonical.
    const bad = points.slice();
    bad.fill(255, 32 * 517, 32 * 518);
    expect(both.allValid?.(bad, COUNT)).toBe(false);
    const said = (own: typeof both): unknown => {
      try {
        return checkPoints(own, bad, COUNT);
      } catch (error) {
        return (error as { parameters: unknown }).parameters;
      }
    };
    expect(said(both)).toMatchObject({ position: 517 });
    expect(said(both)).toEqual(said(alone));
  });
});

it('x25519: a point of small order fails at its position', () => {
  const both = parallelGroup('x25519', false, lanes);
  const points = both.hash(items, COUNT);
  points.fill(0, 32 * 300, 32 * 301);
  expect(() => multiplyAll(both.multiplier(both.secret()), points, COUNT)).toThrow(
    expect.objectContaining({ code: 'SCRIM_PSI_POINT', parameters: expect.objectContaining({ position: 300 }) }),
  );
});

it.each(['ecdh', 'oprf'] as const)('%s with two threads a side finds what one finds', (protocol) => {
  const agreed = agreement({ protocol, learns: protocol === 'oprf' ? 'left' : 'both' });
  const [left, right] = [keys(0, 1000), keys(400, 1200)];
  const both = runInProcess(
    { agreement: agreed, items: left, threads: 2 },
    { agreement: agreed, items: right, threads: 2 },
  );
  expect([...(both.left.matches ?? [])]).toEqual(expected(left, right));
  expect(both.left.transcript).toBe(both.right.transcript);
});
