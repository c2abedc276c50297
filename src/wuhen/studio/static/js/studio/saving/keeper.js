/** Keeps the work of this tab in the browser while it is done, and brings it back. */

import { keeps, noteKept, noteOpen } from "../../base/keeping.js";
import { allKept } from "../../base/store.js";
import { notices } from "../../base/notices.js";
import { t } from "../../base/words.js";
import { Kept } from "./kept.js";
import { thumbnailOf } from "./thumbnail.js";
import "./speech.js";

/** @typedef {import("../page.js").Studio} Studio */
/** @typedef {import("../work.js").Work} Work */
/** @typedef {import("./kept.js").Entry} Entry */

/** Milliseconds of rest after which what has changed is written. */
const REST = 600;
/** Works that are kept at the most, and their bytes, all together. */
const MOST = 20;
const MOST_BYTES = 2e9;

export class Keeper {
  /** @param {Studio} studio */
  constructor(studio) {
    this.studio = studio;
    /** @type {Work | null} */
    this.work = null;
    this.kept = new Kept();
    /** Whether something has changed since it was written, or since that was begun. */
    this.changed = false;
    /** Whether this browser has turned out to keep nothing more. */
    this.failed = false;
    this.timer = 0;
    this.writing = Promise.resolve();
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
    addEventListener("pagehide", () => this.flush());
  }

  /** Whether nothing is lost when the tab is closed. */
  get safe() {
    return keeps() && !this.failed && !this.changed;
  }

  /**
   * Keep a work from now on.
   *
   * @param {Work} work
   * @param {Kept} [kept] As which it was kept before.
   */
  begin(work, kept = new Kept()) {
    this.work = work;
    this.kept = kept;
    work.addEventListener("change", () => this.work === work && this.later());
    if (kept.version) noteOpen(kept.id);
    else this.later();
  }

  later() {
    this.changed = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), REST);
  }

  /** Write what has changed now. */
  async flush() {
    clearTimeout(this.timer);
    const { work, kept } = this;
    if (work && this.changed && keeps()) {
      this.writing = this.writing.then(() => this.#write(work, kept));
    }
    await this.writing;
  }

  /** @param {Work} work @param {Kept} kept */
  async #write(work, kept) {
    if (!this.changed) return;
    this.changed = false;
    const { tool, size, withEffects } = this.studio;
    try {
      const beside = { thumbnail: await thumbnailOf(work), settings: { tool, size, withEffects } };
      await this.#withRoom(kept, () => kept.write(work, beside));
      if (this.work === work) noteOpen(kept.id);
      noteKept(true);
      this.failed = false;
      await this.#tidy(kept);
    } catch (error) {
      this.changed = true;
      const full = error instanceof DOMException && error.name === "QuotaExceededError";
      // Told once: what does not fit now will not fit after the next stroke.
      if (full && !this.failed) notices.tell(() => t("saving.full"), { kind: "error" });
      this.failed = true;
    }
  }

  /**
   * Write; where there is no room for it, make some of what is oldest.
   *
   * @param {Kept} kept
   * @param {() => Promise<void>} write
   */
  async #withRoom(kept, write) {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        const oldest = error instanceof DOMException && error.name === "QuotaExceededError" && (await works()).findLast(({ id }) => id !== kept.id);
        if (!oldest) throw error;
        await Kept.forget(oldest.id);
      }
    }
  }

  /** @param {Kept} kept */
  async #tidy(kept) {
    let bytes = 0;
    for (const [index, entry] of (await works()).entries()) {
      bytes += entry.bytes;
      if ((index >= MOST || bytes > MOST_BYTES) && entry.id !== kept.id) await Kept.forget(entry.id);
    }
  }
}

/** @returns {Promise<Entry[]>} What is kept, the latest first. */
export async function works() {
  /** @type {Entry[]} */
  const all = await allKept("works");
  return all.sort((one, other) => other.changed - one.changed);
}
