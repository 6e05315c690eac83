/** Products that are files of other forms, or one text in lines: what is in them is read, and what could not be read stays a gap. */
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { jsonOfPython } from '../../src/reversibility/containers/index.js';
import { review } from '../../src/reversibility/index.js';
import { csvBytes, tableFromColumns } from '../../src/table/index.js';
import { registerTable } from '../../src/testing/index.js';

const RAW = registerTable({ rows: 240, seed: 'whole files' });
const CSV = csvBytes(RAW);
const TEXT = new TextDecoder().decode(CSV);
const [HEADER, ...LINES] = TEXT.trim()
  .split(/\r?\n/)
  .map((line) => line.split(',')) as [string[], ...string[][]];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (own: Uint8Array): string => Buffer.from(own).toString('base64');
const quoted = (cell: string): string => `'${cell.replace(/'/g, "''")}'`;

/** An archive of one file (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16). */
function zip(name: string, content: Uint8Array): Uint8Array {
  const body = deflateRawSync(content);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(body.length, 4);
  sizes.writeUInt32LE(content.length, 8);
  const named = Buffer.alloc(4);
  named.writeUInt16LE(name.length, 0);
  const local = Buffer.concat([
    Buffer.from('504b0304140000000800000000', 'hex'),
    Buffer.alloc(1),
    sizes,
    named,
    Buffer.from(name),
    body,
  ]);
  const central = Buffer.concat([
    Buffer.from('504b01021400140000000800', 'hex'),
    Buffer.alloc(4),
    sizes,
    named,
    Buffer.alloc(10),
    Buffer.alloc(4),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

const products: [string, Uint8Array][] = [
  ['gzip', gzipSync(CSV)],
  ['an archive', zip('data.csv', CSV)],
  [
    'XML',
    bytes(
      `<?xml version="1.0"?><rows>${LINES.map((row) => `<r>${row.map((c) => `<c>${c}</c>`).join('')}</r>`).join('\n')}</rows>`,
    ),
  ],
  [
    'XML on one line, whatever its elements are called',
    bytes(
      `<stay-list>${LINES.map((row) => `<stay no="1">${row.map((c, i) => `<f${i}>${c}</f${i}>`).join('')}</stay>`).join('')}</stay-list>`,
    ),
  ],
  [
    'HTML in short lines',
    bytes(
      `<table border="1">\n${LINES.map((row) => `  <tr>\n${row.map((c) => `    <td>${c}</td>`).join('\n')}\n  </tr>`).join('\n')}\n</table>`,
    ),
  ],
  ['base64 in lines', bytes(base64(CSV).replace(/.{76}/g, '$&\n'))],
  ['one line of hexadecimal digits', bytes(Buffer.from(brotliCompressSync(CSV)).toString('hex'))],
  [
    'a field on each line',
    bytes(LINES.map((row) => row.map((cell, i) => `${HEADER[i]}: ${cell}`).join('\n')).join('\n\n')),
  ],
  ['YAML', bytes(LINES.map((row) => `- ${row.map((cell, i) => `${HEADER[i]}: "${cell}"`).join('\n  ')}`).join('\n'))],
  [
    'a printed list',
    bytes(`[${LINES.map((row) => `{${row.map((c, i) => `'${HEADER[i]}': '${c}'`).join(', ')}}`).join(', ')}]`),
  ],
  ['a script', bytes(`var data = ${JSON.stringify(LINES)};`)],
  [
    'one statement',
    bytes(
      `CREATE TABLE t (a text);\nINSERT INTO t VALUES ${LINES.map((row) => `(${row.map(quoted).join(',')})`).join(',')};\n`,
    ),
  ],
];

describe('raw rows as', () => {
  it.each(products)('%s is blocked', async (_, product) => {
    const { verdict, restoration } = await review({ sources: [RAW], product, seed: '00' });
    expect(verdict).toBe('block');
    expect(restoration.rows.count).toBeGreaterThanOrEqual(238);
  });
});

describe('lines with the delimiter in quotation marks', () => {
  it('are read as they were written', async () => {
    const raw = tableFromColumns(
      Object.fromEntries(
        HEADER.map((name, i) => [
          name,
          LINES.map((row) => (i === 1 ? `${row[i]}, "${row[0]?.slice(-1)}"` : (row[i] as string))),
        ]),
      ),
    );
    const product = bytes(base64(csvBytes(raw)).replace(/.{76}/g, '$&\n'));
    const { verdict, restoration } = await review({ sources: [raw], product, seed: '00' });
    expect(verdict).toBe('block');
    expect(restoration.cells.net).toBeGreaterThan(0.99);
  });
});

describe('files that hold nothing to be read', () => {
  it.each([
    [
      'random bytes behind a signature',
      Uint8Array.from([0x1f, 0x8b, ...Array.from({ length: 5000 }, (__, i) => (i * 7919) & 255)]),
    ],
    ['a bomb', gzipSync(new Uint8Array(8_000_000))],
    ['a document', bytes(`%PDF-1.4\n${'x'.repeat(3000)}`)],
  ])('%s are a gap and review', async (_, product) => {
    const { verdict, coverage } = await review({ sources: [RAW], product, seed: '00' });
    expect(verdict).toBe('review');
    expect(coverage.gaps[0]?.id).toBe('intake of product 1');
  });
});

describe('printed Python values', () => {
  it.each([
    ["{'a': None, 'b': (1, 2.5), \"c\": True}", { a: null, b: [1, 2.5], c: true }],
    ["[('x',), nan]", [['x'], null]],
    ["['it\\'s', '\\u5f20\\n', '\"']", ["it's", '张\n', '"']],
  ])('%s', (text, value) => {
    expect(JSON.parse(jsonOfPython(text) as string)).toEqual(value);
  });

  it('anything else is none', () => {
    for (const text of ['[f(1)]', "['open", '[array([1])]']) expect(jsonOfPython(text)).toBeNull();
  });
});
