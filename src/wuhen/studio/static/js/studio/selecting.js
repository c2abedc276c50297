/** The outline of an object that scribbles mean. */

import { Tasks } from "../base/tasks.js";
import { selectByNetwork } from "./network.js";

/** @typedef {import("./bits.js").Bits} Bits */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./strokes.js").Scribble} Scribble */

const tasks = new Tasks(new URL("../select/worker.js", import.meta.url));

/**
 * Select by the service's network, where there is one, and bring its outline to the edges; else by the page alone.
 *
 * @param {Picture} picture
 * @param {Scribble[]} scribbles
 * @param {Bits} [before] What was found without the last of them.
 * @returns {Promise<Bits | null>} Null where nothing was found.
 */
export async function segment(picture, scribbles, before) {
  // Whoever has not signed in, or whose service is busy or away, can go on selecting.
  const rough = await selectByNetwork(picture, scribbles).catch(() => null);
  const task = rough ? "sharpen" : "segment";
  const image = await picture.whole();
  const options = { scribbles, before: (rough ?? before)?.packed };
  const { packed, width, height } = await tasks.ask({ task, image, options }, [image]);
  return packed.some((/** @type {number} */ byte) => byte) ? { packed, width, height } : null;
}
