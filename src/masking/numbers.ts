/**
 * Maskers of numbers that need no randomness: rounding, buckets, top and bottom coding.
 *
 * GB/T 37964-2019 counts them to generalisation (泛化). A text that is no number is refused.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { parseNumber } from '../table/index.js';
import { leakageOf, type Masker } from './masker.js';
import { columnMapper, textKernel } from './values.js';

/** A masker from a function of a number; `text` is how the number was written. */
export function numberMasker(
  name: string,
  mask: (value: number, text: string) => string | null,
  logical: 'decimal' | 'text',
): Masker {
  const map = columnMapper(
    textKernel((text) => {
      const value = parseNumber(text);
      return Number.isNaN(value) ? null : mask(value, text);
    }),
  );
  return {
    name,
    streams: true,
    reversible: false,
    logical,
    apply: (column) => map(column),
    leakage: ({ column }) => leakageOf(column, name, { order: true }),
  };
}

/** Digits after the decimal point of a number as written. */
export function decimalsOf(text: string): number {
  const match = /^[^.eE]*(?:\.(\d*))?(?:[eE]([+-]?\d+))?/.exec(text.trim());
  return Math.min(12, Math.max(0, (match?.[1]?.length ?? 0) - Number(match?.[2] ?? 0)));
}

function needFinite(name: string, value: number | undefined): void {
  if (value !== undefined && !Number.isFinite(value)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name, problem: 'a finite number is needed' });
  }
}

/** Writes a number with so many decimals; minus zero as zero. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return /^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text;
}

/**
 * Rounds to multiples of `to`, halves away from zero: `round({ to: 1000 })` writes 5499 as 5000. What is above 2^53
 * multiples is refused.
 * @throws SCRIM_ARGUMENT when `to` is not positive
 */
export function round(options: { readonly to: number }): Masker {
  const { to } = options;
  if (!(to > 0) || !Number.isFinite(to)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'to', problem: 'a positive number is needed' });
  }
  const decimals = decimalsOf(String(to));
  return numberMasker(
    'round',
    (value) => {
      const units = value / to;
      // Doubles further apart than the multiples cannot name one: an identifier of 18 digits would keep most of its own.
      if (Math.abs(units) > Number.MAX_SAFE_INTEGER) return null;
      const rounded = Math.sign(units) * Math.floor(Math.abs(units) + 0.5) * to;
      return Math.abs(rounded) < 1e21 ? fixed(rounded, decimals) : null;
    },
    'decimal',
  );
}

/** Options of {@link bucket}: either equal widths or edges. */
export interface BucketOptions {
  /** Width of all buckets. */
  readonly width?: number;
  /** Where a bucket begins. Default: 0. */
  readonly origin?: number;
  /** Rising edges: below the first, between two, from the last. */
  readonly edges?: readonly number[];
}

/**
 * Replaces a number by the half-open interval that it lies in: `[20,30)`, `<18`, `>=65`.
 * @throws SCRIM_ARGUMENT unless exactly one of `width` and `edges` is given, width positive, edges rising
 */
export function bucket(options: BucketOptions): Masker {
  const { width, origin = 0, edges } = options;
  needFinite('origin', origin);
  if ((width === undefined) === (edges === undefined)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'width, edges', problem: 'exactly one of them is needed' });
  }
  if (edges !== undefined) {
    if (
      edges.length === 0 ||
      edges.some((edge, i) => !Number.isFinite(edge) || (i > 0 && edge <= (edges[i - 1] as number)))
    ) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'edges', problem: 'rising finite numbers are needed' });
    }
    return numberMasker(
      'bucket',
      (value) => {
        let above = 0;
        while (above < edges.length && value >= (edges[above] as number)) above++;
        if (above === 0) return `<${edges[0]}`;
        return above === edges.length ? `>=${edges[above - 1]}` : `[${edges[above - 1]},${edges[above]})`;
      },
      'text',
    );
  }
  const step = width as number;
  if (!(step > 0) || !Number.isFinite(step)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'width', problem: 'a positive number is needed' });
  }
  const decimals = Math.max(decimalsOf(String(step)), decimalsOf(String(origin)));
  return numberMasker(
    'bucket',
    (value) => {
      let index = Math.floor((value - origin) / step);
      if (!Number.isSafeInteger(index)) return null;
      // The quotient may be rounded across an edge: the printed edges decide.
      while (value < Number(fixed(origin + index * step, decimals))) index--;
      while (value >= Number(fixed(origin + (index + 1) * step, decimals))) index++;
      return `[${fixed(origin + index * step, decimals)},${fixed(origin + (index + 1) * step, decimals)})`;
    },
    'text',
  );
}

/**
 * Top and bottom coding: what lies beyond a limit becomes the limit.
 * @throws SCRIM_ARGUMENT without a limit, or when they do not rise
 */
export function clamp(options: { readonly below?: number; readonly above?: number }): Masker {
  const { below = Number.NEGATIVE_INFINITY, above = Number.POSITIVE_INFINITY } = options;
  if (!(below < above) || (below === Number.NEGATIVE_INFINITY && above === Number.POSITIVE_INFINITY)) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'below, above',
      problem: 'at least one limit is needed, and they must rise',
    });
  }
  const map = numberMasker(
    'clamp',
    (value, text) => (value < below ? String(below) : value > above ? String(above) : text),
    'decimal',
  );
  return {
    ...map,
    leakage: ({ column }) =>
      leakageOf(column, 'clamp', { residual: { min: 1, mean: 1, max: 1 }, equality: true, order: true }),
  };
}
