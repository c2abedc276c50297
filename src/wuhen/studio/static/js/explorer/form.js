/** The form of the call: every parameter of the schema, the region, the language of messages. */

import { h } from "../base/dom.js";
import { inWords, language, t } from "../base/words.js";
import { field } from "./field.js";
import { SAMPLE_POINTS, sampleMask, samplePhoto } from "./sample.js";

/** @typedef {import("./draft.js").Draft} Draft */

/** Tells with an event `send` that the call is to be sent. */
export class Form extends HTMLElement {
  /** @param {Draft} draft */
  constructor(draft) {
    super();
    this.draft = draft;
    /** @type {Map<string, HTMLElement>} The fields of each action that was shown. */
    this.fields = new Map();
    this.shown = "";
    const title = h("h2");
    const type = h("span", { class: "x-type" });
    const about = h("p", { class: "x-about" });
    const send = h("button", { type: "submit", class: "primary" });
    const fill = h("button", { type: "button", onclick: () => this.#sample() });
    const parameters = h("div", { class: "x-fields" });
    const answer = h("details", { class: "x-answered" });
    const clear = h("button", { type: "button", onclick: () => draft.clear() });
    const form = h(
      "form",
      { novalidate: true, onsubmit: (/** @type {Event} */ event) => this.#send(event) },
      this.#actions(),
      h("div", { class: "x-head" }, title, type),
      about,
      h("div", { class: "x-actions" }, send, fill, clear),
      this.#common(),
      parameters,
      answer,
    );
    const show = () => {
      const { action, service, version, description } = draft.action;
      if (this.shown === action) return;
      this.shown = action;
      title.textContent = action;
      type.textContent = `${service} ${version}`;
      about.textContent = description[language()];
      fill.hidden = !draft.action.parameters.some(({ picture }) => picture);
      const known = this.fields.get(action);
      const fields = known ?? h("div", { class: "x-fields" }, ...draft.action.parameters.map((parameter) => field(draft, parameter)));
      this.fields.set(action, fields);
      parameters.replaceChildren(fields);
      // New fields do not hear of the change that made them.
      if (!known) queueMicrotask(() => draft.announce());
      answer.replaceChildren(...answered(draft.action));
    };
    draft.addEventListener("change", show);
    inWords(() => {
      this.shown = "";
      show();
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
    const { action, parameters } = this.draft.action;
    const takes = (/** @type {string} */ given) => parameters.some(({ name }) => name === given);
    this.draft.set("InputImage", samplePhoto(action === "FindRegions"));
    if (takes("Mask")) this.draft.set("Mask", sampleMask());
    if (takes("Points")) this.draft.set("Points", { text: JSON.stringify(SAMPLE_POINTS) });
  }

  #actions() {
    const { draft } = this;
    const label = h("label", { for: "x-action" }, h("code", { text: "X-TC-Action" }));
    const choice = h(
      "select",
      { id: "x-action", onchange: () => draft.choose(choice.value) },
      ...draft.reference.actions.map(({ action, service }) => h("option", { value: action, text: `${action} (${service})` })),
    );
    draft.addEventListener("change", () => (choice.value = draft.action.action));
    return h("div", {}, label, choice);
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
    const pages = h("option", { value: "" });
    const spoken = h(
      "select",
      { id: "x-language", onchange: () => this.draft.setLanguage(spoken.value) },
      pages,
      h("option", { value: "en-US", text: "en-US" }),
      h("option", { value: "zh-CN", text: "zh-CN" }),
    );
    inWords(() => {
      pages.textContent = t("explorer.languagePage", { language: language() === "zh" ? "zh-CN" : "en-US" });
    });
    return h(
      "div",
      { class: "x-common" },
      h("div", {}, h("label", { for: "x-region" }, h("code", { text: "X-TC-Region" })), region, regions),
      h("div", {}, h("label", { for: "x-language" }, h("code", { text: "X-TC-Language" })), spoken),
    );
  }
}

/** @param {import("./reference.js").Action} action */
function answered({ answer }) {
  const rows = answer.flatMap(({ name, type, description }) => [
    h("dt", {}, h("code", { text: name }), h("span", { class: "x-type", text: type })),
    h("dd", { text: description[language()] }),
  ]);
  return [h("summary", { text: t("explorer.answers") }), h("dl", {}, ...rows)];
}

customElements.define("wh-explorer-form", Form);
