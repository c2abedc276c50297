/** `<wh-recent>`: the work that this browser keeps, to go on with or to delete. */

import { h, icon } from "../../base/dom.js";
import { refill } from "../../base/focus.js";
import { keeps, letKeep, noteKept, openHere } from "../../base/keeping.js";
import { notices } from "../../base/notices.js";
import { forget } from "../../base/store.js";
import { styled } from "../../base/styles.js";
import { inWords, language, t } from "../../base/words.js";
import { works } from "./keeper.js";
import "./speech.js";

/** @typedef {import("../page.js").Studio} Studio */
/** @typedef {import("./kept.js").Entry} Entry */

const CROSS = "M6 6 18 18M18 6 6 18";
/** Seconds of each unit in which times are told. */
const UNITS = /** @type {const} */ ([
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
]);

/** @param {number} then In milliseconds. */
function ago(then) {
  const seconds = Math.max(0, (Date.now() - then) / 1000);
  const [unit, length] = UNITS.find(([, one]) => seconds >= one) ?? UNITS[3];
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-Math.floor(seconds / length), unit);
}

export class Recent extends HTMLElement {
  /** @param {Studio} studio */
  constructor(studio) {
    super();
    this.studio = studio;
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {string[]} Addresses of the pictures that are shown. */
    this.pictures = [];
    this.heading = h("h2");
    this.about = h("p", { class: "muted" });
    this.list = h("ul");
    this.clear = h("button", { type: "button", class: "small", onclick: () => this.#clear() });
    this.box = h("input", { type: "checkbox", checked: keeps(), onchange: () => this.#let(this.box.checked) });
    this.choice = h("span");
    this.hidden = true;
  }

  async connectedCallback() {
    if (this.childElementCount) return;
    await styled("saving");
    this.append(this.heading, this.about, this.list, h("div", { class: "row" }, h("label", {}, this.box, this.choice), this.clear));
    inWords(() => this.#show());
    await this.#read();
  }

  disconnectedCallback() {
    for (const address of this.pictures.splice(0)) URL.revokeObjectURL(address);
  }

  async #read() {
    this.entries = await works().catch(() => []);
    this.hidden = !this.entries.length && keeps() && !this.closest("dialog");
    this.#show();
  }

  #show() {
    this.heading.textContent = t("recent.title");
    this.about.textContent = this.entries.length ? t("recent.about") : t("recent.none");
    this.clear.textContent = t("recent.clear");
    this.clear.hidden = !this.entries.length;
    this.choice.textContent = t("recent.keep");
    for (const address of this.pictures.splice(0)) URL.revokeObjectURL(address);
    refill(this.list, ...this.entries.map((entry) => this.#item(entry)));
  }

  /** @param {Entry} entry */
  #item(entry) {
    const { id, name, changed, thumbnail } = entry;
    const here = this.studio.work !== null && openHere() === id;
    const address = thumbnail ? URL.createObjectURL(thumbnail) : "";
    if (address) this.pictures.push(address);
    const when = ago(changed);
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "work-kept", title: name, disabled: here, onclick: () => this.#open(id) },
        address && h("img", { src: address, alt: "" }),
        h("span", { class: "heard", text: `${t("recent.open")} ` }),
        h("span", { class: "name", text: `${name} ` }),
        h("span", { class: "muted", text: when }),
      ),
      !here &&
        h("button", { type: "button", class: "plain small drop", "aria-label": t("recent.delete", { name }), title: t("recent.delete", { name }), onclick: () => this.#delete(entry) }, icon(CROSS)),
    );
  }

  /** @param {string} id */
  async #open(id) {
    this.closest("dialog")?.close();
    await this.studio.saving.open(id);
  }

  /** @param {Entry} entry */
  async #delete({ id, name }) {
    await forget("works", id);
    notices.tell(() => t("recent.deleted", { name }));
    await this.#read();
  }

  async #clear() {
    if (!confirm(t("recent.clearSure"))) return;
    await this.#forgetAll();
  }

  /** @param {boolean} wanted */
  async #let(wanted) {
    letKeep(wanted);
    if (!wanted) await this.#forgetAll();
  }

  async #forgetAll() {
    // What is worked on here stays as long as it is.
    const here = this.studio.work && keeps() ? openHere() : null;
    for (const { id } of await works()) if (id !== here) await forget("works", id);
    noteKept(here !== null);
    await this.#read();
  }
}

customElements.define("wh-recent", Recent);

/**
 * Show it in a dialog.
 *
 * @param {Studio} studio
 */
export async function showRecent(studio) {
  await studio.saving.keeper?.flush();
  const dialog = h(
    "dialog",
    { class: "recent", "aria-label": t("recent.title"), onclose: () => dialog.remove() },
    new Recent(studio),
    h("form", { method: "dialog" }, h("div", { class: "row" }, h("button", { text: t("app.close"), autofocus: true }))),
  );
  document.body.append(dialog);
  dialog.showModal();
}
