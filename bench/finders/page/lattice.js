/** Finds the two steps by which a mark repeats over a picture, from the autocorrelation of the picture's gradient. */

import { transform } from "./fourier.js";

/**
 * @typedef {[number, number]} Step x and y in pixels
 * @typedef {object} Gradient
 * @property {Float32Array} across
 * @property {Float32Array} down
 * @property {number} width
 * @property {number} height
 */

/** The shortest step, in pixels. */
const SHORTEST = 20;
/** A peak is that much higher than what is this far from it on two opposite sides. */
const AROUND = 5;
const PEAKS = 32;
/** What a place of the lattice must exceed, in deviations, to speak for it. */
const LEAST = 3;

/**
 * @param {Gradient} gradient
 * @returns {{ steps: [Step, Step], score: number } | null}
 */
export function findLattice({ across, down, width, height }) {
  const field = peakiness(correlate(across, down, width, height));
  const peaks = highest(field);
  let best = null;
  for (let i = 0; i < peaks.length; i++) {
    for (let j = 0; j < i; j++) {
      const steps = reduced(peaks[i], peaks[j]);
      if (!steps) continue;
      const score = rate(field, steps);
      if (!best || score > best.score) best = { steps, score };
    }
  }
  return best && { steps: adjusted(field, best.steps), score: best.score };
}

/**
 * @typedef {object} Field values for steps of at most `wide` to either side and `high` down
 * @property {Float32Array} values row by row, the row of no step down first
 * @property {number} wide
 * @property {number} high
 */

/**
 * @param {Float32Array} across
 * @param {Float32Array} down
 * @param {number} width
 * @param {number} height
 * @returns {Field} the mean product of what lies a step apart
 */
function correlate(across, down, width, height) {
  const wide = width >> 1;
  const high = height >> 1;
  let side = 1;
  while (side < Math.max(width + wide, height + high)) side *= 2;
  const re = new Float64Array(side * side);
  const im = new Float64Array(side * side);
  for (let y = 0; y < height; y++) {
    re.set(across.subarray(y * width, (y + 1) * width), y * side);
    im.set(down.subarray(y * width, (y + 1) * width), y * side);
  }
  transform(re, im, side);
  for (let p = 0; p < re.length; p++) re[p] = re[p] ** 2 + im[p] ** 2;
  im.fill(0);
  transform(re, im, side, true);
  const columns = 2 * wide + 1;
  const values = new Float32Array(columns * (high + 1));
  for (let y = 0; y <= high; y++) {
    for (let x = -wide; x <= wide; x++) {
      const shared = (width - Math.abs(x)) * (height - y);
      values[y * columns + x + wide] = re[y * side + ((x + side) % side)] / side ** 2 / shared;
    }
  }
  return { values, wide, high };
}

/**
 * How far each value stands out from those around it, in deviations. What continues on two opposite sides, as the
 * trace of a straight edge does, does not stand out.
 * @param {Field} field
 * @returns {Field}
 */
function peakiness({ values, wide, high }) {
  const columns = 2 * wide + 1;
  const out = new Float32Array(values.length);
  const sides = Array.from({ length: 8 }, (_, k) => [
    Math.round(AROUND * Math.cos((k * Math.PI) / 8)),
    Math.round(AROUND * Math.sin((k * Math.PI) / 8)),
  ]);
  const magnitudes = [];
  for (let y = 0; y <= high - AROUND; y++) {
    for (let x = AROUND; x < columns - AROUND; x++) {
      if (Math.hypot(x - wide, y) < SHORTEST) continue;
      let most = -Infinity;
      for (const [dx, dy] of sides) {
        // The upper half of the plane is the lower one turned around.
        const before = y < dy ? values[(dy - y) * columns + 2 * wide - x + dx] : values[(y - dy) * columns + x - dx];
        const mean = (before + values[(y + dy) * columns + x + dx]) / 2;
        if (mean > most) most = mean;
      }
      const value = values[y * columns + x] - most;
      out[y * columns + x] = value;
      if ((x + y) % 7 === 0) magnitudes.push(Math.abs(value));
    }
  }
  magnitudes.sort((a, b) => a - b);
  const deviation = 1.48 * magnitudes[magnitudes.length >> 1] + 1e-12;
  return { values: out.map((value) => value / deviation), wide, high };
}

/**
 * @param {Field} field
 * @returns {Step[]} the highest peaks
 */
