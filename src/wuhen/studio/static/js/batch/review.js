/** The dialog in which results are looked at one after another: before and after, and what is to become of each. */

import { h } from "../base/dom.js";
import { t } from "../base/words.js";
import { changed } from "./differences.js";
import { pictureOf } from "./viewing.js";

/** @typedef {import("./items.js").Batch} Batch */
/** @typedef {import("./items.js").Item} Item */
/** @typedef {import("./differences.js").Box} Box */

/**
 * @typedef {object} Deeds
 * @property {(item: Item) => void} again
 * @property {(item: Item) => void} touchUp
 */

class Review extends HTMLElement {
  /**
   * @param {Batch} batch
   * @param {Item} first
   * @param {Deeds} deeds
   */
  constructor(batch, first, deeds) {
    super();
    this.batch = batch;
    this.item = first;
    this.deeds = deeds;
    /** @type {(ImageBitmap | null)[]} Before and after. */
    this.pictures = [];
    /** @type {Box[]} What has changed. */
    this.places = [];
    /** Which of them is shown; -1 for the whole photo. */
    this.place = -1;
    this.split = 0.5;
    this.canvas = h("canvas", { role: "img" });
    this.heading = h("h2", { id: "review-title", tabindex: "-1", autofocus: true });
    this.count = h("span", { class: "muted" });
    this.told = h("p", { class: "muted remarks" });
    this.slider = h("input", { type: "range", min: 0, max: 100, step: 1, value: "50", "aria-label": t("batch.split") });
  }

