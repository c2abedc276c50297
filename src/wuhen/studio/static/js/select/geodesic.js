/**
 * Distances along the picture, which grow with every change of colour on the way: what is near a click in this
 * sense belongs to the object that was clicked. After Bai and Sapiro, "A geodesic framework for fast interactive
 * image and video segmentation and matting" (ICCV 2007).
 */

import { neighbour } from "./picture.js";

/** What a step costs where nothing changes, in units of a grey level's change. */
const STEP = 1;
const MAX_COST = 255;
/** Share of the picture below which an object is less likely the one that was meant. */
export const SMALL = 0.01;

/**
 * Largest difference of a channel between two pixels.
 * @param {Uint8ClampedArray} pixels RGBA
 * @param {number} p
 * @param {number} q
 */
export function difference(pixels, p, q) {
  const i = 4 * p;
  const j = 4 * q;
  const red = Math.abs(pixels[i] - pixels[j]);
  const green = Math.abs(pixels[i + 1] - pixels[j + 1]);
  const blue = Math.abs(pixels[i + 2] - pixels[j + 2]);
  return Math.max(red, green, blue);
}

/**
 * Dial's shortest paths from some pixels to all, over the four neighbours.
 * @param {import("./picture.js").Picture} picture
 * @param {Iterable<number>} seeds
 * @returns {{ distance: Int32Array, order: Int32Array }} `order` lists the pixels from near to far
 */
export function geodesic({ pixels, width, height }, seeds) {
  const count = width * height;
  const distance = new Int32Array(count).fill(0x7fffffff);
  const order = new Int32Array(count);
  const done = new Uint8Array(count);
  const ring = MAX_COST + STEP + 1;
  /** @type {number[][]} */
  const buckets = Array.from({ length: ring }, () => []);
  for (const seed of seeds) {
    if (distance[seed] === 0) continue;
    distance[seed] = 0;
    buckets[0].push(seed);
  }
  let settled = 0;
  for (let now = 0, idle = 0; idle < ring; now++) {
    const bucket = buckets[now % ring];
    idle = bucket.length ? 0 : idle + 1;
    for (let at = 0; at < bucket.length; at++) {
      const p = bucket[at];
      if (done[p]) continue;
      done[p] = 1;
      order[settled++] = p;
      for (let d = 0; d < 4; d++) {
        const q = neighbour(p, d, width, height);
        if (q < 0 || done[q]) continue;
        const far = now + STEP + difference(pixels, p, q);
        if (far >= distance[q]) continue;
        distance[q] = far;
        buckets[far % ring].push(q);
      }
    }
    bucket.length = 0;
  }
  return { distance, order: order.subarray(0, settled) };
}

/**
 * Sizes at which the growing neighbourhood of the seeds has a border of much contrast: what may be the object.
 * @param {import("./picture.js").Picture} picture
 * @param {Int32Array} order pixels from near to far
 * @param {number} most how many sizes to return
 * @returns {number[]} lengths of the beginning of `order`
 */
export function likelySizes({ pixels, width, height }, order, most) {
  const count = width * height;
  const inside = new Uint8Array(count);
  const scores = new Float32Array(order.length);
  let border = 0;
  let sum = 0;
  for (let at = 0; at < order.length; at++) {
    const p = order[at];
    inside[p] = 1;
    for (let d = 0; d < 4; d++) {
      const q = neighbour(p, d, width, height);
      if (q < 0) continue;
      const way = inside[q] ? -1 : 1;
      border += way;
      sum += way * difference(pixels, p, q);
    }
    scores[at] = (sum / Math.max(8, border)) * Math.sqrt(Math.min(1, at / count / SMALL));
  }
  return peaks(scores, Math.max(12, count / 2000), count * 0.6, most);
}

/**
 * The highest scores, one an octave at the most.
 * @param {Float32Array} scores
 * @param {number} from
 * @param {number} to
 * @param {number} most
 */
function peaks(scores, from, to, most) {
  const best = [];
  for (let low = Math.ceil(from); low < Math.min(to, scores.length); low = Math.ceil(low * 1.6)) {
    let top = low;
    for (let at = low; at < Math.min(low * 1.6, scores.length); at++) if (scores[at] > scores[top]) top = at;
    best.push(top + 1);
  }
  return best.sort((a, b) => scores[b - 1] - scores[a - 1]).slice(0, most);
}
