/**
 * The worker that makes masks: `{ id, task, image, options }` in, `{ id, packed, width, height }` or
 * `{ id, error }` out, packed by `pack`. A mask is of the image's own size, or of another that is asked for; a
 * sketch of one may be smaller.
 */

import { enlargeMask, pack, resizeMask, unpack } from "./picture.js";
import { segment, sharpen, sketch } from "./segment.js";
import { obey } from "./tidy.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {{ width: number, height: number }} Size
 * @typedef {object} Order
 * @property {number | string} id
 * @property {"segment" | "sharpen" | "sketch"} task
 * @property {ImageBitmap | Picture} [image] a bitmap is closed when it has been read; without an image, it is the last
 *   order's
 * @property {Size} [size] of what the image is a smaller copy of, to which the options refer; else its own
 * @property {import("./segment.js").Hints} [options] its `before`, which `sharpen` begins with, is packed
 * @typedef {object} Answer
 * @property {number | string} id
 * @property {Uint8Array} [packed]
 * @property {number} [width]
 * @property {number} [height]
 * @property {string} [error]
 */

/** @type {Picture | null} */
let last = null;

/**
 * @param {ImageBitmap | Picture} image
 * @returns {Picture}
 */
function read(image) {
  if ("pixels" in image) {
    const { pixels, width, height } = image;
    if (pixels.length !== 4 * width * height) throw new RangeError("The pixels are not 4 * width * height.");
    return image;
  }
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("There is no canvas to read the image with.");
  context.drawImage(image, 0, 0);
  image.close();
  return { pixels: context.getImageData(0, 0, width, height).data, width, height };
}

/**
 * Carry out one order.
 * @param {Order} order
 * @returns {Answer}
 */
export function answer({ id, task, image, size, options }) {
  try {
    if (image) last = read(image);
    if (!last || !options) throw new TypeError(`There is no task ${JSON.stringify(task)} with these options.`);
    const of = size ?? { width: last.width, height: last.height };
    const hints = scaled(options, of, last);
    if (task === "sketch") {
      const found = sketch(last, hints);
      return found ? { id, packed: pack(found.label), width: found.scale.width, height: found.scale.height } : { id, packed: new Uint8Array(1), width: 1, height: 1 };
    }
    if (task !== "segment" && !(task === "sharpen" && hints.before)) throw new TypeError(`There is no task ${JSON.stringify(task)} with these options.`);
    const found = task === "sharpen" && hints.before ? sharpen(last, hints.before, hints) : segment(last, hints);
    const mask = enlargeMask(found, last.width, last.height, of.width, of.height);
    obey(mask, of, options.scribbles);
    return { id, packed: pack(mask), width: of.width, height: of.height };
  } catch (error) {
    return { id, error: String(error) };
  }
}

/**
 * @param {import("./segment.js").Hints} options in pixels of what the picture is a copy of
 * @param {Size} of its size
 * @param {Picture} picture
 * @returns {import("./segment.js").Hints} in pixels of the picture
 */
function scaled({ scribbles, before, box }, of, picture) {
  const fx = picture.width / of.width;
  const fy = picture.height / of.height;
  const place = (/** @type {[number, number]} */ [x, y]) => /** @type {[number, number]} */ ([(x + 0.5) * fx - 0.5, (y + 0.5) * fy - 0.5]);
  return {
    scribbles: scribbles.map((one) => ({ ...one, points: one.points.map(place) })),
    before: before && resizeMask(unpack(before, of.width * of.height), of.width, of.height, picture.width, picture.height),
    box: box && [box[0] * fx, box[1] * fy, box[2] * fx, box[3] * fy],
  };
}

// Under Node, where the tests run, there is no scope of a worker.
if (typeof self !== "undefined" && "postMessage" in self) {
  self.addEventListener("message", (/** @type {MessageEvent<Order>} */ { data }) => {
    const reply = answer(data);
    self.postMessage(reply, { transfer: reply.packed ? [reply.packed.buffer] : [] });
  });
}
