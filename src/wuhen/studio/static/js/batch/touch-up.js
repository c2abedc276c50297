/** A photo of the batch in the studio: its mask is painted there, and what comes of it goes back into the batch. */

import { h } from "../base/dom.js";
import { isMarked } from "../base/marking.js";
import { inWords, t } from "../base/words.js";
import { finish } from "../studio/export/finishing.js";
import { findPlaces } from "../studio/finding.js";
import { resultName } from "../studio/opening.js";
import { small } from "./looking.js";

/** @typedef {import("../studio/page.js").Studio} Studio */
/** @typedef {import("../studio/work.js").Work} Work */
/** @typedef {import("./items.js").Batch} Batch */
/** @typedef {import("./items.js").Item} Item */

const SENSITIVITY = 0.5;

/**
 * Open a photo in the studio, with what the batch takes from it painted.
 *
 * @param {Studio} studio
 * @param {Batch} batch
 * @param {Item} item
 */
export async function touchUp(studio, batch, item) {
  await studio.open(item.photo, item.photo.name);
  const { work } = studio;
  // It could not be opened, or the user would rather keep what was open.
  if (work?.name !== item.photo.name || work.file.size !== item.photo.size) return;
  studio.parentElement?.querySelector(".touch-up")?.remove();
  studio.before(barOf(studio, work, batch, item));
  await studio.busy(() => painted(work, batch, item));
}

/**
 * @param {Work} work
 * @param {Batch} batch
 * @param {Item} item
 */
async function painted(work, { wanted }, { mask }) {
  if (mask) await work.take(mask.file);
  const { width, height } = work;
  for (const area of wanted.areas) {
    const [left, top] = [area.x * width, area.y * height];
    const [right, bottom] = [left + area.width * width, top + area.height * height];
    work.add({ kind: "polygon", points: [left, top, right, top, right, bottom, left, bottom], erases: false });
  }
  if (!wanted.find.size) return;
  const { signal } = new AbortController();
  const under = work.shapes;
  const { bits, places } = await findPlaces(work, { kinds: [...wanted.find], sensitivity: SENSITIVITY, within: null, signal });
  if (places.length) await work.find({ bits, places, under, left: new Set() });
}

/**
 * @param {Studio} studio
 * @param {Work} work
 * @param {Batch} batch
 * @param {Item} item
 * @returns {HTMLElement} What says where the photo comes from, and leads back.
 */
function barOf(studio, work, batch, item) {
  const back = () => studio.dispatchEvent(new Event("batch"));
  const name = h("b");
  const hint = h("span", { class: "muted" });
  const into = h("button", { type: "button", class: "primary" });
  const leave = h("button", { type: "button", onclick: back });
  const bar = h("div", { class: "touch-up", role: "group" }, name, hint, leave, into);
  into.addEventListener("click", async () => {
    if (!work.result) return;
    const { result } = work;
    const into = async (/** @type {AbortSignal} */ signal) => {
      const { file, remarks } = await finish(work, result, { marked: isMarked() }, signal);
      await takeBack(batch, item, file, remarks);
      work.saved = true;
      bar.remove();
      back();
      return () => t("batch.intoDone", { name: item.photo.name });
    };
    await studio.run(into, { words: "file.finishing" });
  });
  const show = () => {
    into.hidden = !work.result;
  };
  // Another photo has nothing to do with the batch.
  const watch = () => {
    if (studio.work === work) return;
    bar.remove();
    studio.removeEventListener("change", watch);
  };
  studio.addEventListener("change", watch);
  work.addEventListener("change", show);
  show();
  inWords(() => {
    name.textContent = t("batch.touching", { name: item.photo.name });
    hint.textContent = t("batch.touchHint");
    into.textContent = t("batch.into");
    leave.textContent = t("batch.return");
    bar.setAttribute("aria-label", t("batch.touching", { name: item.photo.name }));
  });
  return bar;
}

/**
 * @param {Batch} batch
 * @param {Item} item
 * @param {Blob} file
 * @param {string[]} remarks
 */
async function takeBack(batch, item, file, remarks) {
  item.result = { name: resultName(item.photo.name, file), file, remarks, found: [] };
  item.shown = await small(file);
  item.state = "done";
  item.review = "touched";
  item.error = null;
  batch.changed(item);
}
