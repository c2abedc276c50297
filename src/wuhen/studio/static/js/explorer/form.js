/** The form of the call: every parameter of the schema, the region, the language of messages. */

import { h } from "../base/dom.js";
import { inWords, language, setLanguage, t } from "../base/words.js";
import { field } from "./field.js";
import { sampleMask, samplePhoto } from "./sample.js";

/** @typedef {import("./draft.js").Draft} Draft */

/** Tells with an event `send` that the call is to be sent. */
export class Form extends HTMLElement {
  /** @param {Draft} draft */
  constructor(draft) {
    super();
    this.draft = draft;
    const { reference } = draft;
    const title = h("h2", { text: reference.action });
    const about = h("p", { class: "x-about" });
    const send = h("button", { type: "submit", class: "primary" });
    const fill = h("button", { type: "button", onclick: () => this.#sample() });
    const clear = h("button", { type: "button", onclick: () => draft.clear() });
    const form = h(
      "form",
      { novalidate: true, onsubmit: (/** @type {Event} */ event) => this.#send(event) },
      h("div", { class: "x-head" }, title, h("span", { class: "x-type", text: `${reference.service} ${reference.version}` })),
      about,
      h("div", { class: "x-actions" }, send, fill, clear),
      this.#common(),
      ...reference.parameters.map((parameter) => field(draft, parameter)),
    );
    inWords(() => {
      about.textContent = reference.description[language()];
      send.textContent = t("explorer.send");
      fill.textContent = t("explorer.sample");
      clear.textContent = t("explorer.clear");
      this.setAttribute("aria-label", t("explorer.form"));
    });
    this.append(form);
  }

  /** @param {Event} event */
  #send(event) {
    event.preventDefault();
    this.dispatchEvent(new Event("send"));
  }

  #sample() {
    this.draft.set("InputImage", samplePhoto());
    this.draft.set("Mask", sampleMask());
  }

  #common() {
    const region = h("input", {
      type: "text",
      id: "x-region",
      list: "x-regions",
      autocomplete: "off",
      spellcheck: "false",
      value: this.draft.region,
      oninput: () => this.draft.setRegion(region.value.trim()),
    });
    const regions = h("datalist", { id: "x-regions" }, ...this.draft.reference.regions.map((value) => h("option", { value })));
    const spoken = h(
      "select",
      { id: "x-language", "aria-describedby": "x-language-about", onchange: () => setLanguage(spoken.value === "zh" ? "zh" : "en") },
      h("option", { value: "en", text: "en-US" }),
      h("option", { value: "zh", text: "zh-CN" }),
    );
    const about = h("p", { class: "x-about muted", id: "x-language-about" });
    inWords(() => {
      spoken.value = language();
      about.textContent = t("explorer.languageAbout");
    });
    return h(
      "div",
      { class: "x-common" },
      h("div", {}, h("label", { for: "x-region" }, h("code", { text: "X-TC-Region" })), region, regions),
      h("div", {}, h("label", { for: "x-language" }, h("code", { text: "X-TC-Language" })), spoken),
      about,
    );
  }
}

customElements.define("wh-explorer-form", Form);
