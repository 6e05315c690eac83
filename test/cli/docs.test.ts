/** docs/cli.md names every command and every option that is not on every command; its manifest example is accepted. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ScrimCommand } from '../../src/cli/command-line.js';
import { commands } from '../../src/cli/commands/index.js';
import { readManifest } from '../../src/cli/manifest.js';
import { inFolder } from './harness.js';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');

describe('docs/cli.md', () => {
  it('names every command and every option', () => {
    const io = {
      out: () => undefined,
      err: () => undefined,
      errIsTerminal: false,
      columns: 80,
      env: {},
      signal: new AbortController().signal,
    };
    const root = new ScrimCommand('scrim', { io, language: 'en', exit: 0 });
    for (const add of commands) add(root);
    for (const command of root.commands) {
      const start = page.indexOf(`### scrim ${command.name()}\n`);
      expect(start, command.name()).toBeGreaterThan(0);
      const end = page.indexOf('\n### scrim', start + 1);
      const section = page.slice(0, page.indexOf('## Commands')) + page.slice(start, end === -1 ? undefined : end);
      const keys = page.slice(page.indexOf('### scrim protect'), page.indexOf('### scrim review'));
      // A command with a page of its own is described there.
      if (page.slice(start, end).includes(`docs/${command.name()}.md`)) continue;
      for (const one of [command, ...command.commands]) {
        if (one !== command) expect(section, one.name()).toContain(`scrim ${command.name()} ${one.name()}`);
        for (const { long, short } of one.options) {
          const text = command.name() === 'keys' ? section + keys : section;
          const named = text.includes(long as string) || (short !== undefined && text.includes(`${short} `));
          expect(named, `${command.name()} ${long}`).toBe(true);
        }
      }
    }
  });

  it('shows a manifest that is accepted', () =>
    inFolder(async (folder) => {
      const example = /```yaml\n(schema: scrim\.manifest[\s\S]*?)```/.exec(page)?.[1] as string;
      const file = path.join(folder, 'product.yaml');
      writeFileSync(file, example);
      expect(readManifest(file).manifest.product.name).toBe('区域人口画像');
    }));
});
