/** The page's two languages. */

import en from "../words/en.js";
import zh from "../words/zh.js";

/** @typedef {"en" | "zh"} Language */

/** @type {Record<Language, Record<string, string>>} */
const WORDS = { en, zh };
const STORED = "wuhen.language";

/** @returns {Language} */
function first() {
  const chosen = localStorage.getItem(STORED);
  if (chosen === "en" || chosen === "zh") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

let current = first();

/** Tells that the language has changed. */
export const languageChanged = new EventTarget();

/** @returns {Language} */
export function language() {
  return current;
}

/** @param {Language} chosen */
export function setLanguage(chosen) {
  current = chosen;
  localStorage.setItem(STORED, chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  languageChanged.dispatchEvent(new Event("change"));
}

/**
 * Say something in the page's language.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values] What stands for `{name}` in it.
 * @returns {string}
 */
export function t(key, values = {}) {
  const text = WORDS[current][key] ?? WORDS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * Let something say what it says in the page's language, now and after every change.
 *
 * @param {() => void} say
 * @returns {() => void} Ends it.
 */
export function inWords(say) {
  say();
  languageChanged.addEventListener("change", say);
  return () => languageChanged.removeEventListener("change", say);
}
