/**
 * The manifest as the reviewer sees it: what was stated, blanks for what was not, and the product's fields one by one.
 * @module
 */
import type { Verdict } from '../reversibility/index.js';
import { type Hole, markup } from './html.js';
import type { Manifest, ManifestField } from './manifest.js';
import { blank, grid, name, table } from './page.js';
import { catalogue, type TextKey, type Words } from './texts.js';

/** The block of section 9. */
export function manifestSection(manifest: Manifest | null, verdict: Verdict, words: Words): Hole {
  const stated = (key: TextKey, value: string | undefined): readonly [string, Hole] => [
    words(key),
    value === undefined || value === '' ? blank(words(key)) : name(value),
  ];
  const it = manifest;
  const term = [it?.operator?.from, it?.operator?.until].filter((date) => date !== undefined).join(' – ');
  const approval = [it?.scenario?.approval, it?.scenario?.approvedBy].filter((text) => text !== undefined).join(', ');
  const kind = it?.product.kind;
  const delivery = it?.product.delivery;
  const crossBorder = it?.recipient?.crossBorder;
  return [
    manifest === null ? markup`<p class="note">${words('manifest.absent')}</p>` : '',
    grid([
      stated('manifest.product', it?.product.name),
      stated('manifest.kind', kind === undefined ? undefined : words(`kind.${kind}`)),
      stated('manifest.version', it?.product.version),
      stated('manifest.delivery', delivery === undefined ? undefined : words(`delivery.${delivery}`)),
      stated('manifest.operator', it?.operator?.name),
      stated('manifest.agreement', it?.operator?.agreement),
      stated('manifest.term', term),
      stated('manifest.scenario', it?.scenario?.name),
      stated('manifest.approval', approval),
      stated('manifest.expires', it?.scenario?.expires),
      stated('manifest.recipient', it?.recipient?.name),
      stated('manifest.use', it?.recipient?.use),
      stated('manifest.crossBorder', crossBorder === undefined ? undefined : words(crossBorder ? 'yes' : 'no')),
      [words('manifest.assessment'), assessment(manifest, words)],
      [words('manifest.quasi'), quasiIdentifiers(manifest, words)],
      [words('manifest.earlier'), earlier(manifest, words)],
    ]),
    fields(manifest, verdict, words),
  ];
}

function assessment(manifest: Manifest | null, words: Words): Hole {
  const it = manifest?.assessment;
  if (it === undefined) return blank(words('manifest.assessment'));
  const parts: string[] = [];
  if (it.sharing !== undefined) parts.push(words('manifest.sharing', { value: it.sharing }));
  if (it.k !== undefined) parts.push(words('manifest.k', { value: it.k }));
  if (it.threshold !== undefined) parts.push(words('manifest.threshold', { value: it.threshold }));
  if (it.approvedBy !== undefined) parts.push(words('manifest.approvedBy', { value: it.approvedBy }));
  if (it.level !== undefined) parts.push(words('manifest.level', { value: it.level }));
  if (it.validUntil !== undefined) parts.push(`${words('manifest.expires')} ${it.validUntil}`);
  return parts.join('; ');
}

function quasiIdentifiers(manifest: Manifest | null, words: Words): Hole {
  const it = manifest?.assessment?.quasiIdentifiers ?? [];
  if (it.length === 0) return blank(words('manifest.quasi'));
  return it.map((one, i) => [i === 0 ? '' : '; ', name(one.name), one.reason === undefined ? '' : ` (${one.reason})`]);
}

function earlier(manifest: Manifest | null, words: Words): Hole {
  const it = manifest?.earlierReleases ?? [];
  if (it.length === 0) return blank(words('manifest.earlier'));
  return it.map((one) => [
    name(one.name),
    one.on === undefined ? '' : ` ${one.on}`,
    one.sha256 === undefined ? '' : markup` <code>${one.sha256}</code>`,
    markup`<br>`,
  ]);
}

/** A class as the language writes it, when it is one of ours; as it was stated otherwise. */
function className(stated: string | undefined, words: Words): string {
  if (stated === undefined) return '–';
  const key = `class.${stated}`;
  return Object.hasOwn(catalogue, key) ? words(key as TextKey) : stated;
}

function fields(manifest: Manifest | null, verdict: Verdict, words: Words): Hole {
  const names = [...new Set(verdict.columns.map((column) => column.product))];
  const described = new Map((manifest?.fields ?? []).map((field) => [field.name, field]));
  const approved = manifest?.approvedColumns;
  const flag = (value: boolean | undefined): string => (value === undefined ? '–' : words(value ? 'yes' : 'no'));
  const rows = names.map((column) => {
    const field: ManifestField | undefined = described.get(column);
    const openness = field?.openness;
    return [
      name(column),
      className(field?.class, words),
      field?.gradeBefore === undefined && field?.gradeAfter === undefined
        ? '–'
        : `${field.gradeBefore ?? '–'} → ${field.gradeAfter ?? '–'}`,
      `${flag(field?.personal)} / ${flag(field?.important)}`,
      openness === undefined ? '–' : words(`openness.${openness}`),
      field?.basis ?? '–',
      approved === undefined ? '–' : words(approved.includes(column) ? 'yes' : 'no'),
    ];
  });
  return [
    markup`<h3>${words('manifest.fields')}</h3>`,
    table(
      [
        words('columns.product'),
        words('manifest.class'),
        words('manifest.grade'),
        words('manifest.flags'),
        words('manifest.openness'),
        words('manifest.basis'),
        words('manifest.listed'),
      ],
      rows,
    ),
  ];
}
