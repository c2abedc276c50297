/** `<wh-batch>`: a queue of photos with their states, and their results as one archive. */

import { download, h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { kindBoxes } from "../studio/kinds.js";
import { pick, receive } from "../studio/opening.js";
import { match, work } from "./queue.js";
import { zip } from "./zip.js";

/** @typedef {import("./queue.js").Item} Item */

class Batch extends HTMLElement {
  constructor() {
    super();
    /** @type {File[]} */
    this.photos = [];
    /** @type {File[]} */
    this.masks = [];
    /** @type {Item[]} */
    this.items = [];
    /** @type {AbortController | null} */
    this.running = null;
    /** @type {Set<import("../studio/kinds.js").Kind>} */
    this.kinds = new Set();
    this.marked = h("input", { type: "checkbox", checked: true });
    this.withEffects = h("input", { type: "checkbox" });
    this.rows = h("tbody");
    this.summary = h("p", { role: "status" });
    this.progress = h("progress");
    this.table = h("table");
  }

  connectedCallback() {
    this.classList.add("batch");
    const photos = h("button", { type: "button", onclick: () => this.#choose("photos") });
    const masks = h("button", { type: "button", onclick: () => this.#choose("masks") });
    this.start = h("button", { type: "button", class: "primary", onclick: () => this.#run() });
    this.stop = h("button", { type: "button", onclick: () => this.running?.abort() });
    this.zip = h("button", { type: "button", onclick: () => this.#download() });
    const title = h("h1");
    const hint = h("p", { class: "muted" });
    const words = h("span");
    const effectWords = h("span");
    const head = h("tr", {}, h("th", { scope: "col" }), h("th", { scope: "col" }), h("th", { scope: "col" }));
    const settings = h("div", { class: "settings" });
    const finding = h("div", { class: "settings", role: "group" }, ...kindBoxes(this.kinds, () => this.#kindsChanged()));
    settings.append(h("label", {}, this.withEffects, effectWords), h("label", {}, this.marked, words));
    this.append(
      title,
      hint,
      h("div", { class: "row" }, photos, masks, finding, settings),
      h("div", { class: "row" }, this.start, this.stop, this.zip),
      this.progress,
      this.summary,
      this.table,
    );
    this.table.append(h("thead", {}, head), this.rows);
    receive(this, (files) => this.add("photos", files));
    inWords(() => {
      title.textContent = t("batch.open");
      photos.textContent = t("batch.choosePhotos");
      masks.textContent = t("batch.chooseMasks");
      finding.setAttribute("aria-label", t("tool.find"));
      finding.title = t("batch.findHint");
      this.progress.setAttribute("aria-label", t("batch.state"));
      hint.textContent = t("batch.masksHint");
      words.textContent = t("erase.marked");
      effectWords.textContent = t("erase.withEffects");
      effectWords.title = t("erase.withEffectsHint");
      head.children[0].textContent = t("batch.photos");
      head.children[1].textContent = t("batch.masks");
      head.children[2].textContent = t("batch.state");
      if (this.start && this.stop && this.zip) {
        this.start.textContent = t("batch.start");
        this.stop.textContent = t("erase.cancel");
        this.zip.textContent = t("batch.zip");
      }
      this.#show();
    });
  }

  /**
   * @param {"photos" | "masks"} which
   * @param {File[]} files
   */
  add(which, files) {
    if (this.running || !files.length) return;
    this[which] = which === "photos" ? [...this.photos, ...files] : files;
    const done = new Map(this.items.filter((item) => item.state === "done").map((item) => [item.photo, item]));
    this.items = match(this.photos, this.masks).map((item) => done.get(item.photo) ?? item);
    this.#show();
  }

  /** @param {"photos" | "masks"} which */
  async #choose(which) {
    this.add(which, await pick({ multiple: true }));
  }

  #kindsChanged() {
    for (const item of this.items) if (item.state === "nothing") item.state = "waiting";
    this.#show();
  }

  async #run() {
    this.running = new AbortController();
    this.#show();
    try {
      const how = { marked: this.marked.checked, withEffects: this.withEffects.checked, find: [...this.kinds] };
      await work(this.items, { ...how, signal: this.running.signal, changed: () => this.#show() });
    } finally {
      this.running = null;
      this.#show();
    }
  }

  async #download() {
    const files = this.items.flatMap(({ result }) => (result ? [result] : []));
    const taken = new Map();
    const named = files.map(async ({ name, file }) => {
      const times = taken.get(name) ?? 0;
      taken.set(name, times + 1);
      // Two photos of one name, from different folders.
      const own = times ? name.replace(/(\.[^.]*)$/, `-${times + 1}$1`) : name;
      return { name: own, data: new Uint8Array(await file.arrayBuffer()) };
    });
    download(zip(await Promise.all(named)), "wuhen.zip");
  }

  /** @param {Item} item @returns {string} Its mask in words. */
  #maskOf({ mask, lack }) {
    if (mask) return mask.name;
    return this.kinds.size && lack === "batch.noMask" ? [...this.kinds].map((kind) => t(`find.${kind}`)).join(", ") : t(lack);
  }

  #show() {
    const count = (/** @type {Item["state"]} */ state) => this.items.filter((item) => item.state === state).length;
    this.rows.replaceChildren(
      ...this.items.map((item) =>
        h("tr", { "data-state": item.state }, h("td", { text: item.photo.name }), h("td", { text: this.#maskOf(item) }), h("td", { text: said(item) })),
      ),
    );
    this.summary.textContent = this.items.length
      ? t("batch.summary", { done: count("done") + count("nothing"), all: this.items.length, failed: count("failed") })
      : "";
    this.table.hidden = this.progress.hidden = this.items.length === 0;
    this.progress.max = Math.max(1, this.items.length);
    this.progress.value = count("done") + count("nothing") + count("failed");
    if (!this.start || !this.stop || !this.zip) return;
    this.start.disabled = this.running !== null || count("waiting") + count("failed") === 0;
    this.stop.hidden = this.running === null;
    this.zip.disabled = count("done") + count("nothing") === 0;
  }
}

/**
 * @param {Item} item
 * @returns {string} Its state in words.
 */
function said({ mask, lack, state, told }) {
  if (state === "failed") return told || (mask ? t("batch.failed") : t(lack));
  return [t(`batch.${state}`), told].filter(Boolean).join(": ");
}

customElements.define("wh-batch", Batch);
