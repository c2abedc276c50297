/**
 * Finds a mark that repeats over a photograph, as stock libraries' do.
 *
 * The gradient's autocorrelation tells the steps of the repetition. The median of the gradient over all repetitions is
 * the gradient of the mark alone, because the scene differs from one to the next (Dekel et al., "On the effectiveness
 * of visible watermarks", CVPR 2017); integrating it gives the mark.
 */

import { transform } from "./fourier.js";
import { findLattice } from "./lattice.js";
import { luma } from "./luma.js";
import { chamfer, resizeMask, shrink } from "../../../src/wuhen/studio/static/js/select/picture.js";

/**
 * @typedef {import("../../../src/wuhen/studio/static/js/select/picture.js").Picture} Picture
 * @typedef {import("./lattice.js").Gradient} Gradient
 * @typedef {import("./lattice.js").Step} Step
 */

/** Longest side of the picture where the steps are found, and where the mark is. */
const COARSE = 680;
const FINE = 1280;
/** Gradients of a mark are weak: stronger ones count little more than those. */
const WEAK = 6;
/** Of `findLattice`. On 421 unmarked photographs none is above 0, on marked ones it is 10 to 300. */
const LEAST_SCORE = 6;
/** A mark differs from the ground by so many of the ground's own deviations, */
const LEAST_CONTRAST = 3.5;
/** by at least this share of the most that anything differs, and need not differ by more than this share. */
const LEAST_LIMIT = 0.35;
const MOST_LIMIT = 0.6;
/** It covers no more of a repetition. */
const MOST_COVERED = 0.4;
/** How far the mask reaches beyond what was found, in pixels of the fine scale. */
const GROW = 2;

/**
 * Propose a mask for a mark that repeats over a photograph.
 * @param {Picture} picture
 * @returns {Uint8Array} `width * height`, 1 = mark
 */
export function findRepeated(picture) {
  const coarse = shrink(picture, COARSE);
  const fine = shrink(picture, FINE);
  for (const plane of [luma, warmth]) {
    const mask = findIn(plane, coarse, fine);
    if (mask) return resizeMask(mask, fine.width, fine.height, picture.width, picture.height);
  }
  return new Uint8Array(picture.width * picture.height);
}

/**
 * Red against blue: marks can be coloured and as bright as the scene.
 * @param {Picture} picture
 */
function warmth({ pixels, width, height }) {
  return Float32Array.from({ length: width * height }, (_, p) => (pixels[4 * p] - pixels[4 * p + 2]) / 2);
}

/**
 * @param {(picture: Picture) => ArrayLike<number>} plane
 * @param {Picture} coarse
 * @param {Picture} fine
 * @returns {Uint8Array | null} at the fine scale
 */
function findIn(plane, coarse, fine) {
  const lattice = findLattice(compressed(gradient(plane(coarse), coarse)));
  if (!lattice || lattice.score < LEAST_SCORE) return null;
  const [fx, fy] = [fine.width / coarse.width, fine.height / coarse.height];
  const steps = /** @type {[Step, Step]} */ (lattice.steps.map(([x, y]) => [x * fx, y * fy]));
  const cell = averaged(gradient(plane(fine), fine), steps);
  const drawn = outlined(integrated(cell, steps));
  if (!drawn) return null;
  const mask = repeated(drawn, cell.side, fine, steps);
  const away = chamfer(mask, fine.width, fine.height);
  return mask.map((_, p) => (away[p] <= 3 * GROW ? 1 : 0));
}

/**
 * @param {ArrayLike<number>} grey
 * @param {{ width: number, height: number }} size
 * @returns {Gradient}
 */
function gradient(grey, { width, height }) {
  const across = new Float32Array(width * height);
  const down = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const p = y * width + x;
      across[p] = (grey[p + 1] - grey[p - 1]) / 2;
      down[p] = (grey[p + width] - grey[p - width]) / 2;
    }
  }
  return { across, down, width, height };
}

/**
 * @param {Gradient} gradient
 * @returns {Gradient}
 */
function compressed({ across, down, width, height }) {
  const share = across.map((value, p) => 1 / (Math.hypot(value, down[p]) + WEAK));
  return { across: across.map((value, p) => value * share[p]), down: down.map((value, p) => value * share[p]), width, height };
}

/**
 * The median of a gradient over all repetitions.
 * @param {Gradient} gradient
 * @param {[Step, Step]} steps
 */
