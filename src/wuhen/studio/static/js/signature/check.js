/** Checking somebody's failing signature: paste it, see the first step that differs, and why. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { diagnose } from "./diagnose.js";
import { EXAMPLE } from "./example.js";
import { parseRequest, parseSigned } from "./paste.js";

/** @typedef {import("./examine.js").Step} Step */

const MARKS = { ok: "✓", note: "!", bad: "✕", unknown: "?" };

/**
 * @param {string} name
 * @param {HTMLTextAreaElement | HTMLInputElement} control
 */
function labelled(name, control) {
  const label = h("label", { for: control.id });
  const about = h("p", { class: "x-about muted", id: `${control.id}-about` });
  control.setAttribute("aria-describedby", about.id);
  inWords(() => {
    label.textContent = t(`explorer.check.${name}`);
    about.textContent = t(`explorer.check.${name}About`);
  });
  return h("div", { class: "x-field" }, label, about, control);
}

/** @param {string} id @param {number} rows */
function area(id, rows) {
  return h("textarea", { id, rows, spellcheck: "false", autocomplete: "off", wrap: "off" });
}

export class CheckView extends HTMLElement {
  constructor() {
    super();
    this.request = area("x-check-request", 9);
    this.body = area("x-check-body", 3);
    this.signed = area("x-check-signed", 4);
    this.secret = h("input", { type: "password", id: "x-check-secret", autocomplete: "new-password", spellcheck: "false" });
    /** @type {Step[] | null} */
    this.steps = null;
    const about = h("p", { class: "x-about" });
    const check = h("button", { type: "submit", class: "primary" });
    const example = h("button", { type: "button", onclick: () => this.#example() });
    const clear = h("button", { type: "button", onclick: () => this.#fill("", "", "", "") });
    this.results = h("div", { class: "x-check-results", "aria-live": "polite" });
    this.append(
      about,
      h(
        "form",
        { novalidate: true, autocomplete: "off", onsubmit: (/** @type {Event} */ event) => this.#check(event) },
        labelled("request", this.request),
        labelled("body", this.body),
        labelled("signed", this.signed),
        labelled("secret", this.secret),
        h("div", { class: "x-actions" }, check, example, clear),
      ),
      this.results,
    );
    inWords(() => {
      about.textContent = t("explorer.check.about");
      check.textContent = t("explorer.check.check");
      example.textContent = t("explorer.check.example");
      clear.textContent = t("explorer.clear");
      this.#say();
    });
  }

  /**
   * @param {string} request
   * @param {string} body
   * @param {string} signed
   * @param {string} secret
   */
  #fill(request, body, signed, secret) {
    this.request.value = request;
    this.body.value = body;
    this.signed.value = signed;
    this.secret.value = secret;
    this.steps = null;
    this.#say();
  }

  #example() {
    this.#fill(EXAMPLE.request, EXAMPLE.body, "", EXAMPLE.secretKey);
  }

  /** @param {Event} event */
  async #check(event) {
    event.preventDefault();
    this.results.replaceChildren(h("p", { class: "muted", text: t("explorer.check.working") }));
    const pasted = parseSigned(this.signed.value);
    const request = parseRequest(this.request.value, this.body.value);
    // People paste what was signed where the request should be, too.
    const inRequest = parseSigned(this.request.value);
    const signed = { canonical: pasted.canonical || inRequest.canonical, toSign: pasted.toSign || inRequest.toSign, v1: pasted.v1 };
    this.steps = await diagnose({ request: inRequest.canonical ? null : request, signed, secretKey: this.secret.value, now: Date.now() / 1000 });
    this.#say();
  }

  #say() {
    if (!this.steps) return this.results.replaceChildren();
    const bad = this.steps.find(({ state }) => state === "bad");
    const unknown = this.steps.some(({ state }) => state === "unknown");
    const first = bad ? t("explorer.check.first", { step: t(`explorer.step.${bad.id}`) }) : t(unknown ? "explorer.check.open" : "explorer.check.fine");
    const summary = h("p", { class: bad ? "x-bad" : "x-good", text: this.steps.length ? first : t("explorer.check.nothing") });
    const list = h("ol", { class: "x-verdicts" }, ...this.steps.map((step) => verdict(step, step === bad)));
    return this.results.replaceChildren(summary, list);
  }
}

/**
 * @param {Step} step
 * @param {boolean} first
 */
function verdict({ id, state, why, ours, theirs }, first) {
  const mark = h("span", { class: `x-mark x-${state}`, "aria-hidden": "true", text: MARKS[state] });
  const heard = h("span", { class: "heard", text: `${t(`explorer.state.${state}`)}: ` });
  const reasons = why.map(({ key, values }) => h("li", { text: t(key, values) }));
  const differs = theirs !== undefined && ours !== undefined && theirs !== ours;
  const texts = [
    ours !== undefined && (differs || state !== "bad") && text("explorer.check.right", ours, differs ? theirs : ours),
    differs && text("explorer.check.theirs", theirs, ours),
  ];
  const shown = texts.filter((one) => one !== false);
  const details = shown.length ? h("details", { open: first }, h("summary", { text: t("explorer.check.texts") }), ...shown) : null;
  return h("li", { class: first ? "x-first" : "", "data-step": id, "data-state": state }, mark, heard, h("strong", { text: t(`explorer.step.${id}`) }), h("ul", {}, ...reasons), details);
}

/**
 * Show a text, with the lines marked that another does not have.
 *
 * @param {string} title
 * @param {string} content
 * @param {string} other
 */
function text(title, content, other) {
  const known = new Set(other.split("\n"));
  const lines = content.split("\n").map((line) => (known.has(line) ? line : h("mark", { text: line })));
  const pre = h("pre", { tabindex: "0" });
  for (const [index, line] of lines.entries()) pre.append(...(index ? ["\n", line] : [line]));
  return h("figure", {}, h("figcaption", { text: t(title) }), pre);
}

customElements.define("wh-explorer-check", CheckView);
