/** Rectangles that are drawn once, and meant in every photo of a batch. */

/**
 * @typedef {object} Area
 * @property {number} x Its left edge, as a share of the photo's width.
 * @property {number} y
 * @property {number} width
 * @property {number} height
 */

/** @typedef {{ X: number | string, Y: number | string, Width: number | string, Height: number | string }} Rectangle As the API has it. */

const DIGITS = 4;

/**
 * @param {Area} area
 * @returns {Rectangle} The same share of photos of all sizes.
 */
export function inShares({ x, y, width, height }) {
  const share = (/** @type {number} */ value) => `${(value * 100).toFixed(DIGITS)}%`;
  return { X: share(x), Y: share(y), Width: share(width), Height: share(height) };
}

/**
 * Return a rectangle of the same pixels in photos of all sizes, measured from the edges that it is next to: there a
 * camera's date is, and a signature.
 *
 * @param {Area} area
 * @param {{ width: number, height: number }} photo Where it was drawn.
 * @returns {Rectangle}
 */
export function inPixels(area, photo) {
  const left = Math.round(area.x * photo.width);
  const top = Math.round(area.y * photo.height);
  const right = Math.min(photo.width, Math.round((area.x + area.width) * photo.width));
  const bottom = Math.min(photo.height, Math.round((area.y + area.height) * photo.height));
  return {
    X: from(left, right, photo.width),
    Y: from(top, bottom, photo.height),
    Width: Math.max(1, right - left),
    Height: Math.max(1, bottom - top),
  };
}

/**
 * @param {number} start
 * @param {number} end
 * @param {number} length Of the photo's side.
 * @returns {number | string} From the nearer edge, a minus for the far one.
 */
function from(start, end, length) {
  return start <= length - end ? start : `${start - length}px`;
}

/**
 * Move or size an area, within the photo.
 *
 * @param {Area} area
 * @param {{ x?: number, y?: number, width?: number, height?: number }} by
 * @param {number} [least] The least that a side may be.
 * @returns {Area}
 */
export function shifted(area, by, least = 0.004) {
  const clamp = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) => Math.min(high, Math.max(low, value));
  const width = clamp(area.width + (by.width ?? 0), least, 1 - area.x);
  const height = clamp(area.height + (by.height ?? 0), least, 1 - area.y);
  return { x: clamp(area.x + (by.x ?? 0), 0, 1 - width), y: clamp(area.y + (by.y ?? 0), 0, 1 - height), width, height };
}
