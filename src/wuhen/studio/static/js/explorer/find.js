/** Finding actions, parameters and error codes by what is written about them, in both languages. Needs no browser. */

import { everyParameter } from "./reference.js";

/** @typedef {import("./reference.js").Both} Both */
/** @typedef {import("./reference.js").Reference} Reference */
/** @typedef {{ kind: "action" | "parameter" | "error", name: string, about: Both, action?: string }} Found Parameters tell whose they are. */

const MOST = 12;

/**
 * @param {Reference} reference
 * @param {string} query
 * @returns {Found[]} The likeliest first.
 */
export function find(reference, query) {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!terms.length) return [];
  return everything(reference)
    .map(({ found, texts }) => ({ found, rank: rank(found.name.toLowerCase(), texts, terms) }))
    .filter(({ rank: value }) => value > 0)
    .sort((one, other) => other.rank - one.rank)
    .slice(0, MOST)
    .map(({ found }) => found);
}

/**
 * @param {string} name
 * @param {string} texts
 * @param {string[]} terms
 */
function rank(name, texts, terms) {
  let sum = 0;
  for (const term of terms) {
    if (name === term) sum += 100;
    else if (name.startsWith(term)) sum += 30;
    else if (name.split(".").some((part) => part.startsWith(term))) sum += 20;
    else if (name.includes(term)) sum += 10;
    else if (texts.includes(term)) sum += 1;
    else return 0;
  }
  return sum;
}

/**
 * @param {Reference} reference
 * @returns {{ found: Found, texts: string }[]}
 */
function everything({ actions, errors }) {
  const text = (/** @type {(Both | null)[]} */ ...all) => all.map((both) => (both ? `${both.en} ${both.zh}` : "")).join(" ").toLowerCase();
  return [
    ...actions.map(({ action, description }) => ({
      found: /** @type {Found} */ ({ kind: "action", name: action, about: description }),
      texts: text(description),
    })),
    ...actions.flatMap(({ action, parameters }) =>
      everyParameter(parameters).map(({ path, description, limits }) => ({
        found: /** @type {Found} */ ({ kind: "parameter", name: path, about: description, action }),
        texts: text(description, limits),
      })),
    ),
    ...errors.map(({ code, meaning, messages }) => ({
      found: /** @type {Found} */ ({ kind: "error", name: code, about: meaning }),
      texts: text(meaning, ...messages),
    })),
  ];
}
