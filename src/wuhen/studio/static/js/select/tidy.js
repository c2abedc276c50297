/** What a selection ends with: no holes, no islands, and nothing that was marked as not meant. */

import { marked, WIDE } from "./marks.js";

/** Of the selection's area, the least that a part which was not clicked on, or a hole, has. */
const ISLAND = 0.08;
const HOLE = 0.015;

/**
 * @param {Uint8Array} mask 1 = object; it is changed
 * @param {{ width: number, height: number }} picture
 * @param {import("./marks.js").Scribble[]} scribbles
 * @returns {Uint8Array} the mask
 */
export function tidy(mask, { width, height }, scribbles) {
  const marks = obey(mask, { width, height }, scribbles);
  const area = mask.reduce((sum, value) => sum + value, 0);
  const parts = partsOf(mask, width);
  const clicked = new Set();
  for (const p of marks.keys()) clicked.add(parts.part[p]);
  const largest = Math.max(0, ...parts.sizes.filter((_, part) => parts.values[part] === 1));
  for (let p = 0; p < mask.length; p++) {
    const part = parts.part[p];
    if (clicked.has(part)) continue;
    if (mask[p] ? parts.sizes[part] < ISLAND * largest : !parts.open[part] && parts.sizes[part] < HOLE * area) mask[p] = 1 - mask[p];
  }
  return mask;
}

/**
 * Leave out what was marked as not meant, and take in what was marked as meant.
 * @param {Uint8Array} mask it is changed
 * @param {{ width: number, height: number }} picture
 * @param {import("./marks.js").Scribble[]} scribbles
 * @returns {Map<number, boolean>} the pixels that were marked, and whether each was as not meant
 */
export function obey(mask, { width, height }, scribbles) {
  const marks = marked(scribbles, width, height, 1, 1, Math.max(1, WIDE * Math.max(width, height)));
  for (const [p, takesAway] of marks) mask[p] = takesAway ? 0 : 1;
  return marks;
}

/**
 * Parts of a mask and of its rest, whose pixels touch by their sides.
 * @param {Uint8Array} mask
 * @param {number} width
 * @returns {{ part: Int32Array, sizes: number[], values: number[], open: boolean[] }} the part of each pixel; of each
 *   part, how large it is, whether it is of the object, and whether it reaches the picture's edge
 */
function partsOf(mask, width) {
  const part = new Int32Array(mask.length).fill(-1);
  const stack = new Int32Array(mask.length);
  /** @type {number[]} */
  const sizes = [];
  /** @type {number[]} */
  const values = [];
  /** @type {boolean[]} */
  const open = [];
  for (let from = 0; from < mask.length; from++) {
    if (part[from] >= 0) continue;
    const number = sizes.length;
    const value = mask[from];
    let size = 0;
    let edge = false;
    let top = 0;
    const reach = (/** @type {number} */ p) => {
      if (part[p] >= 0 || mask[p] !== value) return;
      part[p] = number;
      stack[top++] = p;
    };
    reach(from);
    while (top) {
      const p = stack[--top];
      size++;
      const x = p % width;
      const left = x > 0;
      const right = x < width - 1;
      const up = p >= width;
      const down = p < mask.length - width;
      edge ||= !(left && right && up && down);
      if (left) reach(p - 1);
      if (right) reach(p + 1);
      if (up) reach(p - width);
      if (down) reach(p + width);
    }
    sizes.push(size);
    values.push(value);
    open.push(edge);
  }
  return { part, sizes, values, open };
}
