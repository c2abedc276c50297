/** Sending the call, and everything about it: what went out, what came back. */

import { blob, exchange, GoneError, NoKeyError } from "../api/client.js";
import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { askForKey } from "../keys.js";
import { Block } from "./block.js";

/** @typedef {import("../api/client.js").Exchange} Exchange */
/** @typedef {import("./draft.js").Draft} Draft */

/** Tells with an event `code`, whose detail is an error code, that its page is asked for. */
export class Answer extends HTMLElement {
  /** @param {Draft} draft */
  constructor(draft) {
    super();
    this.draft = draft;
    /** @type {AbortController | null} */
    this.running = null;
    /** @type {Exchange | Error | null} */
    this.got = null;
    /** @type {string[]} */
    this.shown = [];
    this.status = h("div", { class: "x-status", role: "status" });
    this.cancel = h("button", { type: "button", hidden: true, onclick: () => this.running?.abort() });
    this.pictures = h("div", { class: "x-results", hidden: true });
    this.request = new Block("explorer.rawRequest");
    this.response = new Block("explorer.rawResponse");
    this.append(this.status, this.cancel, this.pictures, this.request, this.response);
    inWords(() => this.#say());
  }

  async send() {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.got = null;
    this.#say();
    try {
      const got = await exchange(this.draft.parameters(), { called: this.draft.action, region: this.draft.region, language: this.draft.language, signal: running.signal });
      if (this.running === running) this.got = got;
    } catch (error) {
      const cancelled = error instanceof DOMException && error.name === "AbortError";
      if (this.running === running && !cancelled) this.got = error instanceof Error ? error : new Error(String(error));
    }
    // A later call has taken over.
    if (this.running !== running) return;
    this.running = null;
    this.#say();
  }

  #say() {
    const got = this.got;
    const exchanged = got && !(got instanceof Error) ? got : null;
    this.cancel.textContent = t("explorer.cancel");
    this.cancel.hidden = !this.running;
    this.request.hidden = this.response.hidden = !exchanged;
    this.status.replaceChildren(...this.#told(got));
    if (exchanged) {
      this.request.show(rawRequest(exchanged));
      this.response.show(JSON.stringify({ Response: exchanged.response }, null, 2));
    }
    const pictures = this.draft.action.answer.filter(({ picture }) => picture);
    this.#show(pictures.flatMap(({ name }) => valuesAt(exchanged?.response, name)));
  }

  /**
   * @param {Exchange | Error | null} got
   * @returns {Node[]}
   */
  #told(got) {
    if (this.running) return [h("p", { text: t("explorer.sending") })];
    if (!got) return [h("p", { class: "muted", text: t("explorer.notSent") })];
    if (got instanceof NoKeyError) return [h("p", { class: "x-bad", text: t("explorer.noKey") }), signInButton()];
    if (got instanceof GoneError) return [h("p", { class: "x-bad", text: t("explorer.gone") })];
    if (got instanceof Error) return [h("p", { class: "x-bad", text: got.message })];
    const { response, seconds } = got;
    const facts = h(
      "dl",
      { class: "x-facts" },
      h("dt", { text: t("explorer.time") }),
      h("dd", { text: `${seconds.toFixed(2)} s` }),
      h("dt", { text: "RequestId" }),
      h("dd", {}, h("code", { text: response.RequestId })),
    );
    if (!response.Error) return [h("p", { class: "x-good", text: t("explorer.succeeded") }), facts];
    const { Code, Message } = response.Error;
    const more = h("button", { type: "button", class: "x-code", onclick: () => this.dispatchEvent(new CustomEvent("code", { detail: Code })) }, h("code", { text: Code }));
    more.title = t("explorer.aboutCode");
    const told = [h("p", { class: "x-bad" }, more, h("span", { text: ` ${Message}` })), facts];
    // Here the answer is what one came to see; to sign in is offered, not asked for.
    return Code.startsWith("AuthFailure.") ? [...told, signInButton()] : told;
  }

  /** @param {string[]} images Base64 or URLs. */
  #show(images) {
    for (const url of this.shown) if (url.startsWith("blob:")) URL.revokeObjectURL(url);
    this.shown = images.map((image) => (/^https?:/.test(image) ? image : URL.createObjectURL(blob(image))));
    this.pictures.hidden = !images.length;
    this.pictures.replaceChildren(
      ...this.shown.map((src, index) =>
        h("img", { class: "x-result", src, alt: index ? t("explorer.candidate", { number: index + 1 }) : t("explorer.result") }),
      ),
    );
  }
}

function signInButton() {
  return h("button", { type: "button", text: t("key.signIn"), onclick: () => askForKey("asked") });
}

/**
 * @param {Record<string, any> | undefined} tree
 * @param {string} path Of a member; `List[].Member` is one of each in a list.
 * @returns {string[]} What is there, if anything.
 */
function valuesAt(tree, path) {
  const [name, ...rest] = path.split("[].");
  if (!rest.length) return tree?.[name] ? [tree[name]] : [];
  return (tree?.[name] ?? []).flatMap((/** @type {Record<string, any>} */ one) => valuesAt(one, rest.join("[].")));
}

/** @param {Exchange} sent */
function rawRequest({ headers, body }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return ["POST / HTTP/1.1", `Host: ${location.host}`, ...lines, "", body].join("\n");
}

customElements.define("wh-explorer-answer", Answer);
