/** Masks that the page proposes: the outline of an object, text that lies over a photo. */

import { Tasks } from "../base/tasks.js";

/** @typedef {import("./bits.js").Bits} Bits */
/** @typedef {import("./picture.js").Picture} Picture */

const tasks = new Tasks(new URL("../select/worker.js", import.meta.url));

/**
 * @param {Picture} picture
 * @param {"segment" | "findText"} task
 * @param {Record<string, unknown>} options
 * @returns {Promise<Bits | null>} Null where nothing was found.
 */
async function propose(picture, task, options) {
  const image = await createImageBitmap(picture.levels[0]);
  const { packed, width, height } = await tasks.ask({ task, image, options }, [image]);
  return packed.some((/** @type {number} */ byte) => byte) ? { packed, width, height } : null;
}

/** @param {Picture} picture */
export function findText(picture) {
  return propose(picture, "findText", {});
}

/**
 * @param {Picture} picture
 * @param {import("./strokes.js").Scribble[]} scribbles
 * @param {Bits} [before] What was found without the last of them.
 */
export function segment(picture, scribbles, before) {
  return propose(picture, "segment", { scribbles, before: before?.packed });
}
