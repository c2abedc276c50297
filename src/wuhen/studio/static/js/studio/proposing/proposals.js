/** `<wh-proposals>`: what could go, as chips under the stage: each is outlined when pointed at, and taken or left by a click. */

import { h, icon } from "../../base/dom.js";
import { styled } from "../../base/styles.js";
import { inWords, t } from "../../base/words.js";
import { findable } from "../kinds.js";
import { taken, toggle } from "./taking.js";
import "./speech.js";

export { findable } from "../kinds.js";
export { propose } from "./asking.js";

/** @typedef {import("./asking.js").Proposal} Proposal */
/** @typedef {import("../page.js").Studio} Studio */
/** @typedef {import("../work.js").Result} Result */
/** @typedef {import("../work.js").Work} Work */

const CROSS = "M6 6 18 18M18 6 6 18";
/** Milliseconds after which it is looked again whether something is still being drawn. */
const WAIT = 100;

export class Proposals extends HTMLElement {
  /**
   * @param {Studio} studio
   * @param {Work} work
   * @param {Proposal[]} proposals
   */
  constructor(studio, work, proposals) {
    super();
    this.studio = studio;
    this.work = work;
    /** @type {Map<Result | null, Proposal[]>} What there is of them in what is shown. */
    this.known = new Map([[null, proposals]]);
    /** @type {Proposal[]} Those that have chips. */
    this.listed = [];
    /** @type {HTMLButtonElement[]} */
    this.chips = [];
    /** @type {Proposal | null} Whose places are outlined. */
    this.pointed = null;
    /** @type {Promise<unknown>} Clicks are done one after another. */
    this.turn = Promise.resolve();
    this.over = new AbortController();
    // Looking for things takes seconds of the service: only when it is asked for.
    this.things = h("button", { type: "button", class: "chip", hidden: true, onclick: () => studio.find("objects") });
    this.stop = h("button", { type: "button", class: "plain", onclick: () => this.#stop() }, icon(CROSS));
    this.setAttribute("role", "group");
    const { signal } = this.over;
    signal.addEventListener("abort", inWords(() => this.#say()));
    studio.addEventListener("change", () => this.#show(), { signal });
    this.#begin();
  }

  disconnectedCallback() {
    this.over.abort();
  }

  /** Come while nothing is being drawn: the stage gives a little of its room. */
  async #begin() {
    const { stage } = this.studio;
    const [[things]] = await Promise.all([findable(["objects"]), styled("proposing")]);
    this.things.hidden = !things;
    await this.#show();
    while (stage.draft) await new Promise((resolve) => setTimeout(resolve, WAIT));
    if (this.studio.proposing.shown === this) stage.after(this);
  }

  async #show() {
    const { studio, work } = this;
    const { result } = work;
    const proposals = await this.#of(result);
    if (studio.work !== work || work.result !== result) return;
    if (proposals !== this.listed) this.#list(proposals);
    const inMask = taken(work, proposals);
    this.things.disabled = studio.running !== null;
    for (const [index, chip] of this.chips.entries()) {
      chip.disabled = studio.running !== null;
      chip.setAttribute("aria-pressed", String(inMask.has(proposals[index])));
    }
    if (!this.pointed) return;
    const left = !inMask.has(this.pointed);
    studio.stage.places = this.pointed.places.map(({ corners }) => ({ corners, left, pointed: true }));
    studio.stage.refresh();
  }

  /** @param {Result | null} result @returns {Promise<Proposal[]>} What is not erased in it. */
  async #of(result) {
    const known = this.known.get(result);
    if (known || !result) return known ?? [];
    const rest = await Promise.all((this.known.get(null) ?? []).map((proposal) => proposal.without(result.erased)));
    const found = rest.flatMap((proposal) => proposal ?? []);
    this.known.set(result, found);
    return found;
  }

  /** @param {Proposal[]} proposals */
  #list(proposals) {
    this.listed = proposals;
    this.pointed = null;
    this.chips = proposals.map((proposal) => {
      const point = () => this.#point(proposal);
      const leave = () => this.#point(null);
      const act = () => {
        this.turn = this.turn.then(() => this.#toggle(proposal));
      };
      return h("button", { type: "button", class: "chip", onclick: act, onfocus: point, onblur: leave, onpointerenter: point, onpointerleave: leave });
    });
    this.replaceChildren(...this.chips, this.things, this.stop);
    this.hidden = !proposals.length && this.things.hidden;
    this.#say();
  }

  #say() {
    this.setAttribute("aria-label", t("propose.all"));
    for (const [index, proposal] of this.listed.entries()) Object.assign(this.chips[index], { textContent: nameOf(proposal), title: t("propose.hint") });
    Object.assign(this.things, { textContent: t("propose.things"), title: t("propose.thingsHint") });
    this.stop.title = t("propose.stop");
    this.stop.setAttribute("aria-label", t("propose.stop"));
  }

  /** @param {Proposal | null} proposal */
  #point(proposal) {
    if (this.studio.running) return;
    this.pointed = proposal;
    this.studio.stage.places = [];
    // What is being looked through shows its own places again.
    this.studio.dispatchEvent(new Event("change"));
    this.studio.stage.refresh();
  }

  /** @param {Proposal} proposal */
  async #toggle(proposal) {
    const { studio, work, listed } = this;
    if (studio.running || !listed.includes(proposal)) return;
    await studio.busy(() => toggle(work, listed, proposal));
    const what = () => nameOf(proposal);
    if (!taken(work, listed).has(proposal)) studio.tell(() => t("propose.left", { what: what() }));
    else {
      const action = proposal.places.length > 1 ? { words: "propose.single", run: () => studio.find() } : undefined;
      studio.tell(() => t("propose.taken", { what: what() }), { action });
    }
  }

  #stop() {
    const { proposing, stage } = this.studio;
    proposing.on = false;
    const run = () => {
      proposing.on = true;
    };
    this.studio.tell(() => t("propose.stopped"), { action: { words: "propose.again", run } });
    stage.focus({ preventScroll: true });
  }
}

/** @param {Proposal} proposal */
function nameOf({ kind, places }) {
  const what = t(`find.${kind}`);
  return places.length > 1 ? t("propose.chip", { what, count: places.length }) : what;
}

customElements.define("wh-proposals", Proposals);
