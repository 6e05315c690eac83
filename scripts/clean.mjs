/** Empties `dist` before a build: the two builds of tsup run side by side and could not do it themselves. */
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
