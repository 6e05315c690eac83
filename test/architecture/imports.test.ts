/** DESIGN: an import may only point down, rooms meet through their index, no static `node:` import outside the CLI. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../src');

/** What each room may import. `testing` stands just below `reversibility` and is closed to everything that protects. */
const ground = ['core', 'table', 'crypto'];
const lower = [...ground, 'audit', 'identifiers', 'risk', 'noise'];
const five = ['masking', 'anonymity', 'sampling', 'dp', 'psi'];
const protecting = [...lower, ...five];
const allowed: Record<string, readonly string[]> = {
  core: [],
  table: ['core'],
  crypto: ['core'],
  audit: ground,
  identifiers: ground,
  risk: ground,
  noise: ground,
  masking: lower,
  anonymity: lower,
  sampling: lower,
  dp: lower,
  psi: lower,
  testing: protecting,
  reversibility: [...protecting, 'testing'],
  policy: [...protecting, 'reversibility'],
  report: [...protecting, 'reversibility'],
  cli: [...protecting, 'reversibility', 'policy', 'report', 'testing'],
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const file = relative(src, path);
  const room = file.split('/')[0] as string;
  const pattern =
    /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|(?<!typeof )import\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    room,
    target: (match[3] ?? match[4]) as string,
    typeOnly: match[2] !== undefined,
  }));
}

const imports = sources(src)
  .filter((path) => relative(src, path).includes('/'))
  .flatMap(importsOf);

function targetRoom(item: Import): { room: string; inside: string } | null {
  if (!item.target.startsWith('.')) return null;
  const path = relative(src, resolve(src, dirname(item.file), item.target));
  const [room, ...rest] = path.split('/');
  return { room: room as string, inside: rest.join('/') };
}

describe('the layers of the house', () => {
  it('reads a plausible number of imports', () => {
    expect(imports.length).toBeGreaterThan(10);
  });

  it('lets imports point only down', () => {
    const broken = imports.filter((item) => {
      const target = targetRoom(item);
      return target !== null && target.room !== item.room && !(allowed[item.room] ?? []).includes(target.room);
    });
    expect(broken.map((item) => `${item.file} -> ${item.target}`)).toEqual([]);
  });

  it('passes from room to room only through index.ts', () => {
    const broken = imports.filter((item) => {
      const target = targetRoom(item);
      return target !== null && target.room !== item.room && target.inside !== 'index.js';
    });
    expect(broken.map((item) => `${item.file} -> ${item.target}`)).toEqual([]);
  });

  it('keeps node: imports inside the command line', () => {
    const broken = imports.filter((item) => item.target.startsWith('node:') && !item.typeOnly && item.room !== 'cli');
    expect(broken.map((item) => `${item.file} -> ${item.target}`)).toEqual([]);
  });

  it('keeps seedrandom inside testing, zod inside policy and the command line', () => {
    const broken = imports.filter(
      (item) =>
        (item.target === 'seedrandom' && item.room !== 'testing') ||
        (item.target === 'zod' && !['policy', 'cli'].includes(item.room)),
    );
    expect(broken.map((item) => `${item.file} -> ${item.target}`)).toEqual([]);
  });

  it('notices a forbidden import', () => {
    const item: Import = { file: 'core/x.ts', room: 'core', target: '../table/index.js', typeOnly: false };
    expect(allowed[item.room]?.includes(targetRoom(item)?.room ?? '')).toBe(false);
  });
});
