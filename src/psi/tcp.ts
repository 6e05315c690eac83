/**
 * Frames over TCP: TLS 1.3 with certificates of both sides (RFC 8446, section 4.4), or plain on the loopback interface only.
 *
 * With a {@link FrameSeal} every frame travels sealed inside, behind its length: needed in suite `gm`, where TLS is not a gm
 * protocol. What arrives is cut into frames by its header; nothing is kept beyond the cap of a frame.
 * @module
 */
import type { Server, Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { nodeBuiltin, ScrimError, throwIfCancelled } from '../core/index.js';
import { type Connection, transportError } from './drive.js';
import { FRAME_HEADER, FRAME_LIMIT, frameLength } from './frame.js';
import { type FrameSeal, SEAL_BYTES } from './sealed-frames.js';

/** Certificate chain, private key and the authorities whose certificates the other side may show; PEM. */
export interface TlsIdentity {
  readonly cert: string | Uint8Array;
  readonly key: string | Uint8Array;
  readonly ca: string | Uint8Array;
}

/** Where and how to connect. */
export interface TcpOptions {
  readonly host: string;
  readonly port: number;
  /** Identity of this side; null = plain, on the loopback interface only. */
  readonly tls: TlsIdentity | null;
  /** Name that the other side's certificate must carry. Default: the host when connecting, any of the authority's when listening. */
  readonly peerName?: string;
  readonly seal?: FrameSeal | undefined;
  /** Milliseconds to wait for a connection, and (at least 10 s) for the greeting over it. Default 60,000. */
  readonly timeout?: number;
  /** Milliseconds without a byte from the other side, while it is its turn, after which it counts as gone. Default an hour. */
  readonly silence?: number;
  readonly signal?: AbortSignal;
}

const WHAT = 'Private set intersection';
const HIGH_WATER = 8 * 2 ** 20;
/** Milliseconds to wait for the other side unless told. */
const WAIT = 60_000;
/** A greeting needs no computation: whoever connects and says nothing is not held for {@link SILENCE}. */
const LEAST_GREETING = 10_000;
/** The other side may blind a whole bucket of keys before it answers. */
const SILENCE = 3_600_000;

function builtins(): { net: typeof import('node:net'); tls: typeof import('node:tls') } {
  const net = nodeBuiltin<typeof import('node:net')>('node:net');
  const tls = nodeBuiltin<typeof import('node:tls')>('node:tls');
  if (net === undefined || tls === undefined) throw new ScrimError('SCRIM_PLATFORM_FILES', { operation: 'TCP' });
  return { net, tls };
}

function checkPlain({ host, tls }: TcpOptions): void {
  if (tls === null && !['127.0.0.1', '::1', 'localhost'].includes(host)) {
    throw new ScrimError('SCRIM_PSI_TRANSPORT', { problem: 'without TLS only the loopback interface is allowed' });
  }
}

function secure({ cert, key, ca }: TlsIdentity): SecureContextOptions {
  const bytes = (value: string | Uint8Array): string | Buffer =>
    typeof value === 'string' ? value : Buffer.from(value);
  return { cert: bytes(cert), key: bytes(key), ca: bytes(ca), minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' };
}

/**
 * Waits until `done` is called or the signal is given: true; false when neither came in time.
 * @param listen hands `done` to whoever shall call it and returns what takes it back
 */
function within(
  milliseconds: number,
  signal: AbortSignal | undefined,
  listen: (done: () => void) => () => void,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (came: boolean): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      forget();
      resolve(came);
    };
    const done = (): void => end(true);
    const timer = setTimeout(end, milliseconds, false);
    const forget = listen(done);
    signal?.addEventListener('abort', done);
    if (signal?.aborted === true) done();
  });
}

