/**
 * The photos that come with the package, to try the studio on: small pictures to choose from, and the photos
 * themselves, in which what is to go is selected already.
 */

import { h } from "../../base/dom.js";
import { loaded } from "../../base/loading.js";
import { inWords, t } from "../../base/words.js";
import "./speech.js";

/** What `wuhen.samples` calls those that the studio shows; the first is opened by the button. */
export const SAMPLES = ["hikers", "sign", "caption"];

/**
 * @param {import("../page.js").Studio} studio
 * @param {string} name
 */
export async function openSample(studio, name) {
  const [photo, mask] = await loaded(Promise.all([part(`${name}.jpg`), part(`${name}_mask.png`)]));
  const before = studio.work;
  await studio.open(new File([photo], `${name}.jpg`, { type: "image/jpeg" }), `${name}.jpg`);
  const { work } = studio;
  if (!work || work === before) return;
  await work.take(mask);
  // Nobody has put work into it yet.
  work.saved = true;
  studio.tell(() => t("samples.ready"));
}

/**
 * @param {import("../page.js").Studio} studio
 * @returns {HTMLElement} Small pictures of them under a title; each opens its photo.
 */
export function samples(studio) {
  const pictures = SAMPLES.map((name) => {
    const picture = h("img", { src: `samples/${name}_small.jpg`, width: 132, height: 88, alt: "" });
    const made = h("button", { type: "button", class: "picture", onclick: () => studio.sample(name) }, picture);
    inWords(() => {
      made.title = t(`samples.${name}`);
      made.setAttribute("aria-label", t(`samples.${name}`));
    });
    return made;
  });
  const title = h("p", { class: "muted", id: "samples-title" });
  inWords(() => {
    title.textContent = t("samples.title");
  });
  const row = h("div", { class: "samples", role: "group", "aria-labelledby": title.id }, ...pictures);
  return h("div", {}, title, row);
}

/** @param {string} file */
async function part(file) {
  const answer = await fetch(`samples/${file}`);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return answer.blob();
}
