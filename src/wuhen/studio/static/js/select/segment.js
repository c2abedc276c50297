/**
 * Smart select: from clicks and scribbles on an object to its outline. What is meant is found on a reduced picture,
 * and its outline refined from scale to scale.
 */

import { corrected, findObject } from "./candidates.js";
import { marked } from "./marks.js";
import { refineAll, scalesOf, seedsAt } from "./outline.js";
import { resizeMask } from "./picture.js";
import { tidy } from "./tidy.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./marks.js").Scribble} Scribble
 * @typedef {object} Hints
 * @property {Scribble[]} scribbles where two cross, the later one counts
 * @property {Uint8Array} [before] what was found without the last of them, `width * height`, not 0 = object
 * @property {[number, number, number, number]} [box] x, y, width and height of what holds the object
 * @typedef {object} Sketch An object as it was found on a reduced picture.
 * @property {Picture} scale the picture
 * @property {Uint8Array} label 1 = object
 */

/** Longest side of the picture at the scale where the object is found. */
const COARSE = 200;
/** And at the first one where an outline is sharpened that somebody else has found: a network's is about as fine. */
const ROUGH = 800;
/** The share of what was added that may be lost while its outline is refined. */
const LOST = 0.5;

/**
 * @param {Picture} picture
 * @param {Hints} hints
 * @returns {Uint8Array} `width * height`, 1 = object
 */
export function segment(picture, hints) {
  const found = sketch(picture, hints);
  if (!found) return new Uint8Array(picture.width * picture.height);
  const { scale, label } = found;
  const finer = scalesOf(picture, Math.max(scale.width, scale.height)).slice(1);
  const refined = refineAll(picture, finer, label, scale, hints);
  if (hints.before) keepSides(picture, finer, refined, found, hints.before, hints.scribbles);
  return tidy(refined, picture, hints.scribbles);
}

/**
 * What adds takes nothing away, and what takes away adds nothing. What was added and is lost again, since its colours
 * count for little beside those of all that was selected, has its outline by its own.
 * @param {Picture} picture
 * @param {Picture[]} finer
 * @param {Uint8Array} mask it is changed
 * @param {Sketch} found
 * @param {Uint8Array} before
 * @param {Scribble[]} scribbles
 */
function keepSides(picture, finer, mask, { scale, label }, before, scribbles) {
  const last = scribbles[scribbles.length - 1];
  if (last.takesAway) {
    for (let p = 0; p < mask.length; p++) if (!before[p]) mask[p] = 0;
    return;
  }
  const was = resizeMask(before, picture.width, picture.height, scale.width, scale.height);
  const added = label.map((value, p) => (value && !was[p] ? 1 : 0));
  const kept = resizeMask(mask, picture.width, picture.height, scale.width, scale.height);
  const lost = added.filter((value, p) => value && !kept[p]).length > LOST * added.filter(Boolean).length;
  const hints = { scribbles: [...scribbles.filter((one) => one.takesAway), last] };
  const own = lost ? refineAll(picture, finer, added, scale, hints) : null;
  for (let p = 0; p < mask.length; p++) if (before[p] || own?.[p]) mask[p] = 1;
}

/**
 * What a click or a scribble would select, in outline no finer than the picture was looked at.
 * @param {Picture} picture
 * @param {Hints} hints
 * @returns {Sketch | null} null where nothing says what is meant
 */
export function sketch(picture, hints) {
  if (!hints.scribbles.some((one) => one.points.length && !one.takesAway)) return null;
  const [scale] = scalesOf(picture, COARSE);
  const seeds = seedsAt(scale, picture, hints);
  return { scale, label: hints.before ? corrected(scale, picture, hints.before, hints.scribbles, seeds) : findObject(scale, seeds) };
}

/**
 * Whether what was found agrees with the last scribble beside the very pixels that it lies on.
 * @param {Sketch} found
 * @param {Picture} picture
 * @param {Hints} hints
 */
function heeds({ scale: { width, height }, label }, picture, { scribbles }) {
  const last = scribbles[scribbles.length - 1];
  const places = [...marked([last], width, height, width / picture.width, height / picture.height).keys()];
  const wanted = last.takesAway ? 0 : 1;
  const beside = places.flatMap((p) => [p - 2, p + 2, p - 2 * width, p + 2 * width]).filter((p) => p >= 0 && p < label.length);
  return beside.filter((p) => label[p] === wanted).length >= beside.length / 2;
}

/**
 * Bring an outline that somebody else has found to the edges beside it.
 * @param {Picture} picture
 * @param {Uint8Array} rough `width * height`, not 0 = object
 * @param {Hints} hints what told the object
 * @returns {Uint8Array} `width * height`, 1 = object
 */
export function sharpen(picture, rough, hints) {
  const found = { scale: picture, label: rough };
  if (heeds(found, picture, hints)) return tidy(refineAll(picture, scalesOf(picture, ROUGH), rough, picture, hints), picture, hints.scribbles);
  return segment(picture, { ...hints, before: rough });
}
