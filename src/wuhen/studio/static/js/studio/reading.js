/** What a mask's pixels mean, by the service's rules: docs/pictures.md, Masks. */

const HALF = 128;
/** Coverage that shows, and what counts as not covered beside an edge; how far an anti-aliased edge reaches. */
const SHOWING = 4;
const CLEAR = 8;
const REACH = 2;
/** Share of a mask that anti-aliased edges may be. */
const MOST_FAINT = 0.2;
/** Between the largest and the smallest channel of what is grey, and the share of what may be coloured. */
const GREYISH = 32;
const FEW = 0.01;

/**
 * Reduce a mask to one channel, white where to erase.
 *
 * @param {Uint8ClampedArray} data RGBA, not premultiplied.
 * @param {number} width
 * @returns {Uint8Array}
 */
export function toGrey(data, width) {
  const pixels = data.length / 4;
  const luma = new Uint8Array(pixels);
  let top = 0;
  for (let i = 0; i < pixels; i++) {
    luma[i] = Math.round(0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]);
    top = Math.max(top, data[4 * i + 3]);
  }
  if (top === 0) return new Uint8Array(pixels);
  const least = (top + 1) >> 1;
  let shown = 0;
  for (let i = 0; i < pixels; i++) if (data[4 * i + 3] >= least) shown++;
  if (shown === pixels) return luma;
  const grey = new Uint8Array(pixels);
  const painted = !isBlackAndWhite(data, luma, width, least, shown);
  for (let i = 0; i < pixels; i++) grey[i] = ((painted ? 255 : luma[i]) * data[4 * i + 3]) / top;
  return grey;
}

/**
 * Whether what is visible is a mask of white on black, and not strokes on a sheet.
 *
 * @param {Uint8ClampedArray} data
 * @param {Uint8Array} luma
 * @param {number} width
 * @param {number} least Opacity of what is visible.
 * @param {number} shown How many pixels are.
 */
function isBlackAndWhite(data, luma, width, least, shown) {
  if (2 * shown < luma.length) return false;
  let coloured = 0;
  let onBlack = 0;
  let besideNothing = 0;
  /** @param {number} i */
  const visible = (i) => data[4 * i + 3] >= least;
  /** @param {number} i @param {number} other */
  const border = (i, other) => {
    if (!visible(i) || luma[i] < HALF) return;
    if (!visible(other)) besideNothing++;
    else if (luma[other] < HALF) onBlack++;
  };
  for (let i = 0; i < luma.length; i++) {
    const [red, green, blue] = data.subarray(4 * i, 4 * i + 3);
    if (visible(i) && Math.max(red, green, blue) - Math.min(red, green, blue) > GREYISH) coloured++;
    const beside = i + 1;
    const below = i + width;
    if (beside % width) {
      border(i, beside);
      border(beside, i);
    }
    if (below < luma.length) {
      border(i, below);
      border(below, i);
    }
  }
  return onBlack > besideNothing && coloured <= FEW * shown;
}

/**
 * Cut a grey mask at half; with `sharp`, take what its anti-aliased edges cover along.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {boolean} sharp
 * @returns {Uint8Array} One byte a pixel, 1 where to erase.
 */
export function cut(grey, width, sharp) {
  const flags = grey.map((value) => (value >= HALF ? 1 : 0));
  if (!sharp) return flags;
  /** @type {number[]} */
  let edge = [];
  for (let i = 0; i < grey.length; i++) if (grey[i] >= SHOWING && grey[i] < HALF) edge.push(i);
  if (edge.length > MOST_FAINT * grey.length) return flags;
  edge = edge.filter((i) => around(grey, width, i, REACH, (value) => value <= CLEAR));
  for (let step = 0; step < REACH; step++) {
    const joined = edge.filter((i) => !flags[i] && around(flags, width, i, 1, (value) => value === 1));
    for (const i of joined) flags[i] = 1;
  }
  return flags;
}

/**
 * Whether some pixel of the square around another is as told.
 *
 * @param {Uint8Array} plane
 * @param {number} width
 * @param {number} at
 * @param {number} reach
 * @param {(value: number) => boolean} test
 */
function around(plane, width, at, reach, test) {
  const x = at % width;
  for (let row = at - x - reach * width; row <= at - x + reach * width; row += width) {
    if (row < 0 || row >= plane.length) continue;
    for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++) if (test(plane[row + column])) return true;
  }
  return false;
}

/**
 * Whether a mask is a photo's size times some factor, each side to within a pixel.
 *
 * @param {{ width: number, height: number }} mask
 * @param {{ width: number, height: number }} photo
 */
export function isScaled(mask, photo) {
  const least = Math.max((mask.width - 1) / photo.width, (mask.height - 1) / photo.height);
  const most = Math.min((mask.width + 1) / photo.width, (mask.height + 1) / photo.height);
  return least <= most;
}
