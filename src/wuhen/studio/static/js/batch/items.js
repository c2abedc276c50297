/** The batch: its photos, what is to go from them, and what has become of each. */

import { pair } from "./pairing.js";
import { troubleOf, UNDECIDED } from "./trouble.js";

/** @typedef {import("./given.js").Given} Given */
/** @typedef {import("./trouble.js").Saying} Saying */
/** @typedef {{ width: number, height: number }} Size */

/**
 * @typedef {object} Result
 * @property {string} name A file's name, without folders.
 * @property {Blob} file
 * @property {string[]} remarks What to know of it, as the service said it.
 * @property {readonly [any, number][]} found What was found in the photo, and how often.
 */

/**
 * @typedef {object} Item A photo of the batch.
 * @property {number} id
 * @property {File} photo
 * @property {string} path Its folders and name.
 * @property {Given | null} mask
 * @property {import("./pairing.js").Pair["lack"]} lack Why there is no mask, where there is none.
 * @property {boolean} looked Whether it has been opened to see what it is.
 * @property {Size | null} size Upright; null where it is not known.
 * @property {Blob | null} thumbnail
 * @property {Saying | null} unusable Why it is none that can be worked on.
 * @property {"waiting" | "running" | "done" | "nothing" | "failed"} state `nothing` was found in it.
 * @property {AbortController | null} stop Ends the work on it.
 * @property {boolean} held Whether the service has no place for it at the moment.
 * @property {unknown} error Why it failed.
 * @property {Result | null} result
 * @property {Blob | null} shown A small picture of the result.
 * @property {number} seed Another one for each time it is done again.
 * @property {"" | "kept" | "touched" | "asItWas"} review What the user has said of the result.
 */

/**
 * @typedef {object} Wanted What is to go, and how.
 * @property {Set<import("../studio/kinds.js").Kind>} find
 * @property {import("./shapes.js").Area[]} areas The same places of all photos.
 * @property {Size | null} drawnOn Where the places keep their size in pixels and their distance from the nearest edges: the photo
 *   that they were drawn on. Null where they are shares of each photo.
 * @property {boolean} withEffects
 */

export class Batch extends EventTarget {
  constructor() {
    super();
    /** @type {Item[]} */
    this.items = [];
    /** @type {Given[]} */
    this.masks = [];
    /** @type {Map<Given, Size | null | undefined>} Of the masks that were looked at: null where none can be read, undefined where only the service can. */
    this.maskSizes = new Map();
    /** @type {Wanted} */
    this.wanted = { find: new Set(), areas: [], drawnOn: null, withEffects: false };
    this.last = 0;
  }

  /** @param {readonly Given[]} given Those that are in it already are left out. */
  add(given) {
    const known = new Set(this.items.map(identity));
    const fresh = given.filter(({ file, path }) => !known.has(identity({ photo: file, path })));
    // As people count: photo 2 before photo 10.
    fresh.sort((one, other) => one.path.localeCompare(other.path, undefined, { numeric: true }));
    for (const { file, path } of fresh) {
      this.items.push({
        id: ++this.last,
        photo: file,
        path,
        mask: null,
        lack: "batch.noMask",
        looked: false,
        size: null,
        thumbnail: null,
        unusable: null,
        state: "waiting",
        stop: null,
        held: false,
        error: null,
        result: null,
        shown: null,
        seed: 0,
        review: "",
      });
    }
    this.#match();
    return fresh.length;
  }

  /** @param {Given[]} masks In place of those that there were. */
  take(masks) {
    this.masks = masks;
    this.maskSizes.clear();
    this.#match();
  }

  /** @param {Item} item */
  remove(item) {
    item.stop?.abort();
    this.items = this.items.filter((one) => one !== item);
    this.#match();
  }

  /** @param {Item[]} items All that there are from now on. */
  replace(items) {
    this.items = items;
    this.last = Math.max(this.last, ...items.map(({ id }) => id));
    this.#match();
  }

  /**
   * Tell that something of a photo has changed.
   *
   * @param {Item} item
   */
  changed(item) {
    this.dispatchEvent(new CustomEvent("item", { detail: item }));
  }

  /** Tell that what is to go has changed: what was not found may be found now. */
  rewanted() {
    for (const item of this.items) {
      if (item.state !== "nothing") continue;
      item.state = "waiting";
      item.result = null;
    }
    this.dispatchEvent(new Event("list"));
  }

  /** @param {Item} item @returns {Saying | null} Why it cannot be worked on as things are. */
  trouble(item) {
    return troubleOf(item, this.wanted, this.undecided, item.mask ? this.maskSizes.get(item.mask) : undefined);
  }

  /** @returns {Item | undefined} The next to be worked on. */
  next() {
    return this.items.find((item) => item.state === "waiting" && !this.trouble(item));
  }

  /** Whether nothing says yet what is to go. */
  get undecided() {
    const { find, areas } = this.wanted;
    return !this.masks.length && !find.size && !areas.length;
  }

  /** @returns {Record<Group | "all", number>} */
  count() {
    const counts = { all: this.items.length, ready: 0, running: 0, done: 0, failed: 0, troubled: 0, undecided: 0 };
    for (const item of this.items) counts[groupOf(item, this.trouble(item))]++;
    return counts;
  }

  /** @param {Item} item */
  again(item) {
    item.state = "waiting";
    item.error = null;
    item.review = "";
    item.seed++;
    this.changed(item);
  }

  /** Have all worked on again, by what is wanted now, but for what the user has worked on himself. */
  allAgain() {
    for (const item of this.items) if ((item.state === "done" && item.review !== "touched") || item.state === "nothing") item.state = "waiting";
    this.dispatchEvent(new Event("list"));
  }

  #match() {
    const photos = this.items.map(({ photo, path }) => ({ file: photo, path }));
    for (const [index, found] of pair(photos, this.masks).entries()) Object.assign(this.items[index], found);
    this.dispatchEvent(new Event("list"));
  }
}

/** @typedef {"ready" | "running" | "done" | "failed" | "troubled" | "undecided"} Group */

/**
 * @param {Item} item
 * @param {Saying | null} trouble
 * @returns {Group}
 */
export function groupOf({ state, held }, trouble) {
  if (state === "running") return held ? "ready" : "running";
  if (state === "failed") return "failed";
  if (state !== "waiting") return "done";
  if (trouble?.words === UNDECIDED) return "undecided";
  return trouble ? "troubled" : "ready";
}

/** @param {{ photo: File, path: string }} item */
function identity({ photo, path }) {
  return `${path}\n${photo.size}\n${photo.lastModified}`;
}
