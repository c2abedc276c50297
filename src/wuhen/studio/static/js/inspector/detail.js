/** One call: what was sent, what was answered, and the code that sends it again. */

import { key } from "../api/session.js";
import { h } from "../base/dom.js";
import { inWords, language, t } from "../base/words.js";
import { Block } from "../explorer/block.js";
import { CodeView } from "../explorer/code.js";
import { Tabs } from "../explorer/tabs.js";
import { lacks, replayed } from "./replay.js";
import { badge, durationOf, timeOf } from "./say.js";

/** @typedef {import("./calls.js").Call} Call */
/** @typedef {import("../explorer/reference.js").Reference} Reference */

/** What code is written for. */
class Replay extends EventTarget {
  /** @param {Reference} reference */
  constructor(reference) {
    super();
    this.action = reference.actions[0];
    this.region = "ap-guangzhou";
    /** @type {string | undefined} The language that was asked for. */
    this.asked = undefined;
    /** @type {Record<string, unknown>} */
    this.parameters = {};
  }

  /**
   * @param {import("../explorer/reference.js").Action} action
   * @param {Call} call
   */
  show(action, call) {
    this.action = action;
    this.region = call.Region || this.region;
    this.asked = call.Headers?.["x-tc-language"];
    this.parameters = call.Parameters ?? {};
    this.dispatchEvent(new Event("change"));
  }

  /** @returns {"en-US" | "zh-CN"} */
  get language() {
    return (this.asked ?? language()).startsWith("zh") ? "zh-CN" : "en-US";
  }

  forCode() {
    return replayed(this.parameters);
  }
}

/** Tells with an event `back` that the list is wanted again. */
export class CallDetail extends HTMLElement {
  /** @param {Reference} reference */
  constructor(reference) {
    super();
    this.reference = reference;
    /** @type {Call | null} */
    this.call = null;
    this.said = "inspector.choose";
    this.replay = new Replay(reference);
    this.told = h("p", { class: "muted", role: "status" });
    this.head = h("div", { class: "i-head", tabindex: "-1" });
    this.back = h("button", { type: "button", class: "i-back", onclick: () => this.dispatchEvent(new Event("back")) });
    this.parameters = new Block("inspector.parameters");
    this.headers = new Block("inspector.headers");
    this.response = new Block("inspector.response");
    this.unknown = h("p", { class: "muted" });
    this.code = new CodeView(this.replay, "i-code");
    this.notes = h("ul", { class: "x-notes" });
    this.noCode = h("p", { class: "muted" });
    this.tabs = new Tabs("inspector.detail", [
      { id: "i-request", words: "inspector.tab.request", panel: h("section", {}, this.unknown, this.parameters, this.headers) },
      { id: "i-response", words: "inspector.tab.response", panel: h("section", {}, this.response) },
      { id: "i-code", words: "inspector.tab.code", panel: h("section", {}, this.noCode, this.notes, this.code) },
    ]);
    this.append(this.told, this.back, this.head, this.tabs);
    inWords(() => {
      this.back.textContent = t("inspector.back");
      this.unknown.textContent = t("inspector.unknown");
      this.noCode.textContent = t("inspector.noCode");
      this.#say();
    });
  }

  /** @param {Call} call */
  show(call) {
    this.call = call;
    this.#say();
    this.head.focus();
  }

  /** @param {string} words Key of what is said in place of a call. */
  none(words) {
    this.call = null;
    this.said = words;
    this.#say();
  }

  #say() {
    const { call } = this;
    this.told.hidden = Boolean(call);
    this.head.hidden = this.tabs.hidden = this.back.hidden = !call;
    this.told.textContent = t(this.said);
    if (!call) return;
    this.head.replaceChildren(...head(call));
    this.unknown.hidden = Boolean(call.Parameters);
    this.parameters.hidden = !call.Parameters;
    this.parameters.show(JSON.stringify(call.Parameters, null, 2));
    this.headers.show(Object.entries(call.Headers ?? {}).map(([name, value]) => `${name}: ${value}`).join("\n"));
    this.response.show(call.Response ? JSON.stringify({ Response: call.Response }, null, 2) : t("inspector.unansweredWhy"));
    this.#write(call);
  }

  /** @param {Call} call */
  #write(call) {
    const action = this.reference.actions.find((one) => one.action === call.Action && one.version === call.Version);
    // Of a call that anybody may have sent, nothing is to be run.
    const known = call.Verified && action ? action : null;
    this.noCode.hidden = Boolean(known);
    this.code.hidden = this.notes.hidden = !known;
    if (!known) return;
    this.replay.show(known, call);
    const notes = /** @type {("pictures" | "paths")[]} */ (["pictures", "paths"]).filter((what) => lacks(call.Parameters, what));
    this.notes.replaceChildren(...notes.map((what) => h("li", { text: t(`inspector.${what}`) })));
  }
}

/** @param {Call} call */
function head(call) {
  const { Result } = call;
  /** @type {[string, Node | string | null][]} */
  const facts = [
    ["inspector.time", h("time", { datetime: call.Time, text: timeOf(call.Time) })],
    ["inspector.duration", durationOf(call.Duration)],
    ["RequestId", h("code", { text: call.RequestId })],
    ["inspector.key", h("span", {}, h("code", { text: call.SecretId }), key()?.SecretId === call.SecretId ? ` (${t("inspector.thisPage")})` : null)],
    ["inspector.region", call.Region ? h("code", { text: call.Region }) : null],
    ["inspector.form", h("code", { text: call.Form })],
    ["inspector.result", Result && t("inspector.resultIs", { width: Result.Width, height: Result.Height, engine: Result.Engine })],
    ["inspector.message", call.Message || null],
  ];
  const known = facts.filter(([, value]) => value !== null);
  const product = [call.Service, call.Version].filter(Boolean).join(" ");
  return [
    h("h2", { text: call.Action }),
    h("p", { class: "i-badges" }, ...badge(call), product ? h("span", { class: "x-type", text: product }) : null),
    call.Verified ? null : h("p", { class: "x-bad", text: t("inspector.unverifiedWhy") }),
    h("dl", { class: "x-facts" }, ...known.flatMap(([name, value]) => [h("dt", { text: name.includes(".") ? t(name) : name }), h("dd", {}, value)])),
  ].filter((part) => part !== null);
}

customElements.define("wh-call", CallDetail);
