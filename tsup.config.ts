import { existsSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

/** One entry per folder with a public face; each becomes the sub-path export of the same name. */
export const subpaths: readonly string[] = [
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

const entry: Record<string, string> = {};
for (const name of subpaths) {
  if (existsSync(`src/${name}/index.ts`)) entry[name] = `src/${name}/index.ts`;
}

const shared: Options = {
  target: 'node20',
  platform: 'neutral',
  sourcemap: false,
  splitting: true,
  treeshake: false,
  external: [/^node:/, /^[^./]/],
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
};

const config: Options[] = [{ ...shared, entry, format: ['esm', 'cjs'], outDir: 'dist', clean: true }];
export default defineConfig(config);
