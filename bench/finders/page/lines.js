/**
 * Lines of text: letters of one colour, size and stroke width in a row, with nothing alike above or below.
 *
 * After the chains of Epshtein et al., "Detecting text in natural scenes with stroke width transform" (CVPR 2010).
 * What keeps texture out is that each letter has to be flat and sharply bordered, and the row has to stand alone.
 */

import { printScore } from "./print.js";

/**
 * @typedef {import("./letters.js").Letter} Letter
 * @typedef {object} Line
 * @property {Letter[]} letters with dots, accents and other parts
 */

const MIN_LETTERS = 3;
const MIN_EVIDENCE = 2;
const MIN_MEAN = 0.35;
/** Scores of rows that are taken on their own, and of rows that are taken beside those. */
const SURE = 1;
const LIKELY = -2;
/** Gap between two letters, and their distance from the middle of the line, in heights of the line. */
const MAX_GAP = 1.1;
const MAX_OFF = 0.3;

/**
 * @param {Letter[]} letters of one polarity
 * @returns {Line[]}
 */
export function findLines(letters) {
  const able = letters.filter((letter) => worth(letter) > 0.02);
  const order = able.map((_, i) => i).sort((a, b) => size(able[b]) * worth(able[b]) - size(able[a]) * worth(able[a]));
  const taken = new Uint8Array(able.length);
  /** @type {Line[]} */
  const lines = [];
  /** @type {Chain[]} */
  const accepted = [];
  /** @type {{ chain: Chain, score: number }[]} */
  const doubtful = [];
  const accept = (/** @type {Chain} */ chain) => {
    for (const i of chain.members) taken[i] = 1;
    accepted.push(chain);
    lines.push({ letters: withParts(able, taken, chain) });
  };
  for (const first of order) {
    if (taken[first] || worth(able[first]) < MIN_MEAN) continue;
    const chain = bestChain(able, taken, first);
    if (!chain) continue;
    const score = printScore(able, chain);
    if (score >= SURE) accept(chain);
    else if (score >= LIKELY) doubtful.push({ chain, score });
  }
  for (const { chain } of doubtful.sort((a, b) => b.score - a.score)) {
    if (chain.members.some((i) => taken[i])) continue;
    if (accepted.some((other) => sameHand(able, chain, other))) accept(chain);
  }
  return lines;
}

/**
 * Whether two rows run the same way in the same ink and size of letters, as the parts of one overlay do.
 * @param {Letter[]} letters
 * @param {Chain} a
 * @param {Chain} b
 */
function sameHand(letters, a, b) {
  if (Math.abs(a.dx * b.dy - a.dy * b.dx) > 0.08) return false;
  if (Math.max(a.height, b.height) > 2 * Math.min(a.height, b.height)) return false;
  return alike(letters[a.first], letters[b.first]);
}

/**
 * @param {number} value
 * @param {number} none where it counts nothing
 * @param {number} full where it counts in full
 */
const ramp = (value, none, full) => Math.min(1, Math.max(0, (value - none) / (full - none)));

/** @type {WeakMap<Letter, number>} */
const worths = new WeakMap();

/**
 * How much like print a region looks, 0 to 1: flat inside, sharp all around, in contrast, of even stroke.
 * @param {Letter} letter
 */
function worth(letter) {
  let value = worths.get(letter);
  if (value === undefined) {
    value =
      ramp(letter.spread / letter.contrast, 0.36, 0.12) *
      ramp(letter.sharp, 0.55, 0.85) *
      ramp(letter.contrast, 9, 32) *
      ramp(letter.region.edge / letter.contrast, 1.7, 1.3) *
      ramp(letter.uneven, 0.9, 0.4) *
      ramp(letter.region.perimeter ** 2 / (16 * letter.region.area), 40, 20) *
      ramp(size(letter), 4, 14);
    worths.set(letter, value);
  }
  return value;
}

/** @param {Letter} letter */
const size = (letter) => Math.max(letter.width, letter.height);

/**
 * @param {Letter} a
 * @param {Letter} b
 */
function alike(a, b) {
  const contrast = Math.min(a.contrast, b.contrast);
  if (Math.max(a.contrast, b.contrast) > 2.5 * contrast) return false;
  if (Math.abs(a.stroke - b.stroke) > 0.4 * Math.max(a.stroke, b.stroke) + 1) return false;
  for (let c = 0; c < 3; c++) if (Math.abs(a.colour[c] - b.colour[c]) > 10 + 0.3 * contrast) return false;
  return true;
}

/**
 * @typedef {object} Chain
 * @property {number[]} members
 * @property {number} x a point on the line
 * @property {number} y
 * @property {number} dx its direction
 * @property {number} dy
 * @property {number} from where it begins along the direction
 * @property {number} to
 * @property {number} height
 * @property {number} first
 */

