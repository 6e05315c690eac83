/**
 * The hashes of a ledger's records, read from the end of each line without parsing it: for trees over ledgers that were verified.
 * @module
 */

/** `..."hash":"<64>"}` and `..."pruned":"<64>"}` end alike. */
const TAIL = 66;

/** Feed it bytes in order; it calls back with the 32 bytes of every whole line's hash. */
export class HashScanner {
  #rest: Uint8Array = new Uint8Array();

  push(chunk: Uint8Array, each: (recordHash: Uint8Array) => void): void {
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      const hash = new Uint8Array(32);
      for (let i = 0; i < 32; i++) {
        const at = end - TAIL + 2 * i;
        hash[i] = (nibble(bytes[at]) << 4) | nibble(bytes[at + 1]);
      }
      each(hash);
      start = end + 1;
    }
    this.#rest = bytes.slice(start);
  }
}

function nibble(byte: number | undefined): number {
  if (byte === undefined) return 0;
  return byte >= 97 ? byte - 87 : byte - 48;
}
