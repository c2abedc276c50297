/** The call in other languages, for this service or for the cloud. */

import { h } from "../base/dom.js";
import { inWords, language, t } from "../base/words.js";
import { Block } from "./block.js";
import { CLOUD, SNIPPETS } from "./snippets.js";

/** @typedef {import("./draft.js").Draft} Draft */

const CHOSEN = "wuhen.explorer.code";

export class CodeView extends HTMLElement {
  /** @param {Draft} draft */
  constructor(draft) {
    super();
    this.draft = draft;
    const label = h("label", { for: "x-code-language" });
    this.choice = h(
      "select",
      { id: "x-code-language", onchange: () => this.#chosen() },
      ...Object.entries(SNIPPETS).map(([value, { title }]) => h("option", { value, text: title })),
    );
    this.choice.value = localStorage.getItem(CHOSEN) ?? "python";
    if (!this.choice.value) this.choice.value = "python";
    const ours = h("option", { value: "ours", text: location.host });
    this.target = h("select", { id: "x-code-target", onchange: () => this.#say() }, ours, h("option", { value: "cloud", text: CLOUD }));
    const where = h("label", { for: "x-code-target" });
    this.notes = h("ul", { class: "x-notes" });
    this.install = new Block("explorer.install");
    this.code = new Block("explorer.code");
    this.run = new Block("explorer.run");
    this.append(
      h("div", { class: "x-row" }, h("div", {}, label, this.choice), h("div", {}, where, this.target)),
      this.notes,
      this.install,
      this.code,
      this.run,
    );
    inWords(() => {
      label.textContent = t("explorer.codeLanguage");
      where.textContent = t("explorer.codeTarget");
      this.#say();
    });
    draft.addEventListener("change", () => this.#say());
  }

  #chosen() {
    localStorage.setItem(CHOSEN, this.choice.value);
    this.#say();
  }

  #say() {
    const { action, service, version } = this.draft.reference;
    const cloud = this.target.value === "cloud";
    const snippet = SNIPPETS[this.choice.value].write({
      action,
      service,
      version,
      region: this.draft.region,
      language: language() === "zh" ? "zh-CN" : "en-US",
      host: cloud ? CLOUD : location.host,
      secure: cloud || location.protocol === "https:",
      parameters: this.draft.forCode(),
    });
    this.install.hidden = !snippet.install;
    this.run.hidden = !snippet.run;
    this.install.show(snippet.install);
    this.code.show(snippet.code);
    this.run.show(snippet.run);
    const secrets = t("explorer.note.secrets", { file: snippet.file });
    this.notes.replaceChildren(...[secrets, ...snippet.notes.map((note) => t(note))].map((text) => h("li", { text })));
  }
}

customElements.define("wh-explorer-code", CodeView);
