/** Encodings: GB 18030-2022, UTF-16 and UTF-8, found by their bytes or named, in chunks of any size. */
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../src/table/index.js';
import { bytesOf, cells, pieces, UNREADABLE, utf8 } from './csv-helpers.js';

const decoder = new TextDecoder('gb18030');
const pairs = new Map<string, number[]>();
for (let lead = 0x81; lead <= 0xfe; lead++) {
  for (let trail = 0x40; trail <= 0xfe; trail++) {
    const text = decoder.decode(Uint8Array.of(lead, trail));
    if (trail !== 0x7f && [...text].length === 1 && text !== '\uFFFD' && !pairs.has(text))
      pairs.set(text, [lead, trail]);
  }
}

/** GB18030 bytes of a text of two-byte characters and ASCII (inverse of the platform's decoder). */
function gb(text: string): Uint8Array {
  return bytesOf(...[...text].map((character) => pairs.get(character) ?? character));
}

const CSV = '姓名,地区,备注\n张三,浙江省杭州市,"说明，""引""号"\n李四,,\n王五,泰安市,䶮龘\n';
const ROWS = [
  ['张三', '浙江省杭州市', '说明，"引"号'],
  ['李四', null, null],
  ['王五', '泰安市', '䶮龘'],
];

describe('GB18030', () => {
  it('is found by its bytes, in chunks of any size, and reported', async () => {
    const bytes = gb(CSV.replace('䶮', '丨'));
    for (let size = 1; size <= bytes.length; size += size < 20 ? 1 : 17) {
      const { table, quality } = await readCsv(pieces(bytes, size));
      expect(table.names).toEqual(['姓名', '地区', '备注']);
      expect(cells(table)).toEqual(ROWS.map((row) => row.map((cell) => cell?.replace('䶮', '丨') ?? null)));
      expect(quality.text).toMatchObject({ encoding: 'gb18030', encodingDecidedBy: 'bytes', bom: false });
    }
  });

  it('is found when the first character beyond ASCII stands megabytes into the file', async () => {
    const ascii = utf8(`a,b\n${'plain,text\n'.repeat(150_000)}`);
    const { table, quality } = await readCsv(bytesOf(ascii, gb('张三,李四\n')));
    expect(quality.text?.encoding).toBe('gb18030');
    expect(table.rows).toBe(150_001);
    expect(table.chunks('b').at(-1)).toMatchObject({ type: 'dictionary' });
    const column = table.chunks('b')[0];
    expect(column?.type === 'dictionary' && column.dictionary.strings()).toEqual(['text', '李四']);
  });

  it('second bytes that look like delimiters are none (GBK 0x7C, 0x5C)', async () => {
    const bytes = bytesOf('a|b\n', [0x81, 0x7c], '|', [0x81, 0x5c], '\n', gb('张三|李四\n王五|赵六\n'));
    const { table } = await readCsv(bytes, { delimiter: '|', encoding: 'gbk' });
    expect(cells(table)[0]).toEqual([
      decoder.decode(Uint8Array.of(0x81, 0x7c)),
      decoder.decode(Uint8Array.of(0x81, 0x5c)),
    ]);
  });

  it('four-byte characters: supplementary planes count on from 0x90308130 = U+10000 (GB 18030-2022 annex)', async () => {
    // U+20000 - U+10000 = 65536 = 5 * 12600 + 2 * 1260 + 1 * 10 + 6, so 95 32 82 36.
    const bytes = bytesOf(gb('名,号\n'), [0x95, 0x32, 0x82, 0x36], ',1\n');
    for (let size = 1; size < 8; size++) {
      expect(cells((await readCsv(pieces(bytes, size), { encoding: 'gb18030' })).table)).toEqual([['\u{20000}', '1']]);
    }
  });

  it('wrong bytes make their cell unreadable, delimiters and line ends survive', async () => {
    const bytes = bytesOf(gb('名,号\n张'), [0xff], ',1\n', [0x81], ',2\n', gb('王,3\n'));
    const { table, quality } = await readCsv(bytes, { encoding: 'gb18030' });
    expect(cells(table)).toEqual([
      [UNREADABLE, '1'],
      [UNREADABLE, '2'],
      ['王', '3'],
    ]);
    expect(quality.columns[0]?.unreadable).toEqual({ count: 2, rows: [1, 2] });
    expect(cells((await readCsv(bytes, { encoding: 'gb18030', layout: 'utf8' })).table)[1]).toEqual([UNREADABLE, '2']);
  });

  it('an encoding that is named wins over the bytes', async () => {
    const { quality } = await readCsv(gb('a,b\n张三,1\n'), { encoding: 'utf-8' });
    expect(quality.text).toMatchObject({ encoding: 'utf-8', encodingDecidedBy: 'option' });
    expect(quality.columns[0]?.unreadable.count).toBe(1);
  });

  it('a single Chinese cell at the very end is enough', async () => {
    expect(cells((await readCsv(bytesOf('a,b\n1,', gb('张')))).table)).toEqual([['1', '张']]);
  });
});

describe('UTF-8', () => {
  it('cut inside characters, everywhere', async () => {
    const bytes = utf8(CSV);
    for (let size = 1; size <= 40; size++) {
      const { table, quality } = await readCsv(pieces(bytes, size));
      expect(cells(table)).toEqual(ROWS);
      expect(quality.text?.encoding).toBe('utf-8');
    }
  });

  it('keeps U+FFFD that stands in the file, and says so', async () => {
    const { table, quality } = await readCsv(utf8('a,b\nx\uFFFDy,1\n'));
    expect(cells(table)).toEqual([['x\uFFFDy', '1']]);
    expect(quality.columns[0]?.replacement).toBe(1);
  });

  it('a few wrong bytes in a UTF-8 file do not turn it into GB18030', async () => {
    const bytes = bytesOf(utf8(CSV.repeat(5)), [0xd5, 0xc5], ',x,y\n');
    expect((await readCsv(bytes)).quality.text?.encoding).toBe('utf-8');
  });
});

describe('UTF-16', () => {
  it.each(['utf-16le', 'utf-16be'])('%s without byte-order mark is found by its NUL bytes', async (encoding) => {
    const bytes = Buffer.from('id,name,sum\n1,张三,20\n2,李四,30\n', 'utf16le');
    if (encoding === 'utf-16be') bytes.swap16();
    for (const size of [1, 2, 3, 1000]) {
      const { table, quality } = await readCsv(pieces(bytes, size));
      expect(cells(table)).toEqual([
        ['1', '张三', '20'],
        ['2', '李四', '30'],
      ]);
      expect(quality.text).toMatchObject({ encoding, bom: false });
    }
  });
});

it('Big5 when named', async () => {
  const bytes = bytesOf([0xa6, 0x57], ',n\n', [0xb1, 0x69], ',1\n');
  expect(cells((await readCsv(bytes, { encoding: 'big5' })).table)).toEqual([['張', '1']]);
});
