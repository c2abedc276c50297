/** `<wh-batch>`: many photos at once, from handing them over to an archive of their results. */

import "./speech.js";
import { download, h, icon } from "../base/dom.js";
import { notices } from "../base/notices.js";
import { inWords, t } from "../base/words.js";
import { explain } from "../studio/explaining.js";
import { ICONS } from "../studio/icons.js";
import { pick } from "../studio/opening.js";
import { footOf } from "./foot.js";
import { pickFolder, sorted, takeFrom, withPaths } from "./given.js";
import { Batch } from "./items.js";
import { Keeper } from "./keeping.js";
import { Photos } from "./list.js";
import { Looker } from "./looking.js";
import { leftBehind } from "./left.js";
import { archiveName, distinct } from "./names.js";
import { Pace } from "./pace.js";
import { toldApart } from "./pairing.js";
import { work } from "./queue.js";
import { wantedPanel } from "./wanted.js";
import { zip } from "./zip.js";

/** @typedef {import("./given.js").Given} Given */
/** @typedef {import("./items.js").Item} Item */

class BatchPage extends HTMLElement {
  constructor() {
    super();
    this.batch = new Batch();
    this.looker = new Looker(this.batch);
    this.pace = new Pace();
    /** @type {AbortController | null} */
    this.running = null;
    this.queued = false;
    this.keeper = new Keeper(this.batch, () => notices.tell(() => t("batch.full"), { kind: "error" }));
    this.photos = new Photos(this.batch, {
      review: (item) => this.review(item),
      touchUp: (item) => this.touchUp(item),
      again: (item) => this.again(item),
      save: ({ result }) => result && download(result.file, result.name),
      remove: (item) => this.#remove([item]),
    });
    this.foot = footOf(this.batch, {
      running: () => this.running !== null,
      left: () => this.pace.left(this.batch.items.filter((item) => ["waiting", "running"].includes(item.state) && !this.batch.trouble(item))),
      start: () => this.run(),
      pause: () => this.running?.abort(),
      again: () => {
        this.batch.allAgain();
        this.run();
      },
      zip: () => this.#download(),
    });
  }

