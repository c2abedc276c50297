/** What a work looks like, small enough for a list. */

const LONGEST = 320;

/** @typedef {import("../work.js").Work} Work */
/** @typedef {import("../picture.js").Picture} Picture */

/** @type {WeakMap<Picture, Promise<Blob>>} */
const made = new WeakMap();

/** @param {Work} work @returns {Promise<Blob>} */
export function thumbnailOf(work) {
  const { picture } = work.result ?? work;
  const known = made.get(picture) ?? draw(picture);
  made.set(picture, known);
  return known;
}

/** @param {Picture} picture @returns {Promise<Blob>} */
function draw(picture) {
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(picture.at(scale), 0, 0, width, height);
  return canvas.convertToBlob({ type: "image/webp", quality: 0.8 });
}
