/**
 * Precision, recall and F1 of the free-text detector on labelled sentences: exact spans of the right kind, and overlapping spans of the right kind.
 */
import { detectInText } from '../../src/identifiers/index.js';
import type { Sentence } from './sentences.js';

export interface TextFigures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface TextResult {
  readonly sentences: number;
  readonly labels: number;
  readonly exact: TextFigures;
  readonly overlap: TextFigures;
  readonly byKind: Readonly<Record<string, TextFigures>>;
  readonly mistakes: readonly string[];
}

function figures(right: number, said: number, are: number): TextFigures {
  const precision = said === 0 ? 1 : right / said;
  const recall = are === 0 ? 1 : right / are;
  return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

export function measureText(sentences: readonly Sentence[]): TextResult {
  let exact = 0;
  let found = 0;
  let hit = 0;
  let said = 0;
  let are = 0;
  const kinds = new Map<string, { right: number; said: number; are: number }>();
  const of = (kind: string): { right: number; said: number; are: number } => {
    const entry = kinds.get(kind) ?? { right: 0, said: 0, are: 0 };
    kinds.set(kind, entry);
    return entry;
  };
  const mistakes: string[] = [];
  for (const { text, labels } of sentences) {
    const spans = detectInText(text);
    are += labels.length;
    said += spans.length;
    const wrong: string[] = [];
    for (const label of labels) {
      of(label.kind).are++;
      if (
        spans.some((span) => span.columnKind === label.kind && span.start === label.start && span.end === label.end)
      ) {
        exact++;
        of(label.kind).right++;
      } else wrong.push(`-${label.kind}:${text.slice(label.start, label.end)}`);
      if (spans.some((span) => span.columnKind === label.kind && span.start < label.end && label.start < span.end))
        found++;
    }
    for (const span of spans) {
      of(span.columnKind).said++;
      if (
        !labels.some((label) => span.columnKind === label.kind && span.start === label.start && span.end === label.end)
      ) {
        wrong.push(`+${span.columnKind}:${text.slice(span.start, span.end)}`);
      }
      if (labels.some((label) => span.columnKind === label.kind && span.start < label.end && label.start < span.end))
        hit++;
    }
    if (wrong.length > 0) mistakes.push(`${text}  ${wrong.join(' ')}`);
  }
  const precision = said === 0 ? 1 : hit / said;
  const recall = are === 0 ? 1 : found / are;
  return {
    sentences: sentences.length,
    labels: are,
    exact: figures(exact, said, are),
    overlap: { precision, recall, f1: (2 * precision * recall) / (precision + recall) },
    byKind: Object.fromEntries([...kinds].map(([kind, { right, said: s, are: a }]) => [kind, figures(right, s, a)])),
    mistakes,
  };
}
