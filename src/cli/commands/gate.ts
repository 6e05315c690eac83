/**
 * `scrim gate`: only bytes whose digest carries a release verdict pass. Exit 0 passed, 4 refused.
 * @module
 */
import fs from 'node:fs';
import { isScrimError, type OperationRecord, ScrimError, sha256Hex } from '../../core/index.js';
import type { GateState, Verdict } from '../../reversibility/index.js';
import type { ScrimCommand } from '../command-line.js';
import { readInput, readInputJson } from '../input-file.js';

interface GateFlags {
  readonly verdict: string;
  readonly ledger?: string;
  readonly output?: string;
}

function readVerdict(file: string): Verdict {
  const refuse = (reason: string): ScrimError =>
    new ScrimError('SCRIM_CLI_INPUT', { path: file, expected: 'scrim.review/1', reason });
  const verdict = readInputJson(file, 'scrim.review/1') as Partial<Verdict> | null;
  if (verdict === null || typeof verdict !== 'object' || verdict.schema !== 'scrim.review/1') throw refuse('schema');
  const { digests, coverage } = verdict;
  if (!Array.isArray(digests?.product) || !Array.isArray(digests.productForm) || !Array.isArray(coverage?.gaps)) {
    throw refuse('digests, coverage');
  }
  return verdict as Verdict;
}

/**
 * What the ledger says of the product since the verdict. A ledger that is named must be whole, must hold the very review that
 * made the verdict, and that review must be the last word on these bytes.
 */
async function stateOf(ledger: string | undefined, digest: string, report: string): Promise<GateState> {
  if (ledger === undefined) return {};
  const { ledgerState, readLedger, scenarioName, verifyLedger } = await import('../../audit/index.js');
  const refuse = (ground: string): ScrimError => new ScrimError('SCRIM_GATE_REFUSED', { ground });
  if (!(await verifyLedger(ledger)).valid) throw refuse('the ledger does not verify');
  const state = await ledgerState(ledger);
  let noted = false;
  let last = '';
  const scenarios = new Set<string>();
  for await (const { type, data } of readLedger(ledger)) {
    if (type !== 'review' || !(data.products as readonly string[]).includes(digest)) continue;
    last = String(data.verdict);
    if (data.report === report) {
      noted = true;
      scenarios.add(scenarioName(data as unknown as Parameters<typeof scenarioName>[0]));
    }
  }
  if (!noted) throw refuse('the ledger holds no review with this verdict');
  if (last !== 'release') throw refuse('a later review of these bytes did not release them');
  const own = state.products.get(digest);
  const closed = [...scenarios].some((name) => (state.scenarios.get(name) ?? 'open') !== 'open');
  return { halted: own === 'halted' || closed, withdrawn: own === 'withdrawn' };
}

/** What the record beside the product claims against it: a claim may close the gate, never open it. */
function claimOf(product: string): string | null {
  const file = `${product}.record.json`;
  if (!fs.existsSync(file)) return null;
  let record: Partial<OperationRecord> | null;
  try {
    record = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<OperationRecord> | null;
  } catch {
    return 'its record cannot be read';
  }
  if (record?.policy === 'none') return 'its record says that it was made without a policy';
  const unsafe = record?.unsafe;
  return Array.isArray(unsafe) && unsafe.length > 0 ? `its record says ${unsafe.join(', ')}` : null;
}

/** Adds `scrim gate`. */
export function addGate(program: ScrimCommand): void {
  program
    .sub('gate', [
      'let exactly the reviewed bytes through, or refuse: exit 0 or 4',
      '仅放行与已审核内容逐字节一致的产品：退出码 0 或 4',
    ])
    .operand('<product>', ['file that would leave', '待出域文件'])
    .need('--verdict <file>', ['JSON of scrim review', 'scrim review 输出的 JSON'])
    .flag('--ledger <file>', ['ledger that may hold a halt or a withdrawal', '可能记有停止或撤回的账本'])
    .flag('-o, --output <file>', ['write the passed bytes here', '放行后将内容写到此处'])
    .common(false)
    .examples('scrim gate out.csv --verdict verdict.json --ledger ledger.jsonl -o /export/out.csv')
    .does<GateFlags>(async (session, options, operand) => {
      const product = operand as string;
      session.outputs.input('<product>', product);
      session.outputs.input('--verdict', options.verdict);
      if (options.output !== undefined) await session.outputs.claim('--output', options.output);
      const verdict = readVerdict(options.verdict);
      const bytes = readInput(product);
      const { gate, phrase } = await import('../../reversibility/index.js');
      const digest = sha256Hex(bytes);
      try {
        const state = await stateOf(options.ledger, digest, sha256Hex(readInput(options.verdict)));
        const { sha256 } = gate(bytes, verdict, state);
        const claim = claimOf(product);
        if (claim !== null) throw new ScrimError('SCRIM_GATE_REFUSED', { ground: claim });
        if (options.output !== undefined) session.outputs.write('--output', bytes);
        session.json({ schema: 'scrim.gate/1', passed: true, sha256, ground: null });
        session.say(session.text([`Passed: ${sha256}`, `放行：${sha256}`]));
        return 0;
      } catch (error) {
        if (!isScrimError(error) || error.code !== 'SCRIM_GATE_REFUSED') throw error;
        const ground = String(error.parameters.ground ?? '');
        session.json({ schema: 'scrim.gate/1', passed: false, sha256: digest, ground });
        const said = new ScrimError('SCRIM_GATE_REFUSED', { ground: phrase(ground, session.language) });
        session.say(said.localize(session.language).message);
        return error.exitCode;
      }
    });
}
