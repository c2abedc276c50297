/** Which calls are wanted. */

import { LONGEST_SEARCH } from "../api/schema.js";
import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { shortKey } from "./say.js";

/** @typedef {import("./calls.js").Wanted} Wanted */

/** Milliseconds without a keystroke before what was typed is looked for. */
const PAUSE = 300;

/** Tells with an event `want`, whose detail is a `Wanted`, of every change. */
export class Filters extends HTMLElement {
  /** @param {string[]} actions */
  constructor(actions) {
    super();
    /** @type {Set<string>} Codes to choose from. */
    this.codes = new Set(["OK"]);
    this.timer = 0;
    this.action = h("select", { id: "i-action", onchange: () => this.#tell() }, h("option", { value: "" }), ...actions.map((value) => h("option", { value, text: value })));
    this.code = h("select", { id: "i-result", onchange: () => this.#tell() }, h("option", { value: "" }), h("option", { value: "OK", text: "OK" }));
    this.text = h("input", { type: "text", id: "i-text", maxlength: LONGEST_SEARCH, autocomplete: "off", spellcheck: "false", oninput: () => this.#later() });
    this.key = h("select", { id: "i-key", onchange: () => this.#tell() }, h("option", { value: "" }));
    /** @type {Set<string>} Keys to choose from. */
    this.keys = new Set();
    const labels = { action: this.action, code: this.code, key: this.key, text: this.text };
    const fields = Object.entries(labels).map(([name, control]) => ({ name, label: h("label", { for: control.id }), control }));
    this.setAttribute("role", "search");
    this.append(...fields.map(({ label, control }) => h("div", { hidden: control === this.key }, label, control)));
    inWords(() => {
      for (const { name, label } of fields) label.textContent = t(`inspector.${name}`);
      for (const select of [this.action, this.code, this.key]) select.options[0].textContent = t("inspector.any");
      this.text.placeholder = t("inspector.textHint");
      this.setAttribute("aria-label", t("inspector.filters"));
    });
  }

  /** @returns {Wanted} */
  get wanted() {
    const text = this.text.value.trim();
    return {
      ...(this.action.value && { ActionName: this.action.value }),
      ...(this.code.value && { Code: this.code.value }),
      ...(this.key.value && { SecretId: this.key.value }),
      ...(text && { Text: text }),
    };
  }

  /**
   * Offer the codes and keys of calls that were seen.
   *
   * @param {import("./calls.js").Summary[]} calls
   */
  offer(calls) {
    for (const { SecretId } of calls) {
      if (this.keys.has(SecretId)) continue;
      this.keys.add(SecretId);
      this.key.append(h("option", { value: SecretId, text: shortKey(SecretId) }));
    }
    const of = this.key.parentElement;
    if (of) of.hidden = this.keys.size < 2;
    for (const { Code } of calls) {
      if (!Code || this.codes.has(Code)) continue;
      this.codes.add(Code);
      this.code.append(h("option", { value: Code, text: Code }));
    }
  }

  #later() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#tell(), PAUSE);
  }

  #tell() {
    clearTimeout(this.timer);
    this.dispatchEvent(new CustomEvent("want", { detail: this.wanted }));
  }
}

customElements.define("wh-call-filters", Filters);
