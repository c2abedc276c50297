/** Saying times, durations and results in the page's language. */

import { h } from "../base/dom.js";
import { language, t } from "../base/words.js";

/** @param {string} iso */
export function timeOf(iso) {
  const format = new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "short", timeStyle: "medium" });
  return format.format(new Date(iso));
}

/** @param {number} milliseconds */
export function durationOf(milliseconds) {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** @param {import("./calls.js").Summary} call */
export function badge({ Code, Verified }) {
  const kind = Code === "OK" ? "good" : "bad";
  return [
    // A long code breaks at its dot.
    h("span", { class: `i-code i-${kind}` }, ...(Code || t("inspector.unanswered")).split(/(?<=\.)/).flatMap((part, index) => (index ? [h("wbr"), part] : [part]))),
    Verified ? null : h("span", { class: "x-type", text: t("inspector.unverified") }),
  ];
}

/**
 * @param {import("./calls.js").Summary} call
 * @param {string} own The page's key.
 * @returns {HTMLElement} Which key made it, shortly.
 */
export function keyTag({ SecretId }, own) {
  return h("span", { class: "i-maker", title: SecretId, text: SecretId === own ? t("inspector.thisPage") : shortKey(SecretId) });
}

/** @param {string} id A SecretId. */
export function shortKey(id) {
  return `${id.slice(0, 4)}…${id.slice(-5)}`;
}
