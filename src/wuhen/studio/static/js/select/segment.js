/**
 * Smart select: from a click or a scribble on an object to its outline.
 *
 * Neighbourhoods of the click that grow along the picture are candidates for the object. Each is the start of a
 * GrabCut (Rother, Kolmogorov and Blake, SIGGRAPH 2004) on a reduced picture, with histograms for the colours. The
 * one that separates best is refined from scale to scale in a band along its outline, as in Lombaert et al.,
 * "A multilevel banded graph cuts method for fast image segmentation" (ICCV 2005).
 */

import { colourBins, density } from "./colours.js";
import { cutPixels, HARD } from "./cut.js";
import { difference, geodesic, likelySizes, SMALL } from "./geodesic.js";
import { around, chamfer, cropPicture, cropRows, neighbour, resizeMask, shrink } from "./picture.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {object} Hints
 * @property {[number, number][]} inside points on the object, x and y in pixels
 * @property {[number, number][]} [outside] points that are not on it
 * @property {[number, number, number, number]} [box] x, y, width and height of what holds the object
 * @typedef {object} Seeds
 * @property {number[]} inside pixels of a scale
 * @property {number[]} outside
 * @property {Uint8Array} forbidden 1 outside the box
 */

/** Longest side of the picture at the scale where the object is found, and at the finest one. */
const COARSE = 200;
const FINE = 1600;
const CANDIDATES = 4;
const ROUNDS = 3;
/** Share of a candidate, the nearest part of it, that is held to be object. */
const CORE = 0.15;
/** How much a pixel leans to the object for lying in the candidate, and to the rest at one radius from the object. */
const NEARBY = 1;
const FAR = 4;
/** Densities are known no better than this. */
const FLOOR = 1e-5;
/** Smaller results, in pixels of the coarse scale, are none. */
const LEAST = 10;
/** Beyond this an outline is as clear as can be. */
const MOST_CONTRAST = 80;
/** Half the width of the band that a finer scale decides on, in its pixels. */
const BAND = 4;
/** How far from the outline the colours of both sides are taken. */
const RIM = 20;

/**
 * @param {Picture} picture
 * @param {Hints} hints
 * @returns {Uint8Array} `width * height`, 1 = object
 */
export function segment(picture, hints) {
  if (!hints.inside.length) return new Uint8Array(picture.width * picture.height);
  const scales = [shrink(picture, FINE)];
  for (;;) {
    const longest = Math.max(scales[0].width, scales[0].height);
    if (longest <= COARSE) break;
    scales.unshift(shrink(scales[0], Math.max(COARSE, longest / 2)));
  }
  const coarse = scales[0];
  let label = findObject(coarse, seedsAt(coarse, picture, hints));
  for (let s = 1; s < scales.length; s++) {
    const { width, height } = scales[s - 1];
    label = resizeMask(label, width, height, scales[s].width, scales[s].height);
    label = refine(scales[s], label, seedsAt(scales[s], picture, hints));
  }
  const fine = scales[scales.length - 1];
  const full = resizeMask(label, fine.width, fine.height, picture.width, picture.height);
  for (const p of seedsAt(picture, picture, hints).outside) full[p] = 0;
  return full;
}

/**
 * @param {Picture} scale
 * @param {Picture} picture
 * @param {Hints} hints
 * @returns {Seeds}
 */
function seedsAt({ width, height }, picture, { inside, outside = [], box }) {
  const fx = width / picture.width;
  const fy = height / picture.height;
  const pixel = (/** @type {[number, number]} */ [x, y]) =>
    Math.min(height - 1, Math.max(0, Math.floor((y + 0.5) * fy))) * width +
    Math.min(width - 1, Math.max(0, Math.floor((x + 0.5) * fx)));
  const barred = new Set(outside.map(pixel));
  const forbidden = new Uint8Array(width * height);
  if (box) {
    const [left, top, wide, high] = box;
    for (let p = 0; p < forbidden.length; p++) {
      const x = ((p % width) + 0.5) / fx;
      const y = (Math.floor(p / width) + 0.5) / fy;
      if (x < left || y < top || x > left + wide || y > top + high) forbidden[p] = 1;
    }
  }
  return {
    inside: [...new Set(inside.map(pixel))].filter((p) => !barred.has(p) && !forbidden[p]),
    outside: [...barred],
    forbidden,
  };
}

/**
 * @param {Picture} picture
 * @param {Seeds} seeds
 * @returns {Uint8Array}
 */
