/**
 * Shared parts of the charts: frame, text that fits, the grey-safe ramp.
 *
 * Charts are pure functions from numbers to SVG text. Presentation attributes only (the page's content policy forbids inline
 * style), labels on the thing itself, no legend; every shade also carries its number, so nothing is lost in greyscale.
 * @module
 */
import { displayWidth, truncateText } from '../../core/index.js';
import { type Hole, type Markup, markup } from '../html.js';

/** Ink for text and strong lines. */
export const INK = '#1b1f24';
/** Secondary text. */
export const MUTED = '#57606a';
/** Axes and faint lines. */
export const FAINT = '#c8ced6';
/** Marks. */
export const MARK = '#1f4e79';

/** Width in pixels of a text at a font size: half an em a column is what Noto Sans and its CJK sibling take on average. */
export function textWidth(text: string, size: number): number {
  return displayWidth(text) * size * 0.56;
}

/** The text cut so that it fits `pixels` at a font size. */
export function fitText(text: string, pixels: number, size: number): string {
  return truncateText(text, Math.max(2, Math.floor(pixels / (size * 0.56))));
}

/** The text cut in its middle so that it fits: long names of one table often differ only at their end. */
export function fitMiddle(text: string, pixels: number, size: number): string {
  const columns = Math.max(3, Math.floor(pixels / (size * 0.56)));
  if (displayWidth(text) <= columns) return text;
  const characters = [...text];
  const tail: string[] = [];
  let used = 0;
  for (let i = characters.length - 1; i >= 0; i--) {
    used += displayWidth(characters[i] as string);
    if (used > (columns - 1) / 2) break;
    tail.unshift(characters[i] as string);
  }
  return `${truncateText(text, columns - displayWidth(tail.join('')))}${tail.join('')}`;
}

/** The frame of a chart. `label` is read aloud in its place. */
export function svg(width: number, height: number, label: string, content: Hole): Markup {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}" font-size="12">${content}</svg>`;
}

/** Where a text stands relative to its point. */
export type Anchor = 'start' | 'middle' | 'end';

/** Options of {@link text}. */
export interface TextOptions {
  readonly size?: number;
  readonly fill?: string;
  readonly anchor?: Anchor;
  readonly weight?: number;
  /** Shown on hover: the whole of a text that was cut. */
  readonly title?: string;
}

/** A text at a point (its base line). */
export function text(x: number, y: number, content: string, options: TextOptions = {}): Markup {
  const { size = 12, fill = INK, anchor = 'start', weight = 400, title } = options;
  return markup`<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}" font-weight="${weight}">${
    title === undefined || title === content ? '' : markup`<title>${title}</title>`
  }${content}</text>`;
}

/** A straight line. */
export function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  stroke: string = FAINT,
  width = 1,
  dash = '',
): Markup {
  return markup`<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${stroke}" stroke-width="${width}"${
    dash === '' ? '' : markup` stroke-dasharray="${dash}"`
  }/>`;
}

/** A filled rectangle. */
export function rect(x: number, y: number, width: number, height: number, fill: string, stroke = 'none'): Markup {
  return markup`<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(0, width))}" height="${round(Math.max(0, height))}" fill="${fill}" stroke="${stroke}"/>`;
}

/** Two decimals are enough for a pixel; keeps golden files short and stable. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Ramp from paper to ink with falling luminance: survives greyscale and photocopies. `share` in [0, 1]. */
export function shade(share: number): string {
  const t = Math.sqrt(Math.min(1, Math.max(0, share)));
  const mix = (from: number, to: number): string =>
    Math.round(from + (to - from) * t)
      .toString(16)
      .padStart(2, '0');
  return `#${mix(0xf3, 0x0f)}${mix(0xf5, 0x2e)}${mix(0xf7, 0x4a)}`;
}

/** Black or white, whichever reads on {@link shade} of the share. */
export function inkOn(share: number): string {
  return Math.sqrt(Math.min(1, Math.max(0, share))) > 0.6 ? '#ffffff' : INK;
}

/**
 * Position of a share on an axis that shows 0, 0.1 %, 1 %, 10 % and 100 % apart: asinh(share / 0.001), scaled to [0, 1].
 * The verdict turns at 0.1 % and 1 %, which a linear axis would draw on top of zero.
 */
export function shareScale(share: number): number {
  return Math.asinh(Math.min(1, Math.max(0, share)) / 0.001) / Math.asinh(1000);
}

/** Ticks of {@link shareScale}. */
export const SHARE_TICKS: readonly (readonly [number, string])[] = [
  [0, '0'],
  [0.001, '0.1 %'],
  [0.01, '1 %'],
  [0.1, '10 %'],
  [1, '100 %'],
];
