/**
 * What came back of each source column.
 * @module
 */
import type { Opened } from '../intake/inputs.js';
import type { Target } from '../restoration/execute.js';
import type { SourceColumnReport } from '../verdict.js';
import type { ProductReport } from './product-report.js';

/** One report a column of each source: the largest share of its cells that a product restores. */
export function sourceColumns(
  sources: readonly Opened[],
  targets: readonly Target[],
  reports: readonly ProductReport[],
): SourceColumnReport[] {
  return sources.flatMap(({ sheet }, source) =>
    sheet.columns.map((column, position) => ({
      source: sheet.name,
      column: column.name,
      directIdentifier: targets[source]?.identifiers.has(position) ?? false,
      kind: targets[source]?.kinds[position] ?? null,
      distinct: column.distinct,
      restoredShare:
        Math.max(0, ...reports.map((report) => report.cellsOf[source]?.[position] ?? 0)) / Math.max(1, sheet.rows),
    })),
  );
}
