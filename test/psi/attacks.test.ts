/** What a hostile peer or network may do, each ending in a coded error (issue 6, "Bad input and attacks"). */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { suite } from '../../src/crypto/index.js';
import { FRAME_LIMIT, frameLength, frameTypes } from '../../src/psi/frame.js';
import { group } from '../../src/psi/group.js';
import {
  type AgreementOptions,
  agreement,
  connectTcp,
  FrameSeal,
  listenTcp,
  memorySessions,
  PsiMachine,
  runMachines,
  runOver,
  type Wiretap,
} from '../../src/psi/index.js';
import { codeOf, keys, run } from './helpers.js';

const P25519 = 2n ** 255n - 19n;

function little(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function big(value: bigint): Uint8Array {
  return little(value).reverse();
}

/** Replaces the first point of the first frame of this type. */
function withPoint(type: keyof typeof frameTypes, point: Uint8Array): Wiretap {
  let done = false;
  return (_, frame) => {
    if (done || frame[5] !== frameTypes[type] || frame.length < 64) return frame;
    done = true;
    const changed = frame.slice();
    changed.set(point, 32);
    return changed;
  };
}

describe('points', () => {
  const cases: [string, AgreementOptions, Uint8Array][] = [
    ['zero', {}, little(0n)],
    ['order 4', {}, little(1n)],
    ['order 8', {}, little(325606250916557431795983626356110631294008115727848805560023387167927233504n)],
    ['order 8, second', {}, little(39382357235489614581723060781553021112529911719440698176882885853963445705823n)],
    ['p - 1 (twist, small order)', {}, little(P25519 - 1n)],
    ['p, not canonical', {}, little(P25519)],
    ['p + 1, not canonical', {}, little(P25519 + 1n)],
    ['2^255 - 1', {}, little(2n ** 255n - 1n)],
    ['top bit set', {}, little(2n ** 255n + 9n)],
    ['on the twist', {}, little(2n)],
    ['P-256: x >= p', { curve: 'p256' }, big(2n ** 256n - 1n)],
    ['P-256: off the curve', { curve: 'p256' }, big(1n)],
    ['SM2: off the curve', { suite: 'gm' }, big(3n)],
    ['SM2: x = p', { suite: 'gm' }, big(0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn)],
  ];
  for (const [name, options, point] of cases) {
    it(`${name}: refused by either side`, () => {
      for (const type of ['points', 'masked'] as const) {
        const attempt = (): unknown =>
          run({ protocol: 'ecdh', ...options }, keys(0, 4), keys(2, 6), withPoint(type, point));
        expect(codeOf(attempt)).toBe('SCRIM_PSI_POINT');
      }
    });
  }

  it('the points in the table above are what they are called', () => {
    // Euler's criterion and X25519's all-zero result, independent of the code under test.
    const power = (b: bigint, e: bigint): bigint =>
      e === 0n ? 1n : (power((b * b) % P25519, e >> 1n) * (e & 1n ? b : 1n)) % P25519;
    const onCurve = (u: bigint): boolean =>
      power((u ** 3n + 486662n * u ** 2n + u) % P25519, (P25519 - 1n) / 2n) === 1n;
    expect(onCurve(2n)).toBe(false);
    expect(onCurve(1n)).toBe(true);
    expect(onCurve(9n)).toBe(true);
    for (const u of [1n, 325606250916557431795983626356110631294008115727848805560023387167927233504n]) {
      expect(suite('intl').backend.x25519(new Uint8Array(32).fill(9), little(u))).toBeUndefined();
    }
  });

  it('points of a wrong length are refused: one byte short, one more, uncompressed, none at all', () => {
    for (const length of [31 + 96, 33 + 96, 65 + 96, 0]) {
      for (const type of ['points', 'masked'] as const) {
        const tap: Wiretap = (_, frame) => {
          if (frame[5] !== frameTypes[type]) return frame;
          const changed = new Uint8Array(32 + length);
          changed.set(frame.subarray(0, Math.min(frame.length, 32 + length)));
          new DataView(changed.buffer).setUint32(28, length);
          return changed;
        };
        expect(codeOf(() => run({ protocol: 'ecdh' }, keys(0, 4), keys(2, 6), tap))).toBe('SCRIM_PSI_SIZE');
      }
    }
  });

  it('one point sent twice is refused', () => {
    const twice: Wiretap = (_, frame) => {
      if (frame[5] !== frameTypes.points || frame.length < 96) return frame;
      const changed = frame.slice();
      changed.copyWithin(64, 32, 64);
      return changed;
    };
    expect(codeOf(() => run({ protocol: 'ecdh' }, keys(0, 4), keys(2, 6), twice))).toBe('SCRIM_PSI_POINT');
  });

  it('KKRT: base transfer points that are the identity, off the group or the counterpart are refused', () => {
    for (const [type, point] of [
      ['baseOt', new Uint8Array(32)],
      ['baseOt', new Uint8Array(32).fill(255)],
      ['baseOtPoints', new Uint8Array(32)],
    ] as const) {
      expect(codeOf(() => run({ protocol: 'kkrt' }, keys(0, 4), keys(2, 6), withPoint(type, point)))).toBe(
        'SCRIM_PSI_POINT',
      );
    }
    for (const type of ['baseOt', 'baseOtPoints'] as const) {
      const off = new Uint8Array(64).fill(1);
      expect(codeOf(() => run({ protocol: 'kkrt', suite: 'gm' }, keys(0, 4), keys(2, 6), withPoint(type, off)))).toBe(
        'SCRIM_PSI_POINT',
      );
    }
  });

  it('every hashed point lies on its curve, so its class tells nothing', () => {
    for (const name of ['x25519', 'p256', 'sm2'] as const) {
      const curve = group(name);
      const items = new Uint8Array(16 * 50);
      crypto.getRandomValues(items);
      const points = curve.hash(items, 50);
      const product = new Uint8Array(32);
      const own = curve.multiplier(curve.secret());
      for (let i = 0; i < 50; i++) {
        expect(curve.problem(points, 32 * i)).toBeNull();
        expect(own.multiply(points, 32 * i, product, 0)).toBe(true);
        expect(curve.problem(product, 0)).toBeNull();
      }
    }
  });
});

describe('frames', () => {
  const honest = { protocol: 'ecdh' } as const;
  const attempt = (wiretap: Wiretap, options: AgreementOptions = honest): string =>
    codeOf(() => run(options, keys(0, 6), keys(3, 9), wiretap));

  it('truncated, extended, foreign magic, version, reserved bytes', () => {
    for (const change of [
      (frame: Uint8Array) => frame.slice(0, -1),
      (frame: Uint8Array) => frame.slice(0, 20),
      (frame: Uint8Array) => Uint8Array.of(...frame, 0),
      (frame: Uint8Array) => frame.with(0, 0x54),
      (frame: Uint8Array) => frame.with(4, 2),
      (frame: Uint8Array) => frame.with(7, 1),
    ]) {
      for (const at of [0, 1, 2]) {
        expect(attempt((_, frame, index) => (index === at ? change(frame) : frame))).toBe('SCRIM_PSI_FRAME');
      }
    }
  });

  it('a length above the cap is refused from the header alone', () => {
    const header = new Uint8Array(32);
    header.set([0x53, 0x50, 0x53, 0x49, 1, 1]);
    new DataView(header.buffer).setUint32(28, FRAME_LIMIT + 1);
    expect(codeOf(() => frameLength(header))).toBe('SCRIM_PSI_FRAME');
  });

  it('repeated, reordered, of another session, of another type', () => {
    expect(attempt((_, frame, index) => (index === 1 ? [frame, frame] : frame))).toBe('SCRIM_PSI_FRAME');
    let held: Uint8Array | undefined;
    expect(
      attempt((from, frame, index) => {
        if (from !== 'left') return frame;
        if (index === 1) {
          held = frame;
          return [];
        }
        return index === 2 ? [frame, held as Uint8Array] : frame;
      }),
    ).toMatch(/SCRIM_PSI_(FRAME|TRANSPORT)/);
    expect(attempt((_, frame, index) => (index === 1 ? frame.with(10, (frame[10] as number) ^ 1) : frame))).toBe(
      'SCRIM_PSI_FRAME',
    );
    expect(attempt((_, frame, index) => (index === 2 ? frame.with(5, frameTypes.count) : frame))).toBe(
      'SCRIM_PSI_FRAME',
    );
  });

  it('frames of an earlier run, played again, do not fit the new session', () => {
    const earlier: Uint8Array[] = [];
    run(honest, keys(0, 6), keys(3, 9), (from, frame) => {
      if (from === 'right') earlier.push(frame);
      return frame;
    });
    expect(attempt((from, frame, index) => (from === 'right' ? (earlier[index] ?? frame) : frame))).toBe(
      'SCRIM_PSI_FRAME',
    );
  });

  it('lies about sizes: fewer, more, absurd, not a number', () => {
    const edit =
      (text: string, to: string): Wiretap =>
      (from, frame, index) => {
        if (from !== 'right' || index !== 0) return frame;
        const body = new TextDecoder().decode(frame.subarray(32)).replace(text, to);
        const changed = new Uint8Array(32 + body.length);
        changed.set(frame.subarray(0, 32));
        changed.set(new TextEncoder().encode(body), 32);
        new DataView(changed.buffer).setUint32(28, body.length);
        return changed;
      };
    for (const options of [{ protocol: 'ecdh' }, { protocol: 'kkrt' }] as const) {
      for (const size of ['5', '7', '0', '1e15', '536870912', '-1', '1.5', '"6"', 'null']) {
        expect(attempt(edit('"size":6', `"size":${size}`), options)).toMatch(/SCRIM_PSI_(SIZE|FRAME)/);
      }
    }
    expect(attempt(edit('"nonce":"', '"nonce":"x'))).toBe('SCRIM_PSI_FRAME');
    expect(attempt(edit('{', '['))).toBe('SCRIM_PSI_FRAME');
  });

  it('any changed payload of a later frame ends in an error or shows in the transcript: never in two different results', {
    timeout: 120_000,
  }, () => {
    for (const options of [
      { protocol: 'ecdh', learns: 'both' },
      { protocol: 'kkrt', learns: 'both' },
    ] as AgreementOptions[]) {
      let frames = 0;
      run(options, keys(0, 6), keys(3, 9), (_, frame) => {
        frames++;
        return frame;
      });
      for (let target = 2; target < frames; target++) {
        let seen = 0;
        const flip: Wiretap = (_, frame) => {
          if (seen++ !== target || frame.length === 32) return frame;
          return frame.with(frame.length - 1, (frame.at(-1) as number) ^ 1);
        };
        let empty = false;
        const code = codeOf(() =>
          run(options, keys(0, 6), keys(3, 9), (from, frame, index) => {
            if (seen === target && frame.length === 32) empty = true;
            return flip(from, frame, index);
          }),
        );
        if (!empty) expect(code).toMatch(/^SCRIM_PSI_/);
      }
    }
  });
});

describe('handshake', () => {
  const left = agreement({ protocol: 'ecdh' });
  const other: [string, AgreementOptions][] = [
    ['protocol', { protocol: 'kkrt' }],
    ['suite', { protocol: 'ecdh', suite: 'gm' }],
    ['mode', { protocol: 'ecdh', mode: 'cardinality' }],
    ['learns', { protocol: 'ecdh', learns: 'both' }],
    ['curve', { protocol: 'ecdh', curve: 'p256' }],
    ['rowHash', { protocol: 'ecdh', rowHash: 'linear' }],
    ['normalise', { protocol: 'ecdh', normalise: ['mobile'] }],
    ['duplicates', { protocol: 'ecdh', duplicates: 'reject' }],
    ['sizes', { protocol: 'ecdh', sizes: 'power-of-two' }],
    ['minimum', { protocol: 'ecdh', minimum: 3 }],
    ['maximum', { protocol: 'ecdh', maximum: 3 }],
    ['buckets', { protocol: 'ecdh', buckets: 2 }],
    ['approval', { protocol: 'ecdh', approval: 'A-1' }],
  ];
  it.each(other)('names the differing field: %s', (field, options) => {
    const one = new PsiMachine({ side: 'left', agreement: left, items: keys(0, 3) });
    const two = new PsiMachine({ side: 'right', agreement: agreement(options), items: keys(0, 3) });
    try {
      runMachines(one, two);
      expect.unreachable();
    } catch (error) {
      expect((error as { code: string }).code).toBe('SCRIM_PSI_DISAGREE');
      expect((error as { parameters: { field: string } }).parameters.field).toBe(field);
    }
  });

  it('refuses two of one side (a reflected greeting) and a size that is not the expected one', () => {
    const side = (): PsiMachine => new PsiMachine({ side: 'left', agreement: left, items: keys(0, 3) });
    expect(codeOf(() => runMachines(side(), side()))).toBe('SCRIM_PSI_DISAGREE');
    const strict = new PsiMachine({ side: 'left', agreement: left, items: keys(0, 3), peerSize: 4 });
    const right = new PsiMachine({ side: 'right', agreement: left, items: keys(0, 3) });
    expect(codeOf(() => runMachines(strict, right))).toBe('SCRIM_PSI_DISAGREE');
  });

  it('the peer is told why', () => {
    const one = new PsiMachine({ side: 'left', agreement: left, items: keys(0, 3) });
    const two = new PsiMachine({ side: 'right', agreement: agreement({ protocol: 'kkrt' }), items: keys(0, 3) });
    const [hello] = [...one.start()];
    void [...two.start()];
    const frames = two.onFrame(hello as Uint8Array);
    const abort = frames.next().value as Uint8Array;
    expect(new TextDecoder().decode(abort.subarray(32))).toBe('SCRIM_PSI_DISAGREE');
    expect(codeOf(() => frames.next())).toBe('SCRIM_PSI_DISAGREE');
    expect(codeOf(() => [...one.onFrame(abort)])).toBe('SCRIM_PSI_PEER_ABORTED');
  });
});

describe('sessions are single-use', () => {
  it('a machine starts once and takes nothing after its end', () => {
    const agreed = agreement({ protocol: 'ecdh' });
    const one = new PsiMachine({ side: 'left', agreement: agreed, items: keys(0, 3) });
    const two = new PsiMachine({ side: 'right', agreement: agreed, items: keys(0, 3) });
    runMachines(one, two);
    expect(codeOf(() => one.start())).toBe('SCRIM_PSI_SESSION_USED');
    expect(codeOf(() => one.onFrame(new Uint8Array(32)))).toBe('SCRIM_PSI_FRAME');
  });

  it('the store refuses an id that it knows', () => {
    const store = memorySessions();
    store.use(new Uint8Array(16));
    expect(codeOf(() => store.use(new Uint8Array(16)))).toBe('SCRIM_PSI_SESSION_USED');
  });

  it('two runs of the same sets share no frame payload', () => {
    for (const protocol of ['ecdh', 'kkrt'] as const) {
      const record = (): string[] => {
        const seen: string[] = [];
        run({ protocol }, keys(0, 6), keys(3, 9), (_, frame) => {
          if (frame.length > 32) seen.push(Buffer.from(frame.subarray(32)).toString('hex'));
          return frame;
        });
        return seen;
      };
      const first = new Set(record());
      expect(record().filter((payload) => first.has(payload))).toEqual([]);
    }
  });
});

describe('checkpoints', () => {
  const key = new Uint8Array(32).fill(7);
  const agreed = agreement({ protocol: 'ecdh', buckets: 4, learns: 'both' });
  const left = keys(0, 30);
  const right = keys(15, 45);
  const machine = (side: 'left' | 'right', checkpoint?: Uint8Array): PsiMachine =>
    new PsiMachine({
      side,
      agreement: agreed,
      items: side === 'left' ? left : right,
      ...(checkpoint === undefined ? {} : { resume: { checkpoint, key } }),
    });

  it('a crash after any frame: both resume from their last checkpoint to the exact result', {
    timeout: 120_000,
  }, () => {
    let total = 0;
    runMachines(machine('left'), machine('right'), (_, frame) => {
      total++;
      return frame;
    });
    for (let crash = 2; crash < total; crash++) {
      const one = machine('left');
      const two = machine('right');
      let count = 0;
      // The connection breaks: nothing arrives any more.
      expect(codeOf(() => runMachines(one, two, (_, frame) => (count++ < crash ? frame : [])))).toBe(
        'SCRIM_PSI_TRANSPORT',
      );
      const again = runMachines(machine('left', one.snapshot(key)), machine('right', two.snapshot(key)));
      expect([again.left.size, again.right.size]).toEqual([15, 15]);
      expect([...(again.left.matches ?? [])]).toEqual(Array.from({ length: 15 }, (_, i) => 15 + i));
    }
  });

  it('is refused with another key, agreement, set or session, and when damaged', () => {
    const one = machine('left');
    const two = machine('right');
    runMachines(one, two);
    const sealed = one.snapshot(key) as Uint8Array;
    const open = (options: Partial<ConstructorParameters<typeof PsiMachine>[0]>, bytes = sealed, k = key): string =>
      codeOf(
        () =>
          new PsiMachine({
            side: 'left',
            agreement: agreed,
            items: left,
            resume: { checkpoint: bytes, key: k },
            ...options,
          }),
      );
    expect(open({})).toBe('no error');
    expect(open({}, sealed, new Uint8Array(32))).toBe('SCRIM_PSI_CHECKPOINT');
    expect(open({}, sealed.with(30, (sealed[30] as number) ^ 1))).toBe('SCRIM_PSI_CHECKPOINT');
    expect(open({ agreement: agreement({ protocol: 'ecdh', buckets: 4 }) })).toBe('SCRIM_PSI_CHECKPOINT');
    expect(open({ items: keys(0, 29) })).toBe('SCRIM_PSI_CHECKPOINT');
    const three = machine('left');
    runMachines(three, machine('right'));
    expect(codeOf(() => runMachines(machine('left', three.snapshot(key)), machine('right', two.snapshot(key))))).toBe(
      'SCRIM_PSI_DISAGREE',
    );
  });
});

describe('a crash at every checkpoint of kkrt, and of one side alone', () => {
  it('ends in the exact result on both sides', { timeout: 120_000 }, () => {
    const key = new Uint8Array(32).fill(7);
    const agreed = agreement({ protocol: 'kkrt', buckets: 3, learns: 'both' });
    const sets = { left: keys(0, 60), right: keys(20, 90) };
    const machine = (side: 'left' | 'right', checkpoint?: Uint8Array): PsiMachine =>
      new PsiMachine({
        side,
        agreement: agreed,
        items: sets[side],
        ...(checkpoint === undefined ? {} : { resume: { checkpoint, key } }),
      });
    for (let crash = 0; crash <= 3; crash++) {
      const [one, two] = [machine('left'), machine('right')];
      let buckets = 0;
      // The right side's greeting of bucket number `crash` is lost, and all after it.
      codeOf(() =>
        runMachines(one, two, (from, frame) => {
          if (from === 'right' && (frame[5] === frameTypes.bucket || frame[5] === frameTypes.done)) buckets++;
          return buckets > crash ? [] : frame;
        }),
      );
      // The right side has lost its last checkpoint: it is one behind, or at the start.
      const [mine, theirs] = [one.snapshot(key), crash < 2 ? undefined : two.snapshot(key)];
      const again = runMachines(machine('left', mine), machine('right', theirs));
      expect([again.left.size, again.right.size]).toEqual([40, 40]);
      expect([...(again.left.matches ?? [])]).toEqual(Array.from({ length: 40 }, (_, i) => 20 + i));
      expect([...(again.right.matches ?? [])]).toEqual(Array.from({ length: 40 }, (_, i) => i));
    }
  });

  it('a session that is finished cannot be finished again, nor an id used twice by two machines', () => {
    const agreed = agreement({ protocol: 'ecdh', buckets: 2 });
    const key = new Uint8Array(32).fill(7);
    const sessions = memorySessions();
    const machine = (side: 'left' | 'right', checkpoint?: Uint8Array): PsiMachine =>
      new PsiMachine({
        side,
        agreement: agreed,
        items: keys(0, 9),
        ...(side === 'left' ? { sessions } : {}),
        ...(checkpoint === undefined ? {} : { resume: { checkpoint, key } }),
      });
    const [one, two] = [machine('left'), machine('right')];
    runMachines(one, two);
    const again = (): unknown => runMachines(machine('left', one.snapshot(key)), machine('right', two.snapshot(key)));
    expect(codeOf(again)).toBe('SCRIM_PSI_SESSION_USED');
  });
});

describe('one side larger by 10^4', () => {
  for (const protocol of ['kkrt', 'ecdh', 'oprf'] as const) {
    it(`${protocol}: exact, whichever side is large`, { timeout: 120_000 }, () => {
      const [small, large] = [keys(9_999, 10_000), keys(0, 10_000)];
      const one = run({ protocol }, small, large);
      expect([one.left.size, [...(one.left.matches ?? [])]]).toEqual([1, [0]]);
      if (protocol === 'kkrt') {
        const two = run({ protocol, learns: 'both' }, large, small);
        expect([two.left.size, [...(two.left.matches ?? [])], two.right.size]).toEqual([1, [9_999], 1]);
      }
    });
  }
});

describe('a raw peer on the socket', () => {
  it('an oversized, foreign or half frame ends in a coded error, and is never allocated', async () => {
    const header = (length: number, magic = 'SPSI'): Uint8Array => {
      const bytes = new Uint8Array(32);
      bytes.set(new TextEncoder().encode(magic));
      bytes.set([1, 1], 4);
      new DataView(bytes.buffer).setUint32(28, length);
      return bytes;
    };
    for (const [bytes, code] of [
      [header(0xffffffff), 'SCRIM_PSI_FRAME'],
      [header(10, 'HTTP'), 'SCRIM_PSI_FRAME'],
      [header(100), 'SCRIM_PSI_TRANSPORT'],
      [new Uint8Array(5), 'SCRIM_PSI_TRANSPORT'],
    ] as const) {
      const listener = await listenTcp({ host: '127.0.0.1', port: 0, tls: null, timeout: 5000 });
      const socket = connect(listener.port, '127.0.0.1', () => socket.end(bytes));
      const connection = await listener.accept();
      const machine = new PsiMachine({ side: 'left', agreement: agreement({}), items: keys(0, 3) });
      const ended = await runOver(machine, connection).catch((error: unknown) => (error as { code: string }).code);
      expect(ended).toBe(code);
      await listener.close();
    }
  });
});

describe('a side that connects and says nothing', () => {
  it('is given up after the silence allowed, and at once when cancelled', async () => {
    const { connect } = await import('node:net');
    const machine = (): PsiMachine => new PsiMachine({ side: 'left', agreement: agreement({}), items: keys(0, 3) });
    for (const stop of [false, true]) {
      const controller = new AbortController();
      const silence = stop ? 60_000 : 50;
      const listener = await listenTcp({
        host: '127.0.0.1',
        port: 0,
        tls: null,
        timeout: 5000,
        silence,
        signal: controller.signal,
      });
      const socket = connect(listener.port, '127.0.0.1');
      const run = runOver(machine(), await listener.accept()).catch(
        (error: unknown) => (error as { code: string }).code,
      );
      if (stop) setTimeout(() => controller.abort(), 20);
      expect(await run).toBe(stop ? 'SCRIM_CANCELLED' : 'SCRIM_PSI_TRANSPORT');
      socket.destroy();
      await listener.close();
    }
  });

  it('is not waited for beyond the time to connect where a TLS answer is due', async () => {
    const { createServer } = await import('node:net');
    const sockets: { destroy(): void }[] = [];
    const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const tls = { cert: '', key: '', ca: '' };
    const code = await connectTcp({ host: '127.0.0.1', port, tls, timeout: 100 }).catch(
      (error: unknown) => (error as { code: string }).code,
    );
    expect(code).toBe('SCRIM_PSI_TRANSPORT');
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

describe('sealed frames', () => {
  it('open once, in order, in their direction, under their key', () => {
    for (const name of ['intl', 'gm'] as const) {
      const shared = new Uint8Array(32).fill(3);
      const make = (side: 'left' | 'right', bytes = shared): FrameSeal => new FrameSeal(suite(name), bytes, side);
      const left = make('left');
      const first = left.seal(Uint8Array.of(1));
      const second = left.seal(Uint8Array.of(2));
      const right = make('right');
      expect([...right.open(first)]).toEqual([1]);
      expect(codeOf(() => make('right').open(second))).toBe('SCRIM_PSI_FRAME');
      expect(codeOf(() => right.open(first))).toBe('SCRIM_PSI_FRAME');
      expect(codeOf(() => make('left').open(first))).toBe('SCRIM_PSI_FRAME');
      expect(codeOf(() => make('right', new Uint8Array(32)).open(first))).toBe('SCRIM_PSI_FRAME');
      expect(codeOf(() => make('left', new Uint8Array(16)))).toBe('SCRIM_ARGUMENT');
    }
  });
});
