/** Smart select by the service's network, where it has one: which object a scribble means. */

import { ask, base64, blob } from "../api/client.js";
import { serviceSelects } from "../api/limits.js";
import { isEmpty, union } from "./bits.js";
import { readMask } from "./masks.js";

/** @typedef {import("./bits.js").Bits} Bits */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./strokes.js").Scribble} Scribble */

/** The network looks at no more than this; what is sent is no larger. */
const SIDE = 1024;
/** Points of a scribble that are told: those of one lie close together. */
const MOST_POINTS = 5;

/**
 * @typedef {object} Known What is known of a picture.
 * @property {Promise<string>} copy As base64, reduced.
 * @property {Map<string, Promise<Bits>>} answers By what was asked.
 */

/** @type {WeakMap<Picture, Known>} */
const pictures = new WeakMap();

/**
 * Select what scribbles mean: each that adds means an object of its own, or a further part of one; those that take
 * away say of all of them what does not belong.
 *
 * @param {Picture} picture
 * @param {Scribble[]} scribbles
 * @returns {Promise<Bits | null>} Null where nothing is selected, or the service has no such network.
 */
export async function selectByNetwork(picture, scribbles) {
  if (!(await serviceSelects())) return null;
  const outside = scribbles.filter((one) => one.takesAway).flatMap((one) => spread(one.points));
  const objects = await Promise.all(scribbles.filter((one) => !one.takesAway).map((one) => answer(picture, spread(one.points), outside)));
  const all = objects.reduce(union);
  return isEmpty(all) ? null : all;
}

/**
 * @param {[number, number][]} points
 * @returns {[number, number][]} Some of them, from the first to the last.
 */
function spread(points) {
  const count = Math.min(points.length, MOST_POINTS);
  const last = points.length - 1;
  return Array.from({ length: count }, (_, i) => points[Math.round((i * last) / Math.max(1, count - 1))]);
}

/**
 * @param {Picture} picture
 * @param {[number, number][]} inside
 * @param {[number, number][]} outside
 * @returns {Promise<Bits>}
 */
function answer(picture, inside, outside) {
  const known = pictures.get(picture) ?? { copy: reduced(picture), answers: new Map() };
  pictures.set(picture, known);
  const share = shareOf(picture);
  const place = (/** @type {[number, number]} */ [x, y]) => ({
    X: Math.min(Math.round(picture.width * share) - 1, Math.max(0, Math.floor(x * share))),
    Y: Math.min(Math.round(picture.height * share) - 1, Math.max(0, Math.floor(y * share))),
  });
  const Points = [...inside.map(place), ...outside.map((point) => ({ ...place(point), Outside: 1 }))];
  const question = JSON.stringify(Points);
  let found = known.answers.get(question);
  if (!found) {
    found = known.copy.then((InputImage) => ask("SelectObject", { InputImage, Points })).then(({ Mask }) => readMask(blob(Mask), picture));
    known.answers.set(question, found);
    found.catch(() => known.answers.delete(question));
  }
  return found;
}

/** @param {Picture} picture */
function shareOf({ width, height }) {
  return Math.min(1, SIDE / Math.max(width, height));
}

/**
 * @param {Picture} picture
 * @returns {Promise<string>}
 */
async function reduced(picture) {
  const share = shareOf(picture);
  const canvas = new OffscreenCanvas(Math.round(picture.width * share), Math.round(picture.height * share));
  const context = canvas.getContext("2d");
  if (context) context.imageSmoothingQuality = "high";
  context?.drawImage(picture.at(share), 0, 0, canvas.width, canvas.height);
  return base64(await canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 }));
}
