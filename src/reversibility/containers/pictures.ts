/**
 * The bytes that pictures hold as pixels: PNG of eight bits a sample, BMP without compression, PNM.
 *
 * PNG specification (ISO/IEC 15948), chunks and filters; BITMAPFILEHEADER; Netpbm P5 and P6.
 * @module
 */
import { bytesOfText, textOfBytes, viewOfBytes } from './bytes.js';

/** Bytes of pixels without the zeros they were filled up with; null where the bytes are no picture. */
export function pixelsOf(binary: string, inflate: (zlib: string) => string | null): string | null {
  const bytes = /^(?:\x89PNG\r\n|BM|P[56]\s)/.test(binary) ? bytesOfText(binary) : null;
  if (bytes === null) return null;
  const pixels = binary.startsWith('BM') ? bitmap(bytes) : binary.startsWith('P') ? netpbm(bytes) : png(bytes, inflate);
  return pixels === null ? null : textOfBytes(pixels).replace(/\0+$/, '');
}

function bitmap(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < 54) return null;
  const view = viewOfBytes(bytes);
  const start = view.getUint32(10, true);
  const width = Math.abs(view.getInt32(18, true));
  const tall = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  if (view.getUint32(30, true) !== 0 || bits % 8 !== 0 || width === 0 || width > 1e6) return null;
  const used = (width * bits) / 8;
  const stride = Math.ceil(used / 4) * 4;
  const lines = Math.min(Math.abs(tall), Math.floor((bytes.length - start) / stride));
  const out = new Uint8Array(lines * used);
  // Lines usually stand from the bottom up; whoever fills bytes in does so from the start of the file.
  for (let line = 0; line < lines; line++)
    out.set(bytes.subarray(start + line * stride, start + line * stride + used), line * used);
  return out;
}

function netpbm(bytes: Uint8Array): Uint8Array | null {
  const head = /^P[56]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s+\d+\s/.exec(textOfBytes(bytes.subarray(0, 200)));
  return head === null ? null : bytes.subarray(head[0].length);
}

function png(bytes: Uint8Array, inflate: (zlib: string) => string | null): Uint8Array | null {
  const view = viewOfBytes(bytes);
  const parts: string[] = [];
  let width = 0;
  let height = 0;
  let samples = 0;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = textOfBytes(bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) return null;
    if (kind === 'IHDR') {
      width = view.getUint32(at + 8);
      height = view.getUint32(at + 12);
      if (bytes[at + 16] !== 8 || bytes[at + 20] !== 0) return null;
      samples = ({ 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as Readonly<Record<number, number>>)[bytes[at + 17] as number] ?? 0;
    } else if (kind === 'IDAT') parts.push(textOfBytes(bytes.subarray(at + 8, at + 8 + length)));
    at += 12 + length;
  }
  const raw = samples === 0 ? null : inflate(parts.join(''));
  if (raw === null || raw.length !== height * (width * samples + 1)) return null;
  return unfiltered(raw, width * samples, height, samples);
}

function unfiltered(raw: string, stride: number, height: number, samples: number): Uint8Array | null {
  const out = new Uint8Array(stride * height);
  for (let line = 0; line < height; line++) {
    const filter = raw.charCodeAt(line * (stride + 1));
    const row = line * stride;
    for (let i = 0; i < stride; i++) {
      const left = i >= samples ? (out[row + i - samples] as number) : 0;
      const up = line > 0 ? (out[row + i - stride] as number) : 0;
      const corner = line > 0 && i >= samples ? (out[row + i - stride - samples] as number) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      if (guess === undefined) return null;
      out[row + i] = raw.charCodeAt(line * (stride + 1) + 1 + i) + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const base = left + up - corner;
  const [a, b, c] = [Math.abs(base - left), Math.abs(base - up), Math.abs(base - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
