/** Which extremal regions look like letters, or strokes of letters. */

import { extremalRegions, regionMask } from "./extremal.js";
import { chamfer } from "../../../src/wuhen/studio/static/js/select/picture.js";

/**
 * @typedef {object} Letter
 * @property {import("./extremal.js").Region} region
 * @property {boolean} dark darker than its surroundings
 * @property {Uint8Array} mask of the size of the bounding box
 * @property {number} width
 * @property {number} height
 * @property {number} x the middle of the bounding box
 * @property {number} y
 * @property {number} stroke width of its strokes in pixels
 * @property {number} uneven spread of the stroke width, as a share of it
 * @property {number[]} colour mean RGB of its inside
 * @property {number} spread standard deviation of the brightness inside
 * @property {number[]} ground mean RGB around it
 * @property {number} contrast mean difference to what lies around it
 * @property {number} sharp share of the border that shows at least half that difference
 */

const MIN_EXTENT = 6;

/**
 * @param {import("../../../src/wuhen/studio/static/js/select/picture.js").Picture} picture
 * @param {Uint8Array} grey its brightness, or for dark letters the opposite of it
 * @param {boolean} dark
 * @returns {Letter[]}
 */
export function findLetters(picture, grey, dark) {
  const { width, height } = picture;
  const longest = Math.max(width, height);
  const regions = extremalRegions(grey, width, height, {
    step: 5, minArea: 10, maxArea: (width * height) / 20, maxExtent: longest / 3, minEdge: 12,
  });
  const letters = [];
  for (const region of regions) {
    const columns = region.right - region.left + 1;
    const rows = region.bottom - region.top + 1;
    const extent = Math.max(columns, rows);
    // A stroke has two sides: its width is twice its area by its perimeter.
    const stroke = (2 * region.area) / region.perimeter;
    if (extent < MIN_EXTENT || stroke > extent * 0.6 || stroke * 60 < extent) continue;
    const letter = measure(picture, grey, region, dark);
    if (letter) letters.push(letter);
  }
  return letters;
}

/**
 * @param {import("../../../src/wuhen/studio/static/js/select/picture.js").Picture} picture
 * @param {Uint8Array} grey
 * @param {import("./extremal.js").Region} region
 * @param {boolean} dark
 * @returns {Letter | null}
 */
function measure(picture, grey, region, dark) {
  const width = region.right - region.left + 1;
  const height = region.bottom - region.top + 1;
  const mask = regionMask(grey, picture.width, region);
  const border = borderSteps(picture, grey, region, mask);
  const { stroke, uneven } = strokeWidth(mask, width, height);
  return {
    region, dark, mask, width, height, stroke, uneven,
    x: (region.left + region.right) / 2,
    y: (region.top + region.bottom) / 2,
    ...border,
    ...inside(picture, grey, region, mask),
  };
}

/**
 * How much darker it is two pixels outside the border than one pixel inside, and the colour there.
 * @param {import("../../../src/wuhen/studio/static/js/select/picture.js").Picture} picture
 * @param {Uint8Array} grey
 * @param {import("./extremal.js").Region} region
 * @param {Uint8Array} mask
 */
function borderSteps({ pixels, width, height }, grey, region, mask) {
  const columns = region.right - region.left + 1;
  /** @type {number[]} */
  const steps = [];
  const ground = [0, 0, 0];
  let sum = 0;
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at]) continue;
    const x = region.left + (at % columns);
    const y = region.top + ((at / columns) | 0);
    for (let d = 0; d < 4; d++) {
      const dx = d === 0 ? -1 : d === 1 ? 1 : 0;
      const dy = d === 2 ? -1 : d === 3 ? 1 : 0;
      const x1 = x + dx - region.left;
      const y1 = y + dy - region.top;
      const within = x1 >= 0 && x1 < columns && y1 >= 0 && y1 <= region.bottom - region.top;
      if (within && mask[y1 * columns + x1]) continue;
      const x2 = x + 2 * dx;
      const y2 = y + 2 * dy;
      if (x2 < 0 || x2 >= width || y2 < 0 || y2 >= height) continue;
      const back = at - dx - dy * columns;
      const xb = x - dx;
      const deep = xb >= region.left && xb <= region.right && mask[back] ? grey[(y - dy) * width + xb] : 0;
      const step = Math.max(deep, grey[y * width + x]) - grey[y2 * width + x2];
      steps.push(step);
      sum += step;
      for (let c = 0; c < 3; c++) ground[c] += pixels[4 * (y2 * width + x2) + c];
    }
  }
  const contrast = steps.length ? sum / steps.length : 0;
  const sharp = steps.length ? steps.filter((step) => step >= contrast / 2).length / steps.length : 0;
  return { contrast, sharp, ground: ground.map((value) => value / Math.max(1, steps.length)) };
}

/**
 * Mean and spread of the stroke width, along the middle of the strokes.
 * @param {Uint8Array} mask
 * @param {number} width
 * @param {number} height
 */
function strokeWidth(mask, width, height) {
  const columns = width + 2;
  const outside = new Uint8Array(columns * (height + 2)).fill(1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (mask[y * width + x]) outside[(y + 1) * columns + x + 1] = 0;
  }
  const depth = chamfer(outside, columns, height + 2);
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let y = 1; y <= height; y++) {
    for (let x = 1; x <= width; x++) {
      const p = y * columns + x;
      const here = depth[p];
      if (!here || here < depth[p - 1] || here < depth[p + 1]) continue;
      if (here < depth[p - columns] || here < depth[p + columns]) continue;
      const wide = (2 * here) / 3 - 1;
      count++;
      sum += wide;
      squares += wide * wide;
    }
  }
  const stroke = sum / count;
  const spread = Math.sqrt(Math.max(0, squares / count - stroke * stroke));
  return { stroke, uneven: spread / (stroke + 1) };
}

/**
 * Colour of the inside: pixels whose neighbours belong to the region too, or all where the strokes are too thin.
 * @param {import("../../../src/wuhen/studio/static/js/select/picture.js").Picture} picture
 * @param {Uint8Array} grey
 * @param {import("./extremal.js").Region} region
 * @param {Uint8Array} mask
 */
function inside({ pixels, width }, grey, region, mask) {
  const columns = region.right - region.left + 1;
  const core = [];
  for (let at = columns; at < mask.length - columns; at++) {
    if (mask[at] && mask[at - 1] && mask[at + 1] && mask[at - columns] && mask[at + columns]) core.push(at);
  }
  const thin = core.length * 6 < region.area;
  const colour = [0, 0, 0];
  let count = 0;
  let sum = 0;
  let squares = 0;
  const add = (/** @type {number} */ at) => {
    const p = (region.top + ((at / columns) | 0)) * width + region.left + (at % columns);
    for (let c = 0; c < 3; c++) colour[c] += pixels[4 * p + c];
    sum += grey[p];
    squares += grey[p] * grey[p];
    count++;
  };
  if (thin) {
    for (let at = 0; at < mask.length; at++) if (mask[at]) add(at);
  } else core.forEach(add);
  const mean = sum / count;
  const spread = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return { colour: colour.map((value) => value / count), spread };
}