  async connectedCallback() {
    this.classList.add("batch");
    if (this.childElementCount) return;
    const wanted = wantedPanel(this.batch, () => this.draw());
    this.append(h("div", { class: "above" }, this.#intake(), wanted, this.photos), this.foot.bar);
    takeFrom(this, (given) => this.#take(given, true));
    this.addEventListener("given", (event) => this.#take(withPaths(/** @type {CustomEvent<File[]>} */ (event).detail), false));
    for (const name of ["list", "item"]) this.batch.addEventListener(name, () => this.#changed());
    this.#changed();
    addEventListener("beforeunload", (event) => {
      if (this.keeper.off && this.batch.items.some(({ result }) => result)) event.preventDefault();
    });
    await this.#resume();
  }

  /** Go on with what this tab had, or offer what others have left. */
  async #resume() {
    if (await this.keeper.resume()) {
      const { done, all } = this.batch.count();
      if (all) notices.tell(() => t("batch.back", { done, all }));
      this.looker.look();
    } else if (!this.batch.items.length) this.querySelector(".intake")?.after(await leftBehind(this.keeper));
  }

  /** Work through what waits; what failed is tried again. */
  async run() {
    if (this.running) return;
    for (const item of this.batch.items) if (item.state === "failed") item.state = "waiting";
    this.running = new AbortController();
    const { signal } = this.running;
    this.pace = new Pace();
    this.#changed();
    // The time left goes by while nothing else happens.
    const timer = setInterval(() => this.foot.update(), 5000);
    // A phone that goes to sleep would stop it; over plain http it does.
    const awake = navigator.wakeLock?.request("screen").catch(() => null);
    try {
      const ended = (/** @type {Item} */ item) => {
        this.pace.ended(item);
        this.#changed();
      };
      await work(this.batch, { signal, ended });
      if (!signal.aborted) this.#ended();
    } catch (error) {
      notices.tell(() => explain(error), { kind: "error", action: { words: "batch.resume", run: () => this.run() } });
    } finally {
      clearInterval(timer);
      awake?.then((lock) => lock?.release());
      this.running = null;
      this.#changed();
    }
  }

  /** @param {Item} item */
  again(item) {
    this.batch.again(item);
    return this.run();
  }

  /** @param {Item} item */
  async review(item) {
    const { review } = await import("./review.js");
    await review(this.batch, item, { again: (one) => this.again(one), touchUp: (one) => this.touchUp(one) });
  }

  /** @param {Item} item */
  async touchUp(item) {
    const { touchUp } = await import("./touch-up.js");
    const act = (/** @type {import("../studio/page.js").Studio} */ studio) => touchUp(studio, this.batch, item);
    this.dispatchEvent(new CustomEvent("studio", { bubbles: true, detail: act }));
  }

  async draw() {
    const { drawAreas } = await import("./areas.js");
    await drawAreas(this.batch);
  }

  /** @returns {HTMLElement} Where photos are handed over. */
  #intake() {
    const title = h("h1");
    const hint = h("p", { class: "muted" });
    const photos = h("button", { type: "button", class: "primary", onclick: async () => this.#take(withPaths(await pick({ multiple: true })), false) }, icon(ICONS.photo), h("span"));
    const folder = h("button", { type: "button", onclick: async () => this.#take(await pickFolder(), true) }, icon(ICONS.open), h("span"));
    const clear = h("button", { type: "button", class: "plain", onclick: () => this.#remove(this.batch.items) });
    // A phone has no folders to choose.
    folder.hidden = !("webkitdirectory" in HTMLInputElement.prototype) || matchMedia("(pointer: coarse)").matches;
    inWords(() => {
      title.textContent = t("batch.open");
      hint.textContent = t("batch.hint");
      photos.children[1].textContent = t("batch.choosePhotos");
      folder.children[1].textContent = t("batch.chooseFolder");
      clear.textContent = t("batch.clear");
    });
    this.batch.addEventListener("list", () => {
      const some = this.batch.items.length > 0;
      clear.hidden = !some;
      hint.hidden = some;
      photos.classList.toggle("primary", !some);
    });
    clear.hidden = true;
    return h("div", { class: "intake" }, title, hint, h("div", { class: "row" }, photos, folder, clear));
  }

  /**
   * @param {Given[]} given
   * @param {boolean} mixed Whether masks may be among them.
   */
  #take(given, mixed) {
    const { pictures, others } = sorted(given);
    const known = this.batch.items.map(({ photo, path }) => ({ file: photo, path }));
    const { photos, masks } = mixed ? toldApart(pictures, known) : { photos: pictures, masks: [] };
    const added = this.batch.add(photos);
    if (masks.length) this.batch.take([...this.batch.masks, ...masks]);
    this.#tellTaken({ again: photos.length - added, masks, others });
    this.looker.look();
  }

  /**
   * @param {object} taken
   * @param {number} taken.again How many were in the batch already.
   * @param {Given[]} taken.masks
   * @param {string[]} taken.others Names of files that are no pictures.
   */
  #tellTaken({ again, masks, others }) {
    const say = () =>
      [
        others.length && t("batch.noPictures", { names: listed(others) }),
        again && t("batch.already", { number: again }),
        masks.length && t("batch.asMasks", { number: masks.length }),
      ]
        .filter(Boolean)
        .join(" ");
    const action = { words: "batch.asPhotos", run: () => this.#asPhotos(masks) };
    notices.tell(say, { kind: others.length ? "error" : "info", ...(masks.length ? { action } : {}) });
  }

  /** @param {Given[]} masks Which were photos, after all. */
  #asPhotos(masks) {
    this.batch.take(this.batch.masks.filter((one) => !masks.includes(one)));
    this.batch.add(masks);
    this.looker.look();
  }

  /** @param {Item[]} gone */
  #remove(gone) {
    const { items } = this.batch;
    this.batch.replace(items.filter((item) => !gone.includes(item)));
    const say = () => (gone.length === 1 ? t("batch.removed", { name: gone[0].photo.name }) : t("batch.cleared", { number: gone.length }));
    const back = () => this.batch.replace([...new Set([...items, ...this.batch.items])]);
    notices.tell(say, { action: { words: "batch.undo", run: back } });
  }

  async #download() {
    const results = this.batch.items.filter(({ result }) => result);
    const names = distinct(results.map(pathOf));
    const files = results.map(({ result }, index) => ({ name: names[index], file: /** @type {Blob} */ (result?.file) }));
    const told = (/** @type {number} */ done) => files.length > 20 && notices.tell(() => t("batch.zipping", { done, all: files.length }), { kind: "busy" });
    try {
      download(await zip(files, { told }), archiveName(names));
      notices.clear();
    } catch (error) {
      notices.tell(() => explain(error), { kind: "error" });
    }
  }

  #ended() {
    const { done, failed, all } = this.batch.count();
    const say = () => (failed ? t("batch.endedBut", { done, failed }) : t("batch.ended", { done, all }));
    const action = { words: "batch.show", run: () => this.dispatchEvent(new Event("shown", { bubbles: true })) };
    notices.tell(say, this.closest("[hidden]") ? { action } : {});
  }

  #changed() {
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => {
      this.queued = false;
      this.classList.toggle("empty", !this.batch.items.length);
      this.foot.update();
    });
  }
}

/** @param {Item} item @returns {string} Where its result goes in the archive. */
function pathOf({ path, result }) {
  return path.split("/").slice(0, -1).concat(result?.name ?? "").join("/");
}

/** @param {readonly string[]} names @returns {string} The first of them, and how many more there are. */
function listed(names) {
  const some = names.slice(0, 3).join(t("find.and"));
  return names.length > 3 ? t("batch.andMore", { names: some, number: names.length - 3 }) : some;
}

customElements.define("wh-batch", BatchPage);
