/** Finds captions, date stamps and watermarks: what was laid over a photograph. */

import { findLetters } from "./letters.js";
import { findLines } from "./lines.js";
import { luma } from "./luma.js";
import { chamfer, resizeMask, shrink } from "../../../src/wuhen/studio/static/js/select/picture.js";

/** Photographs are looked at no larger than this. */
const LONGEST = 1280;
const MIN_GROW = 4;
const MAX_GROW = 6;
/** Shares of the picture; what covers more, as a pattern on cloth does, is no text. */
const MOST_OF_LINE = 0.05;
const MOST_OF_ALL = 0.2;

/**
 * Propose a mask for text that was laid over a photograph.
 * @param {import("../../../src/wuhen/studio/static/js/select/picture.js").Picture} picture
 * @returns {{ mask: Uint8Array, boxes: [number, number, number, number][] }} the mask is `width * height`, 1 = text;
 *   the boxes, one a line, are x, y, width, height
 */
export function findText(picture) {
  const small = shrink(picture, LONGEST);
  const { width, height } = small;
  const mask = new Uint8Array(width * height);
  /** @type {[number, number, number, number][]} */
  const boxes = [];
  const bright = luma(small);
  for (const dark of [false, true]) {
    const grey = dark ? bright.map((value) => 255 - value) : bright;
    for (const line of findLines(findLetters(small, grey, dark))) {
      const area = line.letters.reduce((sum, letter) => sum + letter.region.area, 0);
      if (area <= MOST_OF_LINE * mask.length) boxes.push(draw(line, small, grey, mask));
    }
  }
  if (mask.reduce((sum, set) => sum + set, 0) > MOST_OF_ALL * mask.length) {
    mask.fill(0);
    boxes.length = 0;
  }
  const scale = picture.width / width;
  return {
    mask: resizeMask(mask, width, height, picture.width, picture.height),
    boxes: boxes.map(([x, y, w, h]) => [
      Math.round(x * scale), Math.round(y * scale), Math.round(w * scale), Math.round(h * scale),
    ]),
  };
}

/**
 * Add a line to the mask, grown over soft edges, outlines and shadows.
 * @param {import("./lines.js").Line} line
 * @param {import("../../../src/wuhen/studio/static/js/select/picture.js").Picture} picture
 * @param {Uint8Array} grey
 * @param {Uint8Array} mask
 * @returns {[number, number, number, number]} the box that was drawn in
 */
function draw(line, { width, height }, grey, mask) {
  const around = 12;
  const regions = line.letters.map((letter) => letter.region);
  const left = Math.max(0, Math.min(...regions.map((r) => r.left)) - around);
  const top = Math.max(0, Math.min(...regions.map((r) => r.top)) - around);
  const right = Math.min(width, Math.max(...regions.map((r) => r.right)) + around + 1);
  const bottom = Math.min(height, Math.max(...regions.map((r) => r.bottom)) + around + 1);
  const columns = right - left;
  const strokes = new Uint8Array(columns * (bottom - top));
  for (const { region, mask: shape, width: wide } of line.letters) {
    shape.forEach((set, at) => {
      if (set) strokes[(region.top - top + ((at / wide) | 0)) * columns + region.left - left + (at % wide)] = 1;
    });
  }
  const away = chamfer(strokes, columns, bottom - top);
  const limit = 3 * reach(away, grey, width, left, top, columns);
  away.forEach((distance, at) => {
    if (distance <= limit) mask[(top + ((at / columns) | 0)) * width + left + (at % columns)] = 1;
  });
  const inset = around - limit / 3;
  return [left + inset, top + inset, columns - 2 * inset, bottom - top - 2 * inset];
}

/**
 * How far around the strokes it is brighter or darker than a little further away: an outline, a shadow or a glow.
 * @param {Uint16Array} away distance to the strokes in thirds
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} left
 * @param {number} top
 * @param {number} columns
 */
function reach(away, grey, width, left, top, columns) {
  const sums = new Float64Array(12);
  const counts = new Float64Array(12);
  for (let at = 0; at < away.length; at++) {
    const ring = Math.round(away[at] / 3);
    if (ring > 11) continue;
    sums[ring] += grey[(top + ((at / columns) | 0)) * width + left + (at % columns)];
    counts[ring]++;
  }
  const mean = (/** @type {number} */ ring) => sums[ring] / Math.max(1, counts[ring]);
  const ground = (mean(9) + mean(10) + mean(11)) / 3;
  const least = 0.12 * Math.abs(mean(0) - ground);
  let ring = MAX_GROW;
  while (ring > MIN_GROW && Math.abs(mean(ring) - ground) < least) ring--;
  return ring;
}
