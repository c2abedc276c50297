/** What there is to choose from: the ways to fill each part of what a result has erased last, and the favourites. */

import { ApiError } from "../../api/client.js";
import { extent, isEmpty, without } from "../bits.js";
import { askPatches, layPatch } from "../crops/asking.js";
import { partsOf } from "./parts.js";

/** @typedef {import("../../api/client.js").Told} Told */
/** @typedef {import("../bits.js").Bits} Bits */
/** @typedef {import("../crops/patched.js").Patch} Patch */
/** @typedef {import("../picture.js").Picture} Picture */
/** @typedef {import("../work.js").Result} Result */
/** @typedef {import("../work.js").Work} Work */
/** @typedef {{ patch: Patch | null, picture: Picture }} Way The first has no patch of its own. */

/**
 * @typedef {object} Part
 * @property {Bits} bits
 * @property {{ left: number, top: number, width: number, height: number }} box
 * @property {Way[]} ways
 * @property {number} favourite
 */

/** How many ways there are of each part. */
export const WAYS = 4;
/** What a call is answered that takes longer than it may. */
const TOO_LONG = "FailedOperation.RequestTimeout";

export class ChoiceSet {
  /**
   * @param {Work} work
   * @param {Result} first
   */
  constructor(work, first) {
    this.work = work;
    this.first = first;
    const before = first.from?.erased;
    const hole = before ? without(first.erased, before) : first.erased;
    const start = () => ({ ways: [{ patch: null, picture: first.picture }], favourite: 0 });
    /** @type {Part[]} */
    this.parts = split(work, first, hole).map((bits) => ({ bits, box: boxOf(bits, first), ...start() }));
    /** @type {Map<string, Result>} By the favourites of all parts. */
    this.results = new Map([[this.key, first]]);
  }

  get key() {
    return this.parts.map(({ favourite }) => favourite + 1).join("");
  }

  /**
   * Have the ways of a part made that are missing.
   *
   * @param {Part} part
   * @param {AbortSignal} signal
   * @param {Told} told
   * @param {() => void} made Told when there are more.
   */
  async complete(part, signal, told, made) {
    const { work, first } = this;
    const alone = this.parts.length === 1;
    const from = alone ? first.from : first;
    const cut = alone ? first.cut : await work.planPart(first, part.bits);
    if (!cut) return;
    let most = WAYS;
    while (part.ways.length < WAYS) {
      const candidates = Math.min(most, WAYS - part.ways.length);
      const asked = askPatches(work, from, cut, { seed: part.ways.length, candidates, signal, told });
      const patches = await asked.then(
        (answer) => answer.patches,
        (error) => {
          // One of them may still be done in the time that a call has.
          if (candidates === 1 || !(error instanceof ApiError && error.code === TOO_LONG)) throw error;
          most = 1;
          return [];
        },
      );
      for (const patch of patches) {
        const { picture } = await layPatch(work, from, patch, first);
        part.ways.push({ patch, picture });
      }
      made();
    }
  }

  /** @returns {Promise<Result>} The favourites of all parts together. */
  async result() {
    const { work, first, key } = this;
    const known = this.results.get(key);
    if (known) return known;
    const name = `${first.name}.${key}`;
    const { erased, cut } = first;
    let result = this.parts.length === 1 ? first.from : first;
    for (const { ways, favourite } of this.parts) {
      const { patch } = ways[favourite];
      if (patch) result = await layPatch(work, result, patch, { erased, cut, name });
    }
    const made = { .../** @type {Result} */ (result), from: first.from, name };
    this.results.set(key, made);
    return made;
  }

  /** @param {Result} result @returns {boolean} Whether it was made of these. */
  has(result) {
    return [...this.results.values()].includes(result);
  }
}

/**
 * @param {Work} work
 * @param {Result} first
 * @param {Bits} hole
 * @returns {Bits[]}
 */
function split(work, first, hole) {
  // Of a photo that is transparent a patch has all that was erased in it; and a fill that is filled anew is one.
  return work.look.transparent || first.cut.again || isEmpty(hole) ? [hole] : partsOf(hole);
}

/** @param {Bits} bits @param {Result} first @returns {Part["box"]} */
function boxOf(bits, first) {
  if (!isEmpty(bits)) return extent(bits);
  const { x, y, width, height } = first.patches[first.patches.length - 1];
  return { left: x, top: y, width, height };
}
