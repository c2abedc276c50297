/** A photo before and after, in the empty studio: an edge goes over it once, and then follows the pointer. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";

/** @returns {HTMLElement} */
export function hero() {
  const image = (/** @type {string} */ name) => h("img", { class: name, src: `pictures/${name}.webp`, width: 800, height: 500, alt: "", draggable: "false" });
  const before = h("span", { class: "tag left" });
  const after = h("span", { class: "tag right" });
  const shown = h("figure", { class: "hero", role: "img" }, image("before"), image("after"), h("span", { class: "edge" }), before, after);
  inWords(() => {
    shown.setAttribute("aria-label", t("hero.label"));
    before.textContent = t("hero.before");
    after.textContent = t("hero.after");
  });
  shown.addEventListener("pointermove", ({ clientX }) => {
    const { left, width } = shown.getBoundingClientRect();
    shown.classList.add("held");
    shown.style.setProperty("--at", `${(100 * Math.min(1, Math.max(0, (clientX - left) / width))).toFixed(1)}%`);
  });
  return shown;
}
