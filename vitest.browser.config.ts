import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const executablePath =
  process.env['SCRIM_CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** The rooms that must work in a browser tab, in headless Chromium: `npm run test:browser`. */
const config: ViteUserConfig = defineConfig({
  // Known beforehand, so that the first run is not interrupted by a reload.
  optimizeDeps: {
    include: [
      'hyparquet',
      'hyparquet/src/column.js',
      'hyparquet/src/datapage.js',
      'hyparquet-writer',
      'mathjs',
      'yaml',
      'zod',
      '@noble/ciphers/aes.js',
      '@noble/curves/ed25519.js',
      '@noble/curves/nist.js',
      '@noble/hashes/hmac.js',
      '@noble/hashes/scrypt.js',
      '@noble/hashes/sha2.js',
    ],
  },
  test: {
    include: ['test/browser/**/*.test.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          ...(executablePath === undefined ? {} : { executablePath }),
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
          ],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
export default config;
