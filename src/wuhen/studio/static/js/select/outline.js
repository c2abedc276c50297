/**
 * Outlines brought to the edges of the picture, from scale to scale in a band along them, as in Lombaert et al.,
 * "A multilevel banded graph cuts method for fast image segmentation" (ICCV 2005).
 */

import { colourBins, density } from "./colours.js";
import { cutPixels, HARD } from "./cut.js";
import { held, leanings } from "./grabcut.js";
import { marked } from "./marks.js";
import { around, chamfer, cropPicture, cropRows, resizeMask, shrink } from "./picture.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./grabcut.js").Seeds} Seeds
 * @typedef {import("./segment.js").Hints} Hints
 */

/** Longest side of the picture at the finest scale. */
const FINE = 1600;
/** Half the width of the band that a finer scale decides on, in its pixels. */
const BAND = 4;
/** How far from the outline the colours of both sides are taken. */
const RIM = 20;
/**
 * @param {Picture} picture
 * @param {number} coarsest longest side of the first
 * @returns {Picture[]} the picture at each scale, from coarse to fine
 */
export function scalesOf(picture, coarsest) {
  const scales = [shrink(picture, FINE)];
  for (;;) {
    const longest = Math.max(scales[0].width, scales[0].height);
    if (longest <= coarsest) return scales;
    scales.unshift(shrink(scales[0], Math.max(coarsest, longest / 2)));
  }
}

/**
 * @param {Picture} picture
 * @param {Picture[]} scales to refine at, from coarse to fine
 * @param {Uint8Array} label
 * @param {Picture} of what the label has the size of
 * @param {Hints} hints
 * @returns {Uint8Array} of the picture's size
 */
export function refineAll(picture, scales, label, { width, height }, hints) {
  for (const scale of scales) {
    label = refine(scale, resizeMask(label, width, height, scale.width, scale.height).slice(), seedsAt(scale, picture, hints));
    ({ width, height } = scale);
  }
  return resizeMask(label, width, height, picture.width, picture.height).slice();
}

/**
 * @param {Picture} scale
 * @param {Picture} picture
 * @param {Hints} hints
 * @returns {Seeds}
 */
export function seedsAt({ width, height }, picture, { scribbles, box }) {
  const fx = width / picture.width;
  const fy = height / picture.height;
  const barred = marked(scribbles, width, height, fx, fy);
  const forbidden = new Uint8Array(width * height);
  if (box) {
    const [left, top, wide, high] = box;
    for (let p = 0; p < forbidden.length; p++) {
      const x = ((p % width) + 0.5) / fx;
      const y = (Math.floor(p / width) + 0.5) / fy;
      if (x < left || y < top || x > left + wide || y > top + high) forbidden[p] = 1;
    }
  }
  const marks = [...barred];
  return {
    inside: marks.filter(([p, out]) => !out && !forbidden[p]).map(([p]) => p),
    outside: marks.filter(([, out]) => out).map(([p]) => p),
    forbidden,
  };
}

/**
 * Decide again on the band along the outline, at a finer scale.
 * @param {Picture} picture
 * @param {Uint8Array} label
 * @param {Seeds} seeds
 * @returns {Uint8Array}
 */
function refine(picture, label, seeds) {
  for (const p of seeds.inside) label[p] = 1;
  for (const p of seeds.outside) label[p] = 0;
  const area = around(label, picture.width, picture.height, RIM);
  const part = cropPicture(picture, area);
  const labels = cropRows(label, picture.width, area);
  const holds = cropRows(held(seeds, label.length), picture.width, area);
  const toObject = chamfer(labels, part.width, part.height);
  const toRest = chamfer(labels.map((value) => 1 - value), part.width, part.height);
  const bins = colourBins(part.pixels);
  const free = new Uint8Array(labels.length);
  const object = new Float32Array(labels.length);
  const rest = new Float32Array(labels.length);
  for (let p = 0; p < labels.length; p++) {
    const away = Math.max(toObject[p], toRest[p]);
    if (away <= 3 * BAND) free[p] = 1;
    if (away <= 3 * RIM) (labels[p] ? object : rest)[p] = 1;
  }
  const lean = leanings(density(bins, object), density(bins, rest));
  const cut = cutPixels(part, free, labels, (p) => (holds[p] ? holds[p] * HARD : lean[bins[p]]));
  for (let y = 0; y < part.height; y++) {
    label.set(cut.subarray(y * part.width, (y + 1) * part.width), (area.top + y) * picture.width + area.left);
  }
  return label;
}