/**
 * The best row through one letter, over all directions to its neighbours.
 * @param {Letter[]} letters
 * @param {Uint8Array} taken
 * @param {number} first
 * @returns {Chain | null}
 */
function bestChain(letters, taken, first) {
  const start = letters[first];
  const height = size(start);
  const near = [];
  const reach = [];
  for (let i = 0; i < letters.length; i++) {
    if (taken[i] || i === first) continue;
    const other = letters[i];
    const away = Math.hypot(other.x - start.x, other.y - start.y);
    const tall = size(other);
    if (away > 16 * height || tall < 0.35 * height || tall > 2.2 * height || !alike(start, other)) continue;
    reach.push(i);
    if (away < 2.2 * height) near.push(i);
  }
  let best = null;
  let most = 0;
  const tried = new Set();
  for (const i of near) {
    const angle = Math.atan2(letters[i].y - start.y, letters[i].x - start.x);
    const slot = ((Math.round(angle / 0.05) % 63) + 63) % 63;
    if (tried.has(slot)) continue;
    tried.add(slot);
    const chain = chainAlong(letters, reach, first, Math.cos(angle), Math.sin(angle));
    const evidence = chain.members.reduce((sum, k) => sum + worth(letters[k]), 0);
    const least = Math.max(MIN_EVIDENCE, MIN_MEAN * chain.members.length);
    if (chain.members.length >= MIN_LETTERS && evidence >= least && evidence > most) {
      best = chain;
      most = evidence;
    }
  }
  return best;
}

/**
 * @param {Letter[]} letters
 * @param {number[]} reach those that may belong
 * @param {number} first
 * @param {number} dx
 * @param {number} dy
 * @returns {Chain}
 */
function chainAlong(letters, reach, first, dx, dy) {
  const { x, y } = letters[first];
  const height = size(letters[first]);
  const half = (/** @type {Letter} */ l) => (Math.abs(dx) * l.width + Math.abs(dy) * l.height) / 2;
  const row = [];
  for (const i of reach) {
    const l = letters[i];
    const off = Math.abs((l.y - y) * dx - (l.x - x) * dy);
    if (off <= MAX_OFF * height) row.push({ i, at: (l.x - x) * dx + (l.y - y) * dy, half: half(l) });
  }
  row.sort((a, b) => a.at - b.at);
  const members = [first];
  let to = half(letters[first]);
  let from = -to;
  for (const one of row) {
    if (one.at < 0) continue;
    if (one.at - one.half - to > MAX_GAP * height) break;
    members.push(one.i);
    to = Math.max(to, one.at + one.half);
  }
  for (const one of row.reverse()) {
    if (one.at >= 0) continue;
    if (from - one.at - one.half > MAX_GAP * height) break;
    members.push(one.i);
    from = Math.min(from, one.at - one.half);
  }
  return { members, x, y, dx, dy, from, to, height, first };
}

/**
 * The letters of a line with dots, accents, the strokes of characters that are not in one piece, and what goes on
 * at its ends, as long as it is of the same ink.
 * @param {Letter[]} letters
 * @param {Uint8Array} taken
 * @param {Chain} chain
 */
function withParts(letters, taken, chain) {
  const found = chain.members.map((i) => letters[i]);
  const start = letters[chain.first];
  const ink = [0, 1, 2].map((c) => found.reduce((sum, l) => sum + l.colour[c], 0) / found.length);
  const apart = (/** @type {Letter} */ l) => Math.max(...ink.map((value, c) => Math.abs(value - l.colour[c])));
  const slack = 8 + 1.5 * Math.max(...found.map(apart));
  const able = letters.map((_, i) => i).filter((i) => {
    const l = letters[i];
    if (taken[i] || size(l) > 2.5 * chain.height || l.contrast < 0.4 * start.contrast) return false;
    return apart(l) <= slack && Math.abs(l.stroke - start.stroke) <= 0.6 * start.stroke + 1;
  });
  let { from, to } = chain;
  let added = true;
  while (added) {
    added = false;
    for (const i of able) {
      if (taken[i]) continue;
      const l = letters[i];
      const along = (l.x - chain.x) * chain.dx + (l.y - chain.y) * chain.dy;
      const off = Math.abs((l.y - chain.y) * chain.dx - (l.x - chain.x) * chain.dy);
      if (off > 0.7 * chain.height || along < from - chain.height || along > to + chain.height) continue;
      taken[i] = 1;
      added = true;
      found.push(l);
      from = Math.min(from, along);
      to = Math.max(to, along);
    }
  }
  return found;
}
