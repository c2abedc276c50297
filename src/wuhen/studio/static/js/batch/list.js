/** `<wh-photos>`: the rows of a batch, and which of them are shown. Of several hundred, only what has changed is made anew. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { groupOf } from "./items.js";
import { Row } from "./rows.js";

/** @typedef {import("./items.js").Batch} Batch */
/** @typedef {import("./items.js").Item} Item */

/** @type {Record<string, string[]>} The groups that each choice shows. */
const FILTERS = {
  all: ["undecided", "ready", "running", "done", "failed", "troubled"],
  open: ["undecided", "ready", "running"],
  finished: ["done"],
  wrong: ["failed", "troubled"],
};

class Photos extends HTMLElement {
  /**
   * @param {Batch} batch
   * @param {import("./rows.js").Deeds} deeds
   */
  constructor(batch, deeds) {
    super();
    this.batch = batch;
    this.deeds = deeds;
    /** @type {Map<Item, Row>} */
    this.rows = new Map();
    this.filter = "all";
    this.list = h("ul");
    this.filters = h("div", { class: "filters", role: "group" });
    this.queued = false;
  }

  connectedCallback() {
    if (this.childElementCount) return;
    for (const name of Object.keys(FILTERS)) {
      this.filters.append(h("button", { type: "button", class: "plain", "data-filter": name, onclick: () => this.#choose(name) }));
    }
    this.append(this.filters, this.list);
    this.batch.addEventListener("list", () => this.#list());
    this.batch.addEventListener("item", (event) => {
      const { detail } = /** @type {CustomEvent<Item>} */ (event);
      this.rows.get(detail)?.update();
      this.#count();
    });
    inWords(() => {
      this.list.setAttribute("aria-label", t("batch.photos"));
      this.filters.setAttribute("aria-label", t("batch.filter"));
      this.#list();
    });
  }

  #list() {
    const { items } = this.batch;
    const kept = new Set(items);
    for (const [item, row] of this.rows) {
      if (kept.has(item)) continue;
      this.#passFocus(row);
      row.close();
      this.rows.delete(item);
    }
    for (const [index, item] of items.entries()) {
      const row = this.rows.get(item);
      if (row) row.update();
      else this.rows.set(item, new Row(this.batch, item, this.deeds));
      const { element } = /** @type {Row} */ (this.rows.get(item));
      if (this.list.children[index] !== element) this.list.insertBefore(element, this.list.children[index] ?? null);
    }
    this.#count();
  }

  /** @param {Row} row One that goes: the focus, if it was there, goes to its neighbour. */
  #passFocus({ element }) {
    if (!element.contains(document.activeElement)) return;
    const near = element.nextElementSibling ?? element.previousElementSibling;
    /** @type {HTMLElement | null | undefined} */ (near?.querySelector("button:last-of-type"))?.focus();
  }

  /** @param {string} name */
  #choose(name) {
    this.filter = name;
    this.#show();
  }

  /** Count once for all that changes at a time. */
  #count() {
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => {
      this.queued = false;
      this.#show();
    });
  }

  #show() {
    const counts = this.batch.count();
    /** @type {Record<string, number>} */
    const numbers = { all: counts.all, open: counts.undecided + counts.ready + counts.running, finished: counts.done, wrong: counts.failed + counts.troubled };
    // What is shown has gone: nobody is left before an empty list.
    if (!numbers[this.filter]) this.filter = "all";
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (this.filters.querySelectorAll("button"))) {
      const name = button.dataset.filter ?? "all";
      button.textContent = t(`batch.filter.${name}`, { number: numbers[name] });
      button.setAttribute("aria-pressed", String(name === this.filter));
      button.hidden = name !== "all" && !numbers[name];
    }
    const shown = FILTERS[this.filter];
    for (const [item, row] of this.rows) row.element.hidden = !shown.includes(groupOf(item, this.batch.trouble(item)));
  }
}

customElements.define("wh-photos", Photos);

export { Photos };
