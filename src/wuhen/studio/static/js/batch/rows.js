/** The list of a batch: each photo with what it is, what is to go from it, what has become of it, and what can be done. */

import { h, icon } from "../base/dom.js";
import { sizeOf } from "../base/files.js";
import { t } from "../base/words.js";
import { detailsOf, explain } from "../studio/explaining.js";
import { ICONS } from "../studio/icons.js";
import { counted } from "../studio/kinds.js";
import { groupOf } from "./items.js";

/** @typedef {import("./items.js").Batch} Batch */
/** @typedef {import("./items.js").Item} Item */

const CROSS = "M6 6 18 18M18 6 6 18";
const AGAIN = "M20 11a8 8 0 1 0-2.300 5.700M20 4v7h-7";

/**
 * @typedef {object} Deeds What can be done with a photo.
 * @property {(item: Item) => void} review
 * @property {(item: Item) => void} touchUp
 * @property {(item: Item) => void} again
 * @property {(item: Item) => void} save
 * @property {(item: Item) => void} remove
 */

export class Row {
  /**
   * @param {Batch} batch
   * @param {Item} item
   * @param {Deeds} deeds
   */
  constructor(batch, item, deeds) {
    this.batch = batch;
    this.item = item;
    /** @type {Blob | null} What the picture shows. */
    this.pictured = null;
    this.picture = h("img", { alt: "", decoding: "async" });
    this.look = h("button", { type: "button", class: "thumb", onclick: () => deeds.review(item) }, this.picture);
    this.name = h("span", { class: "name" });
    this.about = h("span", { class: "about muted" });
    this.state = h("span", { class: "state" });
    this.more = h("details", { hidden: true }, h("summary"), h("p"));
    this.acts = {
      touchUp: act(ICONS.brush, () => deeds.touchUp(item)),
      again: act(AGAIN, () => deeds.again(item)),
      save: act(ICONS.download, () => deeds.save(item)),
      remove: act(CROSS, () => deeds.remove(item)),
    };
    const acts = h("div", { class: "acts" }, ...Object.values(this.acts));
    this.element = h("li", { class: "photo" }, this.look, h("div", { class: "facts" }, this.name, this.about, this.state, this.more), acts);
    this.update();
  }

  /** Say and show how things are. */
  update() {
    const { item } = this;
    const trouble = this.batch.trouble(item);
    const name = item.photo.name;
    this.element.dataset.group = groupOf(item, trouble);
    this.name.textContent = item.path;
    this.about.textContent = this.#facts().join(" · ");
    this.state.textContent = stateOf(item, trouble);
    const failed = item.state === "failed";
    const remarks = (failed ? detailsOf(item.error)?.() : item.result?.remarks) ?? [];
    this.more.hidden = !remarks.length;
    this.more.children[0].textContent = failed ? t("notice.details") : t("batch.remarks", { number: remarks.length });
    this.more.children[1].textContent = remarks.join(" ");
    const result = item.state === "done";
    this.look.disabled = !result;
    this.look.setAttribute("aria-label", t(result ? "batch.lookAt" : "batch.picture", { name }));
    for (const [deed, button] of Object.entries(this.acts)) {
      button.title = t(`batch.${deed}`);
      button.setAttribute("aria-label", t("batch.deed", { deed: t(`batch.${deed}`), name }));
    }
    const idle = item.state !== "running";
    this.acts.touchUp.hidden = !idle || Boolean(item.unusable);
    this.acts.again.hidden = !result && !failed;
    this.acts.save.hidden = !result;
    this.#show(item.shown ?? item.thumbnail);
  }

  /** Let go of what it shows. */
  close() {
    this.#show(null);
    this.element.remove();
  }

  /** @returns {string[]} */
  #facts() {
    const { item, batch } = this;
    const { areas, find } = batch.wanted;
    const goes = [
      ...[...find].map((kind) => t(`find.${kind}`)),
      ...(areas.length ? [t("batch.rectanglesIn", { number: areas.length })] : []),
      ...(item.mask ? [t("batch.maskIs", { name: item.mask.file.name })] : []),
    ];
    const { size } = item;
    return [...(size ? [`${size.width} × ${size.height}`] : []), sizeOf(item.photo), ...goes];
  }

  /** @param {Blob | null} picture */
  #show(picture) {
    if (picture === this.pictured) return;
    if (this.pictured) URL.revokeObjectURL(this.picture.src);
    if (picture) this.picture.src = URL.createObjectURL(picture);
    else this.picture.removeAttribute("src");
    this.pictured = picture;
  }
}

/**
 * @param {string} path
 * @param {() => void} run
 */
function act(path, run) {
  return h("button", { type: "button", class: "plain", onclick: run }, icon(path));
}

/**
 * @param {Item} item
 * @param {import("./trouble.js").Saying | null} trouble
 * @returns {string} In the page's language.
 */
function stateOf(item, trouble) {
  if (item.state === "failed") return explain(item.error);
  if (item.state === "running") return t(item.held ? "batch.held" : "batch.running");
  if (item.state === "nothing") return t("batch.nothing");
  if (item.state === "done") {
    const found = item.result ? counted(item.result.found) : "";
    return [t(item.review ? `batch.${item.review}` : "batch.done"), found].filter(Boolean).join(" · ");
  }
  if (trouble) return t(trouble.words, trouble.values);
  return t(item.looked ? "batch.waiting" : "batch.looking");
}
