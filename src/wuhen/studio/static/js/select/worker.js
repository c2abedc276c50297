/**
 * The worker that makes masks: `{ id, task, image, options }` in, `{ id, packed, width, height }` or
 * `{ id, error }` out. The mask is of the image's own size, packed by `pack`.
 */

import { pack, unpack } from "./picture.js";
import { segment, sharpen } from "./segment.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {object} Order
 * @property {number | string} id
 * @property {"segment" | "sharpen"} task
 * @property {ImageBitmap | Picture} image a bitmap is closed when it has been read
 * @property {import("./segment.js").Hints} [options] of `segment` and `sharpen`; its `before`, which the latter begins
 *   with, is packed
 * @typedef {object} Answer
 * @property {number | string} id
 * @property {Uint8Array} [packed]
 * @property {number} [width]
 * @property {number} [height]
 * @property {string} [error]
 */

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
export function answer({ id, task, image, options }) {
  try {
    const picture = read(image);
    const { width, height } = picture;
    if (task === "segment" && options) {
      const before = options.before && unpack(options.before, width * height);
      return { id, packed: pack(segment(picture, { ...options, before })), width, height };
    }
    if (task === "sharpen" && options?.before) {
      const rough = unpack(options.before, width * height);
      return { id, packed: pack(sharpen(picture, rough, options)), width, height };
    }
    throw new TypeError(`There is no task ${JSON.stringify(task)} with these options.`);
  } catch (error) {
    return { id, error: String(error) };
  }
}

// Under Node, where the tests run, there is no scope of a worker.
if (typeof self !== "undefined" && "postMessage" in self) {
  self.addEventListener("message", (/** @type {MessageEvent<Order>} */ { data }) => {
    const reply = answer(data);
    self.postMessage(reply, { transfer: reply.packed ? [reply.packed.buffer] : [] });
  });
}
