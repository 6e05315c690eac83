/**
 * Lineage as a picture: artefacts as columns of names from left to right, a line from each column to what became of it.
 * @module
 */
import type { Lineage, LineageArtifact } from '../../audit/index.js';
import { type Markup, markup } from '../html.js';
import { FAINT, fitMiddle, fitText, INK, line, MARK, MUTED, rect, round, svg, text } from './svg.js';

/** Words of the chart. */
export interface LineageWords {
  readonly label: string;
  /** Under an artefact that has no digest. */
  readonly unnamed: string;
  rows(count: number): string;
}

const WIDTH = 190;
const GAP = 150;
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
  const lines = graph.edges.map((edge) => {
    const from = place(edge.from.artifact, edge.from.column);
    const to = place(edge.to.artifact, edge.to.column);
    if (from === null || to === null) return '';
    const [x1, x2] = [from.x + WIDTH, to.x];
    const middle = (x1 + x2) / 2;
    const kept = edge.rule === 'release' || edge.rule === 'keep';
    return [
      markup`<path d="M${round(x1)} ${round(from.y)} C${round(middle)} ${round(from.y)} ${round(middle)} ${round(to.y)} ${round(x2)} ${round(to.y)}" fill="none" stroke="${MARK}" stroke-width="1.2"${kept ? '' : markup` stroke-dasharray="5 3"`}/>`,
      text(x2 - 6, to.y - 3, fitText(edge.rule, GAP * 0.6, 10), {
        size: 10,
        fill: MUTED,
        anchor: 'end',
        title: edge.rule,
      }),
    ];
  });
  const ended = graph.ended.map(({ artifact, column }) => {
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
  return svg(levels * WIDTH + (levels - 1) * GAP + 20, height, words.label, [lines, ended, drawn]);
}

function shown(artifact: LineageArtifact): readonly string[] {
  return artifact.columns.length <= MOST_COLUMNS ? artifact.columns : [...artifact.columns.slice(0, MOST_COLUMNS), '…'];
}
