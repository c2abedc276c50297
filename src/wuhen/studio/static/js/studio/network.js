/** Smart select by the service's network: which object scribbles mean. */

import { ask, base64, blob } from "../api/client.js";
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
 * @property {Map<string, Promise<Answer>>} answers By what was asked.
 *
 * @typedef {{ mask: Bits, score: number }} Answer What was selected, and how well the network thinks that it fits.
 */

/** @type {WeakMap<Picture, Known>} */
const pictures = new WeakMap();

/** An object that the network thinks to fit less well is two or more, or none. */
const GOOD = 0.8;

/**
 * Select what scribbles mean, in their order. Where they mean no one object to the network, each that adds means one
 * of its own; those that take away say of all of them what does not belong.
 *
 * @param {Picture} picture
 * @param {Scribble[]} scribbles
 * @returns {Promise<Bits | null>} Null where nothing is selected, or the service has no such network.
 */
export async function selectByNetwork(picture, scribbles) {
  if (scribbles.length && !scribbles[0].takesAway) {
    const { mask, score } = await answer(picture, scribbles);
    if (score >= GOOD || scribbles.length === 1) return isEmpty(mask) ? null : mask;
  }
  const takingAway = scribbles.filter((one) => one.takesAway);
  const objects = await Promise.all(scribbles.filter((one) => !one.takesAway).map((one) => answer(picture, [one, ...takingAway])));
  const all = objects.map(({ mask }) => mask).reduce(union);
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
 * @param {Scribble[]} scribbles
 * @returns {Promise<Answer>}
 */
function answer(picture, scribbles) {
  const known = pictures.get(picture) ?? { copy: reduced(picture), answers: new Map() };
  pictures.set(picture, known);
  const share = shareOf(picture);
  const place = (/** @type {[number, number]} */ [x, y]) => ({
    X: Math.min(Math.round(picture.width * share) - 1, Math.max(0, Math.floor(x * share))),
    Y: Math.min(Math.round(picture.height * share) - 1, Math.max(0, Math.floor(y * share))),
  });
  const Points = scribbles.flatMap(({ points, takesAway }) => spread(points).map((point) => ({ ...place(point), ...(takesAway && { Outside: 1 }) })));
  const question = JSON.stringify(Points);
  let found = known.answers.get(question);
  if (!found) {
    found = known.copy.then((InputImage) => ask("SelectObject", { InputImage, Points })).then(async ({ Mask, Score }) => ({ mask: await readMask(blob(Mask), picture), score: Score }));
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
