/**
 * The signed review (R20): report, verdict, manifest and decision in one file that anybody can check, offline or in a browser.
 *
 * `scrim.bundle/1` is JSON: a head and parts in base64. The signature (Ed25519, RFC 8032, or SM2, GB/T 32918.2) covers the
 * canonical form of the head, and the head names every part by SHA-256. Checking needs no file system and no network.
 * @module
 */
import { canonicalJson, type Json, ScrimError, sha256Hex } from '../core/index.js';
import { fromHex, utf8 } from '../crypto/index.js';
import type { RecordSignature } from './record-line.js';
import { type LedgerSigner, type SigningKey, signatureCheck } from './signing.js';

/** What a part is. */
export type BundlePart = 'verdict' | 'report' | 'manifest' | 'record';

/** A part of a bundle. */
export interface BundleEntry {
  readonly part: BundlePart;
  readonly name: string;
  readonly media: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What was decided, and by whom. */
export interface BundleDecision {
  /** Recommendation of the tool, as the verdict says it. */
  readonly recommended: 'release' | 'review' | 'block';
  /** Decision of the person who signs; the recommendation itself where nothing else was decided. */
  readonly decided: 'release' | 'review' | 'block';
  readonly reviewer: string;
  /** Why the decision differs from the recommendation; null when it does not. */
  readonly reason: string | null;
  readonly approval: string | null;
}

/** What is signed. */
export interface BundleHead {
  readonly schema: 'scrim.bundle/1';
  readonly time: string;
  readonly tool: string;
  readonly decision: BundleDecision;
  /** SHA-256 of every reviewed product. */
  readonly products: readonly string[];
  readonly sources: readonly string[];
  readonly parts: readonly BundleEntry[];
}

/** `scrim.bundle/1`. */
export interface Bundle {
  readonly head: BundleHead;
  readonly signature: RecordSignature & {
    /** Public key in hex. Whose it is must be known from elsewhere. */
    readonly public: string;
  };
  /** Contents in base64, in the order of `head.parts`. */
  readonly contents: readonly string[];
}

/** A part with its bytes. */
export interface BundleContent {
  readonly part: BundlePart;
  readonly name: string;
  readonly media: string;
  readonly bytes: Uint8Array;
}

/** Options of {@link makeBundle}. */
export interface BundleOptions {
  readonly parts: readonly BundleContent[];
  readonly decision: BundleDecision;
  readonly products: readonly string[];
  readonly sources: readonly string[];
  readonly tool: string;
  readonly time: string;
  readonly signer: LedgerSigner;
  readonly publicKey: Uint8Array;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

const hexOfBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function signedBytes(head: BundleHead): Uint8Array {
  return utf8(canonicalJson(head as unknown as Json));
}

/**
 * Signs a review.
 *
 * @throws SCRIM_ARGUMENT when a decision is milder than the recommendation without a reason
 */
export function makeBundle(options: BundleOptions): Bundle {
  const { decision } = options;
  if (SEVERITY[decision.decided] < SEVERITY[decision.recommended] && (decision.reason ?? '').trim() === '') {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'decision.reason',
      problem: 'a decision milder than the recommendation needs a reason',
    });
  }
  const head: BundleHead = {
    schema: 'scrim.bundle/1',
    time: options.time,
    tool: options.tool,
    decision,
    products: options.products,
    sources: options.sources,
    parts: options.parts.map(({ part, name, media, bytes }) => ({
      part,
      name,
      media,
      sha256: sha256Hex(bytes),
      bytes: bytes.length,
    })),
  };
  const { signer } = options;
  return {
    head,
    signature: {
      alg: signer.algorithm,
      key: signer.keyId,
      value: base64(signer.sign(signedBytes(head))),
      public: hexOfBytes(options.publicKey),
    },
    contents: options.parts.map(({ bytes }) => base64(bytes)),
  };
}

const SEVERITY = { release: 0, review: 1, block: 2 } as const;

/** What can be wrong with a bundle; stable codes. */
export type BundleProblem =
  | 'not-json'
  | 'wrong-shape'
  | 'wrong-digest'
  | 'wrong-signature'
  | 'no-verdict'
  | 'verdict-differs'
  | 'milder-without-reason'
  | 'product-differs';

/** `scrim.bundle-verification/1`. */
export interface BundleVerification {
  readonly schema: 'scrim.bundle-verification/1';
  /** Nothing is wrong, and the signature is by a key that was given. */
  readonly valid: boolean;
  readonly problems: readonly { readonly code: BundleProblem; readonly part: string | null }[];
  /** `unknown-key`: right, but by a key that nobody vouched for. */
  readonly signature: 'known-key' | 'unknown-key' | 'wrong';
  readonly key: string | null;
  readonly head: BundleHead | null;
}

/** Options of {@link verifyBundle}. */
export interface BundleCheck {
  /** Public keys that may sign, by id. Default: none, and the best answer is `unknown-key`. */
  readonly keys?: ReadonlyMap<string, SigningKey>;
  /** SHA-256 of files that claim to be the reviewed products: each must be among them. */
  readonly products?: readonly string[];
}

