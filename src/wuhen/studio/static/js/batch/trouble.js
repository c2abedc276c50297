/** Why a photo of the batch cannot be worked on, known before it is sent. */

import { isScaled } from "../studio/reading.js";

/** @typedef {import("./items.js").Item} Item */

/** What is said while nothing says what is to go: no fault of any photo. */
export const UNDECIDED = "batch.undecided";

/**
 * @typedef {object} Saying What to say, in whatever language the page has when it is said.
 * @property {string} words
 * @property {Record<string, string | number>} [values]
 */

/**
 * @param {Pick<Item, "unusable" | "mask" | "lack" | "size">} item
 * @param {Pick<import("./items.js").Wanted, "find" | "areas">} wanted
 * @param {boolean} undecided Whether nothing says yet what is to go.
 * @param {import("./items.js").Size | null | undefined} maskSize Null where the mask cannot be read, undefined where that is not known.
 * @returns {Saying | null}
 */
export function troubleOf(item, { find, areas }, undecided, maskSize) {
  if (item.unusable) return item.unusable;
  if (undecided) return { words: UNDECIDED };
  if (!item.mask) {
    if (item.lack === "batch.ambiguous") return { words: item.lack };
    return find.size || areas.length ? null : { words: "batch.noMask" };
  }
  const name = item.mask.file.name;
  if (maskSize === null) return { words: "batch.maskUnreadable", values: { name } };
  if (!maskSize || !item.size || isScaled(maskSize, item.size)) return null;
  const values = { name, mask: `${maskSize.width} × ${maskSize.height}`, photo: `${item.size.width} × ${item.size.height}` };
  return { words: "batch.mismatch", values };
}
