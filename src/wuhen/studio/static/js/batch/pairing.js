/** Which mask belongs to which photo, told from their names: the rules that `wuhen erase` has for folders. */

import { typed } from "../studio/types.js";

/** @typedef {import("./given.js").Given} Given */

/**
 * @typedef {object} Pair
 * @property {Given | null} mask
 * @property {"batch.noMask" | "batch.ambiguous"} lack Why there is no mask, where there is none.
 */

/**
 * @typedef {object} Rule
 * @property {(photo: Given) => string} wanted What a mask is called.
 * @property {(mask: Given) => string} called
 * @property {boolean} [sameType]
 * @property {boolean} [ending] A photo may be called so, too.
 */

const ENDINGS = ["_mask", "-mask"];

/** @param {Given} given */
const name = ({ file }) => file.name.normalize("NFC").toLowerCase();

/** @param {Given} given */
const stem = (given) => name(given).replace(/\.[^.]*$/, "");

/** @param {Given} given */
const type = ({ file }) => typed(file, file.name).type;

/** @param {Given} given The folders below the one that was handed over: masks have a folder of their own beside the photos'. */
const folder = ({ path }) => path.normalize("NFC").toLowerCase().split("/").slice(1, -1).join("/");

/** @type {Rule[]} From the surest to the vaguest. */
const RULES = [
  { wanted: name, called: name },
  { wanted: name, called: stem },
  ...ENDINGS.map((ending) => ({ wanted: (/** @type {Given} */ photo) => name(photo) + ending, called: stem })),
  { wanted: stem, called: stem, sameType: true },
  ...ENDINGS.map((ending) => ({ wanted: (/** @type {Given} */ photo) => stem(photo) + ending, called: stem, ending: true })),
  { wanted: stem, called: stem },
];

/**
 * Give each photo its mask: the one for all, or one that fits it and no other photo as well, of the same folder before
 * others.
 *
 * @param {readonly Given[]} photos
 * @param {readonly Given[]} masks
 * @returns {Pair[]} One for each photo.
 */
export function pair(photos, masks) {
  if (masks.length === 1) return photos.map(() => ({ mask: masks[0], lack: "batch.noMask" }));
  /** @type {Map<Given, Pair>} */
  const found = new Map();
  const free = new Set(masks);
  const folders = new Set(photos.map(folder));
  if (folders.size > 1) {
    for (const one of folders) {
      const here = (/** @type {Given} */ given) => folder(given) === one;
      give(photos.filter(here), new Set(masks.filter(here)), found, free);
    }
  }
  give(photos, free, found, free);
  return photos.map((photo) => found.get(photo) ?? { mask: null, lack: "batch.noMask" });
}

/**
 * Tell the masks from the photos, where both are handed over together: by a folder of that name, or by a name that only
 * the mask of another one has.
 *
 * @param {readonly Given[]} given
 * @param {readonly Given[]} photos That there are already.
 * @returns {{ photos: Given[], masks: Given[] }}
 */
export function toldApart(given, photos) {
  const names = new Set([...given, ...photos].map(name));
  const stems = new Set([...given, ...photos].map(stem));
  const isMask = (/** @type {Given} */ one) => {
    const own = stem(one);
    const ending = ENDINGS.find((each) => own.endsWith(each));
    return /(^|\/)masks?\//i.test(one.path) || names.has(own) || (ending !== undefined && (stems.has(own.slice(0, -ending.length)) || names.has(own.slice(0, -ending.length))));
  };
  const masks = given.filter(isMask);
  // Where all are masks, none is one: it is only what their folder is called.
  if (masks.length === given.length && !photos.length) return { photos: [...given], masks: [] };
  return { photos: given.filter((one) => !masks.includes(one)), masks };
}

/**
 * @param {readonly Given[]} photos
 * @param {ReadonlySet<Given>} masks
 * @param {Map<Given, Pair>} found Gets what is found.
 * @param {Set<Given>} free Loses the masks that are claimed.
 */
function give(photos, masks, found, free) {
  const stems = new Set(photos.map(stem));
  for (const rule of RULES) {
    const open = photos.filter((photo) => !found.has(photo));
    const claims = claimsOf(open, [...masks].filter((mask) => free.has(mask)), rule, stems);
    const claimed = [...claims.values()].flat();
    for (const [photo, [mask, ...others]] of claims) {
      const sure = others.length === 0 && claimed.indexOf(mask) === claimed.lastIndexOf(mask);
      found.set(photo, { mask: sure ? mask : null, lack: "batch.ambiguous" });
    }
    for (const mask of claimed) free.delete(mask);
  }
}

/**
 * @param {readonly Given[]} photos
 * @param {readonly Given[]} masks
 * @param {Rule} rule
 * @param {Set<string>} stems Of all photos.
 * @returns {Map<Given, Given[]>} The masks that each photo may have by one rule.
 */
function claimsOf(photos, masks, { wanted, called, sameType, ending }, stems) {
  /** @type {Map<string, Given[]>} */
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
