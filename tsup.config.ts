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
/** The command line uses the rooms through their public faces, as any user does: nothing of them is bundled twice. */
const publicFaces: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'public-faces',
  setup(build) {
    build.onResolve({ filter: /\/[a-z]+\/index\.js$/ }, ({ path }) => {
      const room = path.split('/').at(-2) as string;
      return rooms.includes(room) ? { path: `../${room}.js`, external: true } : undefined;
    });
  },
};
if (existsSync('src/cli/main.ts')) {
  config.push({
    ...shared,
    entry: { scrim: 'src/cli/main.ts' },
    outDir: 'dist/bin',
    format: ['esm'],
    platform: 'node',
    esbuildPlugins: [publicFaces],
  });
}
export default config;
