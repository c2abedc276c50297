/**
 * GrabCut (Rother, Kolmogorov and Blake, SIGGRAPH 2004) with histograms for the colours, and how well what it found
 * stands out.
 */

import { density } from "./colours.js";
import { cutPixels, HARD } from "./cut.js";
import { difference, SMALL } from "./geodesic.js";
import { chamfer, neighbour } from "./picture.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {object} Seeds
 * @property {number[]} inside pixels of a scale
 * @property {number[]} outside
 * @property {Uint8Array} forbidden 1 outside the box
 */

const ROUNDS = 3;
/** How much a pixel leans to the object for lying in the candidate, and to the rest at one radius from the object. */
const NEARBY = 1;
const FAR = 4;
/** Densities are known no better than this. */
const FLOOR = 1e-5;
/** Smaller results, in pixels of the coarse scale, are none. */
const LEAST = 10;
/** Beyond this an outline is as clear as can be. */
const MOST_CONTRAST = 80;

/**
 * Alternate between the colours of both sides and the cut between them.
 * @param {Picture} picture
 * @param {Uint16Array} bins
 * @param {Uint8Array} start
 * @param {Seeds} seeds
 * @param {number} [trust] how much each pixel leans to the side that it starts on; without it, only the object's do
 */
export function grabCut(picture, bins, start, seeds, trust = 0) {
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
      const prior = trust ? trust * (2 * start[p] - 1) : NEARBY * start[p];
      return lean[bins[p]] + prior - (FAR * away[p]) / 3 / radius;
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
export function held({ inside, outside, forbidden }, count) {
  const hard = new Int8Array(count);
  for (const p of inside) hard[p] = 1;
  for (const p of outside) hard[p] = -1;
  for (let p = 0; p < forbidden.length; p++) if (forbidden[p]) hard[p] = -1;
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
export function separation(picture, bins, label) {
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
 * How much each colour speaks for the object.
 * @param {Float32Array} near density among the object's pixels
 * @param {Float32Array} far density among the others
 */
export function leanings(near, far) {
  return near.map((value, bin) => Math.log((value + FLOOR) / (far[bin] + FLOOR)));
}
