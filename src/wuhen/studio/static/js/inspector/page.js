/** The inspector: the calls that were made with the page's key, or with any of its account, by whatever program. */

import { ApiError, GoneError } from "../api/client.js";
import { UNRECORDED } from "../api/schema.js";
import { key, keyChanged } from "../api/session.js";
import { h } from "../base/dom.js";
import { styled } from "../base/styles.js";
import { inWords, t } from "../base/words.js";
import "../explorer/speech.js";
import { loadReference } from "../explorer/reference.js";
import { askForKey } from "../keys.js";
import { explain, lacksKey } from "../studio/explaining.js";
import "./speech.js";
import { Calls } from "./calls.js";
import { CallChart } from "./chart.js";
import { CallDetail } from "./detail.js";
import { Filters } from "./filters.js";
import { CallList } from "./list.js";

/** Milliseconds from one look at the log to the next. */
const PERIOD = 3000;
const TICK = 250;

class Inspector extends HTMLElement {
  constructor() {
    super();
    this.calls = new Calls();
    this.due = 0;
    this.asking = false;
    /** @type {unknown} What went wrong last. */
    this.failed = null;
    /** @type {number | null} How many calls were just deleted. */
    this.cleared = null;
  }

  async connectedCallback() {
    if (this.childElementCount) return;
    const status = h("p", { class: "muted", role: "status" });
    inWords(() => (status.textContent = t("explorer.loading")));
    this.append(status);
    try {
      const [reference] = await Promise.all([loadReference(), styled("explorer"), styled("inspector")]);
      this.replaceChildren(...this.#parts(reference));
    } catch {
      inWords(() => (status.textContent = t("explorer.notLoaded")));
      return;
    }
    this.calls.addEventListener("change", () => this.#say());
    keyChanged.addEventListener("change", () => this.#restart());
    setInterval(() => this.#tick(), TICK);
    inWords(() => this.#say());
  }

  /** @param {import("../explorer/reference.js").Reference} reference */
  #parts(reference) {
    this.filters = new Filters(reference.actions.map(({ action }) => action).filter((action) => !UNRECORDED.includes(action)));
    this.list = new CallList();
    this.detail = new CallDetail(reference);
    this.live = h("input", { type: "checkbox", id: "i-live", checked: true });
    const live = h("label", { for: "i-live" });
    this.heading = h("h1");
    this.chart = new CallChart();
    this.signIn = h("button", { type: "button", class: "primary", onclick: () => askForKey() });
    this.clear = h("button", { type: "button", onclick: () => this.#clear() });
    this.kept = h("p", { class: "muted i-kept" });
    this.status = h("p", { class: "i-status", role: "status" });
    this.filters.addEventListener("want", (event) => this.#ask(() => this.calls.want(/** @type {CustomEvent} */ (event).detail)));
    this.list.addEventListener("more", () => this.#ask(() => this.calls.more()));
    this.list.addEventListener("open", (event) => this.#open(/** @type {CustomEvent<string>} */ (event).detail));
    this.detail.addEventListener("back", () => this.#back());
    inWords(() => {
      live.textContent = t("inspector.live");
      if (this.signIn) this.signIn.textContent = t("key.signIn");
    });
    const bar = h("div", { class: "i-bar" }, this.filters, h("div", { class: "x-check" }, this.live, live), this.clear);
    return [h("div", { class: "i-title" }, this.heading, this.kept), bar, this.chart, h("div", { class: "i-split" }, h("section", { class: "i-side" }, this.status, this.signIn, this.list), this.detail)];
  }

  /** Look for new calls while somebody looks. */
  #tick() {
    const seen = !this.closest("[hidden]") && document.visibilityState === "visible";
    if (!seen) this.due = 0;
    else if (performance.now() >= this.due && !this.asking && (this.live?.checked || !this.calls.known)) this.#ask(() => this.calls.refresh());
  }

  #restart() {
    this.list?.mark("");
    this.#showList();
    this.detail?.none("inspector.choose");
    this.#ask(() => this.calls.restart());
  }

  /** @param {() => Promise<unknown>} act */
  async #ask(act) {
    this.asking = true;
    try {
      await act();
      this.failed = null;
    } catch (error) {
      this.failed = error;
    } finally {
      this.asking = false;
      this.due = performance.now() + PERIOD;
      this.#say();
    }
  }

  /** @param {string} id */
  async #open(id) {
    this.list?.mark(id);
    await this.#ask(async () => {
      try {
        this.detail?.show(await this.calls.open(id));
      } catch (error) {
        if (!(error instanceof ApiError && error.code === "ResourceNotFound")) throw error;
        this.detail?.none("inspector.vanished");
      }
      this.classList.add("i-opened");
      this.detail?.scrollIntoView({ block: "nearest" });
    });
  }

  #back() {
    this.#showList();
    this.list?.refocus();
  }

  #showList() {
    this.classList.remove("i-opened");
  }

  async #clear() {
    if (!confirm(t(this.calls.account === null ? "inspector.clearSure" : "inspector.clearSureAccount"))) return;
    await this.#ask(async () => {
      this.cleared = await this.calls.clear();
      this.list?.mark("");
      this.#showList();
      this.detail?.none("inspector.choose");
    });
  }

  #say() {
    const { calls, list, status, kept, clear, heading, signIn } = this;
    if (!list || !status || !kept || !clear || !heading || !signIn) return;
    const { account } = calls;
    heading.textContent = account === null ? t("inspector.title") : t("inspector.titleAccount", { account });
    clear.textContent = t(account === null ? "inspector.clear" : "inspector.clearAccount");
    signIn.hidden = !lacksKey(this.failed);
    list.show(calls.shown, calls.total, account === null ? null : (key()?.SecretId ?? ""));
    this.chart?.show(calls.statistics);
    this.filters?.offer(calls.shown);
    const off = calls.known && calls.days === 0;
    kept.textContent = calls.days ? t("inspector.kept", { days: calls.days, most: calls.most }) : "";
    clear.disabled = !calls.known || off || (!calls.total && !Object.keys(calls.wanted).length);
    status.textContent = this.#told(off);
    status.classList.toggle("x-warning", Boolean(this.failed) && !lacksKey(this.failed));
    if (calls.total) this.cleared = null;
  }

  /** @param {boolean} off */
  #told(off) {
    const { calls, failed } = this;
    if (lacksKey(failed)) return t("inspector.noKey");
    if (failed instanceof GoneError) return t("inspector.gone");
    if (failed) return explain(failed);
    if (!calls.known) return t("explorer.loading");
    if (off) return t("inspector.off");
    if (calls.total) return t("inspector.shown", { shown: calls.shown.length, total: calls.total });
    if (Object.keys(calls.wanted).length) return t("inspector.noneFound");
    const deleted = this.cleared === null ? "" : `${t("inspector.cleared", { count: this.cleared })}. `;
    return deleted + t(calls.account === null ? "inspector.none" : "inspector.noneAccount");
  }
}

customElements.define("wh-inspector", Inspector);
