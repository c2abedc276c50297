/** What is shown while no photo is open. */

import { ownLimits } from "../api/limits.js";
import { OWN_LIMITS } from "../api/schema.js";
import { h } from "../base/dom.js";
import { megapixels } from "../base/files.js";
import { inWords, t } from "../base/words.js";
import { button } from "./buttons.js";
import { hero } from "./hero.js";

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
    limits.textContent = t("open.limits", megapixels(pixels));
  };
  inWords(say);
  ownLimits().then((found) => {
    pixels = found.pixels;
    say();
  });
  const pitch = h(
    "div",
    { class: "pitch" },
    title,
    hint,
    h("div", { class: "row" }, button(open, { class: "primary", label: true }), button(sample)),
    h("div", { class: "row" }, button(address, { label: true, class: "plain" }), button(batch, { label: true, class: "plain" })),
  );
  const trials = h("div", { class: "trials" });
  // Without them there is the button.
  import("./samples/samples.js").then(({ samples }) => trials.append(samples(studio)), () => trials.remove());
  const place = h("div", { class: "welcome" }, pitch, hero(), trials, limits);
  studio.saving.list(place);
  return place;
}
