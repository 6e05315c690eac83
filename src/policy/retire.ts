/**
 * The end of an authorisation (R14): access closed, budgets closed, artefacts sealed or deleted, keys erased, the ledger kept.
 *
 * Each step is recorded when it is done, and a run that was interrupted goes on where it stopped: the state comes first, so that
 * nothing new is made meanwhile; keys come last, because an artefact may need them to be recognised. An artefact is removed only after
 * its archive was read back and opened. What is out of reach (backups, copies outside the domain) stays out of reach, and the
 * record of destruction says so.
 * @module
 */
import {
  archiveKeyId,
  changeState,
  type EntryScope,
  entry,
  type JsonObject,
  type Ledger,
  openArchive,
  readLedger,
  scenarioName,
  scenarioState,
  sealArchive,
  verifyLedger,
} from '../audit/index.js';
import { nodeBuiltin, nodeFs, ScrimError, sha256Hex, writeFileAtomic } from '../core/index.js';
import type { KeyRing } from '../crypto/index.js';

/** Options of {@link retire}. */
export interface RetireOptions {
  readonly scope: EntryScope;
  readonly operator: string;
  readonly reason: string;
  readonly ledger: Ledger;
  /** Key ring with the roots of the scope. Default: none are erased here. */
  readonly ring?: KeyRing;
  /** Files that may be registered outputs; others are left alone and named. */
  readonly artifacts?: readonly string[];
  /** What happens to registered outputs. Needed when `artifacts` are given. */
  readonly disposal?:
    | { readonly kind: 'delete' }
    | { readonly kind: 'seal'; readonly folder: string; readonly key: Uint8Array; readonly suite?: 'intl' | 'gm' };
}

/** `scrim.retirement/1`. */
export interface Retirement {
  readonly schema: 'scrim.retirement/1';
  readonly scope: EntryScope;
  readonly state: 'ended' | 'withdrawn';
  /** Budget populations whose cap of this scope was closed. */
  readonly budgets: readonly string[];
  readonly sealed: readonly { readonly name: string; readonly sha256: string; readonly archive: string }[];
  readonly deleted: readonly { readonly name: string; readonly sha256: string }[];
  /** Registered outputs that no given file is, and that were neither sealed nor deleted before. */
  readonly missing: readonly { readonly name: string; readonly sha256: string }[];
  /** Given files that are no registered output; untouched. */
  readonly unregistered: readonly string[];
  /** Ids of the roots that are erased. */
  readonly keys: readonly string[];
  readonly backups: 'out-of-reach';
}

interface Past {
  /** Digest -> name of outputs that operations of the scope registered. */
  readonly outputs: Map<string, string>;
  /** Digests that were sealed or deleted. */
  readonly gone: Set<string>;
  readonly destroyed: Set<string>;
  /** An entry of the ledger names the scope. */
  known: boolean;
  retired: boolean;
}

/**
 * Ends an authorisation.
 *
 * @throws SCRIM_RETIRE_UNKNOWN (neither ledger nor key ring knows the scope), SCRIM_RETIRE (the ledger does not verify, an archive could not be opened again), SCRIM_FILE_UNREADABLE, SCRIM_FILE_UNWRITABLE and
 *   the errors of ledger, budget and key ring
 */
export async function retire(options: RetireOptions): Promise<Retirement> {
  const { ledger, operator, reason, ring } = options;
  const { tenant, environment, scenario } = options.scope;
  const scope = { tenant, environment, scenario };
  const refuse = (problem: string): ScrimError => new ScrimError('SCRIM_RETIRE', { scenario, problem });
  if ((options.artifacts?.length ?? 0) > 0 && options.disposal === undefined) {
    throw refuse('artefacts are given, and it is not said whether they are sealed or deleted');
  }
  if (!(await verifyLedger(ledger.path)).valid) throw refuse('the ledger does not verify');
  if (!(await isKnown(ledger, ring, scope))) throw new ScrimError('SCRIM_RETIRE_UNKNOWN', scope);
  const before = await scenarioState(ledger.path, scope);
  const state = before === 'withdrawn' ? 'withdrawn' : 'ended';
  if (before !== 'withdrawn' && before !== 'ended') {
    await changeState(ledger, scope, { state: 'ended', operator, reason });
  }
  const budgets = await closeBudgets(ledger, scope, operator);
  const past = await pastOf(ledger.path, scope);
  const found = await disposeAll(options, scope, past, refuse);
  const keys = await eraseKeys(ledger, ring, scope, operator, reason, past);
  const missing = [...past.outputs]
    .filter(([sha256]) => !past.gone.has(sha256))
    .map(([sha256, name]) => ({ name, sha256 }));
  if (!past.retired || found.sealed.length + found.deleted.length + keys.fresh > 0) {
    const counts = { sealed: found.sealed.length, deleted: found.deleted.length, missing: missing.length };
    await ledger.append(entry('scenario.retired', { ...scope, operator, reason, keys: keys.all, ...counts }));
  }
  return {
    schema: 'scrim.retirement/1',
    scope,
    state,
    budgets,
    ...found,
    missing,
    keys: keys.all,
    backups: 'out-of-reach',
  };
}

