/** The list of calls: buttons, between which the arrow keys move. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { badge, durationOf, keyTag, timeOf } from "./say.js";

/** @typedef {import("./calls.js").Summary} Summary */

/** Tells with an event `open`, whose detail is a RequestId, which call is to be shown, and with `more` that older ones are. */
export class CallList extends HTMLElement {
  constructor() {
    super();
    /** @type {Summary[]} */
    this.calls = [];
    this.total = 0;
    this.opened = "";
    /** @type {string | null} The page's own key, where those of others are shown too. */
    this.own = null;
    this.list = h("ol", { class: "i-calls", onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) });
    this.more = h("button", { type: "button", hidden: true, onclick: () => this.dispatchEvent(new Event("more")) });
    this.append(this.list, this.more);
    inWords(() => {
      this.list.setAttribute("aria-label", t("inspector.list"));
      this.more.textContent = t("inspector.more");
      this.list.replaceChildren(...this.calls.map((call) => this.#item(call)));
    });
  }

  /**
   * @param {Summary[]} calls The newest first.
   * @param {number} total How many there are.
   * @param {string | null} own The page's key, where it is to be said which one made each call.
   */
  show(calls, total, own) {
    const before = this.own === own ? this.calls : [];
    this.own = own;
    this.calls = calls;
    this.more.hidden = calls.length >= total;
    const added = calls.length - before.length;
    const same = added >= 0 && before.every((call, index) => calls[index + added].RequestId === call.RequestId);
    // What stays keeps the focus.
    if (same && before.length) this.list.prepend(...calls.slice(0, added).map((call) => this.#item(call)));
    else this.list.replaceChildren(...calls.map((call) => this.#item(call)));
  }

  /** @param {string} id */
  mark(id) {
    this.opened = id;
    for (const button of this.#buttons()) button.setAttribute("aria-current", String(button.dataset.id === id));
  }

  /** Put the focus on the call that is open. */
  refocus() {
    const buttons = this.#buttons();
    (buttons.find((button) => button.dataset.id === this.opened) ?? buttons[0])?.focus();
  }

  #buttons() {
    return [...this.list.querySelectorAll("button")];
  }

  /** @param {Summary} call */
  #item(call) {
    const open = () => this.dispatchEvent(new CustomEvent("open", { detail: call.RequestId }));
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", "data-id": call.RequestId, "aria-current": String(call.RequestId === this.opened), onclick: open },
        h("span", { class: "i-action", text: call.Action }),
        h("span", { class: "muted", text: durationOf(call.Duration) }),
        h("span", { class: "i-badges" }, ...badge(call), this.own === null ? null : keyTag(call, this.own)),
        h("time", { class: "muted", datetime: call.Time, text: timeOf(call.Time) }),
      ),
    );
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const buttons = this.#buttons();
    const at = buttons.findIndex((button) => button === document.activeElement);
    /** @type {Record<string, number>} */
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 };
    const next = buttons[moves[event.key]];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }
}

customElements.define("wh-calls", CallList);