/** A socket as a connection. */
class SocketConnection implements Connection {
  readonly #socket: Socket;
  readonly #seal: FrameSeal | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #silence: number;
  #patience: number;
  readonly #frames: Uint8Array[] = [];
  #chunks: Uint8Array[] = [];
  #held = 0;
  #queued = 0;
  #error: ScrimError | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: Socket, seal: FrameSeal | undefined, { timeout = WAIT, silence = SILENCE, signal }: TcpOptions) {
    this.#socket = socket;
    this.#seal = seal;
    this.#signal = signal;
    this.#silence = silence;
    this.#patience = Math.min(silence, Math.max(timeout, LEAST_GREETING));
    socket.setNoDelay(true);
    // A host that vanished without a word is noticed after some minutes of silence instead of never.
    socket.setKeepAlive(true, 60_000);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(transportError(error)));
    socket.on('close', () =>
      this.#fail(new ScrimError('SCRIM_PSI_TRANSPORT', { problem: 'the other side closed the connection' })),
    );
  }

  #fail(error: ScrimError): void {
    this.#error ??= error;
    this.#wake?.();
  }

  #take(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    try {
      for (;;) {
        const head = this.#seal === undefined ? FRAME_HEADER : 4;
        if (this.#held < head) break;
        const first = this.#peek(head);
        const length = this.#seal === undefined ? frameLength(first) : sealedLength(first);
        if (this.#held < length) break;
        const bytes = this.#cut(length);
        this.#frames.push(bytes);
        this.#queued += length;
      }
    } catch (error) {
      this.#fail(transportError(error));
      this.#socket.destroy();
      return;
    }
    if (this.#queued > HIGH_WATER) this.#socket.pause();
    // Part of a frame is a sign of life too.
    this.#wake?.();
  }

  #peek(length: number): Uint8Array {
    const first = this.#chunks[0] as Uint8Array;
    return first.length >= length ? first.subarray(0, length) : this.#join().subarray(0, length);
  }

  #join(): Uint8Array {
    const joined = new Uint8Array(this.#held);
    let at = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [joined];
    return joined;
  }

  #cut(length: number): Uint8Array {
    const joined = this.#chunks.length === 1 ? (this.#chunks[0] as Uint8Array) : this.#join();
    const rest = joined.subarray(length);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#held = rest.length;
    return joined.slice(0, length);
  }

  async send(frame: Uint8Array): Promise<void> {
    if (this.#error !== undefined && this.#frames.length === 0) throw this.#error;
    let bytes = frame;
    if (this.#seal !== undefined) {
      const sealed = this.#seal.seal(frame);
      bytes = new Uint8Array(4 + sealed.length);
      new DataView(bytes.buffer).setUint32(0, sealed.length);
      bytes.set(sealed, 4);
    }
    if (this.#socket.write(bytes) || this.#socket.destroyed) return;
    const drained = await within(this.#silence, this.#signal, (done) => {
      this.#socket.on('drain', done);
      this.#socket.on('close', done);
      return () => {
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
      };
    });
    throwIfCancelled(this.#signal, WHAT);
    if (!drained) this.#giveUp(this.#silence);
  }

  async receive(): Promise<Uint8Array> {
    while (this.#frames.length === 0) {
      if (this.#error !== undefined) throw this.#error;
      const stirred = await within(this.#patience, this.#signal, (done) => {
        this.#wake = done;
        return () => {
          this.#wake = undefined;
        };
      });
      throwIfCancelled(this.#signal, WHAT);
      if (!stirred) this.#giveUp(this.#patience);
    }
    this.#patience = this.#silence;
    const bytes = this.#frames.shift() as Uint8Array;
    this.#queued -= bytes.length;
    if (this.#queued < HIGH_WATER && this.#socket.isPaused()) this.#socket.resume();
    return this.#seal === undefined ? bytes : this.#seal.open(bytes.subarray(4));
  }

  #giveUp(milliseconds: number): never {
    this.#socket.destroy();
    const problem = `the other side was silent for ${Math.round(milliseconds / 1000)} s`;
    throw new ScrimError('SCRIM_PSI_TRANSPORT', { problem });
  }

  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#socket.destroy();
        resolve();
      }, 2000);
      this.#socket.on('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#socket.resume();
      this.#socket.end();
    });
  }
}

function sealedLength(head: Uint8Array): number {
  const length = new DataView(head.buffer, head.byteOffset).getUint32(0);
  if (length < SEAL_BYTES || length > FRAME_HEADER + FRAME_LIMIT + SEAL_BYTES) {
    throw new ScrimError('SCRIM_PSI_FRAME', { sequence: 0, problem: `it announces ${length} sealed bytes` });
  }
  return 4 + length;
}

