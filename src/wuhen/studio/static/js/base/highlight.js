/** Colours for code: comments, strings, numbers, words of the language, and the names in JSON, as well as one can tell. */

/** @typedef {"comment" | "string" | "number" | "word" | "name"} Kind */
/** @typedef {[Kind | "", string]} Token */

const WORDS =
  "and as async await auto begin bool boolean break case catch char class const continue def default defer do double elif else end endif " +
  "except export extends false False final finally float fn for foreach from func function go if implements import in include instanceof int " +
  "interface is lambda let long namespace new nil None not null nullptr or package private protected public raise range require require_once " +
  "rescue return self static string String struct switch this throw throws true True try type unless use using var void while with yield";
const KNOWN = new Set(WORDS.split(" "));
const KINDS = /** @type {const} */ (["comment", "string", "open", "number", "plain"]);

/**
 * In this order: a comment, a string, one that does not end, a number, a word. An address has slashes of its own. What does
 * not end is passed over at once: to look for its end from each of its letters would take minutes.
 */
const TOKEN =
  /((?<![:\w/])\/\/[^\n]*|(?<=^|\s)#(?!include)[^\n]*|\/\*[\s\S]*?(?:\*\/|(?![\s\S])))|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|("(?:[^"\\\n]|\\.)*|'(?:[^'\\\n]|\\.)*)|(?<![\w.$/:-])(-?\d[\d._]*(?:[eE][+-]?\d+)?)(?!\w)|(?<![\w-])([A-Za-z_$][\w$]*)(?!-\w)/gm;

/**
 * Split code into what is coloured and what is not.
 *
 * @param {string} code
 * @returns {Token[]} Together they are the code.
 */
export function tokens(code) {
  /** @type {Token[]} */
  const found = [];
  let done = 0;
  for (const match of code.matchAll(TOKEN)) {
    const text = match[0];
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    const after = code.slice(match.index + text.length, match.index + text.length + 3);
    const named = kind === "string" && /^\s*:(?!:)/.test(after);
    const shown = kind === "plain" ? (KNOWN.has(text) ? "word" : "") : kind === "open" ? "" : named ? "name" : kind;
    if (!shown) continue;
    if (match.index > done) found.push(["", code.slice(done, match.index)]);
    found.push([shown, text]);
    done = match.index + text.length;
  }
  if (done < code.length) found.push(["", code.slice(done)]);
  return found;
}

/** Longer texts are mostly pictures, and nobody reads them. */
const LONGEST = 60_000;

/**
 * Show code in an element, coloured.
 *
 * @param {HTMLElement} element
 * @param {string} code
 */
export function showCode(element, code) {
  if (code.length > LONGEST) {
    element.textContent = code;
    return;
  }
  const pieces = tokens(code).map(([kind, text]) => {
    if (!kind) return text;
    const piece = document.createElement("span");
    piece.className = `code-${kind}`;
    piece.textContent = text;
    return piece;
  });
  element.replaceChildren(...pieces);
}
