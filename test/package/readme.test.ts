/** The README's API example is executed, and its printed output compared with the comment behind it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

describe('README.md', () => {
  const text = readFileSync(resolve(root, 'README.md'), 'utf8');
  const code = /<!-- example:[^>]*-->\s*```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? '';

  it('has an example of about 20 lines', () => {
    const lines = code.trim().split('\n').length;
    expect(lines).toBeGreaterThan(12);
    expect(lines).toBeLessThan(30);
  });

  it('runs as printed', async () => {
    const { transformWithEsbuild } = await import('vite');
    const expected = [...code.matchAll(/console\.log\(.*?\); \/\/ (.*)/g)].map((match) => match[1] as string);
    expect(expected.length).toBeGreaterThan(0);
    const rooms = code.replace(
      /from 'scrim\/([a-z]+)'/g,
      (_, room) => `from '${pathToFileURL(resolve(root, `dist/${room}.js`)).href}'`,
    );
    const { code: script } = await transformWithEsbuild(rooms, 'readme.ts', { format: 'esm', target: 'es2022' });
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await import(`data:text/javascript;base64,${Buffer.from(script).toString('base64')}`);
      expect(log.mock.calls.map((call) => call.join(' '))).toEqual(expected);
    } finally {
      log.mockRestore();
    }
  });

  it('names only files that exist', async () => {
    const { existsSync } = await import('node:fs');
    for (const name of ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'docs/architecture.md']) {
      const page = readFileSync(resolve(root, name), 'utf8');
      const links = [...page.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map((match) => match[1] as string);
      const missing = links.filter((link) => !existsSync(resolve(root, name, '..', link)));
      expect([name, missing]).toEqual([name, []]);
    }
  });
});