/** Connects to a listening party. @throws SCRIM_PSI_TRANSPORT */
export async function connectTcp(options: TcpOptions): Promise<Connection> {
  checkPlain(options);
  const { net, tls } = builtins();
  const { host, port, timeout = WAIT, signal } = options;
  const until = Date.now() + timeout;
  for (;;) {
    try {
      const socket: Socket =
        options.tls === null
          ? net.connect({ host, port })
          : tls.connect({
              host,
              port,
              ...secure(options.tls),
              servername: options.peerName ?? host,
              ...nameCheck(options),
            });
      await connected(socket, options.tls === null ? 'connect' : 'secureConnect', until - Date.now(), signal);
      return new SocketConnection(socket, options.seal, options);
    } catch (error) {
      // The other side may not listen yet.
      if ((error as { code?: unknown }).code !== 'ECONNREFUSED' || Date.now() > until || signal?.aborted === true) {
        throw transportError(error, 'the other side was not accepted');
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Waits for the event of a socket that connects; destroys it when none comes. */
async function connected(socket: Socket, event: string, milliseconds: number, signal?: AbortSignal): Promise<void> {
  let failure: unknown;
  const came = await within(Math.max(1000, milliseconds), signal, (done) => {
    const fail = (error: unknown): void => {
      failure = error;
      done();
    };
    socket.once(event, done);
    socket.once('error', fail);
    return () => {
      socket.off(event, done);
      socket.off('error', fail);
    };
  });
  if (failure === undefined && came && signal?.aborted !== true) return;
  socket.on('error', () => undefined);
  socket.destroy();
  throwIfCancelled(signal, WHAT);
  throw failure ?? new ScrimError('SCRIM_PSI_TRANSPORT', { problem: 'the other side did not answer in time' });
}

/** An IP address is no server name (RFC 6066, section 3): the name in the certificate is then checked alone. */
function nameCheck({ host, peerName }: TcpOptions): { servername?: string } {
  const { net } = builtins();
  return peerName === undefined && net.isIP(host) !== 0 ? { servername: '' } : {};
}

/** A party that waits for others. */
export interface Listener {
  readonly port: number;
  /** The next connection. @throws SCRIM_PSI_TRANSPORT when none comes in time */
  accept(seal?: FrameSeal): Promise<Connection>;
  close(): Promise<void>;
}

/** Starts to listen. @throws SCRIM_PSI_TRANSPORT */
export async function listenTcp(options: TcpOptions): Promise<Listener> {
  checkPlain(options);
  const { net, tls } = builtins();
  const waiting: Socket[] = [];
  let refused: string | undefined;
  let wake: (() => void) | undefined;
  const take = (socket: Socket): void => {
    socket.pause();
    // A socket that fails before it is taken must not end the process.
    socket.on('error', () => undefined);
    waiting.push(socket);
    wake?.();
  };
  const server: Server =
    options.tls === null
      ? net.createServer(take)
      : tls.createServer(
          { ...secure(options.tls), requestCert: true, rejectUnauthorized: true },
          (socket: TLSSocket) => {
            const { peerName } = options;
            const error =
              peerName === undefined ? undefined : tls.checkServerIdentity(peerName, socket.getPeerCertificate());
            if (error === undefined) take(socket);
            else {
              refused = 'another name in its certificate';
              socket.destroy();
            }
          },
        );
  if (options.tls !== null) {
    server.on('tlsClientError', (error) => {
      refused = String(transportError(error, 'no certificate that is accepted').parameters['problem']);
    });
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(transportError(error)));
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async accept(seal) {
      const until = Date.now() + (options.timeout ?? WAIT);
      for (;;) {
        const socket = waiting.shift();
        if (socket !== undefined) {
          if (socket.destroyed) continue;
          const connection = new SocketConnection(socket, seal ?? options.seal, options);
          socket.resume();
          return connection;
        }
        if (Date.now() > until || options.signal?.aborted === true) {
          const problem =
            refused === undefined
              ? 'nobody connected in time'
              : `nobody was accepted in time; the last that tried was refused (${refused})`;
          throw new ScrimError('SCRIM_PSI_TRANSPORT', { problem });
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 200);
        });
      }
    },
    async close() {
      for (const socket of waiting) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
