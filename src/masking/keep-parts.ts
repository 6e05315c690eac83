/**
 * Keep masks of values that have parts: e-mail (d***@example.com), network address (192.*.*.*), postal address (to the county).
 * @module
 */
import { ScrimError } from '../core/index.js';
import { parseAddress, validate } from '../identifiers/index.js';
import { graphemes } from './graphemes.js';
import { leakageOf, type Masker } from './masker.js';
import { domainSizeOf, residualOfColumn } from './residual/residual.js';
import { columnMapper, textKernel, type ValueFunction } from './values.js';

/** Kinds that {@link keepParts} masks by their parts. */
export const partKinds: readonly string[] = ['email', 'ip', 'address'];

/**
 * Keeps the customary part of a value and marks the rest; the number of hidden characters does not show.
 *
 * `email`: first character of the local part and the domain; one-character local parts are hidden whole.
 * `ip`: the first `keep` parts (default 1). `address`: province, city and county, `keep` of them (default 3).
 * @throws SCRIM_ARGUMENT for another kind
 */
export function keepParts(options: { readonly kind: string; readonly keep?: number }): Masker {
  const { kind, keep } = options;
  const mask = maskOf(kind, keep);
  const map = columnMapper(textKernel(mask));
  return {
    name: 'keep',
    streams: true,
    reversible: false,
    apply: (column) => map(column),
    leakage: ({ column, released }) =>
      leakageOf(column, 'keep', {
        domainSize: domainSizeOf(kind),
        residual: kind === 'ip' && released !== undefined ? residualOfColumn(kind, released) : null,
        order: kind === 'ip',
      }),
  };
}

function maskOf(kind: string, keep: number | undefined): ValueFunction {
  switch (kind) {
    case 'email':
      return maskEmail;
    case 'ip':
      return (value) => maskIp(value, keep ?? 1);
    case 'address':
      return (value) => maskAddress(value, keep ?? 3);
    default:
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'kind', problem: `must be one of ${partKinds.join(', ')}` });
  }
}

function maskEmail(value: string): string | null {
  const at = value.lastIndexOf('@');
  const domain = value.slice(at + 1);
  if (at < 1 || !/^[^\s@]+\.[^\s@.]{2,}$/.test(domain)) return null;
  const local = graphemes(value.slice(0, at));
  if (local.some((character) => /\s|@/.test(character))) return null;
  return `${local.length > 1 ? local[0] : ''}***@${domain}`;
}

function maskIp(value: string, keep: number): string | null {
  if (!validate('ip', value).valid) return null;
  const separator = value.includes(':') ? ':' : '.';
  const parts = value.split(separator);
  // A compressed IPv6 address does not say where its parts stand.
  if (keep < 0 || keep >= parts.length || (separator === ':' && (parts.includes('') || parts.length !== 8)))
    return null;
  return parts.map((part, i) => (i < keep ? part : '*')).join(separator);
}

function maskAddress(value: string, keep: number): string | null {
  const parts = parseAddress(value);
  if (parts === null) return null;
  const names = [parts.province, parts.city, parts.county].slice(0, keep).filter((name) => name !== null);
  return names.length === 0 ? null : `${names.join('')}***`;
}