function findObject(picture, seeds) {
  const count = picture.width * picture.height;
  const { distance, order } = geodesic(picture, seeds.inside);
  const rival = seeds.outside.length ? geodesic(picture, seeds.outside).distance : null;
  const bins = colourBins(picture.pixels);
  const own = order.filter((p) => !seeds.forbidden[p] && !(rival && rival[p] < distance[p]));
  /** @type {Uint8Array} */
  let best = new Uint8Array(count);
  let most = -Infinity;
  for (const size of likelySizes(picture, own, CANDIDATES)) {
    const start = new Uint8Array(count);
    for (const p of own.subarray(0, size)) start[p] = 1;
    const core = own.subarray(0, Math.max(9, Math.round(CORE * size)));
    const label = grabCut(picture, bins, start, { ...seeds, inside: [...seeds.inside, ...core] });
    const score = separation(picture, bins, label);
    if (score > most) {
      best = label;
      most = score;
    }
  }
  return best;
}

/**
 * Alternate between the colours of both sides and the cut between them.
 * @param {Picture} picture
 * @param {Uint16Array} bins
 * @param {Uint8Array} start
 * @param {Seeds} seeds
 */
function grabCut(picture, bins, start, seeds) {
  const { width, height } = picture;
  const free = new Uint8Array(width * height).fill(1);
  const hard = held(seeds, width * height);
  let label = start;
  for (let round = 0; round < ROUNDS; round++) {
    const away = chamfer(label, width, height);
    const area = label.reduce((sum, value) => sum + value, 0);
    const radius = Math.sqrt(area);
    // What is around the object matters more than what is far from it, and what is far is none of it.
    const object = Float32Array.from(label);
    const rest = Float32Array.from(label, (value, p) => (value ? 0 : Math.exp(-away[p] / 3 / radius)));
    const lean = leanings(density(bins, object), density(bins, rest));
    label = cutPixels(picture, free, label, (p) => {
      if (hard[p]) return hard[p] * HARD;
      return lean[bins[p]] + (start[p] ? NEARBY : 0) - (FAR * away[p]) / 3 / radius;
    });
    label = connected(label, width, height, seeds.inside);
  }
  return label;
}

/**
 * @param {Seeds} seeds
 * @param {number} count
 * @returns {Int8Array} 1 for what is object, -1 for what is not, 0 for what is open
 */
function held({ inside, outside, forbidden }, count) {
  const hard = new Int8Array(count);
  for (const p of inside) hard[p] = 1;
  for (const p of outside) hard[p] = -1;
  forbidden.forEach((value, p) => value && (hard[p] = -1));
  return hard;
}

/**
 * Keep what hangs together with the seeds.
 * @param {Uint8Array} label
 * @param {number} width
 * @param {number} height
 * @param {number[]} seeds
 */
function connected(label, width, height, seeds) {
  const out = new Uint8Array(label.length);
  const stack = [...seeds];
  for (const p of seeds) out[p] = 1;
  while (stack.length) {
    const p = /** @type {number} */ (stack.pop());
    for (let d = 0; d < 4; d++) {
      const q = neighbour(p, d, width, height);
      if (q < 0 || !label[q] || out[q]) continue;
      out[q] = 1;
      stack.push(q);
    }
  }
  return out;
}

/**
 * How well an outline separates: contrast along it, times how different the colours on both sides are.
 * @param {Picture} picture
 * @param {Uint16Array} bins
 * @param {Uint8Array} label
 */
function separation(picture, bins, label) {
  const area = label.reduce((total, value) => total + value, 0);
  const { sides, contrast, open } = outline(picture, label);
  if (!sides || area < LEAST) return -1;
  const away = chamfer(label, picture.width, picture.height);
  const reach = 9 * Math.sqrt(area);
  const near = density(bins, Float32Array.from(label));
  const far = density(bins, Float32Array.from(label, (value, p) => (!value && away[p] < reach ? 1 : 0)));
  // The coefficient of Bhattacharyya: 1 where both sides have the same colours.
  let common = 0;
  for (let bin = 0; bin < near.length; bin++) common += Math.sqrt(near[bin] * far[bin]);
  const share = area / label.length;
  return contrast * (1 - common) * (1 - open) * (1 - share) * Math.sqrt(Math.min(1, share / SMALL));
}

/**
 * @param {Picture} picture
 * @param {Uint8Array} label
 * @returns {{ sides: number, contrast: number, open: number }} length and mean contrast of the outline, and the
 *   share of it that is the picture's frame
 */
function outline({ pixels, width, height }, label) {
  let sides = 0;
  let sum = 0;
  let frame = 0;
  for (let p = 0; p < label.length; p++) {
    if (!label[p]) continue;
    for (let d = 0; d < 4; d++) {
      const q = neighbour(p, d, width, height);
      if (q < 0) frame++;
      if (q < 0 || label[q]) continue;
      sides++;
      sum += Math.min(MOST_CONTRAST, difference(pixels, p, q));
    }
  }
  return { sides, contrast: sum / Math.max(1, sides), open: frame / Math.max(1, frame + sides) };
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

/**
 * How much each colour speaks for the object.
 * @param {Float32Array} near density among the object's pixels
 * @param {Float32Array} far density among the others
 */
function leanings(near, far) {
  return near.map((value, bin) => Math.log((value + FLOOR) / (far[bin] + FLOOR)));
}
