/** One work as this browser keeps it: written bit by bit, each time whole or not at all. */

import { forget, newId, partsOf, together } from "../../base/store.js";
import { deflate, inflate } from "./bits.js";
import { record, replay } from "./history.js";

/** @typedef {import("../work.js").Work} Work */
/** @typedef {import("./graph.js").Large} Large */

/**
 * @typedef {object} Entry What is written of a work each time.
 * @property {string} id
 * @property {number} version Raised each time: whoever finds another one than their own is not the only one who writes.
 * @property {number} changed When, in milliseconds.
 * @property {string} name Of the photo.
 * @property {number} width
 * @property {number} height
 * @property {number} bytes All that is kept of it.
 * @property {number} named So many parts were given names.
 * @property {Blob | null} thumbnail
 * @property {import("./history.js").Recorded} history
 * @property {Record<string, any>} settings Of the page while it was worked on.
 */

const PHOTO = "photo";

export class Kept {
  /** @param {string} [id] */
  constructor(id = newId()) {
    this.id = id;
    this.version = 0;
    this.named = 0;
    /** @type {WeakMap<Large, string>} */
    this.names = new WeakMap();
    /** @type {Map<string, number>} The parts that are kept, and their bytes. */
    this.written = new Map();
  }

  /**
   * Write what has changed.
   *
   * @param {Work} work
   * @param {{ thumbnail: Blob | null, settings: Record<string, any> }} beside
   */
  async write(work, { thumbnail, settings }) {
    /** @type {Map<string, Large>} All parts of it. */
    const parts = new Map([[PHOTO, work.file]]);
    const history = record(work, (large) => {
      const name = this.#nameOf(large);
      parts.set(name, large);
      return name;
    });
    /** @type {{ name: string, value: Blob | import("./bits.js").Deflated, bytes: number }[]} */
    const fresh = [];
    // Transactions wait for nothing but their own requests: all else is made ready before.
    for (const [name, large] of parts) {
      if (this.written.has(name)) continue;
      const value = large instanceof Blob ? large : await deflate(large);
      fresh.push({ name, value, bytes: value instanceof Blob ? value.size : value.deflated.length });
    }
    const sizes = new Map([...this.written, ...fresh.map(({ name, bytes }) => /** @type {const} */ ([name, bytes]))]);
    for (const name of sizes.keys()) if (!parts.has(name)) sizes.delete(name);
    const { id, version, named } = this;
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    const { name, width, height } = work;
    /** @type {Entry} */
    const entry = { id, version: version + 1, changed: Date.now(), name, width, height, bytes, named, thumbnail, history, settings };
    const own = await together("readwrite", async ({ get, put, remove }) => {
      if (((await get("works", id))?.version ?? 0) !== version) return false;
      for (const part of fresh) await put("parts", part.value, [id, part.name]);
      for (const stale of this.written.keys()) if (!sizes.has(stale)) await remove("parts", [id, stale]);
      await put("works", entry);
      return true;
    });
    if (own) {
      this.version += 1;
      this.written = sizes;
    } else {
      // Another tab has gone on with it, or has deleted it: this one goes on by itself.
      this.#part();
      await this.write(work, { thumbnail, settings });
    }
  }

  /** Go on under an id that nobody else knows, with all parts to be written. */
  #part() {
    this.id = newId();
    this.version = 0;
    this.written = new Map();
  }

  /** @param {Large} large */
  #nameOf(large) {
    const known = this.names.get(large);
    if (known) return known;
    const name = String(++this.named);
    this.names.set(large, name);
    return name;
  }

  /**
   * Read what was kept.
   *
   * @param {string} id
   * @returns {Promise<{ kept: Kept, entry: Entry, photo: Blob, history: import("./history.js").History } | null>} Null where it is gone.
   */
  static async read(id) {
    const found = await together("readonly", async ({ get, keys }) => {
      /** @type {Entry | undefined} */
      const entry = await get("works", id);
      if (!entry) return null;
      const names = (await keys("parts", partsOf(id))).map((key) => /** @type {string[]} */ (key)[1]);
      const values = [];
      for (const name of names) values.push(/** @type {const} */ ([name, await get("parts", [id, name])]));
      return { entry, values };
    });
    if (!found) return null;
    const { entry, values } = found;
    const kept = new Kept(id);
    kept.version = entry.version;
    kept.named = entry.named;
    /** @type {Map<string, Large>} */
    const parts = new Map();
    for (const [name, value] of values) {
      const large = value instanceof Blob ? value : await inflate(value);
      parts.set(name, large);
      kept.names.set(large, name);
      kept.written.set(name, value instanceof Blob ? value.size : value.deflated.length);
    }
    const part = (/** @type {string} */ name) => /** @type {Large} */ (parts.get(name));
    return { kept, entry, photo: /** @type {Blob} */ (part(PHOTO)), history: replay(entry.history, part) };
  }

  /** @param {string} id */
  static forget(id) {
    return forget("works", id);
  }
}
