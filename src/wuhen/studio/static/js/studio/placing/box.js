/** A rectangle that is moved and resized step by step, and stays within its photo. */

/** @typedef {{ width: number, height: number }} Size */
/** @typedef {[number, number, number, number]} Box Left, top, width and height, in whole pixels. */

/** @param {number} value @param {number} least @param {number} most */
const within = (value, least, most) => Math.min(most, Math.max(least, Math.round(value)));

/**
 * Put a box where it is meant, as far as the photo reaches.
 *
 * @param {readonly number[]} box
 * @param {Size} photo
 * @returns {Box}
 */
export function fitting([left, top, width, height], photo) {
  const wide = within(width || 1, 1, photo.width);
  const high = within(height || 1, 1, photo.height);
  return [within(left || 0, 0, photo.width - wide), within(top || 0, 0, photo.height - high), wide, high];
}

/**
 * Begin with the middle third of what is seen.
 *
 * @param {readonly [number, number]} from A corner of what is seen, in pixels of the photo.
 * @param {readonly [number, number]} to The corner across.
 * @param {Size} photo
 * @returns {Box}
 */
export function middle([left, top], [right, bottom], photo) {
  const seen = [Math.max(0, left), Math.max(0, top), Math.min(photo.width, right), Math.min(photo.height, bottom)];
  const [wide, high] = [seen[2] - seen[0], seen[3] - seen[1]];
  if (wide <= 0 || high <= 0) return fitting([photo.width / 3, photo.height / 3, photo.width / 3, photo.height / 3], photo);
  return fitting([seen[0] + wide / 3, seen[1] + high / 3, wide / 3, high / 3], photo);
}

/** Which way each arrow key leads. */
const WAYS = /** @type {Record<string, [number, number] | undefined>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });

/**
 * Move a box by an arrow key; with Shift it gets wider or higher there instead, or narrower or lower.
 *
 * @param {Box} box
 * @param {{ key: string, shiftKey: boolean }} pressed
 * @param {number} step Pixels of the photo.
 * @param {Size} photo
 * @returns {Box | null} Null for another key.
 */
export function stepped([left, top, width, height], { key, shiftKey }, step, photo) {
  const way = WAYS[key];
  if (!way) return null;
  const [x, y] = [way[0] * step, way[1] * step];
  if (!shiftKey) return fitting([left + x, top + y, width, height], photo);
  return fitting([left, top, Math.min(photo.width - left, width + x), Math.min(photo.height - top, height + y)], photo);
}

/** @param {Box} box @returns {number[]} Its corners, as a polygon. */
export function corners([left, top, width, height]) {
  return [left, top, left + width, top, left + width, top + height, left, top + height];
}
