/**
 * Where bytes come from: a path, bytes in memory, or a stream; read in blocks with digest, progress and cancellation.
 * @module
 */
import { nodeFs, type RunOptions, ScrimError, Sha256, throttleProgress, throwIfCancelled } from '../core/index.js';

/** A path (Node), bytes in memory, or a stream of byte chunks (a Node stream, a web stream, an async generator). */
export type ByteSource = string | Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Size of the blocks in which files and large arrays are read. */
const BLOCK = 1 << 20;

/** What is known about a source once it was read. */
export interface SourceFacts {
  /** File name without folders, or what the caller gave. */
  readonly name: string;
  bytes: number;
  sha256: string | null;
}

/** Options of {@link readBlocks}. */
export interface BlockOptions extends RunOptions {
  /** Name for messages and records. Default: the file's name, or `input`. */
  readonly name?: string;
  /** Compute the SHA-256 of the exact bytes while reading. Default false. */
  readonly digest?: boolean;
}

/** The name under which a source appears in messages and records. */
export function sourceName(source: ByteSource, name?: string): string {
  if (name !== undefined) return name;
  return typeof source === 'string' ? (source.split(/[\\/]/).pop() as string) : 'input';
}

/**
 * The bytes of a source in blocks of at most 1 MiB. A block is valid until the next one is asked for.
 *
 * @param facts filled while reading: bytes so far and, at the end, the digest
 * @throws SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_CANCELLED, SCRIM_PLATFORM_FILES
 */
export async function* readBlocks(
  source: ByteSource,
  facts: SourceFacts,
  options: BlockOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const digest = options.digest === true ? new Sha256() : null;
  const report = options.progress === undefined ? null : throttleProgress(options.progress);
  const total = typeof source === 'string' ? fileSize(source) : source instanceof Uint8Array ? source.length : null;
  const blocks = typeof source === 'string' ? fileBlocks(source) : memoryBlocks(source);
  for await (const block of blocks) {
    throwIfCancelled(options.signal, 'Reading');
    digest?.update(block);
    facts.bytes += block.length;
    yield block;
    report?.({ stage: 'read', done: facts.bytes, total, unit: 'bytes' });
  }
  throwIfCancelled(options.signal, 'Reading');
  if (digest !== null) facts.sha256 = digest.hex();
}

function fileError(path: string, error: unknown): ScrimError {
  const reason = String((error as { code?: string }).code ?? 'unknown');
  return reason === 'ENOENT'
    ? new ScrimError('SCRIM_FILE_MISSING', { path })
    : new ScrimError('SCRIM_FILE_UNREADABLE', { path, reason });
}

function fileSize(path: string): number | null {
  const fs = nodeFs('Reading a file');
  try {
    const stat = fs.statSync(path);
    return stat.isFile() ? stat.size : null;
  } catch (error) {
    throw fileError(path, error);
  }
}

async function* fileBlocks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const fs = nodeFs('Reading a file');
  let handle: Awaited<ReturnType<typeof fs.promises.open>>;
  try {
    handle = await fs.promises.open(path, 'r');
  } catch (error) {
    throw fileError(path, error);
  }
  try {
    const buffer = new Uint8Array(BLOCK);
    for (;;) {
      let count: number;
      try {
        count = (await handle.read(buffer, 0, BLOCK, null)).bytesRead;
      } catch (error) {
        throw fileError(path, error);
      }
      if (count === 0) return;
      yield buffer.subarray(0, count);
    }
  } finally {
    await handle.close();
  }
}

async function* memoryBlocks(
  source: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (source instanceof Uint8Array) {
    for (let start = 0; start < source.length; start += BLOCK) yield source.subarray(start, start + BLOCK);
    return;
  }
  for await (const chunk of source) {
    if (!(chunk instanceof Uint8Array)) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'source', problem: 'a stream of bytes is needed, not of text' });
    }
    for (let start = 0; start < chunk.length; start += BLOCK) yield chunk.subarray(start, start + BLOCK);
  }
}
