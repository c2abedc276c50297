/** A block of text that can be copied, and unfolded where it is folded. */

import { copyText } from "../base/clipboard.js";
import { h } from "../base/dom.js";
import { showCode } from "../base/highlight.js";
import { styled } from "../base/styles.js";
import { inWords, t } from "../base/words.js";
import { folded } from "./fold.js";

let count = 0;
styled("code");

export class Block extends HTMLElement {
  /** @param {string} title Key of its words. */
  constructor(title) {
    super();
    this.text = "";
    this.open = false;
    count += 1;
    const id = `x-block-${count}`;
    const name = h("span", { class: "x-block-title", id });
    this.unfold = h("button", { type: "button", class: "plain", onclick: () => this.#turn(), "aria-expanded": "false" });
    this.copyButton = h("button", { type: "button", class: "plain", onclick: () => this.#copy() });
    this.pre = h("pre", { tabindex: "0", role: "region", "aria-labelledby": id });
    this.append(h("div", { class: "x-block-bar" }, name, this.unfold, this.copyButton), this.pre);
    inWords(() => {
      name.textContent = t(title);
      this.copyButton.textContent = t("explorer.copy");
      this.#say();
    });
  }

  /** @param {string} text */
  show(text) {
    this.text = text;
    this.#say();
  }

  #say() {
    const short = folded(this.text, (length) => t("explorer.folded", { length }));
    this.unfold.hidden = short === this.text;
    this.unfold.textContent = t(this.open ? "explorer.fold" : "explorer.unfold");
    this.unfold.setAttribute("aria-expanded", String(this.open));
    showCode(this.pre, this.open ? this.text : short);
  }

  #turn() {
    this.open = !this.open;
    this.#say();
  }

  async #copy() {
    try {
      await copyText(this.text);
      this.copyButton.textContent = t("explorer.copied");
    } catch {
      // The browser refuses it. What is selected can be copied by hand.
      getSelection()?.selectAllChildren(this.pre);
      this.copyButton.textContent = t("explorer.selected");
    }
    setTimeout(() => (this.copyButton.textContent = t("explorer.copy")), 2000);
  }
}

customElements.define("wh-block", Block);
