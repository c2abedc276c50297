/** The worker that makes masks of what is painted, found or read. */

import { Tasks } from "../base/tasks.js";

export const masks = new Tasks(new URL("./mask-worker.js", import.meta.url));

/**
 * Read the file of a mask that a photo's own was asked of.
 *
 * @param {Blob} file
 * @param {{ width: number, height: number }} photo
 * @returns {Promise<import("./bits.js").Bits>} Of the photo's size, if the sides have the same ratio.
 */
export async function readMask(file, { width, height }) {
  return (await masks.ask({ task: "read", file, width, height })).bits;
}
