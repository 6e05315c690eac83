/**
 * The durable budget: loss accrues per source population in the ledger, is reserved before any noise is drawn, and is never given back.
 *
 * `open` sets caps; `release` reserves (fsynced append with compare-and-swap on the head), draws, stores the answer beside the ledger
 * and records its digest. Reserved is spent, even if the process dies. See budget.md.
 * @module
 */
import { Ledger, type LedgerSigner, readLedger, requireOpen } from '../audit/index.js';
import {
  canonicalJson,
  hexOf,
  isScrimError,
  type Json,
  nodeFs,
  type RandomSource,
  ScrimError,
  SecureRandom,
  sha256Hex,
  writeFileAtomic,
} from '../core/index.js';
import type { Table } from '../table/index.js';
import type { Charge } from './accounting/index.js';
import {
  type Books,
  type BudgetCap,
  type BudgetScope,
  type BudgetState,
  capName,
  chargesOf,
  enter,
  left,
  priceOf,
  scopeName,
  stateOf,
  withinCap,
} from './books.js';
import { commit, tableDigest } from './data-digest.js';
import { pricePlan } from './query/measurements.js';
import { type Plan, planDigest } from './query/plan.js';
import { type Answer, answer } from './query/release.js';

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

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

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
      if (cap.scope !== null && !books.caps.has(capName(cap.population, null))) throw noBudget(cap.population, null);
      await this.#ledger.append(
        { type: 'dp.budget-opened', data: { ...cap, operator } as unknown as { [key: string]: Json } },
        { expectedHead: head },
      );
    });
  }

  /** Closes a cap for good; what was left is forfeited. @throws SCRIM_DP_BUDGET_MISSING */
  async closeCap(population: string, scope: BudgetScope | null, operator: string): Promise<void> {
    await this.#exclusively(async (books, head) => {
      if (!books.caps.has(capName(population, scope))) throw noBudget(population, scope);
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
        if (cap === undefined) throw noBudget(plan.population, part);
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

/** Refuses, before anything is spent, data that the plan cannot be answered from. Looks at the schema, never at a row. */
function checkData(table: Table, plan: Plan): void {
  if (table.weights !== null)
    throw new ScrimError('SCRIM_DP_PLAN', { field: 'data', problem: 'a frequency table has lost its units' });
  const columns = plan.queries.flatMap((query) => ('column' in query ? [query.column] : []));
  for (const name of [plan.unit.column, ...(plan.groupBy?.columns ?? []), ...columns]) table.indexOf(name);
}

function noBudget(population: string, scope: BudgetScope | null): ScrimError {
  return new ScrimError('SCRIM_DP_BUDGET_MISSING', { population, scope: scopeName(scope) });
}
