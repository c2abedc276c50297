/** The signature of the call in the form, step by step, as it would be made now. */

import { key, keyChanged } from "../api/session.js";
import { hex, hmac, sha256 } from "../api/sign.js";
import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { Block } from "../explorer/block.js";
import { keyChain, masked, stages, utcDate } from "./tc3.js";

/** @typedef {import("../explorer/draft.js").Draft} Draft */

const CONTENT_TYPE = "application/json; charset=utf-8";
/** Milliseconds without a keystroke before a body of megabytes is hashed again. */
const PAUSE = 200;

export class SignatureView extends HTMLElement {
  /** @param {Draft} draft */
  constructor(draft) {
    super();
    this.draft = draft;
    this.timer = 0;
    this.turn = 0;
    const about = h("p", { class: "x-about" });
    const renew = h("button", { type: "button", onclick: () => this.refresh() });
    this.warning = h("p", { class: "x-warning", hidden: true });
    this.canonical = new Block("explorer.step.canonical");
    this.toSign = new Block("explorer.step.toSign");
    this.keys = new Block("explorer.step.key");
    this.authorization = new Block("explorer.step.signature");
    const steps = [this.canonical, this.toSign, this.keys, this.authorization];
    this.append(about, renew, this.warning, h("ol", { class: "x-steps" }, ...steps.map((step) => h("li", {}, step))));
    inWords(() => {
      about.textContent = t("explorer.signatureAbout");
      renew.textContent = t("explorer.renew");
      this.warning.textContent = t("explorer.noKey");
    });
    draft.addEventListener("change", () => this.#later());
    keyChanged.addEventListener("change", () => this.#later());
    this.#later();
  }

  #later() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.refresh(), PAUSE);
  }

  async refresh() {
    const turn = ++this.turn;
    const body = JSON.stringify(this.draft.parameters());
    const { service } = this.draft.action;
    const timestamp = Math.floor(Date.now() / 1000);
    const date = utcDate(timestamp);
    const { canonical, scope, toSign } = await stages({
      method: "POST",
      path: "/",
      query: "",
      headers: [
        ["content-type", CONTENT_TYPE],
        ["host", location.host],
      ],
      names: ["content-type", "host"],
      hashed: await sha256(body),
      timestamp: String(timestamp),
      date,
      service,
    });
    const caller = key();
    const keys = caller ? await keyChain(caller.SecretKey, date, service) : null;
    const signature = keys ? hex(await hmac(keys.signing, toSign)) : "";
    // Another one has begun meanwhile.
    if (turn !== this.turn) return;
    this.warning.hidden = Boolean(caller);
    this.canonical.show(canonical);
    this.toSign.show(toSign);
    this.keys.hidden = this.authorization.hidden = !keys;
    if (!caller || !keys) return;
    this.keys.show(
      [
        `kDate    = HMAC-SHA256("TC3" + SecretKey, "${date}") = ${masked(keys.date)}`,
        `kService = HMAC-SHA256(kDate, "${service}") = ${masked(keys.service)}`,
        `kSigning = HMAC-SHA256(kService, "tc3_request") = ${masked(keys.signing)}`,
      ].join("\n"),
    );
    this.authorization.show(
      `${signature}\n\nAuthorization: TC3-HMAC-SHA256 Credential=${caller.SecretId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`,
    );
  }
}

customElements.define("wh-explorer-signature", SignatureView);
