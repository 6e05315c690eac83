/**
 * What a grid run leaves beside its JSON: figures as CSV, the whole configuration, and how to cite the run.
 * @module
 */
import { stringify } from 'yaml';
import { type GridResult, gridMeasures } from '../../report/index.js';
import type { GridConfiguration } from './configuration.js';

/** One line a setting: number, kind, setting, verdict, error, and mean, low and high of every figure. */
export function gridCsv(result: GridResult): string {
  const cell = (value: string | number | null): string => {
    const text = value === null ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const head = ['number', 'kind', 'setting', 'verdict', 'error'];
  for (const measure of gridMeasures) head.push(measure, `${measure}Low`, `${measure}High`);
  const lines = result.rows.map((row) => {
    const cells: (string | number | null)[] = [row.number, row.kind, row.title, row.verdict, row.error];
    for (const measure of gridMeasures) {
      const one = row.measures[measure];
      cells.push(one?.mean ?? null, one?.low ?? null, one?.high ?? null);
    }
    return cells.map(cell).join(',');
  });
  return `${[head.join(','), ...lines].join('\n')}\n`;
}

/** The configuration with all defaults, as a grid that can be run again. */
export function gridYaml(grid: GridConfiguration, result: GridResult): string {
  const head = [
    `# scrim ${result.tool.version}, ${result.date}; configuration SHA-256 ${result.configuration}`,
    `# data: ${result.data.name}, ${result.data.rows} rows${result.data.sha256 === null ? '' : `, SHA-256 ${result.data.sha256}`}`,
  ];
  return `${head.join('\n')}\n${stringify(JSON.parse(JSON.stringify(grid)))}`;
}

/** Citation File Format 1.2.0 for the run: software, version, date and the digest that names it. */
export function gridCitation(result: GridResult): string {
  return stringify({
    'cff-version': '1.2.0',
    message: 'Results of one run of scrim bench anonymity; the configuration beside this file reproduces it.',
    type: 'dataset',
    title: `${result.title}: risk against utility`,
    authors: [{ name: 'The Scrim authors' }],
    'date-released': result.date,
    version: result.configuration.slice(0, 16),
    identifiers: [
      { type: 'other', value: `sha256:${result.configuration}`, description: 'canonical configuration' },
      ...(result.data.sha256 === null
        ? []
        : [{ type: 'other', value: `sha256:${result.data.sha256}`, description: 'bytes of the data file' }]),
    ],
    references: [
      { type: 'software', title: 'Scrim', version: result.tool.version, authors: [{ name: 'The Scrim authors' }] },
    ],
  });
}
