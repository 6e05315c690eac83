/** Packaging rules as tests: exact pins, exports order, and the packed tarball imported from ESM, CJS and TypeScript. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rooms } from '../../tsup.config.js';

const root = resolve(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('package.json', () => {
  it('pins every dependency exactly', () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    for (const [name, version] of Object.entries(all))
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
  });

  it('explains every runtime dependency and optional peer in docs/dependencies.md', () => {
    const text = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
    const names = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies ?? {})];
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('offers one sub-path per room, types first', () => {
    expect(Object.keys(manifest.exports)).toEqual(['.', ...rooms.map((room) => `./${room}`), './package.json']);
    for (const [path, conditions] of Object.entries(manifest.exports)) {
      if (path === './package.json') continue;
      const { import: esm, require: cjs } = conditions as Record<string, Record<string, string>>;
      expect(Object.keys(esm as object)).toEqual(['types', 'default']);
      expect(Object.keys(cjs as object)).toEqual(['types', 'default']);
    }
  });

  it('installs without scripts', () => {
    for (const hook of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(manifest.scripts).not.toHaveProperty(hook);
  });
});

describe('the packed tarball', () => {
  const place = join(root, 'node_modules/.cache/scrim-pack');
  const home = join(place, 'node_modules/scrim');
  const run = (file: string, args: string[]): string =>
    execFileSync(file, args, { cwd: place, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  beforeAll(() => {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', place], {
      cwd: root,
      stdio: 'ignore',
    });
    const tarball = readdirSync(place).find((name) => name.endsWith('.tgz')) as string;
    run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
    writeFileSync(join(place, 'package.json'), '{"type":"module"}');
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  const paths = ['scrim', ...rooms.map((room) => `scrim/${room}`)];

  it('loads every sub-path as ESM, with one error class', () => {
    writeFileSync(
      join(place, 'load.mjs'),
      `const modules = await Promise.all(${JSON.stringify(paths)}.map((path) => import(path)));
       console.log(modules.every((module) => Object.keys(module).length > 0), (await import('scrim')).ScrimError === (await import('scrim/core')).ScrimError);`,
    );
    expect(run('node', ['load.mjs']).trim()).toBe('true true');
  });

  it('loads every sub-path as CommonJS, with one error class', () => {
    writeFileSync(
      join(place, 'load.cjs'),
      `const modules = ${JSON.stringify(paths)}.map((path) => require(path));
       console.log(modules.every((module) => Object.keys(module).length > 0), require('scrim').ScrimError === require('scrim/core').ScrimError);`,
    );
    expect(run('node', ['load.cjs']).trim()).toBe('true true');
  });

  it('type-checks in a TypeScript project', () => {
    writeFileSync(
      join(place, 'use.ts'),
      `${paths.map((path, i) => `import * as m${i} from '${path}';`).join('\n')}
       import { ScrimError } from 'scrim';
       export const all: unknown[] = [${paths.map((_, i) => `m${i}`).join(', ')}];
       export const code: string = new ScrimError('SCRIM_CANCELLED', { operation: 'x' }).code;
       // @ts-expect-error an unknown code is refused
       export const wrong = new ScrimError('NO_SUCH_CODE');`,
    );
    run('node', [
      join(root, 'node_modules/typescript/bin/tsc'),
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      'node',
      'use.ts',
    ]);
  });

  it('brings a command that answers', () => {
    const output = run('node', [join(home, manifest.bin.scrim), '--version']);
    expect(output.trim()).toBe(manifest.version);
  });

  it('leaves sources, tests and benches at home', () => {
    const top = readdirSync(home);
    for (const name of ['src', 'test', 'bench', 'node_modules']) expect(top).not.toContain(name);
    for (const name of ['dist', 'LICENSE', 'NOTICE', 'README.md']) expect(top).toContain(name);
  });
});
