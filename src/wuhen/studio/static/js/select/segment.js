/**
 * Smart select: from a click or a scribble on an object to its outline.
 *
 * Neighbourhoods of the click that grow along the picture are candidates for the object. Each is the start of a
 * GrabCut (Rother, Kolmogorov and Blake, SIGGRAPH 2004) on a reduced picture, with histograms for the colours. The
 * one that separates best is refined from scale to scale in a band along its outline, as in Lombaert et al.,
 * "A multilevel banded graph cuts method for fast image segmentation" (ICCV 2005).
 *
 * A further scribble corrects: neighbourhoods of it change sides, and the rest rather stays what it was.
 */

import { colourBins, density } from "./colours.js";
import { cutPixels, HARD } from "./cut.js";
import { geodesic, likelySizes } from "./geodesic.js";
import { grabCut, held, leanings, separation } from "./grabcut.js";
import { around, chamfer, cropPicture, cropRows, resizeMask, shrink } from "./picture.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {object} Scribble
 * @property {[number, number][]} points x and y in pixels
 * @property {boolean} [takesAway] they lie on what is not meant
 * @typedef {object} Hints
 * @property {Scribble[]} scribbles where two cross, the later one counts
 * @property {Uint8Array} [before] what was found without the last of them, `width * height`, not 0 = object
 * @property {[number, number, number, number]} [box] x, y, width and height of what holds the object
 * @typedef {import("./grabcut.js").Seeds} Seeds
 */

/** Longest side of the picture at the scale where the object is found, and at the finest one. */
const COARSE = 200;
const FINE = 1600;
/** And at the first one where an outline is sharpened that somebody else has found: a network's is about as fine. */
const ROUGH = 800;
const CANDIDATES = 4;
/** Share of a candidate, the nearest part of it, that is held to be object. */
const CORE = 0.15;
/** How much each pixel leans to where a correction leaves or puts it. */
const TRUST = 2;
/** How much it counts that what changes sides stands out itself, beside what comes of it. */
const OWN_MERIT = 0.3;
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
  if (!hints.scribbles.some((one) => one.points.length && !one.takesAway)) return new Uint8Array(picture.width * picture.height);
  const [coarse, ...finer] = scalesOf(picture, COARSE);
  const seeds = seedsAt(coarse, picture, hints);
  const label = hints.before ? corrected(coarse, picture, hints.before, hints.scribbles, seeds) : findObject(coarse, seeds);
  return refineAll(picture, finer, label, coarse, hints);
}

/**
 * Bring an outline that somebody else has found to the edges beside it.
 * @param {Picture} picture
 * @param {Uint8Array} rough `width * height`, not 0 = object
 * @param {Hints} hints what told the object
 * @returns {Uint8Array} `width * height`, 1 = object
 */
export function sharpen(picture, rough, hints) {
  return refineAll(picture, scalesOf(picture, ROUGH), rough, picture, hints);
}

/**
 * @param {Picture} picture
 * @param {number} coarsest longest side of the first
 * @returns {Picture[]} the picture at each scale, from coarse to fine
 */
