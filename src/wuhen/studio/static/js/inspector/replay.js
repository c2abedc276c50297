/** A call of the past as the writers of code take it. Needs no browser. */

import { PICTURE_FILES } from "../api/schema.js";

/** @typedef {import("../snippets/base.js").Tree} Tree */
/** @typedef {import("../snippets/base.js").Value} Value */

/** @type {Record<string, string>} What stands for the pictures. */
const FILES = PICTURE_FILES;

/**
 * Return parameters as code gives them: pictures are read from files, what no SDK could send is text.
 *
 * @param {Record<string, unknown>} parameters As the call log has them.
 * @returns {Tree}
 */
export function replayed(parameters) {
  /** @type {Tree} */
  const tree = {};
  for (const [name, value] of Object.entries(parameters)) {
    // Names become names in the code.
    if (value !== null && /^\w+$/.test(name)) tree[name] = replayedValue(name, value);
  }
  return tree;
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {Value}
 */
function replayedValue(name, value) {
  if (typeof value === "string" || typeof value === "number") return value;
  if (Array.isArray(value)) return value.map((member) => replayedValue(name, member));
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isPicture(value)) return { $file: FILES[name] ?? `${name}.jpg` };
  return replayed(/** @type {Record<string, unknown>} */ (value));
}

/** @param {object} value */
function isPicture(value) {
  return ("bytes" in value && typeof value.bytes === "number") || ("characters" in value && typeof value.characters === "number");
}

/**
 * Whether there is something among values that was not kept as it was.
 *
 * @param {unknown} value
 * @param {"pictures" | "paths"} what
 * @returns {boolean}
 */
export function lacks(value, what) {
  if (typeof value === "string") return what === "paths" && /^\s*https?:\/\/\S*…/i.test(value);
  if (typeof value !== "object" || value === null) return false;
  if (isPicture(value)) return what === "pictures";
  return Object.values(value).some((member) => lacks(member, what));
}
