/** Distributions of colours, as smoothed histograms of 16 x 16 x 16 bins. */

const SIDE = 16;
const BINS = SIDE ** 3;
/** Passes of the binomial filter: together a deviation of about 20 grey levels. */
const PASSES = 3;

/**
 * @param {Uint8ClampedArray} pixels RGBA
 * @returns {Uint16Array} the bin of each pixel
 */
export function colourBins(pixels) {
  const bins = new Uint16Array(pixels.length / 4);
  for (let p = 0, i = 0; p < bins.length; p++, i += 4) {
    bins[p] = ((pixels[i] >> 4) << 8) | ((pixels[i + 1] >> 4) << 4) | (pixels[i + 2] >> 4);
  }
  return bins;
}

/**
 * @param {Uint16Array} bins of the pixels
 * @param {Float32Array} weights of the pixels
 * @returns {Float32Array} the density of each bin; they sum to about 1
 */
export function density(bins, weights) {
  let counts = new Float32Array(BINS);
  let total = 0;
  for (let p = 0; p < bins.length; p++) {
    counts[bins[p]] += weights[p];
    total += weights[p];
  }
  for (let pass = 0; pass < PASSES; pass++) {
    for (const step of [1, SIDE, SIDE * SIDE]) counts = smoothed(counts, step);
  }
  return counts.map((count) => count / Math.max(1e-9, total));
}

/**
 * @param {Float32Array} counts
 * @param {number} step between neighbours along one axis
 */
function smoothed(counts, step) {
  const out = new Float32Array(BINS);
  for (let bin = 0; bin < BINS; bin++) {
    const at = Math.floor(bin / step) % SIDE;
    const before = counts[at > 0 ? bin - step : bin];
    const after = counts[at < SIDE - 1 ? bin + step : bin];
    out[bin] = (before + 2 * counts[bin] + after) / 4;
  }
  return out;
}
