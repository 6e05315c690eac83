/**
 * Builds, unless what stands in `dist` was built from the same files: tests, the package and the demo ask for the build one after
 * the other, and types take a minute.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, 'node_modules', '.cache', 'scrim');
const marker = join(cache, 'built-from');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Digest of all that the build reads. */
function digestOfSources() {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  for (const file of [
    ...files,
    ...['package.json', 'tsconfig.json', 'tsup.config.ts'].map((name) => join(root, name)),
  ].sort())
    hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Files that the package names, all of them. */
function namedFiles(value) {
  if (typeof value === 'string') return value.startsWith('./dist/') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(namedFiles) : [];
}

const digest = digestOfSources();
const stands = [...namedFiles(manifest.exports), ...namedFiles(manifest.bin)].every((file) =>
  existsSync(join(root, file)),
);
if (!stands || !existsSync(marker) || readFileSync(marker, 'utf8') !== digest) {
  rmSync(marker, { force: true });
  const { status } = spawnSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(cache, { recursive: true });
  writeFileSync(marker, digest);
}
