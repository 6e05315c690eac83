/**
 * The durable budget: loss accrues per source population in the ledger, is reserved before any noise is drawn, and is never given back.
 *
 * `open` sets caps; `release` reserves (fsynced append with compare-and-swap on the head), draws, stores the answer beside the ledger
 * and records its digest. Reserved is spent, even if the process dies. See budget.md.
 * @module
 */
import { Ledger, type LedgerRecord, type LedgerSigner, readLedger, requireOpen } from '../audit/index.js';
import {
  canonicalJson,
  hexOf,
  isScrimError,
  type Json,
  nodeFs,
  type RandomSource,
  ScrimError,
  SecureRandom,
  Sha256,
  sha256Hex,
  writeFileAtomic,
} from '../core/index.js';
import { cellText, type Table } from '../table/index.js';
import { type Accountant, account, type Charge } from './accounting/index.js';
import { pricePlan } from './query/measurements.js';
import { type Plan, planDigest } from './query/plan.js';
import { type Answer, answer } from './query/release.js';

/** Where the caps of a scenario stand under those of its population. */
export interface BudgetScope {
  readonly tenant: string;
  readonly environment: string;
  readonly scenario: string;
}

/** Cap of a population (scope null) or sub-cap of a scenario. */
export interface BudgetCap {
  readonly population: string;
  readonly scope: BudgetScope | null;
  readonly epsilon: number;
  readonly delta: number;
  readonly accountant: Accountant;
  /** ISO 8601; after it nothing can be spent, and what was left is forfeited. */
  readonly expires: string | null;
}

/** What a cap holds now. */
export interface BudgetState {
  readonly cap: BudgetCap;
  readonly state: 'open' | 'expired' | 'closed';
  readonly reservations: number;
  /** Composed price of all reservations, rounded up. */
  readonly spent: { readonly epsilon: number; readonly delta: number };
  readonly remaining: { readonly epsilon: number; readonly delta: number };
}

/** `scrim.dp-release/1`: the stored answer. */
export interface Release {
  readonly schema: 'scrim.dp-release/1';
  readonly id: string;
  readonly plan: Plan;
  readonly planDigest: string;
  /** SHA-256 of a secret number, kept in the ledger, and the data's digest: binds the data without being a test for guesses at it. */
  readonly dataCommitment: string;
  readonly answers: readonly Answer[];
  readonly spent: { readonly epsilon: number; readonly delta: number };
  readonly remaining: { readonly epsilon: number; readonly delta: number };
  /** Hash of the ledger record that reserved the price. */
  readonly reservation: string;
}

/** What {@link Budget.release} needs. */
export interface ReleaseOptions {
  /** Binds plan and data: the same id returns the stored answer and draws nothing. */
  readonly id: string;
  readonly plan: Plan;
  readonly table: Table;
  /** SHA-256 of the data; default: of the table's content. */
  readonly dataDigest?: string;
  readonly scope?: BudgetScope;
  readonly operator: string;
  /** Default: the operating system's generator. Anything else is refused: no ledger takes seeded noise. */
  readonly random?: RandomSource;
}

interface Reservation {
  readonly id: string;
  readonly population: string;
  readonly scope: BudgetScope | null;
  readonly plan: string;
  /** 256 random bits in hex; not for release. */
  readonly nonce: string;
  /** Commitment to the data's digest; see {@link commit}. */
  readonly data: string;
  readonly charges: readonly Charge[];
  readonly hash: string;
}

interface Books {
  readonly caps: Map<string, BudgetCap>;
  readonly closed: Set<string>;
  readonly reservations: Map<string, Reservation>;
  readonly answered: Map<string, string>;
  /** Latest time that any record bears: the clock never goes back behind it. */
  latest: string;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

function capName(population: string, scope: BudgetScope | null): string {
  return JSON.stringify(scope === null ? [population] : [population, scope.tenant, scope.environment, scope.scenario]);
}

/** A budget over one ledger file. */
export class Budget {
  readonly path: string;
  readonly #ledger: Ledger;
  readonly #now: () => Date;

  private constructor(ledger: Ledger, now: () => Date) {
    this.#ledger = ledger;
    this.path = ledger.path;
    this.#now = now;
  }