/**
 * Checks a bundle: digests of its parts, signature, and that its decision is that of the verdict inside.
 *
 * @param file - the bundle's bytes, or what `JSON.parse` made of them
 */
export function verifyBundle(file: Uint8Array | unknown, check: BundleCheck = {}): BundleVerification {
  const problems: { code: BundleProblem; part: string | null }[] = [];
  const broken = (code: BundleProblem): BundleVerification => ({
    schema: 'scrim.bundle-verification/1',
    valid: false,
    problems: [{ code, part: null }],
    signature: 'wrong',
    key: null,
    head: null,
  });
  let data: unknown = file;
  if (file instanceof Uint8Array) {
    try {
      data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file));
    } catch {
      return broken('not-json');
    }
  }
  if (!hasShape(data)) return broken('wrong-shape');
  const { head, signature, contents } = data;
  const parts = new Map<BundlePart, Uint8Array>();
  head.parts.forEach((entry, i) => {
    let bytes: Uint8Array | undefined;
    try {
      bytes = fromBase64(contents[i] as string);
    } catch {
      // Counted as another content.
    }
    if (bytes === undefined || bytes.length !== entry.bytes || sha256Hex(bytes) !== entry.sha256) {
      problems.push({ code: 'wrong-digest', part: entry.name });
    } else if (!parts.has(entry.part)) parts.set(entry.part, bytes);
  });
  const by = signedBy(head, signature, check);
  if (by === 'wrong') problems.push({ code: 'wrong-signature', part: null });
  checkDecision(head, parts.get('verdict'), problems);
  for (const product of check.products ?? []) {
    if (!head.products.includes(product)) problems.push({ code: 'product-differs', part: null });
  }
  return {
    schema: 'scrim.bundle-verification/1',
    valid: problems.length === 0 && by === 'known-key',
    problems,
    signature: by,
    key: signature.key,
    head,
  };
}

function signedBy(
  head: BundleHead,
  signature: Bundle['signature'],
  check: BundleCheck,
): BundleVerification['signature'] {
  let value: Uint8Array;
  try {
    value = fromBase64(signature.value);
  } catch {
    return 'wrong';
  }
  const message = signedBytes(head);
  const right = (keys: ReadonlyMap<string, SigningKey>): boolean =>
    signatureCheck(keys).verify(signature.alg, signature.key, message, value);
  if (check.keys?.has(signature.key) === true) return right(check.keys) ? 'known-key' : 'wrong';
  const own: SigningKey = { algorithm: signature.alg, publicKey: fromHex(signature.public) };
  return right(new Map([[signature.key, own]])) ? 'unknown-key' : 'wrong';
}

function checkDecision(
  head: BundleHead,
  verdict: Uint8Array | undefined,
  problems: { code: BundleProblem; part: string | null }[],
): void {
  const { decision } = head;
  if (SEVERITY[decision.decided] < SEVERITY[decision.recommended] && (decision.reason ?? '').trim() === '') {
    problems.push({ code: 'milder-without-reason', part: null });
  }
  if (verdict === undefined) {
    problems.push({ code: 'no-verdict', part: null });
    return;
  }
  let inside: { schema?: unknown; verdict?: unknown; digests?: { product?: unknown; source?: unknown } };
  try {
    inside = JSON.parse(new TextDecoder().decode(verdict)) as typeof inside;
  } catch {
    problems.push({ code: 'verdict-differs', part: 'verdict' });
    return;
  }
  const products = inside.digests?.product;
  const same =
    inside.schema === 'scrim.review/1' &&
    inside.verdict === decision.recommended &&
    Array.isArray(products) &&
    products.length === head.products.length &&
    products.every((product, i) => product === head.products[i]);
  if (!same) problems.push({ code: 'verdict-differs', part: 'verdict' });
}

function hasShape(data: unknown): data is Bundle {
  const { head, signature, contents } = (data ?? {}) as Partial<Bundle>;
  const isText = (value: unknown): boolean => typeof value === 'string';
  const isDecision = (value: unknown): boolean => isText(value) && Object.hasOwn(SEVERITY, value as string);
  return (
    typeof head === 'object' &&
    head !== null &&
    head.schema === 'scrim.bundle/1' &&
    isDecision(head.decision?.recommended) &&
    isDecision(head.decision?.decided) &&
    isText(head.decision.reviewer) &&
    Array.isArray(head.products) &&
    head.products.every(isText) &&
    Array.isArray(head.parts) &&
    head.parts.every((part) => isText(part?.name) && isText(part.part) && isText(part.sha256)) &&
    typeof signature === 'object' &&
    signature !== null &&
    (signature.alg === 'ed25519' || signature.alg === 'sm2') &&
    isText(signature.key) &&
    isText(signature.value) &&
    /^([0-9a-f]{2})+$/.test(String(signature.public)) &&
    Array.isArray(contents) &&
    contents.length === head.parts.length &&
    contents.every(isText)
  );
}
