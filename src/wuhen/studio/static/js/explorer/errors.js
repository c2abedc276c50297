/** The page of error codes: what each means, and what this service says with it. */

import { h } from "../base/dom.js";
import { inWords, language, t } from "../base/words.js";

/** @typedef {import("./reference.js").ErrorCode} ErrorCode */

/** @param {string} code */
export function errorId(code) {
  return `x-error-${code.replaceAll(".", "-")}`;
}

export class ErrorsView extends HTMLElement {
  /** @param {ErrorCode[]} errors */
  constructor(errors) {
    super();
    this.errors = errors;
    this.only = h("input", { type: "checkbox", id: "x-errors-only", checked: true, onchange: () => this.#say() });
    this.label = h("label", { for: "x-errors-only" });
    this.about = h("p", { class: "x-about" });
    this.list = h("div", { class: "x-errors" });
    this.append(this.about, h("div", { class: "x-check" }, this.only, this.label), this.list);
    inWords(() => this.#say());
  }

  #say() {
    this.about.textContent = t("explorer.errorsAbout");
    this.label.textContent = t("explorer.errorsOnly");
    const shown = this.errors.filter(({ answered }) => answered || !this.only.checked);
    this.list.replaceChildren(...shown.map(article));
  }

  /** @param {string} code */
  show(code) {
    if (!this.errors.find((error) => error.code === code)?.answered) {
      this.only.checked = false;
      this.#say();
    }
    const found = document.getElementById(errorId(code));
    const messages = found?.querySelector("details");
    if (messages) messages.open = true;
    found?.scrollIntoView({ block: "center" });
    found?.focus();
  }
}

/** @param {ErrorCode} error */
function article({ code, meaning, answered, messages }) {
  const other = language() === "zh" ? "en" : "zh";
  const both = (/** @type {import("./reference.js").Both} */ text) => [
    h("p", { text: text[language()] }),
    h("p", { class: "muted", lang: other === "zh" ? "zh-CN" : "en", text: text[other] }),
  ];
  const said = messages.length
    ? h("details", {}, h("summary", { text: t("explorer.messages", { count: messages.length }) }), h("ul", {}, ...messages.map((message) => h("li", {}, ...both(message)))))
    : null;
  return h(
    "article",
    { id: errorId(code), tabindex: "-1", "data-code": code },
    h("h3", {}, h("code", { text: code }), answered ? null : h("span", { class: "x-type", text: t("explorer.never") })),
    ...both(meaning),
    said,
  );
}

customElements.define("wh-explorer-errors", ErrorsView);
