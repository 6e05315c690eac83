import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorsReference } from '../../scripts/errors-reference.js';
import { type ErrorCode, errorCatalogue, ScrimError } from '../../src/core/index.js';

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe('error catalogue', () => {
  it('docs/errors.md is current (npm run docs:errors)', () => {
    expect(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsReference());
  });

  it.each(Object.entries(errorCatalogue))('%s uses the same placeholders in both languages', (code, entry) => {
    expect(code).toMatch(/^SCRIM_[A-Z0-9]+(_[A-Z0-9]+)*$/);
    expect(placeholders(entry.message[1])).toEqual(placeholders(entry.message[0]));
    expect(placeholders(entry.hint[1])).toEqual(placeholders(entry.hint[0]));
    for (const pair of [entry.title, entry.message, entry.hint]) {
      for (const text of pair) expect(text.trim()).toMatch(/\S/);
    }
  });

  it('fills parameters, localises, and serialises without stack or cause', () => {
    const error = new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column: '年龄' }, { cause: new Error('secret') });
    expect(error.message).toBe('There is no column 年龄.');
    expect(error.localize('zh-CN').message).toBe('不存在列 年龄。');
    expect(error.docs).toBe('docs/errors.md#scrim_table_unknown_column');
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(Object.keys(error.toJSON())).toEqual(['code', 'message', 'hint', 'docs', 'parameters']);
  });

  it('every code can be constructed without parameters', () => {
    for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
      expect([1, 2, 3, 4]).toContain(new ScrimError(code).exitCode);
    }
  });
});
