/**
 * What a click means: neighbourhoods of the click that grow along the picture are candidates for the
 * object. Each is the start of a GrabCut (Rother, Kolmogorov and Blake, SIGGRAPH 2004) on a reduced picture, with
 * histograms for the colours; the one that separates best is it.
 *
 * A further scribble corrects: neighbourhoods of it change sides, and the rest stays what it was.
 */

import { colourBins } from "./colours.js";
import { geodesic, likelySizes } from "./geodesic.js";
import { grabCut, separation } from "./grabcut.js";
import { seedsAt } from "./outline.js";
import { chamfer, neighbour, resizeMask } from "./picture.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./grabcut.js").Seeds} Seeds
 * @typedef {import("./marks.js").Scribble} Scribble
 */

const CANDIDATES = 4;
/** Share of a candidate, the nearest part of it, that is held to be object. */
const CORE = 0.15;
/** How much each pixel leans to where a correction leaves or puts it. */
const TRUST = 2;
/** How much it counts that what changes sides stands out itself, beside what comes of it. */
const OWN_MERIT = 0.3;
/** How large a correction is likely to be: in squares whose side is from its scribble to the nearest outline. */
const SQUARES = 40;

/**
 * @param {Picture} picture
 * @param {Seeds} seeds
 * @returns {Uint8Array}
 */
export function findObject(picture, seeds) {
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
export function corrected(scale, picture, before, scribbles, seeds) {
  const { points, takesAway = false } = scribbles[scribbles.length - 1];
  const start = resizeMask(before, picture.width, picture.height, scale.width, scale.height);
  const fresh = seedsAt(scale, picture, { scribbles: [{ points }] }).inside;
  const { distance, order } = geodesic(scale, fresh);
  const rivals = takesAway ? seeds.inside : seeds.outside;
  const rival = rivals.length ? geodesic(scale, rivals).distance : null;
  const wrong = takesAway ? 1 : 0;
  const own = order.filter((p) => start[p] === wrong && !seeds.forbidden[p] && !(rival && rival[p] <= distance[p]));
  const mine = Uint8Array.from(distance, (far, p) => (rival && rival[p] <= far ? 0 : 1));
  const sizes = [fresh.length, ...likelySizes(scale, own, CANDIDATES)];
  const limit = (/** @type {Uint8Array} */ label) => near(label, start, fresh, mine, scale.width);
  const square = depth(start, fresh, scale) ** 2;
  const likely = Math.max(fresh.length, SQUARES * square);
  const label = best(scale, seeds, sizes, own, start, takesAway, { limit, likely });
  if (turned(label, start) >= square) return label;
  // It does not reach the outline: what was clicked on is none of the object's shape, but a thing of its own.
  const other = findObject(scale, { ...seeds, inside: fresh, outside: rivals });
  const whole = label.map((value, p) => (other[p] && mine[p] ? 1 - wrong : value));
  return turned(whole, start) <= likely ? whole : label;
}

/**
 * @param {Uint8Array} label
 * @param {Uint8Array} before
 * @returns {number} in how many pixels they differ
 */
function turned(label, before) {
  return label.reduce((sum, value, p) => sum + (value ^ before[p]), 0);
}

/**
 * Who corrects points to the middle of what is wrong, which reaches to the outline.
 * @param {Uint8Array} before
 * @param {number[]} seeds
 * @param {Picture} picture
 * @returns {number} how far it is from there to the outline, in pixels
 */
function depth(before, seeds, { width, height }) {
  const away = [chamfer(before, width, height), chamfer(before.map((value) => 1 - value), width, height)];
  const far = Math.max(...seeds.map((p) => Math.max(away[0][p], away[1][p]) / 3));
  return Math.min(far, Math.max(width, height));
}

/**
 * What a correction changes hangs together with it and is nearer to it than to scribbles of the other kind: all else
 * stays what it was.
 * @param {Uint8Array} label what a candidate leads to
 * @param {Uint8Array} before
 * @param {number[]} seeds
 * @param {Uint8Array} mine 1 for what is nearer
 * @param {number} width
 * @returns {Uint8Array}
 */
function near(label, before, seeds, mine, width) {
  const out = before.slice();
  const stack = [...seeds];
  const seen = new Uint8Array(label.length);
  while (stack.length) {
    const p = /** @type {number} */ (stack.pop());
    out[p] = label[p];
    for (let d = 0; d < 4; d++) {
      const q = neighbour(p, d, width, label.length / width);
      if (q < 0 || seen[q] || !mine[q] || label[q] === before[q]) continue;
      seen[q] = 1;
      stack.push(q);
    }
  }
  return out;
}

/**
 * Of the objects that some candidates lead to, choose the one that separates best.
 * @param {Picture} picture
 * @param {Seeds} seeds
 * @param {number[]} sizes of the candidates
 * @param {Int32Array} own pixels that they consist of, from near to far
 * @param {Uint8Array} before what a candidate is added to or taken from
 * @param {boolean} takesAway
 * @param {object} [correction] where a candidate corrects
 * @param {(label: Uint8Array) => Uint8Array} correction.limit what of it may come about
 * @param {number} correction.likely how many pixels it is likely to change at the most
 * @returns {Uint8Array} `before` where there is no candidate
 */
function best(picture, seeds, sizes, own, before, takesAway, correction) {
  const bins = colourBins(picture.pixels);
  let chosen = before;
  let most = -Infinity;
  for (const found of proposals(picture, bins, seeds, sizes, own, before, takesAway, correction ? TRUST : 0)) {
    const label = correction ? correction.limit(found) : found;
    const changed = label.map((value, p) => value ^ before[p]);
    const merit = separation(picture, bins, label) + OWN_MERIT * separation(picture, bins, changed);
    const area = changed.reduce((sum, value) => sum + value, 0);
    const score = merit * (correction && merit > 0 ? Math.min(1, correction.likely / Math.max(1, area)) : 1);
    if (score > most) {
      chosen = label;
      most = score;
    }
  }
  return chosen;
}

/**
 * @param {Picture} picture
 * @param {Uint16Array} bins
 * @param {Seeds} seeds
 * @param {number[]} sizes
 * @param {Int32Array} own
 * @param {Uint8Array} before
 * @param {boolean} takesAway
 * @param {number} trust
 * @returns {Generator<Uint8Array>} what each candidate leads to
 */
export function* proposals(picture, bins, seeds, sizes, own, before, takesAway, trust) {
  for (const size of sizes) {
    const start = before.slice();
    for (const p of own.subarray(0, size)) start[p] = takesAway ? 0 : 1;
    const core = own.subarray(0, Math.max(9, Math.round(CORE * size)));
    const side = takesAway ? "outside" : "inside";
    yield grabCut(picture, bins, start, { ...seeds, [side]: [...seeds[side], ...core] }, trust);
  }
}