function averaged({ across, down, width, height }, [a, b]) {
  let side = 16;
  while (side < Math.max(Math.hypot(...a), Math.hypot(...b)) && side < 512) side *= 2;
  const out = { across: new Float64Array(side * side), down: new Float64Array(side * side), side };
  const reach = Math.ceil((2 * (width + height)) / Math.min(Math.hypot(...a), Math.hypot(...b)));
  const shifts = [];
  for (let i = -reach; i <= reach; i++) {
    for (let j = -reach; j <= reach; j++) {
      const x = i * a[0] + j * b[0];
      const y = i * a[1] + j * b[1];
      const margin = Math.hypot(...a) + Math.hypot(...b);
      if (x > -margin && y > -margin && x < width + margin && y < height + margin) shifts.push([x, y]);
    }
  }
  const xs = new Float32Array(shifts.length);
  const ys = new Float32Array(shifts.length);
  for (let v = 0; v < side; v++) {
    for (let u = 0; u < side; u++) {
      const x0 = (u * a[0] + v * b[0]) / side;
      const y0 = (u * a[1] + v * b[1]) / side;
      let count = 0;
      for (const [dx, dy] of shifts) {
        const x = Math.round(x0 + dx);
        const y = Math.round(y0 + dy);
        if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1) continue;
        xs[count] = across[y * width + x];
        ys[count++] = down[y * width + x];
      }
      out.across[v * side + u] = median(xs.subarray(0, count));
      out.down[v * side + u] = median(ys.subarray(0, count));
    }
  }
  return out;
}

/** @param {Float32Array} values they are sorted */
function median(values) {
  if (!values.length) return 0;
  values.sort();
  return (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
}

/**
 * What has a gradient, over one repetition: least squares, in the frequencies of the lattice.
 * @param {{ across: Float64Array, down: Float64Array, side: number }} cell
 * @param {[Step, Step]} steps
 */
function integrated({ across, down, side }, [a, b]) {
  const re = across.slice();
  const im = down.slice();
  // Two real fields at once: their transforms are told apart by symmetry.
  transform(re, im, side);
  const area = a[0] * b[1] - a[1] * b[0];
  const outRe = new Float64Array(side * side);
  const outIm = new Float64Array(side * side);
  for (let q = 0; q < side; q++) {
    for (let p = 0; p < side; p++) {
      const at = q * side + p;
      const mirror = ((side - q) % side) * side + ((side - p) % side);
      if (at === 0) continue;
      const acrossRe = (re[at] + re[mirror]) / 2;
      const acrossIm = (im[at] - im[mirror]) / 2;
      const downRe = (im[at] + im[mirror]) / 2;
      const downIm = (re[mirror] - re[at]) / 2;
      const [kp, kq] = [p < side / 2 ? p : p - side, q < side / 2 ? q : q - side];
      const fx = (2 * Math.PI * (kp * b[1] - kq * a[1])) / area;
      const fy = (2 * Math.PI * (kq * a[0] - kp * b[0])) / area;
      const square = fx * fx + fy * fy;
      outRe[at] = (fx * acrossIm + fy * downIm) / square;
      outIm[at] = -(fx * acrossRe + fy * downRe) / square;
    }
  }
  transform(outRe, outIm, side, true);
  return outRe.map((value) => value / side ** 2);
}

/**
 * @param {Float64Array} relief the mark over one repetition
 * @returns {Uint8Array | null} 1 = mark; null where it does not stand out
 */
function outlined(relief) {
  const sorted = relief.slice().sort();
  const ground = sorted[sorted.length >> 1];
  const away = relief.map((value) => Math.abs(value - ground));
  const ranks = away.slice().sort();
  const most = ranks[Math.floor(0.995 * ranks.length)];
  const deviation = 1.48 * ranks[ranks.length >> 1];
  if (most < LEAST_CONTRAST * deviation) return null;
  const limit = Math.min(MOST_LIMIT * most, Math.max(LEAST_LIMIT * most, LEAST_CONTRAST * deviation));
  const mark = Uint8Array.from(away, (value) => (value > limit ? 1 : 0));
  return mark.reduce((sum, set) => sum + set, 0) > MOST_COVERED * mark.length ? null : mark;
}

/**
 * Lay a repetition over the whole picture.
 * @param {Uint8Array} cell
 * @param {number} side
 * @param {{ width: number, height: number }} size
 * @param {[Step, Step]} steps
 */
function repeated(cell, side, { width, height }, [a, b]) {
  const area = a[0] * b[1] - a[1] * b[0];
  const mask = new Uint8Array(width * height);
  const wrap = side - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = Math.round((side * (x * b[1] - y * b[0])) / area) & wrap;
      const v = Math.round((side * (y * a[0] - x * a[1])) / area) & wrap;
      mask[y * width + x] = cell[v * side + u];
    }
  }
  return mask;
}
