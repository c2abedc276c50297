/** How far shapes reach, so that only there a mask has to be made of them. */

/** @typedef {import("./strokes.js").Shape} Shape */
/** @typedef {[number, number, number, number]} Part Left, top, width and height, in whole pixels. */

/**
 * @param {readonly Shape[]} shapes No whole masks.
 * @param {number} width Of the photo.
 * @param {number} height
 * @returns {Part | null} Null where they lie outside the photo, or there are none.
 */
export function boundsOf(shapes, width, height) {
  const box = [width, height, 0, 0];
  for (const shape of shapes) {
    if (shape.kind === "raster") continue;
    const size = shape.kind === "stroke" ? 3 : 2;
    for (let i = 0; i < shape.points.length; i += size) {
      // One more for the soft edge.
      const reach = (size === 3 ? shape.points[i + 2] / 2 : 0) + 1;
      for (const axis of [0, 1]) {
        box[axis] = Math.min(box[axis], shape.points[i + axis] - reach);
        box[axis + 2] = Math.max(box[axis + 2], shape.points[i + axis] + reach);
      }
    }
  }
  const [left, top] = [Math.max(0, Math.floor(box[0])), Math.max(0, Math.floor(box[1]))];
  const [right, bottom] = [Math.min(width, Math.ceil(box[2])), Math.min(height, Math.ceil(box[3]))];
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : null;
}

/**
 * Cut a part into strips of so many pixels at the most, each at least a row.
 *
 * @param {Part} part
 * @param {number} most
 * @returns {Part[]}
 */
export function strips([left, top, width, height], most) {
  const rows = Math.max(1, Math.floor(most / width));
  return Array.from({ length: Math.ceil(height / rows) }, (_, index) => [left, top + index * rows, width, Math.min(rows, height - index * rows)]);
}
