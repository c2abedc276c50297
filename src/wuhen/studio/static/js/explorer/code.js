/** The call in other languages, for this service or for the cloud. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { Block } from "./block.js";
import { CLOUD, SNIPPETS } from "../snippets/catalogue.js";

/**
 * @typedef {object} Source What code is written for; tells of changes with an event `change`.
 * @property {{ action: string, service: string, version: string }} action
 * @property {string} region
 * @property {"en-US" | "zh-CN"} language Of the answer's messages.
 * @property {() => import("../snippets/base.js").Tree} forCode Its parameters.
 */

const CHOSEN = "wuhen.explorer.code";

export class CodeView extends HTMLElement {
  /**
   * @param {Source & EventTarget} source
   * @param {string} [name] What the ids in it begin with.
   */
  constructor(source, name = "x-code") {
    super();
    this.source = source;
    const label = h("label", { for: `${name}-language` });
    this.choice = h(
      "select",
      { id: `${name}-language`, onchange: () => this.#chosen() },
      ...Object.entries(SNIPPETS).map(([value, { title }]) => h("option", { value, text: title })),
    );
    this.choice.value = localStorage.getItem(CHOSEN) ?? "python";
    if (!this.choice.value) this.choice.value = "python";
    const ours = h("option", { value: "ours", text: location.host });
    this.cloud = h("option", { value: "cloud", text: CLOUD });
    this.target = h("select", { id: `${name}-target`, onchange: () => this.#say() }, ours, this.cloud);
    const where = h("label", { for: `${name}-target` });
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
    source.addEventListener("change", () => this.#say());
  }

  #chosen() {
    localStorage.setItem(CHOSEN, this.choice.value);
    this.#say();
  }

  #say() {
    const { action, service, version } = this.source.action;
    // The cloud has none of our own actions.
    this.cloud.disabled = service !== "aiart";
    if (this.cloud.disabled) this.target.value = "ours";
    const cloud = this.target.value === "cloud";
    const snippet = SNIPPETS[this.choice.value].write({
      action,
      service,
      version,
      region: this.source.region,
      language: this.source.language,
      host: cloud ? CLOUD : location.host,
      secure: cloud || location.protocol === "https:",
      parameters: this.source.forCode(),
    });
    this.install.hidden = !snippet.install;
    this.code.hidden = !snippet.code;
    this.run.hidden = !snippet.run;
    this.install.show(snippet.install);
    this.code.show(snippet.code);
    this.run.show(snippet.run);
    const secrets = snippet.file ? [t("explorer.note.secrets", { file: snippet.file })] : [];
    this.notes.replaceChildren(...[...secrets, ...snippet.notes.map((note) => t(note))].map((text) => h("li", { text })));
  }
}

customElements.define("wh-explorer-code", CodeView);
