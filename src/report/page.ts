/**
 * The page around every report: one file, no network, no script, a content policy that says so, and a style for printing.
 *
 * Content Security Policy Level 3: `default-src 'none'`, the one style element allowed by its SHA-256 digest.
 * @module
 */
import { type Language, sha256, version } from '../core/index.js';
import { type Hole, Markup, markup } from './html.js';
import type { Words } from './texts.js';

const STYLE = `
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#eef1f4;color:#1b1f24;font:14px/1.55 "Noto Sans","Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","Segoe UI",Helvetica,Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:900px;margin:24px auto;padding:36px 48px;background:#fff;border:1px solid #d0d7de}
h1{font-size:26px;line-height:1.3;margin:0}
h2{font-size:17px;margin:34px 0 10px;padding-bottom:4px;border-bottom:1px solid #c8ced6}
h3{font-size:14px;margin:18px 0 6px}
p{margin:8px 0}
.sub,.note,footer{color:#57606a}
.note,footer{font-size:12.5px}
svg{display:block;max-width:100%;height:auto;margin:10px 0;font-family:inherit}
table{border-collapse:collapse;width:100%;margin:10px 0;font-size:12.5px}
th,td{text-align:left;vertical-align:top;padding:4px 8px 4px 0;border-bottom:1px solid #e1e5ea;overflow-wrap:break-word}
bdi{overflow-wrap:anywhere}
th{font-weight:600;color:#424a53;border-bottom:1px solid #8c959f}
td.n,th.n{text-align:right;white-space:nowrap;padding-right:14px}
td.w,th.w{white-space:nowrap}
.confirm{display:flex;gap:8px;align-items:flex-end}
.confirm label{white-space:nowrap}
.confirm .fill{flex:1;min-width:5em}
code{font:12px/1.5 "Noto Sans Mono","Noto Sans Mono CJK SC","SFMono-Regular",Consolas,monospace;word-break:break-all}
ul{margin:8px 0;padding-left:20px}
li{margin:4px 0}
.banner{display:flex;gap:20px;align-items:center;margin:22px 0;padding:18px 22px;border:3px solid #1b1f24}
.banner svg{flex:none;margin:0}
.banner b{display:block;font-size:26px;line-height:1.25}
.banner.release{border-style:double;border-width:6px;border-color:#14532d;color:#14532d}
.banner.review{border-style:dashed;border-color:#7a4a00;color:#7a4a00}
.banner.block{background:#8f1d1d;border-color:#8f1d1d;color:#fff}
.banner span{display:block}
.tag{display:inline-block;min-width:5.5em;padding:0 6px;margin-right:8px;border:1px solid currentColor;font-size:12px;text-align:center}
.tag.block{background:#8f1d1d;color:#fff;border-color:#8f1d1d}
.tag.review{border-style:dashed;color:#7a4a00}
.tag.release{color:#14532d}
dl.grid{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;margin:10px 0;font-size:12.5px}
dl.grid dt{color:#57606a;max-width:16em}
dl.grid dd{margin:0}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:10px;margin:12px 0}
.figures div{border-left:3px solid #c8ced6;padding-left:10px}
.figures b{display:block;font-size:19px;line-height:1.3}
.figures span{font-size:12px;color:#57606a}
.fill{display:inline-block;min-width:12em;min-height:1.6em;border-bottom:1px solid #8c959f;padding:0 4px;vertical-align:bottom}
.fill.big{display:block;min-height:5.5em;border:1px solid #8c959f;padding:6px}
.fill:focus{outline:2px solid #1f4e79}
.sign{display:grid;grid-template-columns:1fr 1fr;gap:14px;margin:12px 0}
.sign>section{border:1px solid #8c959f;padding:10px 12px}
.sign>section.wide{grid-column:1/-1}
.sign h3{margin:0 0 6px}
.sign p{display:flex;gap:8px;align-items:flex-end;margin:8px 0}
.sign p .fill{flex:1;min-width:4em}
label{display:block;margin:4px 0}
footer{margin-top:36px;border-top:1px solid #c8ced6;padding-top:10px}
@media screen and (max-width:760px){main{padding:20px 16px;margin:0}.sign{grid-template-columns:1fr}}
@page{size:A4;margin:16mm 14mm}
@media print{
body{background:#fff;font-size:10.5pt}
main{margin:0;padding:0;border:0;max-width:none}
h2,h3{break-after:avoid}
tr,li,svg,.banner,.sign>section,.figures div{break-inside:avoid}
thead{display:table-header-group}
svg,.banner,.tag{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.note.screen{display:none}
}
`;

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

const STYLE_DIGEST = base64(sha256(new TextEncoder().encode(STYLE)));

/** A complete HTML document. */
export function page(language: Language, title: string, words: Words, content: Hole): string {
  const policy = `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; base-uri 'none'; form-action 'none'`;
  const document = markup`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="scrim ${version}">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${content}
<footer>${words('frame.footer', { version })}</footer>
</main>
</body>
</html>
`;
  return document.text;
}

/** A section with its heading. */
export function section(heading: string, content: Hole): Markup {
  return markup`<section>
<h2>${heading}</h2>
${content}
</section>
`;
}

/** Column of a {@link table}: its heading; numbers stand right, short texts are not broken. */
export type Heading = string | { readonly heading: string; readonly number?: true; readonly short?: true };

function cellClass(heading: Heading): Markup | string {
  if (typeof heading === 'string') return '';
  return heading.number === true ? markup` class="n"` : markup` class="w"`;
}

/** A table; cells are text or markup. */
export function table(headings: readonly Heading[], rows: readonly (readonly Hole[])[]): Markup {
  const classes = headings.map(cellClass);
  const head = headings.map(
    (one, i) => markup`<th scope="col"${classes[i]}>${typeof one === 'string' ? one : one.heading}</th>`,
  );
  const body = rows.map(
    (row) =>
      markup`<tr>${row.map((cell, i) => markup`<td${classes[i]}>${cell}</td>`)}</tr>
`,
  );
  return markup`<table><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table>`;
}

/** Terms and what they are. */
export function grid(entries: readonly (readonly [string, Hole])[]): Markup {
  return markup`<dl class="grid">${entries.map(([term, value]) => markup`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;
}

/** Big numbers with their names. */
export function figures(entries: readonly (readonly [value: string, name: string])[]): Markup {
  return markup`<div class="figures">${entries.map(([value, name]) => markup`<div><b>${value}</b><span>${name}</span></div>`)}</div>`;
}

/** A blank that a person fills in, on screen or on paper. */
export function blank(label: string, big = false): Markup {
  return markup`<span class="fill${big ? ' big' : ''}" contenteditable="true" role="textbox" aria-label="${label}" spellcheck="false"></span>`;
}

/** A name from a file, kept from turning the line around. */
export function name(text: string): Markup {
  return markup`<bdi>${text}</bdi>`;
}
