/** What can be set of the tool in hand, and what can be done to the whole mask. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { button, choiceOf, group } from "./buttons.js";
import { maskMenu } from "./overlay/menu.js";

/** @typedef {import("./page.js").Studio} Studio */

/** @param {Studio} studio */
export function contextOf(studio) {
  const all = studio.commands;
  const masks = [all.grow, all.shrink, all.invert, all.clear].map((command) => button(command, { label: true }));
  studio.addEventListener("change", () => {
    const painted = Boolean(studio.work?.shapes.length);
    for (const one of [masks[0], masks[1], masks[3]]) one.disabled = !painted;
  });
  const goes = choiceOf(studio, "goes");
  // Each of these shows itself while its tool is in hand.
  const tool = h("div", { class: "tool" }, sizeOf(studio), hintOf(studio), studio.selection, goes);
  studio.addEventListener("change", () => {
    goes.hidden = !["brush", "lasso", "rectangle"].includes(studio.tool);
  });
  return h("div", { class: "context" }, tool, group("mask.all", "masks", ...masks, ...maskMenu(studio)));
}

/** @param {Studio} studio */
function sizeOf(studio) {
  const words = h("span");
  const slider = h("input", { type: "range", min: 1, max: 300, id: "size" });
  const shown = h("output", { for: "size" });
  const show = () => {
    slider.value = String(studio.size);
    shown.textContent = String(studio.size);
  };
  slider.addEventListener("input", () => {
    studio.size = Number(slider.value);
    show();
  });
  const label = h("label", {}, words, slider, shown);
  studio.addEventListener("size", show);
  studio.addEventListener("change", () => {
    label.hidden = !["brush", "eraser"].includes(studio.tool);
  });
  inWords(() => {
    words.textContent = t("mask.size");
    slider.setAttribute("aria-label", t("mask.size"));
  });
  show();
  return label;
}

/** @param {Studio} studio */
function hintOf(studio) {
  const hint = h("span", { class: "muted" });
  const show = () => {
    hint.hidden = !["lasso", "rectangle", "pan", "find"].includes(studio.tool);
    hint.textContent = hint.hidden ? "" : t(`hint.${studio.tool}`);
  };
  studio.addEventListener("change", show);
  inWords(show);
  return hint;
}