  /** Opens the ledger, creating it when it does not exist. @throws the errors of `Ledger.open` */
  static async open(
    path: string,
    options: { readonly now?: () => Date; readonly signer?: LedgerSigner | undefined } = {},
  ): Promise<Budget> {
    const { signer } = options;
    const ledger = await Ledger.open(path, signer === undefined ? {} : { signer });
    return new Budget(ledger, options.now ?? (() => new Date()));
  }

  /** Sets a cap. A cap is set once: it cannot be raised. @throws SCRIM_DP_BUDGET_EXISTS, SCRIM_ARGUMENT */
  async setCap(cap: BudgetCap, operator: string): Promise<void> {
    if (!(cap.epsilon > 0 && Number.isFinite(cap.epsilon)))
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'epsilon', problem: 'it must be a positive finite number' });
    if (!(cap.delta >= 0 && cap.delta < 1))
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'delta', problem: 'it must be at least 0 and below 1' });
    if (cap.expires !== null && Number.isNaN(Date.parse(cap.expires)))
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'expires', problem: 'it must be a date' });
    await this.#exclusively(async (books, head) => {
      const name = capName(cap.population, cap.scope);
      if (books.caps.has(name)) throw new ScrimError('SCRIM_DP_BUDGET_EXISTS', { population: cap.population });
      if (cap.scope !== null && !books.caps.has(capName(cap.population, null)))
        throw new ScrimError('SCRIM_DP_BUDGET_MISSING', { population: cap.population });
      await this.#ledger.append(
        { type: 'dp.budget-opened', data: { ...cap, operator } as unknown as { [key: string]: Json } },
        { expectedHead: head },
      );
    });
  }

  /** Closes a cap for good; what was left is forfeited. @throws SCRIM_DP_BUDGET_MISSING */
  async closeCap(population: string, scope: BudgetScope | null, operator: string): Promise<void> {
    await this.#exclusively(async (books, head) => {
      if (!books.caps.has(capName(population, scope))) throw new ScrimError('SCRIM_DP_BUDGET_MISSING', { population });
      const data = { population, scope: scope as unknown as Json, operator };
      await this.#ledger.append({ type: 'dp.budget-closed', data }, { expectedHead: head });
    });
  }

  /** All caps with what they hold now. */
  async states(): Promise<BudgetState[]> {
    const books = await this.#read();
    return [...books.caps.values()].map((cap) => stateOf(cap, books, this.#time(books)));
  }

  /**
   * Reserves the price, draws the noise, stores and returns the answer.
   *
   * @throws SCRIM_DP_BUDGET_MISSING, SCRIM_DP_BUDGET_CLOSED, SCRIM_DP_BUDGET_EXCEEDED, SCRIM_DP_RELEASE_CONFLICT, SCRIM_DP_RELEASE_LOST,
   * SCRIM_DP_SEEDED, SCRIM_DP_PLAN; nothing is spent when it throws before the reservation
   */
  async release(options: ReleaseOptions): Promise<Release> {
    const { id, plan, table, scope = null } = options;
    if (!ID.test(id))
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'id',
        problem: 'letters, digits, dot, hyphen and underscore only, at most 128',
      });
    const random = options.random ?? new SecureRandom();
    if (random.kind !== 'secure') throw new ScrimError('SCRIM_DP_SEEDED');
    const priced = pricePlan(plan);
    checkData(table, plan);
    const digests = { plan: planDigest(plan), data: options.dataDigest ?? tableDigest(table) };
    const reserved = await this.#reserve(id, plan, priced.charges, scope, digests, options.operator);
    if (reserved.stored !== null) return reserved.stored;

    // From here on the price is spent, whatever happens.
    const answers = answer(table, priced, random);
    const release: Release = {
      schema: 'scrim.dp-release/1',
      id,
      plan,
      planDigest: digests.plan,
      dataCommitment: reserved.commitment,
      answers,
      spent: reserved.spent,
      remaining: reserved.remaining,
      reservation: reserved.hash,
    };
    const bytes = new TextEncoder().encode(`${canonicalJson(release as unknown as Json)}\n`);
    nodeFs('A budget').mkdirSync(this.#folder(), { recursive: true });
    await writeFileAtomic(this.#answerPath(id), bytes);
    await this.#ledger.append({ type: 'dp.answered', data: { id, answer: sha256Hex(bytes) } });
    return JSON.parse(new TextDecoder().decode(bytes)) as Release;
  }

  async close(): Promise<void> {
    await this.#ledger.close();
  }

  async #reserve(
    id: string,
    plan: Plan,
    charges: readonly Charge[],
    scope: BudgetScope | null,
    digests: { plan: string; data: string },
    operator: string,
  ): Promise<{
    stored: Release | null;
    hash: string;
    commitment: string;
    spent: Release['spent'];
    remaining: Release['remaining'];
  }> {
    const nonce = hexOf(new SecureRandom().fill(new Uint8Array(32)));
    const commitment = commit(nonce, digests.data);
    return this.#exclusively(async (books, head) => {
      const earlier = books.reservations.get(id);
      if (earlier !== undefined) {
        const same =
          earlier.plan === digests.plan &&
          earlier.data === commit(earlier.nonce, digests.data) &&
          earlier.population === plan.population;
        if (!same) throw new ScrimError('SCRIM_DP_RELEASE_CONFLICT', { id });
        return {
          stored: this.#stored(id, books),
          hash: earlier.hash,
          commitment: earlier.data,
          spent: { epsilon: 0, delta: 0 },
          remaining: { epsilon: 0, delta: 0 },
        };
      }
      // Suspended, withdrawn and ended authorisations spend nothing more; the append holds only against the head read above.
      if (scope !== null) await requireOpen(this.path, scope, 'dp release');
      const time = this.#time(books);
      let remaining = { epsilon: 0, delta: 0 };
      const caps = scope === null ? [null] : [scope, null];
      for (const part of caps) {
        const cap = books.caps.get(capName(plan.population, part));
        if (cap === undefined) throw new ScrimError('SCRIM_DP_BUDGET_MISSING', { population: plan.population });
        const now = stateOf(cap, books, time);
        if (now.state !== 'open')
          throw new ScrimError('SCRIM_DP_BUDGET_CLOSED', { population: plan.population, state: now.state });
        const total = priceOf([...chargesOf(cap, books), ...charges], cap);
        if (!withinCap(total, cap)) throw new ScrimError('SCRIM_DP_BUDGET_EXCEEDED', { population: plan.population });
        remaining = left(total, cap);
      }
      const data = {
        id,
        population: plan.population,
        scope: scope as unknown as Json,
        plan: digests.plan,
        nonce,
        data: commitment,
        charges: charges as unknown as Json,
        operator,
      };
      const record = await this.#ledger.append({ type: 'dp.reserved', data }, { expectedHead: head });
      const cap = books.caps.get(capName(plan.population, null)) as BudgetCap;
      return { stored: null, hash: record.hash, commitment, spent: priceOf(charges, cap), remaining };
    });
  }

  /** The stored answer of a reservation; its digest must be that of the ledger. */
  #stored(id: string, books: Books): Release {
    const digest = books.answered.get(id);
    let bytes: Uint8Array;
    try {
      bytes = nodeFs('A budget').readFileSync(this.#answerPath(id));
    } catch {
      throw new ScrimError('SCRIM_DP_RELEASE_LOST', { id });
    }
    if (digest === undefined || sha256Hex(bytes) !== digest) throw new ScrimError('SCRIM_DP_RELEASE_LOST', { id });
    return JSON.parse(new TextDecoder().decode(bytes)) as Release;
  }

  #folder(): string {
    return `${this.path}.answers`;
  }

  #answerPath(id: string): string {
    return `${this.#folder()}/${id}.json`;
  }

  #time(books: Books): string {
    const now = this.#now().toISOString();
    if (now > books.latest) return now;
    return books.latest;
  }

  /** Runs a decision on the books as they are; starts over when somebody else appended meanwhile. */
  async #exclusively<Result>(
    decide: (books: Books, head: { seq: number; hash: string }) => Promise<Result>,
  ): Promise<Result> {
    for (let attempt = 0; ; attempt++) {
      const head = await this.#ledger.refresh();
      const books = await this.#read();
      try {
        return await decide(books, head);
      } catch (error) {
        const moved = isScrimError(error) && error.code === 'SCRIM_LEDGER_HEAD_MOVED';
        if (!moved || attempt >= 100) throw error;
      }
    }
  }

  async #read(): Promise<Books> {
    const books: Books = {
      caps: new Map(),
      closed: new Set(),
      reservations: new Map(),
      answered: new Map(),
      latest: '',
    };
    for await (const record of readLedger(this.path)) enter(record, books);
    return books;
  }
}

