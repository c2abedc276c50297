/** Pictures and masks as plain arrays: resizing, growing and packing them. */

/**
 * @typedef {object} Picture
 * @property {Uint8ClampedArray} pixels RGBA, row by row, `4 * width * height` long
 * @property {number} width
 * @property {number} height
 */

/**
 * Average a picture down until no side is longer than `longest`; smaller pictures are returned as they are.
 * @param {Picture} picture
 * @param {number} longest
 * @returns {Picture}
 */
export function shrink(picture, longest) {
  const factor = longest / Math.max(picture.width, picture.height);
  if (factor >= 1) return picture;
  const width = Math.max(1, Math.round(picture.width * factor));
  const height = Math.max(1, Math.round(picture.height * factor));
  const pixels = new Uint8ClampedArray(4 * width * height);
  const columns = edges(picture.width, width);
  const rows = edges(picture.height, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      averageCell(picture, columns[x], columns[x + 1], rows[y], rows[y + 1], pixels, 4 * (y * width + x));
    }
  }
  return { pixels, width, height };
}

/**
 * Where each of `to` cells begins among `from` samples, and where the last one ends.
 * @param {number} from
 * @param {number} to
 */
function edges(from, to) {
  return Int32Array.from({ length: to + 1 }, (_, cell) => Math.round((cell * from) / to));
}

/**
 * @param {Picture} picture
 * @param {number} left
 * @param {number} right
 * @param {number} top
 * @param {number} bottom
 * @param {Uint8ClampedArray} out
 * @param {number} at
 */
function averageCell({ pixels, width }, left, right, top, bottom, out, at) {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let y = top; y < bottom; y++) {
    for (let i = 4 * (y * width + left), end = 4 * (y * width + right); i < end; i += 4) {
      red += pixels[i];
      green += pixels[i + 1];
      blue += pixels[i + 2];
    }
  }
  const count = (right - left) * (bottom - top);
  out[at] = red / count;
  out[at + 1] = green / count;
  out[at + 2] = blue / count;
  out[at + 3] = 255;
}

/**
 * One of the four neighbours of a pixel.
 * @param {number} p
 * @param {number} direction 0 left, 1 right, 2 up, 3 down
 * @param {number} width
 * @param {number} height
 * @returns {number} -1 outside the picture
 */
export function neighbour(p, direction, width, height) {
  if (direction === 0) return p % width > 0 ? p - 1 : -1;
  if (direction === 1) return p % width < width - 1 ? p + 1 : -1;
  if (direction === 2) return p - width;
  return p < width * (height - 1) ? p + width : -1;
}

/**
 * @typedef {object} Area
 * @property {number} left
 * @property {number} top
 * @property {number} right one past the last column
 * @property {number} bottom
 */

/**
 * The box around what is set, with a margin.
 * @param {Uint8Array} mask
 * @param {number} width
 * @param {number} height
 * @param {number} margin
 * @returns {Area}
 */
export function around(mask, width, height, margin) {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      if (!mask[p]) continue;
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      if (y < box.top) box.top = y;
      box.bottom = y + 1;
    }
  }
  const left = Math.max(0, Math.min(box.left, box.right) - margin);
  const top = Math.max(0, Math.min(box.top, box.bottom) - margin);
  const right = Math.min(width, box.right + margin);
  return { left, top, right, bottom: Math.min(height, box.bottom + margin) };
}

/**
 * @template {Uint8Array | Int8Array} T
 * @param {T} values one a pixel
 * @param {number} width
 * @param {Area} area
 * @returns {T}
 */
export function cropRows(values, width, { left, top, right, bottom }) {
  const out = /** @type {T} */ (values.slice(0, (right - left) * (bottom - top)));
  for (let y = top; y < bottom; y++) {
    out.set(values.subarray(y * width + left, y * width + right), (y - top) * (right - left));
  }
  return out;
}

/**
 * @param {Picture} picture
 * @param {Area} area
 * @returns {Picture}
 */
export function cropPicture({ pixels, width }, { left, top, right, bottom }) {
  const out = new Uint8ClampedArray(4 * (right - left) * (bottom - top));
  for (let y = top; y < bottom; y++) {
    out.set(pixels.subarray(4 * (y * width + left), 4 * (y * width + right)), 4 * (y - top) * (right - left));
  }
  return { pixels: out, width: right - left, height: bottom - top };
}

/**
 * Bring a mask to another size, nearest neighbour.
 * @param {Uint8Array} mask
 * @param {number} width
 * @param {number} height
 * @param {number} newWidth
 * @param {number} newHeight
 * @returns {Uint8Array}
 */
