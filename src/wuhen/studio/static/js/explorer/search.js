/** One box over actions, parameters and error codes, after the ARIA pattern of a combobox. */

import { h } from "../base/dom.js";
import { inWords, language, t } from "../base/words.js";
import { find } from "./find.js";

/** @typedef {import("./find.js").Found} Found */

/** Tells with an event `found`, whose detail is a `Found`, where to jump. */
export class Search extends HTMLElement {
  /** @param {import("./reference.js").Reference} reference */
  constructor(reference) {
    super();
    this.reference = reference;
    this.at = -1;
    /** @type {Found[]} */
    this.found = [];
    this.input = h("input", {
      type: "text",
      id: "x-search",
      role: "combobox",
      "aria-controls": "x-found",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.#look(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
      onblur: () => this.#close(),
    });
    this.list = h("ul", { id: "x-found", role: "listbox", hidden: true });
    this.append(this.input, this.list);
    inWords(() => {
      this.input.placeholder = t("explorer.search");
      this.input.setAttribute("aria-label", t("explorer.search"));
      this.list.setAttribute("aria-label", t("explorer.found"));
    });
  }

  #look() {
    this.found = find(this.reference, this.input.value);
    this.at = -1;
    const options = this.found.map((found, index) =>
      h(
        "li",
        {
          role: "option",
          id: `x-found-${index}`,
          "aria-selected": "false",
          // Before the box loses focus, which closes the list.
          onmousedown: (/** @type {Event} */ event) => {
            event.preventDefault();
            this.#choose(index);
          },
        },
        h("span", { class: "x-type", text: t(`explorer.kind.${found.kind}`) }),
        h("code", { text: found.name }),
        found.action ? h("span", { class: "muted", text: ` ${found.action}` }) : null,
        h("span", { class: "muted", text: ` ${found.about[language()]}` }),
      ),
    );
    const nothing = this.input.value.trim() && !options.length ? [h("li", { role: "option", "aria-disabled": "true", class: "muted", text: t("explorer.nothingFound") })] : [];
    this.list.replaceChildren(...options, ...nothing);
    this.#expand(options.length + nothing.length > 0);
  }

  /** @param {boolean} open */
  #expand(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }

  #close() {
    this.#expand(false);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") return this.#close();
    if (event.key === "Enter" && this.found.length && !this.list.hidden) {
      event.preventDefault();
      return this.#choose(Math.max(this.at, 0));
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step || !this.found.length) return undefined;
    event.preventDefault();
    this.at = (this.at + step + this.found.length) % this.found.length;
    for (const [index, option] of [...this.list.children].entries()) option.setAttribute("aria-selected", String(index === this.at));
    this.list.children[this.at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `x-found-${this.at}`);
    return undefined;
  }

  /** @param {number} index */
  #choose(index) {
    this.#close();
    this.dispatchEvent(new CustomEvent("found", { detail: this.found[index] }));
  }
}

customElements.define("wh-explorer-search", Search);