function enter(record: LedgerRecord, books: Books): void {
  if (record.time > books.latest) books.latest = record.time;
  const data = record.data as Record<string, unknown>;
  const scope = (data['scope'] ?? null) as BudgetScope | null;
  switch (record.type) {
    case 'dp.budget-opened': {
      const name = capName(String(data['population']), scope);
      if (!books.caps.has(name)) books.caps.set(name, data as unknown as BudgetCap);
      break;
    }
    case 'dp.budget-closed':
      books.closed.add(capName(String(data['population']), scope));
      break;
    case 'dp.reserved':
      books.reservations.set(String(data['id']), {
        id: String(data['id']),
        population: String(data['population']),
        scope,
        plan: String(data['plan']),
        nonce: String(data['nonce']),
        data: String(data['data']),
        charges: data['charges'] as Charge[],
        hash: record.hash,
      });
      break;
    case 'dp.answered':
      books.answered.set(String(data['id']), String(data['answer']));
      break;
  }
}

/** All charges that count against a cap: everybody's for a population, a scenario's own for a sub-cap. */
function chargesOf(cap: BudgetCap, books: Books): Charge[] {
  const charges: Charge[] = [];
  for (const reservation of books.reservations.values()) {
    if (reservation.population !== cap.population) continue;
    if (cap.scope !== null && capName(cap.population, cap.scope) !== capName(reservation.population, reservation.scope))
      continue;
    charges.push(...reservation.charges);
  }
  return charges;
}

