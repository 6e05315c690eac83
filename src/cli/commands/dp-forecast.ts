/**
 * `scrim dp plan`: which noise gives which error at which price, before anything is spent and without looking at data.
 * @module
 */
import { isScrimError } from '../../core/index.js';
import type { Forecast, Plan } from '../../dp/index.js';
import type { ScrimCommand } from '../command-line.js';
import type { Session } from '../session.js';
import { Spec } from '../spec-text.js';
import { textTable } from '../terminal.js';
import { releaseSpec } from './dp-plan.js';

/** What one kind of noise makes of the plan. */
interface Offer {
  readonly noise: Plan['noise'];
  /** What all measurements cost together at the budget's delta, by privacy-loss distributions; at most the budget. */
  readonly price: { readonly epsilon: number; readonly delta: number };
  readonly measurements: readonly Forecast[];
}

const NOISES: readonly Plan['noise'][] = ['laplace', 'gaussian'];

/** Null where the plan has no price with this noise (Gaussian noise at delta 0). */
async function offerOf(plan: Plan, noise: Plan['noise']): Promise<Offer | null> {
  const { account, forecast, pricePlan } = await import('../../dp/index.js');
  try {
    const priced = pricePlan({ ...plan, noise });
    const { delta } = plan.budget;
    const { epsilon } = account({ charges: priced.charges, accountant: delta === 0 ? 'pure' : 'pld', delta });
    return { noise, price: { epsilon, delta }, measurements: forecast(priced) };
  } catch (error) {
    if (!isScrimError(error) || noise === plan.noise) throw error;
    return null;
  }
}

/** Adds `scrim dp plan`. */
export function addPlan(dp: ScrimCommand): void {
  dp.sub('plan', [
    'error and price of a plan with either noise, before anything is spent',
    '在扣减预算之前比较两种噪声的误差与代价',
  ])
    .need('--spec <file>', ['YAML or JSON: the plan of `scrim dp release`', '规格文件：scrim dp release 的计划'])
    .common(false)
    .examples('scrim dp plan --spec report.yaml', 'scrim dp plan --spec report.yaml --json -')
    .does<{ spec: string }>(async (session, options) => {
      session.outputs.input('--spec', options.spec);
      const { id, plan } = await releaseSpec(Spec.read(options.spec), options.spec);
      const offers: Offer[] = [];
      for (const noise of NOISES) {
        const offer = await offerOf(plan, noise);
        if (offer !== null) offers.push(offer);
      }
      const { budget, noise, confidence = 0.95 } = plan;
      session.json({ schema: 'scrim.dp-forecast/1', id, noise, confidence, budget, offers });
      session.say(described(session, offers, confidence));
      return 0;
    });
}

function described(session: Session, offers: readonly Offer[], confidence: number): string {
  const headings = [
    session.text(['noise', '噪声']),
    session.text(['query', '查询']),
    session.text(['measured', '测量量']),
    session.text(['scale', '尺度']),
    session.text([`± at ${confidence}`, `± (${confidence})`]),
  ];
  const rows = offers.flatMap(({ noise, measurements }) =>
    measurements.map(({ query, what, scale, reach }) => [
      noise,
      query,
      what,
      String(Number(scale.toPrecision(6))),
      String(Number(reach.toPrecision(6))),
    ]),
  );
  const prices = offers.map(({ noise, price }) =>
    session.text([
      `${noise}: epsilon ${price.epsilon.toPrecision(6)} at delta ${price.delta}`,
      `${noise}：delta ${price.delta} 时 epsilon ${price.epsilon.toPrecision(6)}`,
    ]),
  );
  return [textTable(headings, rows, ['left', 'left', 'left', 'right', 'right']).trimEnd(), ...prices].join('\n');
}
