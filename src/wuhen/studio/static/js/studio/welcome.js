/** What is shown while no photo is open. */

import { ownLimits } from "../api/limits.js";
import { OWN_LIMITS } from "../api/schema.js";
import { h, icon } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { button } from "./buttons.js";
import { ICONS } from "./icons.js";

/**
 * @param {import("./page.js").Studio} studio
 * @returns {HTMLElement}
 */
export function welcome(studio) {
  const { open, address, sample, batch } = studio.commands;
  const title = h("h1");
  const hint = h("p", { class: "muted" });
  const limits = h("p", { class: "muted" });
  let { pixels } = OWN_LIMITS;
  const say = () => {
    title.textContent = t("open.title");
    hint.textContent = t("open.hint");
    limits.textContent = t("open.limits", { limit: pixels / 1e6, wan: pixels / 1e4 });
  };
  inWords(say);
  ownLimits().then((found) => {
    pixels = found.pixels;
    say();
  });
  const row = h("div", { class: "row" }, button(open, { class: "primary", label: true }), button(address, { label: true }), button(sample), button(batch));
  const trials = h("div", { class: "trials" });
  // Without them there is the button.
  import("./samples/samples.js").then(({ samples }) => trials.append(samples(studio)), () => trials.remove());
  const place = h("div", { class: "welcome" }, icon(ICONS.photo), title, hint, row, trials, limits);
  studio.saving.list(place);
  return place;
}
