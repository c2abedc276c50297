/** The call as it is filled in. */

import { language } from "../base/words.js";
import { everyParameter } from "./reference.js";

/** @typedef {import("./reference.js").Action} Action */
/** @typedef {import("./reference.js").Reference} Reference */
/** @typedef {import("../snippets/base.js").Tree} Tree */
/** @typedef {{ text: string } | Picture} Entry */

/**
 * @typedef {object} Picture
 * @property {string} file
 * @property {string} base64
 * @property {Blob} blob
 */

/** Tells of every change with an event `change`. */
export class Draft extends EventTarget {
  /** @param {Reference} reference */
  constructor(reference) {
    super();
    this.reference = reference;
    /** @type {Action} */
    this.action = reference.actions[0];
    this.region = reference.regions.includes("ap-guangzhou") ? "ap-guangzhou" : reference.regions[0];
    /** @type {"" | "en-US" | "zh-CN"} Of the answer's messages; empty is the page's own. */
    this.chosenLanguage = "";
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
  }

  /**
   * @param {string} path
   * @param {Entry | null} entry
   */
  set(path, entry) {
    if (entry && !("text" in entry && entry.text === "")) this.entries.set(path, entry);
    else this.entries.delete(path);
    this.announce();
  }

  /**
   * Call another action; what was filled in stays for those that have a parameter of that name.
   *
   * @param {string} name
   */
  choose(name) {
    this.action = this.reference.actions.find(({ action }) => action === name) ?? this.action;
    this.announce();
  }

  /** @param {string} region */
  setRegion(region) {
    this.region = region;
    this.announce();
  }

  /** @param {string} chosen */
  setLanguage(chosen) {
    this.chosenLanguage = chosen === "en-US" || chosen === "zh-CN" ? chosen : "";
    this.announce();
  }

  /** @returns {"en-US" | "zh-CN"} */
  get language() {
    return this.chosenLanguage || (language() === "zh" ? "zh-CN" : "en-US");
  }

  clear() {
    this.entries.clear();
    this.announce();
  }

  /** What is sent: only what was given. */
  parameters() {
    return this.#tree((picture) => picture.base64);
  }

  /** The same for code, which reads pictures from files. */
  forCode() {
    return this.#tree((picture) => ({ $file: picture.file }));
  }

  /**
   * @param {(picture: Picture) => import("../snippets/base.js").Value} ofPicture
   * @returns {Tree}
   */
  #tree(ofPicture) {
    /** @type {Tree} */
    const tree = {};
    for (const { path, type } of everyParameter(this.action.parameters)) {
      const entry = this.entries.get(path);
      if (!entry) continue;
      const names = path.split(".");
      const last = names.pop() ?? "";
      let inner = tree;
      for (const name of names) inner = /** @type {Tree} */ (inner[name] ??= {});
      inner[last] = "text" in entry ? typed(entry.text, type) : ofPicture(entry);
    }
    return tree;
  }

  announce() {
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * What is none of its type is sent as it was typed, to see what the service says to that.
 *
 * @param {string} text
 * @param {string} type
 * @returns {import("../snippets/base.js").Value}
 */
function typed(text, type) {
  if (type === "array") return listed(text) ?? text;
  const number = Number(text);
  if (type === "float") return /^-?\d+(\.\d+)?$/.test(text) ? number : text;
  return type.startsWith("int64") && /^-?\d+$/.test(text) && Number.isSafeInteger(number) ? number : text;
}

/**
 * @param {string} text
 * @returns {import("../snippets/base.js").List | null} The list that a text is the JSON of, if it is one.
 */
export function listed(text) {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
