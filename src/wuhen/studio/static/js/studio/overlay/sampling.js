/** What colours a photo has where it is painted on: a few hundred samples of a small copy of it. */

/** @typedef {import("../picture.js").Picture} Picture */
/** @typedef {import("../strokes.js").Shape} Shape */
/** @typedef {import("./colours.js").Colour} Colour */

/** The longer side of the copy. */
const SIDE = 192;
/** Of each shape, and of how many of them, the last. */
const SAMPLES = 48;
const SHAPES = 24;
/** Lines of a grid over a mask. */
const GRID = 24;

/** @type {WeakMap<Picture, ImageData>} */
const copies = new WeakMap();

/** @param {Picture} picture @returns {ImageData} */
function copyOf(picture) {
  const known = copies.get(picture);
  if (known) return known;
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true }));
  picture.draw(context, [0, 0, picture.width, picture.height], [0, 0, width, height], scale);
  const copy = context.getImageData(0, 0, width, height);
  copies.set(picture, copy);
  return copy;
}

/**
 * Sample a photo under shapes.
 *
 * @param {Picture} picture
 * @param {readonly Shape[]} shapes
 * @returns {Colour[]}
 */
export function under(picture, shapes) {
  const { data, width, height } = copyOf(picture);
  const places = shapes.slice(-SHAPES).flatMap((shape) => placesOf(shape));
  const inside = places.filter(([x, y]) => x >= 0 && y >= 0 && x < picture.width && y < picture.height);
  return inside.map(([x, y]) => {
    const at = 4 * (Math.floor((y * height) / picture.height) * width + Math.floor((x * width) / picture.width));
    return /** @type {Colour} */ ([data[at], data[at + 1], data[at + 2]]);
  });
}

/** @param {Shape} shape @returns {[number, number][]} Places in it, in pixels of the photo. */
function placesOf(shape) {
  if (shape.kind === "raster") return placesOn(shape.bits);
  if (shape.erases) return [];
  const size = shape.kind === "stroke" ? 3 : 2;
  const count = shape.points.length / size;
  const step = Math.max(1, Math.ceil(count / SAMPLES));
  /** @type {[number, number][]} */
  const places = [];
  for (let i = 0; i < count; i += step) places.push([shape.points[size * i], shape.points[size * i + 1]]);
  if (shape.kind === "stroke") return places;
  const middle = [0, 1].map((axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length);
  // Between the middle and the corners: most of it is inside.
  return places.flatMap(([x, y]) => [0.3, 0.8].map((share) => /** @type {[number, number]} */ ([middle[0] + share * (x - middle[0]), middle[1] + share * (y - middle[1])])));
}

/** @param {import("../bits.js").Bits} bits @returns {[number, number][]} */
function placesOn({ width, height, packed }) {
  /** @type {[number, number][]} */
  const places = [];
  for (let row = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      const x = Math.floor(((column + 0.5) * width) / GRID);
      const y = Math.floor(((row + 0.5) * height) / GRID);
      const at = y * width + x;
      if (packed[at >> 3] & (1 << (at & 7))) places.push([x, y]);
    }
  }
  return places;
}
