/** Digests under salts and keys that nobody published but anybody would guess; under long random ones they stay unread. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const ROWS = 400;
const random = new SeededRandom('guessed salts');
const SOURCE: Readonly<Record<string, readonly string[]>> = {
  name: Array.from(
    { length: ROWS },
    () => `${'ABCDEFGH'[random.below(8)]}. ${'Smith Jones Brown Lee'.split(' ')[random.below(4)]}${random.below(60)}`,
  ),
  grade: Array.from({ length: ROWS }, () => `G${1 + random.below(6)}`),
  pay: Array.from({ length: ROWS }, () => String(20_000 + random.below(60_000))),
};

const reviewed = async (digest: (text: string) => string, names = Object.keys(SOURCE)) => {
  const product = names.map((name) => [name, (SOURCE[name] as string[]).filter((_, i) => i % 3 === 0).map(digest)]);
  const { verdict, attacks } = await review({
    sources: [tableFromColumns(SOURCE)],
    product: tableFromColumns(Object.fromEntries(product)),
    seed: '00',
  });
  return { verdict, inverse: attacks.map((attack) => attack.inverse ?? '').join('\n') };
};
const hash = (kind: string, text: string): string => createHash(kind).update(text).digest('hex');

describe('guessed salts', () => {
  it.each<[string, (text: string) => string]>([
    ['four digits behind, cut, in capitals', (text) => hash('md5', `${text}2026`).slice(0, 12).toUpperCase()],
    ['a word with a separator before', (text) => hash('sha256', `Company:${text}`)],
    ['a word with a year as the key of HMAC', (text) => createHmac('sha256', 'secret_2024').update(text).digest('hex')],
    ['a Chinese word behind a separator', (text) => hash('sha1', `${text}|密钥`)],
  ])('%s', async (_, digest) => {
    const { verdict, inverse } = await reviewed(digest);
    expect(verdict).toBe('block');
    expect(inverse).toContain('guessed');
  });

  it('where no column holds few digests', async () => {
    expect((await reviewed((text) => hash('sha512', `${text}$2023`).slice(0, 20), ['name', 'pay'])).verdict).toBe(
      'block',
    );
  });

  it('not one that cannot be guessed', async () => {
    const { inverse } = await reviewed((text) => hash('sha256', `q8#Zr1v0w${text}`));
    expect(inverse).not.toContain('guessed');
  });
});
