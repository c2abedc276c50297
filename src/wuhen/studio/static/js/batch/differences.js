/** Where two pictures differ. */

/** The side of the squares that are compared, and of the pictures in which they are. */
const CELL = 8;
const COMPARED = 768;
/** Differences that lossy compression makes. */
const LEAST = 24;
/** What may lie between two differences of one place. */
const GAP = 3 * CELL;
/** Surroundings shown around what has changed, as a share of it. */
const AROUND = 0.5;

/** @typedef {{ x: number, y: number, width: number, height: number }} Box In pixels. */

/**
 * @param {ImageBitmap} before
 * @param {ImageBitmap} after Of the same size.
 * @returns {Box[]} Where they differ, each place with some of what is around it, as one reads.
 */
export function changed(before, after) {
  const share = Math.min(1, COMPARED / Math.max(before.width, before.height));
  const width = Math.max(1, Math.round(before.width * share));
  const height = Math.max(1, Math.round(before.height * share));
  const cells = differing(pixels(before, width, height), pixels(after, width, height), width, height);
  return gathered(cells).map((box) => around(box, share, before));
}

/**
 * @param {[number, number][]} cells Line by line.
 * @returns {Box[]} Those that are near each other as one.
 */
export function gathered(cells) {
  /** @type {Box[]} */
  let boxes = [];
  for (const [x, y] of cells) {
    let own = { x, y, width: CELL, height: CELL };
    const apart = [];
    for (const box of boxes) {
      if (near(own, box)) own = joined(own, box);
      else apart.push(box);
    }
    boxes = [...apart, own];
  }
  // What has grown may have come near another.
  for (let i = 0; i < boxes.length; i++) {
    const other = boxes.findIndex((box, j) => j > i && near(boxes[i], box));
    if (other < 0) continue;
    boxes[i] = joined(boxes[i], boxes[other]);
    boxes.splice(other, 1);
    i = -1;
  }
  return boxes.sort((one, other) => one.y - other.y || one.x - other.x);
}

/** @param {Box} one @param {Box} other */
function near(one, other) {
  return (
    one.x <= other.x + other.width + GAP && other.x <= one.x + one.width + GAP && one.y <= other.y + other.height + GAP && other.y <= one.y + one.height + GAP
  );
}

/** @param {Box} one @param {Box} other @returns {Box} */
function joined(one, other) {
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  return { x, y, width: Math.max(one.x + one.width, other.x + other.width) - x, height: Math.max(one.y + one.height, other.y + other.height) - y };
}

/**
 * @param {Box} box Of the reduced picture.
 * @param {number} share
 * @param {{ width: number, height: number }} whole
 * @returns {Box} Of the whole picture.
 */
function around({ x, y, width, height }, share, whole) {
  const room = AROUND * Math.max(width, height);
  const left = Math.max(0, (x - room) / share);
  const top = Math.max(0, (y - room) / share);
  return { x: left, y: top, width: Math.min(whole.width, (x + width + room) / share) - left, height: Math.min(whole.height, (y + height + room) / share) - top };
}

/**
 * @param {ImageBitmap} picture
 * @param {number} width
 * @param {number} height
 */
function pixels(picture, width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context?.drawImage(picture, 0, 0, width, height);
  return context ? context.getImageData(0, 0, width, height).data : new Uint8ClampedArray(4 * width * height);
}

/**
 * @param {Uint8ClampedArray} one
 * @param {Uint8ClampedArray} other
 * @param {number} width
 * @param {number} height
 * @returns {[number, number][]} The corners of the squares in which they differ.
 */
export function differing(one, other, width, height) {
  /** @type {[number, number][]} */
  const cells = [];
  for (let top = 0; top < height; top += CELL) {
    for (let left = 0; left < width; left += CELL) if (differs(one, other, { left, top }, width, height)) cells.push([left, top]);
  }
  return cells;
}

/**
 * @param {Uint8ClampedArray} one
 * @param {Uint8ClampedArray} other
 * @param {{ left: number, top: number }} cell
 * @param {number} width
 * @param {number} height
 */
function differs(one, other, { left, top }, width, height) {
  for (let y = top; y < Math.min(height, top + CELL); y++) {
    for (let i = 4 * (y * width + left); i < 4 * (y * width + Math.min(width, left + CELL)); i++) {
      if (Math.abs(one[i] - other[i]) > LEAST) return true;
    }
  }
  return false;
}