/** A mistyped scope must not look like one whose keys are erased. */
async function isKnown(ledger: Ledger, ring: KeyRing | undefined, scope: EntryScope): Promise<boolean> {
  const name = scenarioName(scope);
  if (ring?.show().roots.some((root) => scenarioName(root) === name)) return true;
  if ((await pastOf(ledger.path, scope)).known) return true;
  const { Budget } = await import('../dp/index.js');
  const budget = await Budget.open(ledger.path, { signer: ledger.signer });
  try {
    return (await budget.states()).some(({ cap }) => cap.scope !== null && scenarioName(cap.scope) === name);
  } finally {
    await budget.close();
  }
}

async function closeBudgets(ledger: Ledger, scope: EntryScope, operator: string): Promise<string[]> {
  const { Budget } = await import('../dp/index.js');
  const budget = await Budget.open(ledger.path, { signer: ledger.signer });
  const closed: string[] = [];
  try {
    for (const { cap, state } of await budget.states()) {
      if (cap.scope === null || scenarioName(cap.scope) !== scenarioName(scope) || state === 'closed') continue;
      await budget.closeCap(cap.population, cap.scope, operator);
      closed.push(cap.population);
    }
  } finally {
    await budget.close();
  }
  return closed;
}

async function pastOf(path: string, scope: EntryScope): Promise<Past> {
  const past: Past = { outputs: new Map(), gone: new Set(), destroyed: new Set(), known: false, retired: false };
  const name = scenarioName(scope);
  for await (const { type, data } of readLedger(path)) {
    if (type === 'keys.destroyed') for (const key of data.keys as string[]) past.destroyed.add(key);
    const { tenant, environment, scenario } = data as JsonObject;
    if (scenarioName({ tenant: String(tenant), environment: String(environment), scenario: String(scenario) }) !== name)
      continue;
    past.known = true;
    if (type === 'operation') {
      for (const output of data.outputs as { name: string; sha256: string | null }[]) {
        if (output.sha256 !== null) past.outputs.set(output.sha256, output.name);
      }
    } else if (type === 'artifact.sealed' || type === 'artifact.deleted') past.gone.add(String(data.sha256));
    else if (type === 'scenario.retired') past.retired = true;
  }
  return past;
}

async function disposeAll(
  { artifacts = [], disposal, ledger, operator, reason }: RetireOptions,
  scope: EntryScope,
  past: Past,
  refuse: (problem: string) => ScrimError,
): Promise<Pick<Retirement, 'sealed' | 'deleted' | 'unregistered'>> {
  const fs = nodeFs('Retiring an authorisation');
  const sealed: { name: string; sha256: string; archive: string }[] = [];
  const deleted: { name: string; sha256: string }[] = [];
  const unregistered: string[] = [];
  for (const file of artifacts) {
    const bytes = read(file);
    const sha256 = sha256Hex(bytes);
    const name = past.outputs.get(sha256);
    if (name === undefined) {
      unregistered.push(file);
      continue;
    }
    if (disposal?.kind === 'seal') {
      const path = nodeBuiltin<typeof import('node:path')>('node:path') as typeof import('node:path');
      fs.mkdirSync(disposal.folder, { recursive: true });
      const target = path.join(disposal.folder, `${path.basename(file)}.${sha256.slice(0, 12)}.sealed`);
      const archive = sealArchive([{ name, bytes }], disposal.key, disposal.suite);
      await writeFileAtomic(target, archive);
      const [again] = openArchive(read(target), disposal.key);
      if (again === undefined || sha256Hex(again.bytes) !== sha256)
        throw refuse('an archive could not be opened again');
      const digest = sha256Hex(archive);
      const key = archiveKeyId(disposal.key);
      await ledger.append(entry('artifact.sealed', { ...scope, operator, name, sha256, archive: digest, key }));
      sealed.push({ name, sha256, archive: target });
    } else {
      await ledger.append(entry('artifact.deleted', { ...scope, operator, name, sha256, reason }));
      deleted.push({ name, sha256 });
    }
    past.gone.add(sha256);
    fs.rmSync(file);
  }
  return { sealed, deleted, unregistered };
}

function read(path: string): Uint8Array {
  try {
    return nodeFs('Retiring an authorisation').readFileSync(path);
  } catch (error) {
    const reason = String((error as { code?: string }).code);
    throw new ScrimError(reason === 'ENOENT' ? 'SCRIM_FILE_MISSING' : 'SCRIM_FILE_UNREADABLE', { path, reason });
  }
}

/** Erases the roots; also records what was erased before but, because a process died, stands in no ledger. */
async function eraseKeys(
  ledger: Ledger,
  ring: KeyRing | undefined,
  scope: EntryScope,
  operator: string,
  reason: string,
  past: Past,
): Promise<{ all: string[]; fresh: number }> {
  if (ring === undefined) return { all: [], fresh: 0 };
  const own = ring.show().roots.filter((root) => scenarioName(root) === scenarioName(scope));
  if (own.some((root) => root.state !== 'destroyed')) ring.destroy(scope, { reason });
  const all = own.map((root) => root.id);
  const unrecorded = all.filter((id) => !past.destroyed.has(id));
  if (unrecorded.length > 0) {
    const data = { ...scope, operator, keys: unrecorded, keyRing: ring.id, reason, backups: 'out-of-reach' as const };
    await ledger.append(entry('keys.destroyed', data));
  }
  return { all, fresh: unrecorded.length };
}