function scalesOf(picture, coarsest) {
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
function refineAll(picture, scales, label, { width, height }, hints) {
  for (const scale of scales) {
    label = refine(scale, resizeMask(label, width, height, scale.width, scale.height).slice(), seedsAt(scale, picture, hints));
    ({ width, height } = scale);
  }
  const full = resizeMask(label, width, height, picture.width, picture.height);
  for (const p of seedsAt(picture, picture, hints).outside) full[p] = 0;
  return full;
}

/**
 * @param {Picture} scale
 * @param {Picture} picture
 * @param {Hints} hints
 * @returns {Seeds}
 */
function seedsAt({ width, height }, picture, { scribbles, box }) {
  const fx = width / picture.width;
  const fy = height / picture.height;
  const pixel = (/** @type {[number, number]} */ [x, y]) =>
    Math.min(height - 1, Math.max(0, Math.floor((y + 0.5) * fy))) * width +
    Math.min(width - 1, Math.max(0, Math.floor((x + 0.5) * fx)));
  /** @type {Map<number, boolean>} */
  const barred = new Map();
  for (const { points, takesAway = false } of scribbles) for (const point of points) barred.set(pixel(point), takesAway);
  const forbidden = new Uint8Array(width * height);
  if (box) {
    const [left, top, wide, high] = box;
    for (let p = 0; p < forbidden.length; p++) {
      const x = ((p % width) + 0.5) / fx;
      const y = (Math.floor(p / width) + 0.5) / fy;
      if (x < left || y < top || x > left + wide || y > top + high) forbidden[p] = 1;
    }
  }
  const marked = [...barred];
  return {
    inside: marked.filter(([p, out]) => !out && !forbidden[p]).map(([p]) => p),
    outside: marked.filter(([, out]) => out).map(([p]) => p),
    forbidden,
  };
}

/**
 * @param {Picture} picture
 * @param {Seeds} seeds
 * @returns {Uint8Array}
 */
function findObject(picture, seeds) {
  const { distance, order } = geodesic(picture, seeds.inside);
  const rival = seeds.outside.length ? geodesic(picture, seeds.outside).distance : null;
  const own = order.filter((p) => !seeds.forbidden[p] && !(rival && rival[p] < distance[p]));
  const none = new Uint8Array(order.length);
  return best(picture, seeds, likelySizes(picture, own, CANDIDATES), own, none, false);
}

/**
 * Change sides of what belongs to the last scribble and is on the wrong side, and leave the rest as it is.
 * @param {Picture} scale
 * @param {Picture} picture
 * @param {Uint8Array} before at the size of `picture`
 * @param {Scribble[]} scribbles
 * @param {Seeds} seeds all scribbles' at the scale
 * @returns {Uint8Array}
 */
function corrected(scale, picture, before, scribbles, seeds) {
  const { points, takesAway = false } = scribbles[scribbles.length - 1];
  const start = resizeMask(before, picture.width, picture.height, scale.width, scale.height);
  const fresh = seedsAt(scale, picture, { scribbles: [{ points }] }).inside;
  const { distance, order } = geodesic(scale, fresh);
  const rivals = takesAway ? seeds.inside : seeds.outside;
  const rival = rivals.length ? geodesic(scale, rivals).distance : null;
  const wrong = takesAway ? 1 : 0;
  const own = order.filter((p) => start[p] === wrong && !seeds.forbidden[p] && !(rival && rival[p] <= distance[p]));
  return best(scale, seeds, [fresh.length, ...likelySizes(scale, own, CANDIDATES)], own, start, takesAway, TRUST);
}

/**
 * Of the objects that some candidates lead to, choose the one that separates best.
 * @param {Picture} picture
 * @param {Seeds} seeds
 * @param {number[]} sizes of the candidates
 * @param {Int32Array} own pixels that they consist of, from near to far
 * @param {Uint8Array} before what a candidate is added to or taken from
 * @param {boolean} takesAway
 * @param {number} [trust] of `grabCut`
 * @returns {Uint8Array} `before` where there is no candidate
 */
function best(picture, seeds, sizes, own, before, takesAway, trust) {
  const bins = colourBins(picture.pixels);
  let chosen = before;
  let most = -Infinity;
  for (const size of sizes) {
    const start = before.slice();
    for (const p of own.subarray(0, size)) start[p] = takesAway ? 0 : 1;
    const core = own.subarray(0, Math.max(9, Math.round(CORE * size)));
    const side = takesAway ? "outside" : "inside";
    const label = grabCut(picture, bins, start, { ...seeds, [side]: [...seeds[side], ...core] }, trust);
    const changed = label.map((value, p) => value ^ before[p]);
    const score = separation(picture, bins, label) + OWN_MERIT * separation(picture, bins, changed);
    if (score > most) {
      chosen = label;
      most = score;
    }
  }
  return chosen;
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
