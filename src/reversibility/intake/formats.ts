/**
 * Products that are no tables: what the first bytes say, so that the review can name the gap instead of misreading the file.
 *
 * Signatures: PDF 32000-1 §7.5.2; APPNOTE.TXT (ZIP) 4.3.7; RFC 1952 (gzip); PNG, JFIF, GIF89a; SQLite file format 1.3; HDF5 II.A;
 * MS-CFB 2.2; Python pickle PEP 307, PEP 3154; safetensors README ("format"); ONNX by its extension, since protobuf has no signature; Apache ORC v1 and Avro 1.11 specifications; Stata
 * dta 113-119; SPSS, SAS and MATLAB by what their files begin with.
 * @module
 */
import { nodeFs } from '../../core/index.js';

type Signature = readonly [format: string, bytes: readonly number[]];

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

const SIGNATURES: readonly Signature[] = [
  ['PDF', ascii('%PDF-')],
  ['ZIP', [0x50, 0x4b, 0x03, 0x04]],
  ['ZIP', [0x50, 0x4b, 0x05, 0x06]],
  ['GZIP', [0x1f, 0x8b]],
  ['BZIP2', ascii('BZh')],
  ['XZ', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['ZSTD', [0x28, 0xb5, 0x2f, 0xfd]],
  ['7Z', [0x37, 0x7a, 0xbc, 0xaf]],
  ['RAR', ascii('Rar!')],
  ['PNG', [0x89, 0x50, 0x4e, 0x47]],
  ['JPEG', [0xff, 0xd8, 0xff]],
  ['GIF', ascii('GIF8')],
  ['SQLite', ascii('SQLite format 3')],
  ['HDF5', [0x89, 0x48, 0x44, 0x46]],
  ['OLE2 (xls, doc)', [0xd0, 0xcf, 0x11, 0xe0]],
  ['Python pickle', [0x80, 0x02]],
  ['Python pickle', [0x80, 0x03]],
  ['Python pickle', [0x80, 0x04]],
  ['Python pickle', [0x80, 0x05]],
  ['Arrow IPC', ascii('ARROW1')],
  ['NumPy', [0x93, ...ascii('NUMPY')]],
  ['ELF', [0x7f, ...ascii('ELF')]],
  ['Feather', ascii('FEA1')],
  ['Avro', [...ascii('Obj'), 1]],
  ['SPSS', ascii('$FL2@(#)')],
  ['SPSS', ascii('$FL3@(#)')],
  ['Stata', ascii('<stata_dta>')],
  ...[0x71, 0x72, 0x73].flatMap((release): Signature[] => [
    ['Stata', [release, 1, 1, 0]],
    ['Stata', [release, 2, 1, 0]],
  ]),
  ['SAS', [...new Array<number>(12).fill(0), 0xc2, 0xea, 0x81, 0x60]],
  ['MATLAB', ascii('MATLAB 5.0 MAT-file')],
  ['R data', ascii('RDX2\n')],
  ['R data', ascii('RDX3\n')],
];

const MARKUP: readonly (readonly [string, RegExp])[] = [
  ['PMML', /<PMML[\s>]/i],
  ['SVG', /<svg[\s>]/i],
  ['HTML', /^\s*(?:<!doctype html|<html[\s>]|<head[\s>]|<body[\s>])/i],
  ['XML', /^\s*<\?xml\s/i],
];

const EXTENSIONS: Readonly<Record<string, string>> = {
  onnx: 'ONNX',
  pt: 'PyTorch',
  pth: 'PyTorch',
  pkl: 'Python pickle',
  joblib: 'Python pickle',
  rds: 'R data',
  rdata: 'R data',
};

/** Bytes that are looked at. */
const HEAD = 1024;

/** What kind of file this is, when its first bytes or its name say that it is no table; null otherwise. */
export function foreignFormat(data: Uint8Array | string): string | null {
  const head = typeof data === 'string' ? headOf(data) : data.subarray(0, HEAD);
  for (const [format, signature] of SIGNATURES) {
    if (signature.every((byte, i) => head[i] === byte)) return format;
  }
  // safetensors: length of the header, then JSON.
  if (head.length > 10 && head[8] === 0x7b && head[9] === 0x22 && head[6] === 0 && head[7] === 0) return 'safetensors';
  // The letters alone may begin a header.
  if (ascii('ORC').every((byte, i) => head[i] === byte) && head.subarray(3, 64).some((byte) => byte < 9)) return 'ORC';
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const text = new TextDecoder('latin1').decode(head.subarray(start));
  if (/^\s*</.test(text)) {
    for (const [format, pattern] of MARKUP) if (pattern.test(text)) return format;
  }
  if (typeof data !== 'string') return null;
  return EXTENSIONS[/\.([a-z0-9]+)$/i.exec(data)?.[1]?.toLowerCase() ?? ''] ?? null;
}

function headOf(path: string): Uint8Array {
  const fs = nodeFs('scrim review');
  if (!fs.statSync(path, { throwIfNoEntry: false })?.isFile()) return new Uint8Array(0);
  const file = fs.openSync(path, 'r');
  try {
    const head = new Uint8Array(HEAD);
    return head.subarray(0, fs.readSync(file, head, 0, HEAD, 0));
  } finally {
    fs.closeSync(file);
  }
}
