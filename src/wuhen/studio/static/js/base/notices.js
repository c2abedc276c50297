/** `<wh-notices>`: the one place in which the page tells something. It covers nothing, and says one thing at a time. */

import { h, icon } from "./dom.js";
import { inWords, languageChanged, t } from "./words.js";

/** @typedef {"info" | "busy" | "error"} Kind */
/** @typedef {string | (() => string)} Said A text, or what makes it in the page's language. */

/**
 * @typedef {object} How
 * @property {Kind} [kind] `busy` stays until something else is told, the others go after a while.
 * @property {{ words: string, run: () => void }} [action] One thing that can be done about it, as a button.
 * @property {() => readonly string[]} [details] Lines for whoever wants to know more, shown on demand.
 */

/** Milliseconds that a notice stays, and how many more for each character; errors are read more slowly. */
const STAYS = { info: { least: 5000, each: 70 }, error: { least: 12_000, each: 120 } };
const CROSS = "M6 6 18 18M18 6 6 18";

class Notices extends HTMLElement {
  constructor() {
    super();
    /** @type {{ say: () => string } & How | null} */
    this.shown = null;
    /** @type {() => string} What is said while there is nothing to tell. */
    this.resting = () => "";
    this.text = h("span", { class: "status", "aria-hidden": "true" });
    // What is seen may change every second; what is heard is said once.
    this.polite = h("span", { class: "heard", role: "status" });
    this.urgent = h("span", { class: "heard", role: "alert" });
    this.rest = h("span", { class: "rest muted" });
    this.more = h("button", { type: "button", class: "plain small", "aria-haspopup": "dialog", onclick: () => this.#showDetails() });
    this.act = h("button", { type: "button", class: "small", onclick: () => this.#run() });
    this.close = h("button", { type: "button", class: "plain small", onclick: () => this.clear() }, icon(CROSS));
    this.timer = 0;
  }

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.rest, this.polite, this.urgent, this.text, this.more, this.act, this.close);
    inWords(() => {
      this.more.textContent = t("notice.details");
      this.close.setAttribute("aria-label", t("notice.close"));
      this.close.title = t("notice.close");
    });
    languageChanged.addEventListener("change", () => this.#show());
    // Nothing goes while somebody reads it, or while nobody can.
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, () => clearTimeout(this.timer));
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, () => this.#count());
    document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(this.timer) : this.#count()));
    this.#show();
  }

  /**
   * Tell something, in place of what was told before.
   *
   * @param {Said} said Nothing for an empty text.
   * @param {How} [how]
   * @returns {() => void} Says it anew, where it is still shown: what it says may have changed.
   */
  tell(said, how = {}) {
    const say = typeof said === "string" ? () => said : said;
    const text = say();
    this.shown = text ? { say, ...how } : null;
    const wrong = how.kind === "error";
    this.urgent.textContent = wrong ? text : "";
    this.polite.textContent = wrong ? "" : text;
    this.#show();
    this.#count();
    const { shown } = this;
    return () => {
      if (shown && this.shown === shown) this.#show();
    };
  }

  /** Have said what is seen elsewhere. @param {string} text */
  hear(text) {
    this.polite.textContent = text;
  }

  clear() {
    this.tell("");
  }

  /** @param {() => string} say What is said while there is nothing to tell: the name of what is worked on. */
  restOn(say) {
    this.resting = say;
    this.#show();
  }

  /** Say what is said while there is nothing to tell anew: what it speaks of may be other than it was. */
  again() {
    if (!this.shown) this.rest.textContent = this.resting();
  }

  #show() {
    const { shown } = this;
    this.dataset.kind = shown ? (shown.kind ?? "info") : "";
    this.text.textContent = shown?.say() ?? "";
    this.rest.textContent = shown ? "" : this.resting();
    this.act.hidden = !shown?.action;
    this.act.textContent = shown?.action ? t(shown.action.words) : "";
    this.more.hidden = !shown?.details;
    this.close.hidden = !shown || shown.kind === "busy";
  }

  #count() {
    clearTimeout(this.timer);
    const kind = this.shown?.kind ?? "info";
    if (!this.shown || kind === "busy" || document.hidden) return;
    const { least, each } = STAYS[kind];
    const { shown } = this;
    this.timer = setTimeout(() => this.shown === shown && this.clear(), Math.max(least, each * shown.say().length));
  }

  #run() {
    const action = this.shown?.action;
    this.clear();
    action?.run();
  }

  #showDetails() {
    const lines = this.shown?.details?.() ?? [];
    const dialog = h(
      "dialog",
      { "aria-label": t("notice.details"), onclose: () => dialog.remove() },
      h("h2", { text: this.text.textContent ?? "", tabindex: "-1", autofocus: true }),
      ...lines.map((text) => h("p", { class: "fact", text })),
      h("form", { method: "dialog" }, h("div", { class: "row" }, h("button", { class: "primary", text: t("app.close") }))),
    );
    document.body.append(dialog);
    dialog.showModal();
  }
}

customElements.define("wh-notices", Notices);

/** The page's own; it is put where the page has room for it. */
export const notices = new Notices();
