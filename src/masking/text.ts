/**
 * Free text: identifiers that are found in a text are replaced by their kind or by a token; the rest stays.
 *
 * Nobody finds everything: the measured recall stands in docs/identifiers.md, and a column that must not leak is better
 * dropped. Detectors: `detectInText` of `scrim/identifiers`, Chinese and English.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { suite as suiteOf } from '../crypto/index.js';
import { detectInText, identifierKindNames, identifierSpec, normalize } from '../identifiers/index.js';
import { base64url } from './encrypt.js';
import { leakageOf, type Masker } from './masker.js';
import { deriveKey, type KeyedOptions } from './token.js';
import { columnMapper, textKernel } from './values.js';

/** Options of {@link text}. */
export interface TextOptions extends Partial<KeyedOptions> {
  /** Kinds that are replaced. Default: all that are found. */
  readonly kinds?: readonly string[];
  /** `label`: the kind in brackets; `token`: the kind and a keyed token, the same for the same value. Default: `label`. */
  readonly replace?: 'label' | 'token';
  /** Language of the labels. Default: `zh-CN`. */
  readonly language?: 'en' | 'zh-CN';
}

const encoder = new TextEncoder();

/** Replaces identifiers in running text. @throws SCRIM_ARGUMENT for an unknown kind, SCRIM_MASK_NEEDS_KEY for tokens without keys */
export function text(options: TextOptions = {}): Masker {
  const { kinds, replace = 'label', language = 'zh-CN' } = options;
  const unknown = kinds?.find((kind) => kind !== 'account' && !identifierKindNames.includes(kind));
  if (unknown !== undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'kinds', problem: `there is no kind ${unknown}` });
  }
  const wanted = kinds === undefined ? null : new Set(kinds);
  const label = (kind: string): string => {
    if (kind === 'account') return language === 'en' ? 'account' : '账号';
    return identifierSpec(kind).label[language === 'en' ? 'en' : 'zh'];
  };
  const key = replace === 'token' ? deriveKey('text', options as KeyedOptions, 'text-token') : null;
  const suite = suiteOf(options.suite ?? 'intl');
  const token = (kind: string, value: string): string => {
    if (key === null) return '';
    const normal = kind === 'account' ? value : (normalize(kind, value) ?? value);
    return `:${base64url(suite.hmac(key, encoder.encode(`${kind}\u0000${normal}`)).subarray(0, 9))}`;
  };
  const map = columnMapper(
    textKernel((value) => {
      let out = '';
      let done = 0;
      for (const { start, end, kind } of detectInText(value)) {
        if (wanted !== null && !wanted.has(kind)) continue;
        out += `${value.slice(done, start)}[${label(kind)}${token(kind, value.slice(start, end))}]`;
        done = end;
      }
      return out + value.slice(done);
    }),
  );
  return {
    name: 'text',
    streams: true,
    reversible: false,
    apply: (column) => map(column),
    leakage: ({ column }) =>
      leakageOf(column, 'text', {
        residual: { min: 1, mean: 1, max: 1 },
        equality: true,
        order: true,
        length: true,
        key: key === null ? null : { id: key.id, state: key.label.state },
      }),
  };
}
