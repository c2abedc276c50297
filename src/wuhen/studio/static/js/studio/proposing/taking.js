/** Taking what is proposed into the mask, and leaving it again: each is one step to undo. */

import { union } from "../bits.js";
import { inReadingOrder } from "../finding.js";

/** @typedef {import("./asking.js").Proposal} Proposal */
/** @typedef {import("../finding.js").Place} Place */
/** @typedef {import("../strokes.js").Found} Found */
/** @typedef {import("../strokes.js").Shape} Shape */
/** @typedef {import("../work.js").Work} Work */

/** @param {Place} place @returns {string} The same for the same place, also when work was kept and is brought back. */
const nameOf = ({ what, box }) => `${what} ${box.map(Math.round).join()}`;

/**
 * Return what of the mask comes from proposals alone, and what was painted on it later.
 *
 * @param {readonly Shape[]} shapes
 * @param {readonly Proposal[]} proposals
 * @param {readonly Shape[]} [above] What an object left that was taken over them, and what was painted on that.
 * @returns {{ found: Found, later: readonly Shape[], above: readonly Shape[] } | null}
 */
function standing(shapes, proposals, above = []) {
  const at = shapes.findLastIndex((shape) => shape.kind === "raster");
  const shape = shapes[at];
  if (shape?.kind !== "raster") return null;
  const { found, effects } = shape;
  if (!found) return effects ? standing(effects.under, proposals, shapes.slice(at)) : null;
  const own = new Set(proposals.flatMap(({ places }) => places.map(nameOf)));
  return found.places.every((place) => own.has(nameOf(place))) ? { found, later: shapes.slice(at + 1), above } : null;
}

/**
 * @param {Work} work
 * @param {readonly Proposal[]} proposals
 * @returns {Set<Proposal>} Those that are in the mask, each with one of its places at least.
 */
export function taken(work, proposals) {
  const found = standing(work.shapes, proposals)?.found;
  const kept = new Set(found?.places.filter((_, index) => !found.left.has(index)).map(nameOf));
  return new Set(proposals.filter(({ places }) => places.some((place) => kept.has(nameOf(place)))));
}

/**
 * Take a proposal into the mask, or leave it where it is there.
 *
 * @param {Work} work
 * @param {readonly Proposal[]} proposals All that there are.
 * @param {Proposal} one
 */
export async function toggle(work, proposals, one) {
  const { state } = work;
  const before = standing(work.shapes, proposals);
  const under = before ? before.found.under : work.shapes;
  const { later = [], above = [] } = before ?? {};
  const wanted = taken(work, proposals);
  if (!wanted.delete(one)) wanted.add(one);
  if (!wanted.size) {
    const shapes = await work.relaid([...under, ...later], above);
    if (work.state === state) work.replace(shapes);
    return;
  }
  const bits = (await Promise.all([...wanted].map((proposal) => proposal.bits()))).reduce(union);
  const places = inReadingOrder([...wanted].flatMap((proposal) => proposal.places));
  const out = new Set(before?.found.places.filter((place, index) => place.what !== one.kind && before.found.left.has(index)).map(nameOf));
  const left = new Set(places.flatMap((place, index) => (out.has(nameOf(place)) ? [index] : [])));
  // Whoever has painted on meanwhile does not want it any more.
  if (work.state === state) await work.find({ bits, places, under, left }, later, above);
}
