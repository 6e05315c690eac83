/**
 * Lineage as a picture: artefacts as columns of names from left to right, a line from each column to what became of it.
 * @module
 */
import type { Lineage, LineageArtifact } from '../../audit/index.js';
import { type Markup, markup } from '../html.js';
import { FAINT, fitMiddle, fitText, INK, line, MARK, MUTED, rect, round, svg, text, textWidth } from './svg.js';

/** Words of the chart. */
export interface LineageWords {
  readonly label: string;
  /** Under an artefact that has no digest. */
  readonly unnamed: string;
  rows(count: number): string;
}

const WIDTH = 190;
const GAP = 200;
const HEAD = 44;
const ROW = 20;
const SPACE = 26;
const MOST_COLUMNS = 40;

interface Box {
  readonly artifact: LineageArtifact;
  readonly x: number;
  readonly y: number;
}

/** Longest chain of operations that leads to each artefact. */
function depths(graph: Lineage): Map<string, number> {
  const depth = new Map(graph.artifacts.map(({ id }) => [id, 0]));
  for (let changed = true, round = 0; changed && round <= graph.artifacts.length; round++) {
    changed = false;
    for (const { from, to } of graph.edges) {
      const wanted = (depth.get(from.artifact) ?? 0) + 1;
      if (from.artifact !== to.artifact && (depth.get(to.artifact) ?? 0) < wanted) {
        depth.set(to.artifact, wanted);
        changed = true;
      }
    }
  }
  return depth;
}

/** The rule beside the line it belongs to, on paper of its own so that no line runs through it. */
function ruleLabel(right: number, y: number, rule: string): Markup[] {
  const shown = fitText(rule, GAP * 0.65, 10);
  const width = textWidth(shown, 10) + 6;
  return [
    rect(right - width, y - 7, width, 14, '#ffffff'),
    text(right - 3, y + 3.5, shown, { size: 10, fill: MUTED, anchor: 'end', title: rule }),
  ];
}

/** The picture. */
export function lineageChart(graph: Lineage, words: LineageWords): Markup {
  const depth = depths(graph);
  const tops: number[] = [];
  const boxes = new Map<string, Box>();
  for (const artifact of graph.artifacts) {
    const level = Math.min(depth.get(artifact.id) ?? 0, graph.artifacts.length);
    const y = tops[level] ?? 8;
    boxes.set(artifact.id, { artifact, x: 2 + level * (WIDTH + GAP), y });
    tops[level] = y + HEAD + shown(artifact).length * ROW + SPACE;
  }
  const place = (artifact: string, column: string): { x: number; y: number } | null => {
    const box = boxes.get(artifact);
    if (box === undefined) return null;
    const at = shown(box.artifact).indexOf(column);
    return at < 0 ? null : { x: box.x, y: box.y + HEAD + at * ROW + ROW / 2 };
  };
  const drawnEdges = graph.edges.flatMap((edge) => {
    const from = place(edge.from.artifact, edge.from.column);
    const to = place(edge.to.artifact, edge.to.column);
    return from === null || to === null
      ? []
      : [{ rule: edge.rule, x1: from.x + WIDTH, y1: from.y, x2: to.x, y2: to.y }];
  });
  const lines = drawnEdges.map(({ rule, x1, y1, x2, y2 }) => {
    const middle = (x1 + x2) / 2;
    const kept = rule === 'release' || rule === 'keep';
    const points = `M${round(x1)} ${round(y1)} C${round(middle)} ${round(y1)} ${round(middle)} ${round(y2)} ${round(x2)} ${round(y2)}`;
    return markup`<path d="${points}" fill="none" stroke="${MARK}" stroke-width="1.2"${kept ? '' : markup` stroke-dasharray="5 3"`}/>`;
  });
  const labels = drawnEdges.map(({ rule, x2, y2 }) => ruleLabel(x2 - 10, y2, rule));
  const goesOn = new Set(graph.edges.map(({ from }) => `${from.artifact}\n${from.column}`));
  const ended = graph.ended.map(({ artifact, column }) => {
    if (goesOn.has(`${artifact}\n${column}`)) return '';
    const at = place(artifact, column);
    if (at === null) return '';
    const x = at.x + WIDTH;
    return [line(x, at.y, x + 12, at.y, MUTED), line(x + 12, at.y - 4, x + 12, at.y + 4, MUTED, 2)];
  });
  const drawn = [...boxes.values()].map(({ artifact, x, y }) => {
    const names = shown(artifact);
    const note = `${artifact.sha256 === null ? words.unnamed : `${artifact.sha256.slice(0, 10)}…`} · ${words.rows(artifact.rows)}`;
    return [
      rect(x, y, WIDTH, HEAD + names.length * ROW + 6, '#ffffff', INK),
      text(x + 8, y + 17, fitMiddle(artifact.name, WIDTH - 16, 12), { weight: 600, title: artifact.name }),
      text(x + 8, y + 32, fitText(note, WIDTH - 16, 10), { size: 10, fill: MUTED }),
      line(x, y + HEAD - 4, x + WIDTH, y + HEAD - 4, FAINT),
      names.map((column, i) =>
        text(x + 8, y + HEAD + i * ROW + 14, fitText(column, WIDTH - 16, 12), { title: column }),
      ),
    ];
  });
  const levels = Math.max(1, tops.length);
  const height = Math.max(40, ...tops) + 4;
  return svg(levels * WIDTH + (levels - 1) * GAP + 20, height, words.label, [lines, labels, ended, drawn]);
}

function shown(artifact: LineageArtifact): readonly string[] {
  return artifact.columns.length <= MOST_COLUMNS ? artifact.columns : [...artifact.columns.slice(0, MOST_COLUMNS), '…'];
}
