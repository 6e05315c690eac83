/**
 * Classification and the free-text detector: precision and recall on labelled columns and sentences, speed on a million rows, and a peer
 * (openredaction) on the same sentences in the same run.
 */
import { detectInText } from '../src/identifiers/index.js';
import { classifyTable } from '../src/masking/index.js';
import { type Column, type DictionaryColumn, Table, type Utf8Column } from '../src/table/index.js';
import { registerTable } from '../src/testing/index.js';
import { heldOut } from '../test/classify/held-out.js';
import { labelledColumns } from '../test/classify/labelled.js';
import { measureColumns } from '../test/classify/measure.js';
import { measureText } from '../test/identifiers/measure-text.js';
import { type Sentence, sentences } from '../test/identifiers/sentences.js';
import { Bench, isMain, peer, versionOf } from './harness.js';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** The register's 17 columns and three of them again in the plain UTF-8 layout: 20 columns. */
function twentyColumns(rows: number): Table {
  const table = registerTable({ rows, seed: 'bench' });
  const plain = ['住址', '身份证号', '姓名'].map((name) =>
    table.chunks(name).map((chunk) => asUtf8(chunk as DictionaryColumn)),
  );
  return new Table(
    [...table.fields, ...['u1', 'u2', 'u3'].map((name) => ({ name, type: 'utf8', logical: 'text' }) as const)],
    table.batches.map((batch, b) => ({
      rows: batch.rows,
      columns: [...batch.columns, ...plain.map((chunks) => chunks[b] as Column)],
    })),
  );
}

function asUtf8({ length, codes, dictionary, validity, unreadable }: DictionaryColumn): Utf8Column {
  const offsets = new Int32Array(length + 1);
  for (let row = 0; row < length; row++) {
    const code = codes[row] as number;
    offsets[row + 1] =
      (offsets[row] as number) + (dictionary.offsets[code + 1] as number) - (dictionary.offsets[code] as number);
  }
  const bytes = new Uint8Array(offsets[length] as number);
  for (let row = 0; row < length; row++) bytes.set(dictionary.bytesAt(codes[row] as number), offsets[row]);
  return { type: 'utf8', length, offsets, bytes, validity, unreadable };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Share of labels touched by a span, and of spans that touch a label, whatever the kind. */
function coverage(list: readonly Sentence[], spansOf: readonly (readonly Span[])[]): string {
  const touches = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
  let labels = 0;
  let found = 0;
  let spans = 0;
  let right = 0;
  list.forEach((sentence, i) => {
    const said = spansOf[i] as readonly Span[];
    labels += sentence.labels.length;
    spans += said.length;
    found += sentence.labels.filter((label) => said.some((span) => touches(label, span))).length;
    right += said.filter((span) => sentence.labels.some((label) => touches(label, span))).length;
  });
  const precision = right / spans;
  const recall = found / labels;
  return `precision ${percent(precision)}, recall ${percent(recall)}, F1 ${percent((2 * precision * recall) / (precision + recall))}`;
}

interface OpenRedaction {
  OpenRedaction: new () => { detect(text: string): Promise<{ detections: { position: [number, number] }[] }> };
}

/** All measurements. */
export async function run(): Promise<void> {
  const bench = new Bench('classify');
  const table = twentyColumns(1_000_000);
  await bench.compare({
    title: 'classify a table',
    work: '1 M rows x 20 columns (17 dictionary, 3 plain UTF-8), 5000 distinct values a column looked at',
    target: 'at most 10 s',
    units: { count: 20_000_000, name: 'cells' },
    contenders: [
      {
        name: 'scrim',
        run: () =>
          classifyTable(table)
            .columns.map((column) => column.kind)
            .join(','),
      },
    ],
  });

  const ours: { name: string; run: () => undefined }[] = [
    {
      name: 'scrim',
      run: () => {
        for (let round = 0; round < 5; round++) for (const { text } of sentences) detectInText(text);
        return undefined;
      },
    },
  ];
  const characters = sentences.reduce((sum, { text }) => sum + text.length, 0);
  const module = await peer<OpenRedaction>('openredaction');
  const redactor = module === undefined ? undefined : new module.OpenRedaction();
  await bench.compare({
    title: 'find identifiers in sentences',
    work: `${sentences.length} sentences, ${characters} characters, five times, one by one`,
    units: { count: characters * 5, name: 'characters' },
    contenders: [
      ...ours,
      ...(redactor === undefined
        ? []
        : [
            {
              name: await versionOf('openredaction', './thirdparty/package.json'),
              run: async () => {
                for (let round = 0; round < 5; round++) for (const { text } of sentences) await redactor.detect(text);
                return undefined;
              },
            },
          ]),
    ],
  });

  for (const [name, columns] of [
    ['labelled columns', labelledColumns],
    ['held-out columns (written after tuning, not tuned on)', heldOut],
  ] as const) {
    for (const headers of [true, false]) {
      const f = measureColumns(columns, headers);
      bench.note(
        `${f.columns} ${name}, ${headers ? 'with' : 'without'} headers: accuracy ${percent(f.accuracy)}, macro precision ${percent(f.macroPrecision)}, recall ${percent(f.macroRecall)}, F1 ${percent(f.macroF1)}`,
      );
    }
  }
  const unseen = sentences.filter((_, i) => i % 2 === 1);
  for (const [name, list] of [
    ['all', sentences],
    ['the half that nothing was tuned on', unseen],
  ] as const) {
    const { exact, overlap, labels } = measureText(list);
    bench.note(
      `${list.length} sentences (${name}), ${labels} labels: exact span and kind P ${percent(exact.precision)} R ${percent(exact.recall)} F1 ${percent(exact.f1)}; overlapping span of the kind F1 ${percent(overlap.f1)}`,
    );
  }
  const byKind = measureText(sentences).byKind;
  bench.note(
    `F1 by kind, exact: ${Object.entries(byKind)
      .map(([kind, { f1 }]) => `${kind} ${percent(f1)}`)
      .join(', ')}`,
  );
  bench.note(
    `scrim, any kind, overlap: ${coverage(
      sentences,
      sentences.map(({ text }) => detectInText(text)),
    )}`,
  );
  if (redactor !== undefined) {
    const found: Span[][] = [];
    for (const { text } of sentences) {
      const { detections } = await redactor.detect(text);
      found.push(detections.map(({ position: [start, end] }) => ({ start, end })));
    }
    bench.note(`openredaction, any kind, overlap: ${coverage(sentences, found)}`);
  }
  bench.note('Labels, columns and classifier are by the same authors; sentences and columns are made up.');
  bench.write();
}

if (isMain(import.meta.url)) await run();
