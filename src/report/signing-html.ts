/**
 * Places for the people who answer for a review: both reviewers, the expert, the authority with its override, seal.
 * @module
 */
import { type Hole, type Markup, markup } from './html.js';
import { blank } from './page.js';
import type { Words } from './texts.js';

function place(title: string, words: Words, content: Hole, wide = false): Markup {
  const line = (label: string): Markup => markup`<p>${label} ${blank(label)}</p>`;
  return markup`<section${wide ? markup` class="wide"` : ''}><h3>${title}</h3>${content}${line(words('signing.name'))}${line(
    words('signing.signature'),
  )}${line(words('signing.date'))}</section>`;
}

/** The places, in the order in which they are filled. */
export function signing(words: Words): Hole {
  const opinion = blank(words('signing.opinion'), true);
  return [
    markup`<p class="note screen">${words('signing.note')}</p>`,
    markup`<div class="sign">${[
      place(words('signing.first'), words, opinion),
      place(words('signing.second'), words, opinion),
      place(words('signing.expert'), words, opinion, true),
      place(
        words('signing.decision'),
        words,
        [
          markup`<label><input type="checkbox"> ${words('signing.follow')}</label>`,
          markup`<label><input type="checkbox"> ${words('signing.override')}</label>`,
          opinion,
          markup`<p>${words('signing.seal')} ${blank(words('signing.seal'))}</p>`,
        ],
        true,
      ),
    ]}</div>`,
  ];
}