/** Composed price at the cap's delta; adding charges never lowers it. */
function priceOf(charges: readonly Charge[], cap: BudgetCap): { epsilon: number; delta: number } {
  if (charges.length === 0) return { epsilon: 0, delta: 0 };
  if (cap.accountant === 'pure') {
    // delta is whatever the mechanisms need, epsilon their plain sum.
    const black = -Math.expm1(
      charges.reduce(
        (sum, { mechanism, count }) =>
          sum + count * Math.log1p(-(mechanism.kind === 'approximate' ? mechanism.delta : 0)),
        0,
      ),
    );
    const { epsilon } = account({ charges, accountant: 'pure', delta: Math.min(1 - 2 ** -53, black * (1 + 2 ** -40)) });
    return { epsilon, delta: black };
  }
  return { epsilon: account({ charges, accountant: cap.accountant, delta: cap.delta }).epsilon, delta: cap.delta };
}

function withinCap(total: { epsilon: number; delta: number }, cap: BudgetCap): boolean {
  return total.epsilon <= cap.epsilon * (1 + 2 ** -45) && total.delta <= cap.delta * (1 + 2 ** -45);
}

function left(total: { epsilon: number; delta: number }, cap: BudgetCap): { epsilon: number; delta: number } {
  return { epsilon: Math.max(0, cap.epsilon - total.epsilon), delta: Math.max(0, cap.delta - total.delta) };
}

function stateOf(cap: BudgetCap, books: Books, time: string): BudgetState {
  const charges = chargesOf(cap, books);
  const spent = priceOf(charges, cap);
  const closed = books.closed.has(capName(cap.population, cap.scope));
  const expired = cap.expires !== null && Date.parse(time) >= Date.parse(cap.expires);
  const own = [...books.reservations.values()].filter(
    (reservation) =>
      reservation.population === cap.population &&
      (cap.scope === null || capName(cap.population, cap.scope) === capName(reservation.population, reservation.scope)),
  );
  return {
    cap,
    state: closed ? 'closed' : expired ? 'expired' : 'open',
    reservations: own.length,
    spent,
    remaining: closed || expired ? { epsilon: 0, delta: 0 } : left(spent, cap),
  };
}

/** Refuses, before anything is spent, data that the plan cannot be answered from. Looks at the schema, never at a row. */
function checkData(table: Table, plan: Plan): void {
  if (table.weights !== null)
    throw new ScrimError('SCRIM_DP_PLAN', { field: 'data', problem: 'a frequency table has lost its units' });
  const columns = plan.queries.flatMap((query) => ('column' in query ? [query.column] : []));
  for (const name of [plan.unit.column, ...(plan.groupBy?.columns ?? []), ...columns]) table.indexOf(name);
}

/** A digest of the data in the open would let anybody test a guess at the last unknown row; with the nonce kept back it tells nothing. */
function commit(nonce: string, digest: string): string {
  return sha256Hex(new TextEncoder().encode(`scrim.dp-data/1\n${nonce}\n${digest}`));
}

const DIGEST_ROWS = 4096;

/** SHA-256 over names and cells, row by row. */
function tableDigest(table: Table): string {
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