  connectedCallback() {
    if (this.childElementCount) return;
    const button = (/** @type {string} */ words, /** @type {() => void} */ run, kind = "") => h("button", { type: "button", class: kind, text: t(words), onclick: run });
    this.back = button("batch.previous", () => this.#step(-1));
    this.forth = button("batch.next", () => this.#step(1));
    this.zoom = button("batch.places", () => this.#zoom());
    const close = button("app.close", () => this.closest("dialog")?.close());
    const keep = button("batch.keep", () => this.#keep(), "primary");
    const ways = [
      button("batch.again", () => this.#leave(this.deeds.again)),
      button("batch.touchUp", () => this.#leave(this.deeds.touchUp, true)),
      button("batch.original", () => this.#original()),
    ];
    const sides = h("div", { class: "split" }, h("span", { text: t("batch.before") }), this.slider, h("span", { text: t("batch.after") }));
    this.append(
      h("div", { class: "row head" }, this.heading, this.count, close),
      h("div", { class: "view" }, this.canvas),
      h("div", { class: "row" }, sides, this.zoom),
      this.told,
      h("div", { class: "row ways" }, this.back, this.forth, h("span", { class: "space" }), ...ways, keep),
    );
    this.slider.addEventListener("input", () => this.#splitAt(Number(this.slider.value) / 100));
    this.canvas.addEventListener("pointerdown", (event) => this.#dragged(event));
    this.addEventListener("keydown", (event) => this.#keyed(event));
    new ResizeObserver(() => this.#draw()).observe(this.canvas);
    this.show(this.item);
  }

  disconnectedCallback() {
    this.#letGo();
  }

  /** @param {Item} item */
  async show(item) {
    this.item = item;
    const all = this.#all();
    this.heading.textContent = item.photo.name;
    this.count.textContent = t("batch.place", { at: all.indexOf(item) + 1, all: all.length });
    this.told.textContent = item.result?.remarks.join(" ") ?? "";
    this.told.hidden = !this.told.textContent;
    if (this.back) this.back.disabled = all.indexOf(item) === 0;
    if (this.forth) this.forth.disabled = all.indexOf(item) === all.length - 1;
    const [before, after] = await Promise.all([pictureOf([item.photo, item.thumbnail]), pictureOf([item.result?.file, item.shown])]);
    // Another has been chosen while these came.
    if (this.item !== item || !this.isConnected) {
      for (const one of [before, after]) one?.close();
      return;
    }
    this.#letGo();
    this.pictures = [before, after];
    this.places = before && after ? changed(before, after) : [];
    this.place = -1;
    this.#draw();
  }

  #letGo() {
    for (const one of this.pictures) one?.close();
    this.pictures = [];
  }

  #all() {
    return this.batch.items.filter((item) => item === this.item || item.state === "done");
  }

  /** @param {number} by */
  #step(by) {
    const all = this.#all();
    const item = all[all.indexOf(this.item) + by];
    if (item) this.show(item);
  }

  /** Go to the next, or to the one before where there is none; where there is none at all, it is over. */
  #on() {
    const all = this.#all();
    const at = all.indexOf(this.item);
    const item = all[at + 1] ?? all.slice(0, at).findLast(({ review }) => !review);
    if (item) this.show(item);
    else this.closest("dialog")?.close();
  }

  #keep() {
    this.item.review ||= "kept";
    this.batch.changed(this.item);
    this.#on();
  }

  #original() {
    const { item } = this;
    item.result = { name: item.photo.name, file: item.photo, remarks: [], found: [] };
    item.shown = null;
    item.review = "asItWas";
    this.batch.changed(item);
    this.#on();
  }

  /**
   * @param {(item: Item) => void} deed
   * @param {boolean} [closes]
   */
  #leave(deed, closes = false) {
    const { item } = this;
    if (closes) this.closest("dialog")?.close();
    else this.#on();
    deed(item);
  }

  /** Show the next place that has changed, then the whole photo again. */
  #zoom() {
    this.place = this.place + 1 < this.places.length ? this.place + 1 : -1;
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    const { key, target } = event;
    if (target === this.slider || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "ArrowLeft") this.#step(-1);
    else if (key === "ArrowRight") this.#step(1);
    else if (key === "z" || key === "Z") this.#zoom();
    else if (key === "Enter" && !(target instanceof HTMLButtonElement)) this.#keep();
    else return;
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #dragged(event) {
    const { canvas } = this;
    canvas.setPointerCapture(event.pointerId);
    const move = (/** @type {PointerEvent} */ { offsetX }) => {
      this.#splitAt(Math.min(1, Math.max(0, offsetX / canvas.clientWidth)));
      this.slider.value = String(Math.round(this.split * 100));
    };
    move(event);
    canvas.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => canvas.removeEventListener("pointermove", move), { once: true });
  }

  /** @param {number} split */
  #splitAt(split) {
    this.split = split;
    this.#draw();
  }

  #draw() {
    const { canvas } = this;
    const [before, after] = this.pictures;
    canvas.setAttribute("aria-label", `${t("batch.review")}: ${this.item.photo.name}`);
    if (this.zoom) {
      const values = { at: this.place + 1, all: this.places.length, number: this.places.length };
      this.zoom.textContent = t(this.place < 0 ? "batch.places" : "batch.placeOf", values);
      this.zoom.disabled = !this.places.length;
    }
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    const context = canvas.getContext("2d");
    if (!context || !width || !height) return;
    Object.assign(canvas, { width, height });
    const whole = before ?? after;
    if (!whole) return;
    const part = this.places[this.place] ?? { x: 0, y: 0, width: whole.width, height: whole.height };
    const scale = Math.min(width / part.width, height / part.height);
    const shown = { width: part.width * scale, height: part.height * scale };
    const [left, top] = [(width - shown.width) / 2, (height - shown.height) / 2];
    const edge = Math.round(width * this.split);
    context.imageSmoothingQuality = "high";
    for (const [picture, from, to] of /** @type {[ImageBitmap | null | undefined, number, number][]} */ ([[before, 0, edge], [after, edge, width]])) {
      if (!picture || to <= from) continue;
      // What stands for one that cannot be shown is smaller.
      const share = picture.width / whole.width;
      context.save();
      context.beginPath();
      context.rect(from, 0, to - from, height);
      context.clip();
      context.drawImage(picture, part.x * share, part.y * share, part.width * share, part.height * share, left, top, shown.width, shown.height);
      context.restore();
    }
    context.fillStyle = "#fff";
    context.fillRect(edge - devicePixelRatio, 0, 2 * devicePixelRatio, height);
  }
}

/**
 * Look at results, beginning with one.
 *
 * @param {Batch} batch
 * @param {Item} first
 * @param {Deeds} deeds
 */
export function review(batch, first, deeds) {
  const dialog = h("dialog", { class: "wide review", "aria-labelledby": "review-title", onclose: () => dialog.remove() }, new Review(batch, first, deeds));
  document.body.append(dialog);
  dialog.showModal();
}

customElements.define("wh-review", Review);
