/** Files as they are told of: how large they are, and their names. */

const KILO = 2 ** 10;
const MEGA = 2 ** 20;

/**
 * @param {number} bytes
 * @returns {string} In the unit that limits are given in.
 */
export function megabytes(bytes) {
  return `${(bytes / MEGA).toFixed(1)} MB`;
}

/** @param {number} pixels As texts count them. */
export function megapixels(pixels) {
  return { limit: pixels / 1e6, wan: pixels < 1e8 ? `${pixels / 1e4} 万` : `${pixels / 1e8} 亿` };
}

/**
 * @param {Blob} file
 * @returns {string}
 */
export function sizeOf({ size }) {
  return size < MEGA ? `${Math.ceil(size / KILO)} kB` : megabytes(size);
}

/**
 * @param {string} name
 * @returns {string} Without its ending.
 */
export function stem(name) {
  return name.replace(/\.[^.]*$/, "");
}
