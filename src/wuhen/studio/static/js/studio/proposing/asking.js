/** What could go from a photo: asked of the service by a reduced copy, in the background. */

import { askQuietly, base64, blob } from "../../api/client.js";
import { copyOf, inReadingOrder } from "../finding.js";
import { findable, USUAL } from "../kinds.js";
import { masks, readMask } from "../masks.js";

/** @typedef {import("../bits.js").Bits} Bits */
/** @typedef {import("../finding.js").Place} Place */
/** @typedef {import("../kinds.js").Kind} Kind */
/** @typedef {import("../work.js").Work} Work */

/** Longest side of what is sent, in pixels: what is found is found at about this size. */
const LONGEST = 2048;
const QUALITY = 0.92;
/** Text of a lower score is found for whoever looks for it, but not proposed: a row of people may be taken for some. */
const SURE = 0.9;
/** So many samples tell whether a place is erased already. */
const SAMPLES = 20_000;

/** One kind of thing that could go, with all places where there is one. */
export class Proposal {
  /**
   * @param {Kind} kind
   * @param {Place[]} places
   * @param {Proposals} all
   */
  constructor(kind, places, all) {
    this.kind = kind;
    this.places = places;
    this.all = all;
    /** @type {Promise<Bits> | null} */
    this.made = null;
  }

  /**
   * @param {Bits} erased
   * @returns {Promise<Proposal | null>} What is left of it; null for nothing.
   */
  async without(erased) {
    const bits = await this.bits();
    const places = this.places.filter((place) => !isGone(place, bits, erased));
    if (places.length === this.places.length) return this;
    return places.length ? new Proposal(this.kind, places, this.all) : null;
  }

  /** @returns {Promise<Bits>} Its mask, of the photo's size. */
  bits() {
    this.made ??= this.#make();
    return this.made;
  }

  async #make() {
    const { work, mask, found } = this.all;
    const added = await readMask(mask, work);
    const corners = (/** @type {boolean} */ own) => found.filter((place) => this.places.includes(place) === own).map((place) => place.corners);
    const question = { task: "raster", shapes: [], width: work.width, height: work.height, added, out: corners(false), kept: corners(true) };
    return (await masks.ask(question)).bits;
  }
}

/** @typedef {{ work: Work, mask: Blob, found: Place[] }} Proposals What the service found in a photo. */

/**
 * @param {Work} work
 * @param {AbortSignal} signal
 * @returns {Promise<Proposal[]>} Kinds of which there is nothing are missing.
 */
export async function propose(work, signal) {
  const kinds = await findable([...USUAL, "dust"]);
  if (!kinds.length) return [];
  const InputImage = await base64(await copyOf(work.picture, LONGEST, QUALITY));
  signal.throwIfAborted();
  const { Mask, Places, Width, Height } = await askQuietly("FindRegions", { InputImage, Find: kinds }, signal);
  const [across, down] = [work.width / Width, work.height / Height];
  const found = Places.map((/** @type {Record<string, any>} */ { What, Score, Box, Corners }) => ({
    what: What,
    sure: What !== "text" || Score >= SURE,
    box: [Box.X * across, Box.Y * down, Box.Width * across, Box.Height * down],
    corners: Corners.flatMap((/** @type {{ X: number, Y: number }} */ corner) => [corner.X * across, corner.Y * down]),
  }));
  const all = { work, mask: blob(Mask), found };
  return kinds.flatMap((kind) => {
    const places = inReadingOrder(found.filter((/** @type {Place & { sure: boolean }} */ { what, sure }) => sure && what === kind));
    return places.length ? [new Proposal(kind, places, all)] : [];
  });
}

/**
 * Tell whether a place is erased already.
 *
 * @param {Place} place
 * @param {Bits} bits What was found.
 * @param {Bits} erased Of the same size.
 */
function isGone({ box: [left, top, width, height] }, bits, erased) {
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / SAMPLES)));
  const is = (/** @type {Bits} */ { packed }, /** @type {number} */ at) => (packed[at >> 3] >> (at & 7)) & 1;
  let [all, gone] = [0, 0];
  for (let y = Math.floor(top); y < Math.min(bits.height, top + height); y += step) {
    for (let x = Math.floor(left); x < Math.min(bits.width, left + width); x += step) {
      const at = y * bits.width + x;
      if (!is(bits, at)) continue;
      all++;
      gone += is(erased, at);
    }
  }
  return 2 * gone >= all;
}
