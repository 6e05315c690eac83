/**
 * Of several restorations the strongest: maximum over attacks, never an average.
 * @module
 */
import type { Sheet } from '../intake/sheet.js';
import type { Outcome } from '../restoration/execute.js';
import type { Measure, Restoration } from '../verdict.js';

/** An inverse program that was executed, and the source it restores. */
export interface Executed {
  readonly source: number;
  readonly outcome: Outcome;
}

/** The executed inverse that restores most rows. */
export function strongestOutcome(executed: readonly Executed[]): Executed | null {
  let best: Executed | null = null;
  for (const own of executed) {
    const rows = own.outcome.restoration.rows;
    const known = best?.outcome.restoration.rows;
    if (known === undefined || rows.lower > known.lower || (rows.lower === known.lower && rows.net > known.net))
      best = own;
  }
  return best;
}

/** What came back at most from one product, of each kind. */
export function strongestOf(executed: readonly Executed[], sources: readonly Sheet[]): Restoration {
  const pick = (read: (restoration: Restoration) => Measure, of: number): Measure => {
    let best: Measure = { gross: 0, net: 0, lower: 0, upper: 0, count: 0, of };
    for (const { outcome } of executed) {
      const own = read(outcome.restoration);
      if (
        own.lower > best.lower ||
        (own.lower === best.lower && (own.net > best.net || (own.net === best.net && own.gross > best.gross)))
      )
        best = own;
    }
    return best;
  };
  const rows = sources.reduce((sum, sheet) => Math.max(sum, sheet.rows), 0);
  const cells = sources.reduce((sum, sheet) => Math.max(sum, sheet.rows * sheet.columns.length), 0);
  const persons = sources.reduce((sum, sheet) => Math.max(sum, sheet.persons), 0);
  return {
    rows: pick((own) => own.rows, rows),
    cells: pick((own) => own.cells, cells),
    identifiers: pick((own) => own.identifiers, persons),
  };
}

/** The strongest measure of each kind over several products or readings. */
export function strongest(all: readonly Restoration[]): Restoration {
  return {
    rows: strongestMeasure(all.map((own) => own.rows)),
    cells: strongestMeasure(all.map((own) => own.cells)),
    identifiers: strongestMeasure(all.map((own) => own.identifiers)),
  };
}

function strongestMeasure(all: readonly Measure[]): Measure {
  let best: Measure = { gross: 0, net: 0, lower: 0, upper: 0, count: 0, of: all[0]?.of ?? 0 };
  for (const measure of all) {
    if (
      measure.lower > best.lower ||
      (measure.lower === best.lower && measure.net > best.net) ||
      (measure.lower === best.lower && measure.net === best.net && measure.gross > best.gross)
    ) {
      best = measure;
    }
  }
  const upper = Math.max(best.upper, ...all.map((measure) => measure.upper));
  return upper === best.upper ? best : { ...best, upper };
}
