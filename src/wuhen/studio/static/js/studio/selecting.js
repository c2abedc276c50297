/** The outline of an object that scribbles mean. */

import { Tasks } from "../base/tasks.js";
import { selectByNetwork } from "./network.js";

/** @typedef {import("./bits.js").Bits} Bits */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./strokes.js").Scribble} Scribble */

/** Longest side of what the worker looks at: as much as it can make use of. */
const SIDE = 1600;

const tasks = new Tasks(new URL("../select/worker.js", import.meta.url));
/** @type {WeakRef<Picture> | null} What the worker was last sent. */
let sent = null;
/** Orders are posted one after another, so that each finds the picture that it means. */
let turn = Promise.resolve();

/**
 * Select by the service's network, and bring its outline to the edges; else by the page alone.
 *
 * @param {Picture} picture
 * @param {Scribble[]} scribbles
 * @param {Bits} [before] What was found without the last of them.
 * @returns {Promise<Bits | null>} Null where nothing was found.
 */
export async function segment(picture, scribbles, before) {
  // Whoever has not signed in, or whose service is busy or away, can go on selecting.
  const rough = await selectByNetwork(picture, scribbles).catch(() => null);
  return order(rough ? "sharpen" : "segment", picture, scribbles, rough ?? before);
}

/**
 * What scribbles would select, in a few moments and in rough outline; the page tells it alone.
 *
 * @param {Picture} picture
 * @param {Scribble[]} scribbles
 * @param {Bits} [before] What was found without the last of them.
 * @returns {Promise<Bits | null>} Of another size than the picture.
 */
export function sketch(picture, scribbles, before) {
  return order("sketch", picture, scribbles, before);
}

/**
 * @param {"segment" | "sharpen" | "sketch"} task
 * @param {Picture} picture
 * @param {Scribble[]} scribbles
 * @param {Bits} [before]
 * @returns {Promise<Bits | null>}
 */
async function order(task, picture, scribbles, before) {
  const asked = turn.then(async () => {
    const image = sent?.deref() === picture ? undefined : await reduced(picture);
    sent = new WeakRef(picture);
    const size = { width: picture.width, height: picture.height };
    return { answer: tasks.ask({ task, image, size, options: { scribbles, before: before?.packed } }, image ? [image] : []) };
  });
  turn = asked.then(() => undefined, () => undefined);
  try {
    const { packed, width, height } = await (await asked).answer;
    return packed.some((/** @type {number} */ byte) => byte) ? { packed, width, height } : null;
  } catch (error) {
    // A worker that has failed has forgotten the picture, too.
    sent = null;
    throw error;
  }
}

/**
 * @param {Picture} picture
 * @returns {Promise<ImageBitmap>}
 */
function reduced(picture) {
  const share = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const size = { resizeWidth: Math.max(1, Math.round(picture.width * share)), resizeHeight: Math.max(1, Math.round(picture.height * share)) };
  return createImageBitmap(picture.at(share), { ...size, resizeQuality: "medium" });
}
