/** Tabs after the ARIA pattern: arrow keys move between them. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";

export class Tabs extends HTMLElement {
  /**
   * @param {string} label Key of the words that name them.
   * @param {{ id: string, words: string, panel: HTMLElement }[]} given
   */
  constructor(label, given) {
    super();
    this.given = given;
    const list = h("div", { role: "tablist", class: "x-tabs", onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) });
    this.buttons = given.map(({ id, panel }) => {
      panel.id = `x-panel-${id}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", `x-tab-${id}`);
      return h("button", { type: "button", role: "tab", id: `x-tab-${id}`, "aria-controls": panel.id, onclick: () => this.choose(id) });
    });
    list.append(...this.buttons);
    this.append(list, ...given.map(({ panel }) => panel));
    inWords(() => {
      list.setAttribute("aria-label", t(label));
      for (const [index, { words }] of given.entries()) this.buttons[index].textContent = t(words);
    });
    this.choose(given[0].id);
  }

  /** @param {string} id */
  choose(id) {
    this.given.forEach((one, index) => {
      const chosen = one.id === id;
      one.panel.hidden = !chosen;
      this.buttons[index].setAttribute("aria-selected", String(chosen));
      this.buttons[index].tabIndex = chosen ? 0 : -1;
    });
    this.dispatchEvent(new CustomEvent("choose", { detail: id }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const at = this.buttons.findIndex((button) => button === document.activeElement);
    const last = this.buttons.length - 1;
    /** @type {Record<string, number>} */
    const moves = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last };
    const next = moves[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    this.choose(this.given[next].id);
    this.buttons[next].focus();
  }
}

customElements.define("wh-tabs", Tabs);
