/**
 * Lists and records as Python prints them, as JSON: quotes of one kind, None, True, False, nan, tuples.
 *
 * Python Language Reference 3.12, section 2.4 (string literals), and `repr` of the built-in types.
 * @module
 */

const WORDS: Readonly<Record<string, string>> = {
  None: 'null',
  True: 'true',
  False: 'false',
  nan: 'null',
  inf: 'null',
};

/** JSON text of a printed Python value; null where it holds anything but literals. */
export function jsonOfPython(text: string): string | null {
  let out = '';
  for (let i = 0; i < text.length; ) {
    const char = text[i] as string;
    if (char === "'" || char === '"') {
      const end = endOfString(text, i);
      if (end < 0) return null;
      out += JSON.stringify(unescaped(text.slice(i + 1, end)));
      i = end + 1;
    } else if (/[A-Za-z_]/.test(char)) {
      const word = /^[A-Za-z_]+/.exec(text.slice(i, i + 16))?.[0] as string;
      const json = WORDS[word];
      if (json === undefined) return null;
      out += json;
      i += word.length;
    } else {
      out += char === '(' ? '[' : char === ')' ? ']' : char;
      i++;
    }
  }
  // Tuples of one end in a comma.
  return out.replace(/,\s*\]/g, ']');
}

function endOfString(text: string, from: number): number {
  const quote = text[from];
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) return i;
    else if (text[i] === '\n') return -1;
  }
  return -1;
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|n|t|r|(.))/gi, (all, byte, unit, char) => {
    if (byte !== undefined || unit !== undefined) return String.fromCharCode(Number.parseInt(byte ?? unit, 16));
    return char ?? { n: '\n', t: '\t', r: '\r' }[all[1] as 'n' | 't' | 'r'];
  });
}
