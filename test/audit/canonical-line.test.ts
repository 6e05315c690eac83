/** The quick reading of a record's line accepts nothing that the full reading refuses, and says the same of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linePartsOf } from '../../src/audit/canonical-line.js';
import { chainHash, readLine, writeLine } from '../../src/audit/record-line.js';
import { utf8 } from '../../src/crypto/index.js';

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
const key = fc.oneof(fc.constantFrom('a', 'b', '1', '10', '9', '__proto__', 'é', '姓名', ''), fc.string());
const value = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>;
const data = fc.array(fc.tuple(key, value), { maxLength: 6 });

/** Text of an object with its keys as given: unsorted and doubled ones too. */
function objectText(pairs: readonly (readonly [string, unknown])[]): string {
  return `{${pairs.map(([name, content]) => `${JSON.stringify(name)}:${JSON.stringify(content)}`).join(',')}}`;
}

/** The line with its hash made to fit, so that only its form is in question. */
function rehashed(body: string): Uint8Array {
  return utf8(`${body},"hash":"${chainHash('sha256', utf8(body))}"}`);
}

function agrees(line: Uint8Array): boolean | undefined {
  const parts = linePartsOf(line, 0, line.length);
  if (parts === null) return undefined;
  const record = readLine(line, 'sha256');
  expect(record).toBeTypeOf('object');
  if (typeof record === 'string') return false;
  const at = (from: number): string => String.fromCharCode(...line.subarray(from, from + 64));
  expect(parts.seq).toBe(record.seq);
  expect(parts.own).toBe(record.type.startsWith('ledger.'));
  expect(at(parts.prev)).toBe(record.prev);
  expect(at(parts.hash)).toBe(record.hash);
  return true;
}

const bodyOf = (seq: unknown, time: string, type: string, text: string, prev: string): string =>
  `{"seq":${seq},"time":${time},"type":${type},"data":${text},"prev":"${prev}"`;

describe('linePartsOf', () => {
  it('accepts only what the full reading accepts, over data of any shape', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom('release', 'ledger.checkpoint', 'x"', '好'),
        data,
        hex,
        (seq, type, pairs, prev) => {
          const body = bodyOf(seq, '"2026-11-22T08:00:40.971Z"', JSON.stringify(type), objectText(pairs), prev);
          if (agrees(rehashed(body))) accepted++;
        },
      ),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  it('accepts only what the full reading accepts after any change of a byte before the hash', () => {
    const body = bodyOf(7, '"t"', '"release"', '{"a":"文字","b":[1,-2,{"c":null,"d":true}],"e":0}', '0'.repeat(64));
    const bytes = utf8(body);
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.nat(255),
        fc.constantFrom('set', 'insert', 'remove'),
        (at, byte, how) => {
          const rest = bytes.subarray(how === 'insert' ? at : at + 1);
          const changed = Uint8Array.from([...bytes.subarray(0, at), ...(how === 'remove' ? [] : [byte]), ...rest]);
          const tail = utf8(`,"hash":"${chainHash('sha256', changed)}"}`);
          agrees(Uint8Array.from([...changed, ...tail]));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('takes what a writer writes: keys in order, text of any script, whole numbers', () => {
    const dataText = '{"approval":"A-1","n":12,"none":null,"operator":"张三","parts":[],"scope":{}}';
    const content = { seq: 12, time: '2026-11-22T08:00:40.971Z', type: 'release', dataText, prev: 'f'.repeat(64) };
    expect(agrees(utf8(writeLine(content, 'sha256').line))).toBe(true);
  });

  it.each([
    ['doubled key', '{"a":1,"a":2}'],
    ['keys out of order', '{"b":1,"a":2}'],
    ['key that JavaScript sorts as a number', '{"10":1,"9":2}'],
    ['space', '{"a": 1}'],
    ['number with exponent', '{"a":1e2}'],
    ['negative zero', '{"a":-0}'],
    ['leading zero', '{"a":01}'],
    ['number beyond 2^53', '{"a":9007199254740993}'],
    ['escape of a letter', '{"a":"\\u0061"}'],
    ['comma at the end', '{"a":[1,]}'],
    ['open object', '{"a":{"b":1}'],
    ['array instead of an object', '[]'],
    ['depth', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`],
  ])('leaves to the full reading: %s', (_, text) => {
    expect(linePartsOf(rehashed(bodyOf(1, '"t"', '"release"', text, '0'.repeat(64))), 0, 10_000)).toBeNull();
    const line = rehashed(bodyOf(1, '"t"', '"release"', text, '0'.repeat(64)));
    expect(linePartsOf(line, 0, line.length)).toBeNull();
  });

  it.each([
    ['overlong', [0xc0, 0xaf]],
    ['surrogate', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['cut off', [0xe4, 0xbd]],
    ['stray continuation', [0x80]],
  ])('refuses bytes that are not UTF-8: %s', (_, bad) => {
    const body = utf8(bodyOf(1, '"t"', '"release"', '{"a":"@"}', '0'.repeat(64)));
    const at = body.indexOf(64);
    const changed = Uint8Array.from([...body.subarray(0, at), ...bad, ...body.subarray(at + 1)]);
    const line = Uint8Array.from([...changed, ...utf8(`,"hash":"${chainHash('sha256', changed)}"}`)]);
    expect(linePartsOf(line, 0, line.length)).toBeNull();
    expect(readLine(line, 'sha256')).toBe('not-json');
  });
});