export function resizeMask(mask, width, height, newWidth, newHeight) {
  if (width === newWidth && height === newHeight) return mask;
  const out = new Uint8Array(newWidth * newHeight);
  const columns = Int32Array.from({ length: newWidth }, (_, x) => Math.floor(((x + 0.5) * width) / newWidth));
  for (let y = 0; y < newHeight; y++) {
    const from = Math.floor(((y + 0.5) * height) / newHeight) * width;
    for (let x = 0; x < newWidth; x++) out[y * newWidth + x] = mask[from + columns[x]];
  }
  return out;
}

/**
 * Bring a mask to a larger size, its outline smooth.
 * @param {Uint8Array} mask
 * @param {number} width
 * @param {number} height
 * @param {number} newWidth
 * @param {number} newHeight
 * @returns {Uint8Array}
 */
export function enlargeMask(mask, width, height, newWidth, newHeight) {
  if (width === newWidth && height === newHeight) return mask;
  const out = new Uint8Array(newWidth * newHeight);
  const columns = Float32Array.from({ length: newWidth }, (_, x) => Math.min(width - 1, Math.max(0, ((x + 0.5) * width) / newWidth - 0.5)));
  for (let y = 0; y < newHeight; y++) {
    const v = Math.min(height - 1, Math.max(0, ((y + 0.5) * height) / newHeight - 0.5));
    const above = Math.floor(v) * width;
    const below = Math.min(height - 1, Math.floor(v) + 1) * width;
    const down = v - Math.floor(v);
    for (let x = 0; x < newWidth; x++) {
      const left = Math.floor(columns[x]);
      const right = Math.min(width - 1, left + 1);
      const far = columns[x] - left;
      const high = mask[above + left] * (1 - far) + mask[above + right] * far;
      const low = mask[below + left] * (1 - far) + mask[below + right] * far;
      if (high * (1 - down) + low * down > 0.5) out[y * newWidth + x] = 1;
    }
  }
  return out;
}

/**
 * Distance of each pixel to the nearest one that is set, in thirds of a pixel: the 3-4 chamfer of Borgefors,
 * "Distance transformations in digital images", CVGIP 34 (1986).
 * @param {Uint8Array} mask
 * @param {number} width
 * @param {number} height
 * @returns {Uint16Array} 0 inside, at most 65535
 */
export function chamfer(mask, width, height) {
  const far = 65000;
  const stride = width + 2;
  // A frame of one pixel spares the tests at the edges.
  const padded = new Uint16Array(stride * (height + 2)).fill(far);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (mask[y * width + x]) padded[(y + 1) * stride + x + 1] = 0;
  }
  sweep(padded, stride, height, 1);
  sweep(padded, stride, height, -1);
  const out = new Uint16Array(width * height);
  for (let y = 0; y < height; y++) {
    out.set(padded.subarray((y + 1) * stride + 1, (y + 1) * stride + 1 + width), y * width);
  }
  return out;
}

/**
 * One pass of the chamfer, forwards (1) or backwards (-1).
 * @param {Uint16Array} field
 * @param {number} stride
 * @param {number} height
 * @param {1 | -1} way
 */
function sweep(field, stride, height, way) {
  for (let row = 0; row < height; row++) {
    const y = way > 0 ? row + 1 : height - row;
    let p = y * stride + (way > 0 ? 1 : stride - 2);
    for (let x = 0; x < stride - 2; x++, p += way) {
      const before = p - way * stride;
      const straight = Math.min(field[p - way], field[before]) + 3;
      const slanted = Math.min(field[before - 1], field[before + 1]) + 4;
      const best = Math.min(straight, slanted);
      if (best < field[p]) field[p] = best;
    }
  }
}

/**
 * Pack a mask into bits: row by row without gaps, the first pixel in the lowest bit.
 * @param {Uint8Array} mask
 * @returns {Uint8Array} `(mask.length + 7) >> 3` long
 */
export function pack(mask) {
  const out = new Uint8Array((mask.length + 7) >> 3);
  for (let p = 0; p < mask.length; p++) if (mask[p]) out[p >> 3] |= 1 << (p & 7);
  return out;
}

/**
 * @param {Uint8Array} packed
 * @param {number} count of pixels
 * @returns {Uint8Array} the mask that `pack` packed
 */
export function unpack(packed, count) {
  const mask = new Uint8Array(count);
  for (let p = 0; p < count; p++) mask[p] = (packed[p >> 3] >> (p & 7)) & 1;
  return mask;
}
