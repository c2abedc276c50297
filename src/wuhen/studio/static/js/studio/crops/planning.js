/** What an erasure works on: its hole, what may not be copied from, and how much of the photo it has to see. */

import { empty, extent, intersection, isEmpty, union, without } from "../bits.js";

/** @typedef {import("../bits.js").Bits} Bits */

/**
 * @typedef {object} Plan
 * @property {Bits} hole What is filled.
 * @property {Bits | null} keepOut What was filled before and stays: it is invented, so nothing is copied from it.
 * @property {Bits} erased All that is erased then, of the original.
 * @property {Bits} touched The parts of what was filled before that the paint touches.
 * @property {boolean} again Whether the paint lies within them: then it is the fill that is erased, not the photo.
 * @property {[number, number, number, number]} part Left, top, width and height of what has to be seen.
 */

/** Pixels around a hole that a fill looks at in any case, with its cells of 16 pixels; docs/api.md has the rule. */
const MARGIN = 64;
const CELL = 16;

/**
 * Plan an erasure.
 *
 * Paint that reaches beyond what was filled before is filled together with it: what was taken to be surroundings then
 * was part of the object. Paint within it asks for another fill of that place alone.
 *
 * @param {Bits} painted Not empty.
 * @param {Bits | null} before What was erased before.
 * @param {boolean} withEffects Whether the object's shadow and reflection go as well.
 * @returns {Plan}
 */
export function plan(painted, before, withEffects) {
  if (!before || isEmpty(before)) {
    const none = empty(painted.width, painted.height);
    return { hole: painted, keepOut: null, erased: painted, touched: none, again: false, part: partAround(painted, withEffects) };
  }
  const erased = union(painted, before);
  const touched = connected(intersection(painted, before), before);
  const again = isEmpty(without(painted, before));
  const hole = again ? painted : union(painted, touched);
  const keepOut = without(before, hole);
  return { hole, keepOut: isEmpty(keepOut) ? null : keepOut, erased, touched, again, part: partAround(union(hole, touched), withEffects) };
}

/**
 * @param {Bits} bits
 * @param {boolean} withEffects
 * @returns {Plan["part"]} The box around them with the surroundings that a fill looks at, at whole cells.
 */
function partAround(bits, withEffects) {
  const box = extent(bits);
  const margin = MARGIN + Math.floor(Math.sqrt(count(bits)));
  // A shadow may lie as far away as the object is large, a reflection as far below it again.
  const beside = withEffects ? margin + Math.max(box.width, box.height) : margin;
  const below = withEffects ? beside + box.height : margin;
  const left = down(Math.max(0, box.left - beside));
  const top = down(Math.max(0, box.top - beside));
  const right = Math.min(bits.width, up(box.left + box.width + beside));
  const bottom = Math.min(bits.height, up(box.top + box.height + below));
  return [left, top, right - left, bottom - top];
}

/** @param {number} value */
function down(value) {
  return value - (value % CELL);
}

/** @param {number} value */
function up(value) {
  return down(value + CELL - 1);
}

/** @param {Bits} bits @returns {number} How many pixels they are. */
function count({ packed }) {
  let total = 0;
  for (const byte of packed) for (let rest = byte; rest; rest &= rest - 1) total++;
  return total;
}

/**
 * Return the parts of a mask that some of its pixels belong to, by runs: each row's, and those of the rows beside that touch.
 *
 * @param {Bits} seeds Pixels of the mask.
 * @param {Bits} mask
 * @returns {Bits}
 */
function connected(seeds, { width, height, packed }) {
  const found = new Uint8Array(packed.length);
  const has = (/** @type {Uint8Array} */ bits, /** @type {number} */ i) => (bits[i >> 3] >> (i & 7)) & 1;
  /** @type {number[]} */
  const waiting = [];
  const spread = (/** @type {number} */ x, /** @type {number} */ y) => {
    const row = y * width;
    let [left, right] = [x, x];
    while (left > 0 && has(packed, row + left - 1)) left--;
    while (right < width - 1 && has(packed, row + right + 1)) right++;
    for (let i = row + left; i <= row + right; i++) found[i >> 3] |= 1 << (i & 7);
    waiting.push(y, left, right);
  };
  for (let byte = 0; byte < seeds.packed.length; byte++) {
    for (let rest = seeds.packed[byte], i = byte << 3; rest; rest >>= 1, i++) {
      if (rest & 1 && !has(found, i)) spread(i % width, Math.floor(i / width));
    }
  }
  while (waiting.length) {
    const [y, left, right] = waiting.splice(-3);
    for (const beside of [y - 1, y + 1]) {
      if (beside < 0 || beside >= height) continue;
      for (let x = Math.max(0, left - 1); x <= Math.min(width - 1, right + 1); x++) {
        const i = beside * width + x;
        if (has(packed, i) && !has(found, i)) spread(x, beside);
      }
    }
  }
  return { width, height, packed: found };
}
