/** Which mask belongs to which photo, told from their names: the rules that `wuhen erase` has for folders. */

import { typed } from "../studio/types.js";

/**
 * @typedef {object} Pair
 * @property {File} photo
 * @property {File | null} mask
 * @property {"batch.noMask" | "batch.ambiguous"} lack Why there is no mask, where there is none.
 */

/**
 * @typedef {object} Rule
 * @property {(photo: File) => string} wanted What a mask is called.
 * @property {(mask: File) => string} called
 * @property {boolean} [sameType]
 * @property {boolean} [ending] A photo may be called so, too.
 */

const ENDINGS = ["_mask", "-mask"];

/** @param {File} file */
const name = (file) => file.name.normalize("NFC").toLowerCase();

/** @param {File} file */
const stem = (file) => name(file).replace(/\.[^.]*$/, "");

/** @param {File} file */
const type = (file) => typed(file, file.name).type;

/** @type {Rule[]} From the surest to the vaguest. */
const RULES = [
  { wanted: name, called: name },
  { wanted: name, called: stem },
  ...ENDINGS.map((ending) => ({ wanted: (/** @type {File} */ photo) => name(photo) + ending, called: stem })),
  { wanted: stem, called: stem, sameType: true },
  ...ENDINGS.map((ending) => ({ wanted: (/** @type {File} */ photo) => stem(photo) + ending, called: stem, ending: true })),
  { wanted: stem, called: stem },
];

/**
 * Give each photo its mask: the one for all, or one that fits it and no other photo as well.
 *
 * @param {File[]} photos
 * @param {File[]} masks
 * @returns {Pair[]}
 */
export function pair(photos, masks) {
  if (masks.length === 1) return photos.map((photo) => ({ photo, mask: masks[0], lack: "batch.noMask" }));
  /** @type {Map<File, Pair>} */
  const found = new Map();
  const free = new Set(masks);
  for (const rule of RULES) {
    const open = photos.filter((photo) => !found.has(photo));
    const claims = claimsOf(open, free, rule, new Set(photos.map(stem)));
    const claimed = [...claims.values()].flat();
    for (const [photo, [mask, ...others]] of claims) {
      const sure = others.length === 0 && claimed.indexOf(mask) === claimed.lastIndexOf(mask);
      found.set(photo, { photo, mask: sure ? mask : null, lack: "batch.ambiguous" });
    }
    for (const mask of claimed) free.delete(mask);
  }
  return photos.map((photo) => found.get(photo) ?? { photo, mask: null, lack: "batch.noMask" });
}

/**
 * @param {File[]} photos
 * @param {Set<File>} masks
 * @param {Rule} rule
 * @param {Set<string>} stems Of all photos.
 * @returns {Map<File, File[]>} The masks that each photo may have by one rule.
 */
function claimsOf(photos, masks, { wanted, called, sameType, ending }, stems) {
  /** @type {Map<string, File[]>} */
  const byName = new Map();
  for (const mask of masks) {
    // The mask of a photo called a_mask.jpg is not that of a.jpg.
    if (!ending || !stems.has(stem(mask))) byName.set(called(mask), [...(byName.get(called(mask)) ?? []), mask]);
  }
  const claims = new Map();
  for (const photo of photos) {
    const fitting = (byName.get(wanted(photo)) ?? []).filter((mask) => !sameType || type(mask) === type(photo));
    if (fitting.length) claims.set(photo, fitting);
  }
  return claims;
}
