/**
 * Bytes as the decoders pass them on: strings of the characters U+0000 to U+00FF.
 * @module
 */

/** The bytes of a string of the characters U+0000 to U+00FF; null where it holds others. */
export function bytesOfText(binary: string): Uint8Array | null {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) {
    const code = binary.charCodeAt(i);
    if (code > 255) return null;
    bytes[i] = code;
  }
  return bytes;
}

/** Bytes as characters U+0000 to U+00FF. */
export function textOfBytes(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return out;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** UTF-8 bytes as text; null when they are none. */
export function utf8OfBytes(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** A view of bytes for numbers of several. */
export function viewOfBytes(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
