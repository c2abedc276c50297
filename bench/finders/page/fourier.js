/** Fourier transforms of square fields whose side is a power of two. */

/**
 * Transform a complex field in place, by the radix-2 algorithm of Cooley and Tukey along rows, then along columns.
 * @param {Float64Array} re `side * side`
 * @param {Float64Array} im
 * @param {number} side
 * @param {boolean} [back] the inverse transform, times `side * side`
 */
export function transform(re, im, side, back = false) {
  const plan = planFor(side, back);
  for (let row = 0; row < side; row++) line(re.subarray(row * side), im.subarray(row * side), side, plan);
  const columnRe = new Float64Array(side);
  const columnIm = new Float64Array(side);
  for (let x = 0; x < side; x++) {
    for (let y = 0, p = x; y < side; y++, p += side) {
      columnRe[y] = re[p];
      columnIm[y] = im[p];
    }
    line(columnRe, columnIm, side, plan);
    for (let y = 0, p = x; y < side; y++, p += side) {
      re[p] = columnRe[y];
      im[p] = columnIm[y];
    }
  }
}

/**
 * @param {number} side
 * @param {boolean} back
 */
function planFor(side, back) {
  const cosines = new Float64Array(side / 2);
  const sines = new Float64Array(side / 2);
  for (let k = 0; k < side / 2; k++) {
    cosines[k] = Math.cos((2 * Math.PI * k) / side);
    sines[k] = Math.sin((2 * Math.PI * k) / side) * (back ? 1 : -1);
  }
  const reversed = new Uint32Array(side);
  for (let k = 1; k < side; k++) reversed[k] = (reversed[k >> 1] >> 1) | (k & 1 ? side >> 1 : 0);
  return { cosines, sines, reversed };
}

/**
 * @param {Float64Array} re
 * @param {Float64Array} im
 * @param {number} side
 * @param {{ cosines: Float64Array, sines: Float64Array, reversed: Uint32Array }} plan
 */
function line(re, im, side, { cosines, sines, reversed }) {
  for (let k = 0; k < side; k++) {
    const other = reversed[k];
    if (other <= k) continue;
    [re[k], re[other]] = [re[other], re[k]];
    [im[k], im[other]] = [im[other], im[k]];
  }
  for (let half = 1; half < side; half <<= 1) {
    const step = side / (2 * half);
    for (let start = 0; start < side; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const re1 = re[b] * cosines[k * step] - im[b] * sines[k * step];
        const im1 = re[b] * sines[k * step] + im[b] * cosines[k * step];
        re[b] = re[a] - re1;
        im[b] = im[a] - im1;
        re[a] += re1;
        im[a] += im1;
      }
    }
  }
}
