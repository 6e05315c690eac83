/**
 * YAML with the place of every path in its text: line and column, from 1. Policies and specifications are read with it.
 * @module
 */
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** Keys and positions from the top of the document. */
export type YamlPath = readonly (string | number)[];

/** Line and column, from 1. */
export interface YamlPlace {
  readonly line: number;
  readonly column: number;
}

/** A text, parsed but not yet checked. */
export interface YamlText {
  /** Problems of the YAML itself: stable code of the parser and the place. */
  readonly problems: readonly { readonly code: string; readonly place: YamlPlace }[];
  /** The data. */
  readonly data: unknown;
  /** Place of a path: of its key where it stands in a mapping, of its nearest ancestor when there is no such path. */
  locate(path: YamlPath): YamlPlace;
}

/** Reads YAML 1.2 (of which JSON is a part). Aliases are limited; the parser's own messages, which quote the text, are not used. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true });
  const placeAt = (offset: number): YamlPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: { code: string; place: YamlPlace }[] = document.errors.map((error) => ({
    code: error.code,
    place: placeAt(error.pos[0]),
  }));
  let data: unknown;
  if (problems.length === 0) {
    try {
      data = document.toJS({ maxAliasCount: 50 });
    } catch {
      problems.push({ code: 'ALIAS_LIMIT', place: { line: 1, column: 1 } });
    }
  }
  return { problems, data, locate: (path) => placeAt(offsetOf(document, path)) };
}

function offsetOf(document: Document.Parsed, path: YamlPath): number {
  let node = document.contents as Node | null;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => (isScalar(item.key) ? String(item.key.value) : '') === String(step));
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined;
      if (item === undefined) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}
