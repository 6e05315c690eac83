/**
 * `scrim psi plan`: which protocol, how long, how many bytes; `scrim psi selftest`: known answers on this machine.
 * @module
 */
import { numberIn, type ScrimCommand } from '../command-line.js';
import { textTable } from '../terminal.js';

interface PlanFlags {
  readonly left: number;
  readonly right: number;
  readonly mbps?: number;
  readonly kind?: string;
}

/** Adds `scrim psi plan` and `scrim psi selftest`. */
export function addPsiPlan(psi: ScrimCommand): void {
  psi
    .sub('plan', ['what a run will cost, and why hashes are no substitute', '估算运行成本，并说明为何散列不可替代'])
    .need('--left <n>', ['keys of the side that learns', '得知方的键数'], numberIn('--left', 0, 2 ** 31))
    .need('--right <n>', ['keys of the other side', '另一方的键数'], numberIn('--right', 0, 2 ** 31))
    .flag(
      '--mbps <speed>',
      ['speed of the link in megabits a second', '链路速度（兆比特每秒）'],
      numberIn('--mbps', 0.001, 1e6),
    )
    .flag('--kind <kind>', ['identifier kind: what enumerating its hashes would cost', '标识类型：枚举其散列的成本'])
    .common(false)
    .examples('scrim psi plan --left 1e6 --right 1e6 --mbps 20 --kind mobile')
    .does<PlanFlags>(async (session, { left, right, mbps, kind }) => {
      const { planRun } = await import('../../psi/index.js');
      const plan = planRun({
        receiver: left,
        sender: right,
        ...(mbps === undefined ? {} : { mbps }),
        ...(kind === undefined ? {} : { kind }),
      });
      session.json({ schema: 'scrim.psi.plan/1', ...plan });
      session.say(
        textTable(
          [
            session.text(['protocol', '协议']),
            session.text(['suite', '套件']),
            session.text(['seconds', '秒']),
            session.text(['CPU s', 'CPU 秒']),
            session.text(['MB', 'MB']),
            session.text(['once: CPU s', '一次性 CPU 秒']),
            session.text(['once: MB', '一次性 MB']),
            session.text(['buckets', '桶数']),
          ],
          plan.options.map((one) => [
            one.protocol,
            one.suite,
            one.seconds.toPrecision(3),
            one.cpu.toPrecision(3),
            (one.bytes / 1e6).toPrecision(3),
            one.once.cpu === 0 ? '-' : one.once.cpu.toPrecision(3),
            one.once.bytes === 0 ? '-' : (one.once.bytes / 1e6).toPrecision(3),
            String(one.buckets),
          ]),
          ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right'],
        ),
      );
      if (plan.enumeration !== null) {
        const { domain, seconds, why } = plan.enumeration;
        session.say(
          session.text([
            `Joining by hashes is not offered: ${domain.toExponential(1)} values (${why}), all hashed by one core in ${(seconds / 60).toFixed(1)} minutes.`,
            `不提供散列比对：该标识约有 ${domain.toExponential(1)} 个可能值，单核 ${(seconds / 60).toFixed(1)} 分钟即可全部枚举。`,
          ]),
        );
      }
      return 0;
    });
  psi
    .sub('selftest', ['known answers and small runs on this machine', '在本机核对标准向量并试运行'])
    .common(false)
    .does(async (session) => {
      const { selfTest } = await import('../../psi/index.js');
      const tests = selfTest();
      const passed = tests.every((test) => test.passed);
      session.json({ schema: 'scrim.psi.selftest/1', passed, tests });
      session.say(
        textTable(
          [session.text(['check', '检查']), session.text(['result', '结果'])],
          tests.map((test) => [
            test.name,
            test.passed ? session.text(['passed', '通过']) : session.text(['FAILED', '失败']),
          ]),
        ),
      );
      return passed ? 0 : 1;
    });
}
