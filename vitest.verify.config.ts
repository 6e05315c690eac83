import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The long statistical and correctness runs: `npm run verify`. */
const config: ViteUserConfig = defineConfig({
  test: { include: ['test/verify/**/*.test.ts'], testTimeout: 3_600_000, maxWorkers: 1 },
});
export default config;
