/** What scribbles mark: lines of pixels that belong to the object, or do not. */

/**
 * @typedef {object} Scribble
 * @property {[number, number][]} points x and y in pixels, joined by straight lines
 * @property {boolean} [takesAway] they lie on what is not meant
 */

/** Half the width of a scribble that takes away, as a share of the picture's longer side. */
export const WIDE = 0.003;

/**
 * The pixels that scribbles lie on; where two cross, the later one counts.
 * @param {Scribble[]} scribbles in pixels of the picture
 * @param {number} width of what is marked, which may be the picture at another scale
 * @param {number} height
 * @param {number} fx how many of its pixels are one of the picture
 * @param {number} fy
 * @param {number} [radius] in its pixels, how far beside a line a pixel lies on it
 * @returns {Map<number, boolean>} whether each takes away
 */
export function marked(scribbles, width, height, fx, fy, radius = 0) {
  /** @type {Map<number, boolean>} */
  const pixels = new Map();
  for (const { points, takesAway = false } of scribbles) {
    // What a scribble takes away counts with its width, what it adds only where it lies: it must not spill.
    const reach = takesAway ? radius : 0;
    const places = points.map(([x, y]) => /** @type {[number, number]} */ ([inside((x + 0.5) * fx, width), inside((y + 0.5) * fy, height)]));
    for (const [x, y] of lineThrough(places)) {
      for (let v = Math.max(0, Math.floor(y - reach)); v <= Math.min(height - 1, y + reach); v++) {
        for (let u = Math.max(0, Math.floor(x - reach)); u <= Math.min(width - 1, x + reach); u++) {
          if ((u - x) ** 2 + (v - y) ** 2 <= reach * reach) pixels.set(v * width + u, takesAway);
        }
      }
      pixels.set(y * width + x, takesAway);
    }
  }
  return pixels;
}

/** @param {number} place @param {number} length */
function inside(place, length) {
  return Math.min(length - 1, Math.max(0, Math.floor(place)));
}

/**
 * @param {[number, number][]} corners whole numbers
 * @returns {Generator<[number, number]>} every pixel of the line through them
 */
function* lineThrough(corners) {
  if (corners.length) yield corners[0];
  for (let i = 1; i < corners.length; i++) {
    const [fromX, fromY] = corners[i - 1];
    const [toX, toY] = corners[i];
    const steps = Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY));
    for (let step = 1; step <= steps; step++) {
      yield [fromX + Math.round(((toX - fromX) * step) / steps), fromY + Math.round(((toY - fromY) * step) / steps)];
    }
  }
}
