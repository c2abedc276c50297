/**
 * Graph cuts over pixels: Boykov and Jolly, "Interactive graph cuts for optimal boundary and region segmentation
 * of objects in N-D images" (ICCV 2001).
 */

import { Graph } from "./maxflow.js";

/** Weight of the border against that of the colours. */
const SMOOTHNESS = 20;
/** Half of the eight neighbours. */
const ACROSS = [1, 0, 1, -1];
const DOWN = [0, 1, 1, 1];
/** What holds a pixel to its side whatever the others do. */
export const HARD = 1e6;

/**
 * @param {import("./picture.js").Picture} picture
 * @param {Uint8Array} free 1 for the pixels to decide on; others keep their label
 * @param {Uint8Array} label 1 = object
 * @param {(pixel: number) => number} leaning above 0 for what is rather object
 * @returns {Uint8Array} new labels
 */
export function cutPixels({ pixels, width, height }, free, label, leaning) {
  const count = width * height;
  const node = new Int32Array(count).fill(-1);
  let nodes = 0;
  for (let p = 0; p < count; p++) if (free[p]) node[p] = nodes++;
  const graph = new Graph(nodes, 4 * nodes);
  const sharpness = 1 / (2 * meanSquare(pixels, width, free) + 1e-6);
  for (let p = 0; p < count; p++) {
    if (free[p]) {
      const value = leaning(p);
      graph.addTerminal(node[p], Math.max(0, value), Math.max(0, -value));
    }
    const x = p % width;
    for (let s = 0; s < 4; s++) {
      const dx = ACROSS[s];
      const dy = DOWN[s];
      const q = p + dx + dy * width;
      if (!(free[p] || free[q]) || x + dx < 0 || x + dx >= width || q >= count) continue;
      const weight = (SMOOTHNESS * Math.exp(-sharpness * square(pixels, p, q))) / (dx && dy ? Math.SQRT2 : 1);
      if (free[p] && free[q]) graph.addEdge(node[p], node[q], weight);
      else if (free[p]) graph.addTerminal(node[p], label[q] ? weight : 0, label[q] ? 0 : weight);
      else graph.addTerminal(node[q], label[p] ? weight : 0, label[p] ? 0 : weight);
    }
  }
  const sides = graph.cut();
  return label.map((value, p) => (free[p] ? sides[node[p]] : value));
}

/**
 * Squared distance of two pixels' colours.
 * @param {Uint8ClampedArray} pixels
 * @param {number} p
 * @param {number} q
 */
function square(pixels, p, q) {
  const red = pixels[4 * p] - pixels[4 * q];
  const green = pixels[4 * p + 1] - pixels[4 * q + 1];
  const blue = pixels[4 * p + 2] - pixels[4 * q + 2];
  return red * red + green * green + blue * blue;
}

/**
 * Its mean between neighbours.
 * @param {Uint8ClampedArray} pixels
 * @param {number} width
 * @param {Uint8Array} free
 */
function meanSquare(pixels, width, free) {
  let sum = 0;
  let pairs = 0;
  for (let p = 0; p < free.length - width; p++) {
    if (!free[p]) continue;
    sum += square(pixels, p, p + width);
    pairs++;
    if ((p + 1) % width === 0) continue;
    sum += square(pixels, p, p + 1);
    pairs++;
  }
  return sum / Math.max(1, pairs);
}