function highest({ values, wide, high }) {
  const columns = 2 * wide + 1;
  const found = [];
  for (let y = 0; y < high; y++) {
    for (let x = 1; x < columns - 1; x++) {
      const value = values[y * columns + x];
      if (value < LEAST || (y === 0 && x < wide)) continue;
      let top = true;
      for (let dy = -1; dy <= 1 && top; dy++) {
        for (let dx = -1; dx <= 1; dx++) if (y + dy >= 0 && values[(y + dy) * columns + x + dx] > value) top = false;
      }
      if (top) found.push({ value, step: /** @type {Step} */ ([x - wide, y]) });
    }
  }
  return found.sort((a, b) => b.value - a.value).slice(0, PEAKS).map(({ step }) => step);
}

/**
 * The shortest two steps of a lattice (Lagrange and Gauss).
 * @param {Step} one
 * @param {Step} other
 * @returns {[Step, Step] | null} null where they lie on a line
 */
function reduced(one, other) {
  let [a, b] = [one, other];
  for (;;) {
    if (Math.hypot(...a) > Math.hypot(...b)) [a, b] = [b, a];
    const times = Math.round((a[0] * b[0] + a[1] * b[1]) / (a[0] ** 2 + a[1] ** 2));
    if (times === 0) break;
    b = [b[0] - times * a[0], b[1] - times * a[1]];
    if (Math.hypot(...b) < SHORTEST) return null;
  }
  const area = Math.abs(a[0] * b[1] - a[1] * b[0]);
  return area < 0.5 * Math.hypot(...a) * Math.hypot(...b) ? null : [a, b];
}

/**
 * The places of a lattice within the field, in half of the plane.
 * @param {Field} field
 * @param {[Step, Step]} steps
 */
function* places({ wide, high }, [a, b]) {
  const most = Math.ceil((2 * (wide + high)) / Math.min(Math.hypot(...a), Math.hypot(...b)));
  for (let i = -most; i <= most; i++) {
    for (let j = -most; j <= most; j++) {
      const x = i * a[0] + j * b[0];
      const y = i * a[1] + j * b[1];
      if (y < 0 || (y < 0.5 && x <= 0) || Math.abs(x) > wide - 2 * AROUND || y > high - 2 * AROUND) continue;
      yield { i, j, x, y };
    }
  }
}

/**
 * The highest value next to a place.
 * @param {Field} field
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 */
function near({ values, wide }, x, y, reach) {
  let best = { value: -Infinity, x: 0, y: 0 };
  for (let row = Math.max(0, Math.round(y) - reach); row <= Math.round(y) + reach; row++) {
    for (let column = Math.round(x) - reach; column <= Math.round(x) + reach; column++) {
      const value = values[row * (2 * wide + 1) + column + wide];
      if (value > best.value) best = { value, x: column, y: row };
    }
  }
  return best;
}

/**
 * @param {Field} field
 * @param {[Step, Step]} steps
 */
function rate(field, steps) {
  let sum = 0;
  for (const { x, y } of places(field, steps)) sum += Math.min(16, Math.max(0, near(field, x, y, 1).value)) - LEAST;
  return sum;
}

/**
 * Fit the steps to all peaks that they lead to: over many steps a fraction of a pixel matters.
 * @param {Field} field
 * @param {[Step, Step]} steps
 * @returns {[Step, Step]}
 */
function adjusted(field, steps) {
  let [a, b] = steps;
  for (let round = 0; round < 3; round++) {
    let [ii, ij, jj, ix, iy, jx, jy] = [0, 0, 0, 0, 0, 0, 0];
    for (const { i, j, x, y } of places(field, [a, b])) {
      const peak = near(field, x, y, 2);
      if (peak.value < LEAST) continue;
      const [px, py] = centre(field, peak.x, peak.y);
      const weight = peak.value;
      ii += weight * i * i;
      ij += weight * i * j;
      jj += weight * j * j;
      ix += weight * i * px;
      iy += weight * i * py;
      jx += weight * j * px;
      jy += weight * j * py;
    }
    const determinant = ii * jj - ij * ij;
    if (determinant < 1e-6) break;
    a = [(ix * jj - jx * ij) / determinant, (iy * jj - jy * ij) / determinant];
    b = [(jx * ii - ix * ij) / determinant, (jy * ii - iy * ij) / determinant];
  }
  return [a, b];
}

/**
 * Where between the pixels a peak is: the centre of parabolas.
 * @param {Field} field
 * @param {number} x
 * @param {number} y
 * @returns {Step}
 */
function centre({ values, wide }, x, y) {
  const columns = 2 * wide + 1;
  const at = (/** @type {number} */ row, /** @type {number} */ column) => values[row * columns + column + wide];
  const shift = (/** @type {number} */ before, /** @type {number} */ value, /** @type {number} */ after) => {
    const bend = before - 2 * value + after;
    return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
  };
  const value = at(y, x);
  return [x + shift(at(y, x - 1), value, at(y, x + 1)), y + (y > 0 ? shift(at(y - 1, x), value, at(y + 1, x)) : 0)];
}
