/** What is to go from all photos of a batch, and how: boxes to tick, rectangles to draw, masks to hand over. */

import { h, icon } from "../base/dom.js";
import { isMarked, markingChanged, setMarked } from "../base/marking.js";
import { inWords, t } from "../base/words.js";
import { ICONS } from "../studio/icons.js";
import { KINDS, kindBoxes } from "../studio/kinds.js";
import { pick } from "../studio/opening.js";
import { withPaths } from "./given.js";

/** @typedef {import("./items.js").Batch} Batch */

/**
 * @param {Batch} batch
 * @param {() => void} draw Lets the user draw rectangles.
 * @returns {HTMLElement}
 */
export function wantedPanel(batch, draw) {
  const { wanted } = batch;
  const effects = box(wanted.withEffects, (on) => {
    wanted.withEffects = on;
  });
  const mark = box(isMarked(), setMarked);
  const rectangles = h("button", { type: "button", onclick: draw }, icon(ICONS.rectangle), h("span"));
  const masks = h("button", { type: "button", onclick: async () => takeMasks(batch, await pick({ multiple: true })) }, icon(ICONS.import), h("span"));
  const noMasks = h("button", { type: "button", class: "plain", onclick: () => batch.take([]) }, icon("M6 6 18 18M18 6 6 18"));
  const title = h("h2", { id: "batch-what" });
  const hint = h("p", { class: "muted" });
  const kinds = kindBoxes(wanted.find, () => batch.rewanted());
  const finding = h("div", { class: "row", role: "group" }, ...kinds);
  const goes = h("div", { class: "row" }, finding, rectangles, h("span", { class: "joined" }, masks, noMasks));
  const how = h("div", { class: "row how" }, effects.label, mark.label);
  const panel = h("section", { class: "wanted", "aria-labelledby": "batch-what" }, title, goes, hint, how);
  const say = () => {
    title.textContent = t("batch.what");
    finding.setAttribute("aria-label", t("tool.find"));
    rectangles.children[1].textContent = wanted.areas.length ? t("batch.rectanglesIn", { number: wanted.areas.length }) : t("batch.rectangles");
    masks.children[1].textContent = batch.masks.length ? masksOf(batch) : t("batch.chooseMasks");
    masks.title = t("batch.masksHint");
    noMasks.hidden = !batch.masks.length;
    noMasks.title = t("batch.noMasks");
    noMasks.setAttribute("aria-label", t("batch.noMasks"));
    hint.textContent = hintOf(batch);
    hint.hidden = !hint.textContent;
    effects.words.textContent = t("erase.withEffects");
    effects.words.title = t("erase.withEffectsHint");
    mark.words.textContent = t("erase.marked");
    // Boxes follow what a batch that was kept had.
    for (const [index, kind] of KINDS.entries()) Object.assign(kinds[index].querySelector("input") ?? {}, { checked: wanted.find.has(kind) });
    effects.input.checked = wanted.withEffects;
    mark.input.checked = isMarked();
  };
  batch.addEventListener("list", say);
  markingChanged.addEventListener("change", say);
  inWords(say);
  return panel;
}

/**
 * @param {Batch} batch
 * @param {File[]} files
 */
function takeMasks(batch, files) {
  if (files.length) batch.take(withPaths(files));
}

/** @param {Batch} batch @returns {string} */
function masksOf({ masks }) {
  return masks.length === 1 ? t("batch.maskForAll", { name: masks[0].file.name }) : t("batch.masksIn", { number: masks.length });
}

/** @param {Batch} batch @returns {string} What the user should do, or know of it. */
function hintOf({ masks, wanted, items }) {
  if (!masks.length && !wanted.find.size && !wanted.areas.length) return t("batch.whatHint");
  if (masks.length < 2) return "";
  return t("batch.masksFit", { fit: items.filter(({ mask }) => mask).length, all: items.length });
}

/**
 * @param {boolean} checked
 * @param {(on: boolean) => void} changed
 */
function box(checked, changed) {
  const input = h("input", { type: "checkbox", checked });
  const words = h("span");
  input.addEventListener("change", () => changed(input.checked));
  return { input, words, label: h("label", {}, input, words) };
}
