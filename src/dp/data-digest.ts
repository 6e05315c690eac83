/**
 * What binds a release to its data without telling about it.
 * @module
 */
import { canonicalJson, Sha256, sha256Hex } from '../core/index.js';
import { cellText, type Table } from '../table/index.js';

/** A digest of the data in the open would let anybody test a guess at the last unknown row; with the nonce kept back it tells nothing. */
export function commit(nonce: string, digest: string): string {
  return sha256Hex(new TextEncoder().encode(`scrim.dp-data/1\n${nonce}\n${digest}`));
}

const DIGEST_ROWS = 4096;

/** SHA-256 over names and cells, row by row. */
export function tableDigest(table: Table): string {
  const hash = new Sha256();
  const encoder = new TextEncoder();
  let lines: string[] = [canonicalJson(table.names)];
  const flush = (): void => {
    hash.update(encoder.encode(lines.map((line) => `${line}\n`).join('')));
    lines = [];
  };
  for (const batch of table.batches) {
    for (let row = 0; row < batch.rows; row++) {
      lines.push(JSON.stringify(batch.columns.map((column) => cellText(column, row))));
      if (lines.length === DIGEST_ROWS) flush();
    }
  }
  flush();
  return hash.hex();
}
