import { existsSync } from 'node:fs';
import type { Options } from 'tsup';

/** Folders with a public face; each becomes the sub-path export of the same name. */
export const rooms: readonly string[] = [
  'core',
  'table',
  'crypto',
  'audit',
  'identifiers',
  'risk',
  'noise',
  'masking',
  'anonymity',
  'sampling',
  'dp',
  'psi',
  'reversibility',
  'policy',
  'report',
  'testing',
];

const library: Record<string, string> = { index: 'src/index.ts' };
for (const room of rooms) {
  if (existsSync(`src/${room}/index.ts`)) library[room] = `src/${room}/index.ts`;
}

const shared: Options = {
  target: 'node20',
  platform: 'neutral',
  outDir: 'dist',
  splitting: true,
  external: [/^node:/, /^[^./]/],
};

const config: Options[] = [
  {
    ...shared,
    entry: library,
    format: ['esm', 'cjs'],
    // tsup 8.5 sets baseUrl for its declaration build, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  },
];
if (existsSync('src/cli/main.ts')) {
  config.push({ ...shared, entry: { 'bin/scrim': 'src/cli/main.ts' }, format: ['esm'], platform: 'node' });
}
export default config;
