/** Keeping a batch: it outlives a reload, a crash, and the tab. Nothing of it leaves the browser. */

import { ApiError } from "../api/client.js";
import { allKept, forget, kept, keeps, newId, partsOf, together } from "../base/store.js";

/** @typedef {import("./items.js").Batch} Batch */
/** @typedef {import("./items.js").Item} Item */

/**
 * @typedef {object} Kept What there is of a batch without opening its photos.
 * @property {string} id
 * @property {number} when Unix time in milliseconds of the last change.
 * @property {number[]} order Of its photos.
 * @property {{ all: number, done: number }} count
 * @property {Record<string, any>} wanted
 */

/** Milliseconds in which changes are gathered. */
const REST = 500;
/** Where a tab remembers which batch is its own. */
const OWN = "wuhen.batch";
const DAYS = 30;
/** Milliseconds that another tab's batch is waited for. */
const PATIENCE = 1000;

const MASKS = "masks";
/** @param {number} photo */
const photoPart = (photo) => `photo ${photo}`;
/** @param {number} photo */
const statePart = (photo) => `state ${photo}`;

/** @param {string} id */
const lockOf = (id) => `wuhen-batch-${id}`;

export class Keeper {
  /**
   * @param {Batch} batch
   * @param {() => void} full Told once that there is no room.
   */
  constructor(batch, full) {
    this.batch = batch;
    this.full = full;
    this.id = newId();
    /** Whether nothing can be kept: no room, a browser that keeps nothing, or a user who does not want it to. */
    this.off = !keeps();
    /** @type {Set<Item>} */
    this.changed = new Set();
    /** @type {Set<number>} The photos that are kept. */
    this.stored = new Set();
    /** @type {import("./given.js").Given[]} The masks that are kept. */
    this.masks = [];
    this.timer = 0;
    /** @type {Promise<void>} */
    this.writing = Promise.resolve();
    batch.addEventListener("item", (event) => this.#note([/** @type {CustomEvent<Item>} */ (event).detail]));
    batch.addEventListener("list", () => this.#note(batch.items));
    document.addEventListener("visibilitychange", () => document.hidden && this.#writeNow());
  }

  /** @returns {Promise<boolean>} Whether this tab had a batch before it was loaded anew, which is there again. */
  async resume() {
    const id = sessionStorage.getItem(OWN);
    return id !== null && (await this.takeUp(id).catch(() => false));
  }

  /** @returns {Promise<Kept[]>} What other tabs have left behind, the latest first. */
  async left() {
    /** @type {Kept[]} */
    const batches = await allKept("batches").catch(() => []);
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    const taken = new Set(held.map(({ name }) => name));
    const free = batches.filter(({ id }) => id !== this.id && !taken.has(lockOf(id)));
    const oldest = Date.now() - DAYS * 86_400_000;
    for (const { id, when } of free) if (when < oldest) await this.drop(id);
    return free.filter(({ when }) => when >= oldest).sort((one, other) => other.when - one.when);
  }

  /**
   * Go on with a batch that was kept.
   *
   * @param {string} id
   * @returns {Promise<boolean>} Whether it is there, and no other tab's.
   */
  async takeUp(id) {
    /** @type {Kept | undefined} */
    const head = await kept("batches", id);
    if (!head || !(await this.#own(id))) return false;
    this.id = id;
    const parts = await together("readonly", async ({ keys, get }) => {
      const names = await keys("parts", partsOf(id));
      return new Map(await Promise.all(names.map(async (name) => /** @type {[string, any]} */ ([/** @type {string[]} */ (name)[1], await get("parts", name)]))));
    });
    const items = head.order.flatMap((photo) => {
      const given = parts.get(photoPart(photo));
      const state = parts.get(statePart(photo));
      return given && state ? [restored({ ...state, ...given })] : [];
    });
    this.stored = new Set(items.map((item) => item.id));
    const { find, ...wanted } = head.wanted;
    Object.assign(this.batch.wanted, wanted);
    for (const kind of find) this.batch.wanted.find.add(kind);
    this.batch.masks = this.masks = parts.get(MASKS) ?? [];
    this.batch.replace(items);
    return true;
  }

  /** @param {string} id */
  drop(id) {
    return forget("batches", id).catch(() => undefined);
  }

  /** @param {string} id @returns {Promise<boolean>} Whether it is this tab's from now on. */
  #own(id) {
    sessionStorage.setItem(OWN, id);
    // Over plain http there are no locks; then whoever asks gets it.
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      const held = () => {
        resolve(true);
        // For as long as the tab is there.
        return new Promise(() => undefined);
      };
      // A tab that is loaded anew may meet what it was a moment ago.
      navigator.locks.request(lockOf(id), { signal: AbortSignal.timeout(PATIENCE) }, held).catch(() => resolve(false));
    });
  }

  /** @param {Iterable<Item>} items */
  #note(items) {
    if (this.off) return;
    for (const item of items) this.changed.add(item);
    clearTimeout(this.timer);
    // A tab that goes out of sight may be about to go for good.
    if (document.hidden) this.#writeNow();
    else this.timer = setTimeout(() => this.#writeNow(), REST);
  }

  #writeNow() {
    clearTimeout(this.timer);
    this.writing = this.writing.then(() => this.#write());
  }

  async #write() {
    if (this.off) return;
    try {
      const { items } = this.batch;
      if (!this.stored.size && items.length) await this.#own(this.id);
      const present = new Set(items.map(({ id }) => id));
      const gone = [...this.stored].filter((id) => !present.has(id));
      if (!items.length) await forget("batches", this.id);
      else await together("readwrite", ({ put, remove }) => Promise.all([put("batches", this.#head()), ...gone.map((photo) => this.#forgetItem(remove, photo))]));
      for (const id of gone) this.stored.delete(id);
      if (this.masks !== this.batch.masks) {
        await this.#put(MASKS, this.batch.masks);
        this.masks = this.batch.masks;
      }
      for (const item of this.changed) {
        this.changed.delete(item);
        if (present.has(item.id)) await this.#writeItem(item);
      }
    } catch {
      this.off = true;
      this.full();
    }
  }

  /** @returns {Kept} */
  #head() {
    const { items, wanted } = this.batch;
    const { all: whole, done } = this.batch.count();
    const { find, areas, drawnOn, withEffects } = wanted;
    return { id: this.id, when: Date.now(), order: items.map(({ id }) => id), count: { all: whole, done }, wanted: { find: [...find], areas, drawnOn, withEffects } };
  }

  /** @param {Item} item */
  async #writeItem(item) {
    if (!this.stored.has(item.id)) {
      await this.#put(photoPart(item.id), { id: item.id, photo: item.photo, path: item.path });
      this.stored.add(item.id);
    }
    const { photo, path: _path, mask: _mask, lack: _lack, stop: _stop, error, ...state } = item;
    const { result } = item;
    const own = result && { ...result, file: result.file === photo ? null : result.file };
    await this.#put(statePart(item.id), { ...state, result: own, error: plain(error) });
    if (!result || result.file === photo) return;
    // From now on the file is the browser's, on disk, and not in memory.
    const again = await kept("parts", [this.id, statePart(item.id)]);
    if (item.result === result && again?.result) result.file = again.result.file;
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  #put(name, value) {
    return together("readwrite", ({ put }) => put("parts", value, [this.id, name]));
  }

  /**
   * @param {import("../base/store.js").Shelves["remove"]} remove
   * @param {number} photo
   */
  #forgetItem(remove, photo) {
    return Promise.all([photoPart(photo), statePart(photo)].map((name) => remove("parts", [this.id, name])));
  }
}

/** @param {unknown} error */
function plain(error) {
  if (error instanceof ApiError) return { code: error.code, message: error.message, requestId: error.requestId };
  return error === null ? null : { message: String(error) };
}

/** @param {Record<string, any>} record @returns {Item} */
function restored(record) {
  const { error, state, ...rest } = record;
  if (rest.result) rest.result.file ??= rest.photo;
  const known = error?.code ? new ApiError(error.code, error.message, error.requestId) : error && new Error(error.message);
  return /** @type {Item} */ ({ ...rest, error: known, state: state === "running" ? "waiting" : state, mask: null, lack: "batch.noMask", stop: null, held: false });
}
