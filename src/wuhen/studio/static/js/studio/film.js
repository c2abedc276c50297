/** `<ul class="film">`: the original and all results, those that were undone as well. */

import { h } from "../base/dom.js";
import { refill } from "../base/focus.js";
import { inWords, t } from "../base/words.js";

/** @typedef {import("./work.js").Work} Work */
/** @typedef {import("./picture.js").Picture} Picture */

const HEIGHT = 48;

/**
 * @param {Picture} picture
 * @returns {HTMLCanvasElement}
 */
function thumbnail(picture) {
  const width = Math.max(12, Math.min(120, Math.round((picture.width / picture.height) * HEIGHT)));
  const canvas = h("canvas", { width: 2 * width, height: 2 * HEIGHT });
  canvas.style.width = `${width}px`;
  const context = canvas.getContext("2d");
  if (context) picture.draw(context, [0, 0, picture.width, picture.height], [0, 0, 2 * width, 2 * HEIGHT], (2 * width) / picture.width);
  return canvas;
}

/**
 * Make the film of a work, kept up with it.
 *
 * @param {Work} work
 * @returns {HTMLUListElement}
 */
export function film(work) {
  const list = h("ul", { class: "film" });
  list.addEventListener("wheel", (event) => wheeled(list, event), { passive: false });
  const show = () => {
    list.setAttribute("aria-label", t("film.label"));
    list.hidden = work.made.length === 0;
    refill(
      list,
      ...work.film().map((result) => {
        const name = result ? t("film.result", { number: result.name }) : t("film.original");
        const shown = result === work.result;
        return h(
          "li",
          {},
          h("button", { type: "button", "aria-current": shown && "true", onclick: () => work.see(result) }, thumbnail(result?.picture ?? work.picture), h("span", { text: name })),
        );
      }),
    );
  };
  inWords(show);
  work.addEventListener("change", show);
  return list;
}

/**
 * Roll the film by the wheel, whichever way it lies.
 *
 * @param {HTMLElement} list
 * @param {WheelEvent} event
 */
function wheeled(list, event) {
  // With Ctrl it zooms the photo.
  if (event.ctrlKey) return;
  event.preventDefault();
  list.scrollBy(event.deltaX || event.deltaY, event.deltaY);
}
