/** Asking the service what there is in a photo that might go: text, watermarks. */

import { ask, base64, blob } from "../api/client.js";
import { readMask } from "./masks.js";
import { Mismatch } from "./work.js";

/** @typedef {import("./bits.js").Bits} Bits */
/** @typedef {import("./work.js").Work} Work */

/** @typedef {import("./kinds.js").Kind} Kind */
/** @typedef {[number, number, number, number]} Box Left, top, width and height, in pixels of the photo. */

/**
 * @typedef {object} Place
 * @property {Kind} what
 * @property {Box} box
 * @property {number[]} corners x and y of each of four.
 */

/**
 * Look at what is shown of a photo.
 *
 * @param {Work} work
 * @param {object} how
 * @param {readonly Kind[]} how.kinds
 * @param {number} how.sensitivity From 0 to 1.
 * @param {Box | null} how.within Where to look; null for everywhere.
 * @param {AbortSignal} how.signal
 * @returns {Promise<{ bits: Bits, places: Place[] }>}
 */
export async function findPlaces(work, { kinds, sensitivity, within, signal }) {
  const [X, Y, Width, Height] = within ?? [];
  const parameters = {
    InputImage: await base64(work.result ? await copyOf(work.result.picture) : work.sent),
    Find: kinds,
    Sensitivity: sensitivity,
    ...(within ? { FindIn: { X, Y, Width, Height } } : {}),
  };
  const { Mask, Places } = await ask("FindRegions", parameters, signal);
  const bits = await readMask(blob(Mask), work);
  if (bits.width !== work.width || bits.height !== work.height) throw new Mismatch(bits, work);
  const places = Places.map((/** @type {Record<string, any>} */ { What, Box, Corners }) => ({
    what: What,
    box: [Box.X, Box.Y, Box.Width, Box.Height],
    corners: Corners.flatMap((/** @type {{ X: number, Y: number }} */ corner) => [corner.X, corner.Y]),
  }));
  return { bits, places: inReadingOrder(places) };
}

/**
 * @param {import("./picture.js").Picture} picture
 * @param {number} longest Its longest side, in pixels.
 * @param {number} quality
 * @returns {Promise<Blob>} A copy that is as good as the picture to look at.
 */
export function copyOf(picture, longest = Infinity, quality = 0.95) {
  const { width, height } = picture;
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext("2d");
  if (context) picture.draw(context, [0, 0, width, height], [0, 0, canvas.width, canvas.height], scale);
  return canvas.convertToBlob({ type: "image/jpeg", quality });
}

/**
 * @param {Place[]} places
 * @returns {Place[]} Line by line, each from left to right: whoever goes through the list knows where in the photo he is.
 */
export function inReadingOrder(places) {
  /** @type {{ end: number, line: Place[] }[]} Each with the highest middle of what it has. */
  const lines = [];
  for (const place of places.toSorted((one, other) => one.box[1] - other.box[1])) {
    const [, top, , height] = place.box;
    const middle = top + height / 2;
    const last = lines.at(-1);
    if (last && top < last.end) {
      last.line.push(place);
      last.end = Math.min(last.end, middle);
    } else lines.push({ end: middle, line: [place] });
  }
  return lines.flatMap(({ line }) => line.sort((one, other) => one.box[0] - other.box[0]));
}

/**
 * @param {readonly Place[]} places
 * @param {[number, number]} point
 * @returns {number} Which of them is there, the smallest if several; -1 for none.
 */
export function placeAt(places, [x, y]) {
  let found = -1;
  for (const [index, { box }] of places.entries()) {
    const [left, top, width, height] = box;
    if (x < left || y < top || x > left + width || y > top + height) continue;
    if (found < 0 || width * height < places[found].box[2] * places[found].box[3]) found = index;
  }
  return found;
}
