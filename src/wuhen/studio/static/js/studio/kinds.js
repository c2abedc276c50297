/** What the service can find, as boxes to tick. */

import { serviceFinds } from "../api/limits.js";
import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";

/** What there are words for, as the service calls it. */
export const KINDS = /** @type {const} */ (["text", "watermark", "objects", "dust"]);

/** @typedef {(typeof KINDS)[number]} Kind */

/** What is looked for as long as nobody says otherwise: what was laid over a photo. */
export const USUAL = /** @type {const} */ (["text", "watermark"]);

/** @param {readonly Kind[]} kinds @returns {Promise<Kind[]>} Those that the service finds. */
export async function findable(kinds) {
  const known = await serviceFinds();
  return kinds.filter((kind) => known.includes(kind));
}

/**
 * Make a box for each kind that the service finds; others are hidden, and taken out of what is chosen.
 *
 * @param {Set<Kind>} chosen Kept up with the boxes.
 * @param {() => void} changed Told of every change by the user.
 * @returns {HTMLLabelElement[]}
 */
export function kindBoxes(chosen, changed) {
  return KINDS.map((kind) => {
    const words = h("span");
    const box = h("input", { type: "checkbox", checked: chosen.has(kind) });
    const label = h("label", {}, box, words);
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(kind);
      else chosen.delete(kind);
      changed();
    });
    serviceFinds().then((all) => {
      label.hidden = !all.includes(kind);
      if (label.hidden) chosen.delete(kind);
    });
    inWords(() => {
      words.textContent = t(`find.${kind}`);
    });
    return label;
  });
}

/**
 * @param {readonly [Kind, number][]} counts
 * @returns {string} How many of each kind there are; nothing of those of which there are none.
 */
export function counted(counts) {
  return counts.flatMap(([kind, count]) => (count ? [`${t(`find.${kind}`)} ${count}`] : [])).join(t("find.and"));
}
