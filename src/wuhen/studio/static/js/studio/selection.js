/** `<wh-selection>`: smart select, from the first click on an object to the last correction of its outline. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { button } from "./buttons.js";
import { Told } from "./explaining.js";
import { Foresight } from "./foresight.js";
import { segment, sketch } from "./selecting.js";

/** @typedef {import("./page.js").Studio} Studio */
/** @typedef {import("./strokes.js").Raster} Raster */
/** @typedef {import("./strokes.js").Scribble} Scribble */

export class Selection extends HTMLElement {
  /** @param {Studio} studio */
  constructor(studio) {
    super();
    this.studio = studio;
    this.takesAway = false;
    /** @type {Raster | null} What the user has accepted: the next click means another object. */
    this.accepted = null;
    /** @type {Scribble[]} What is being worked on. */
    this.pending = [];
    /** Ends when all scribbles have become a mask. */
    this.settled = Promise.resolve();
    this.foresight = new Foresight(
      (point) => this.#foresee(point),
      (drawn) => {
        studio.stage.preview = drawn;
        studio.stage.refresh();
      },
    );
    const { stage } = studio;
    stage.addEventListener("pointermove", (event) => this.#hover(event));
    for (const name of ["pointerleave", "pointerdown", "wheel"]) stage.addEventListener(name, () => this.foresight.end());
  }

  connectedCallback() {
    if (this.childElementCount) return;
    const { swap } = this.studio.commands;
    const hint = h("span");
    const adds = button({ words: "select.add", run: () => this.swap(false) });
    const takes = button({ ...swap, words: "select.takeAway", run: () => this.swap(true) });
    const done = button({ words: "select.done", keys: "Enter", run: () => this.accept() });
    const discard = button({ words: "select.discard", keys: "Escape", run: () => this.discard() });
    const more = h("div", { class: "row", role: "group" }, adds, takes, done, discard);
    this.append(hint, more);
    inWords(() => {
      hint.textContent = t("select.hint");
      more.setAttribute("aria-label", t("tool.select"));
    });
    this.studio.addEventListener("change", () => {
      const open = this.open;
      this.foresight.end();
      this.hidden = this.studio.tool !== "select" || this.studio.running !== null;
      hint.hidden = open !== null;
      more.hidden = open === null;
      adds.setAttribute("aria-pressed", String(!this.takesAway));
      takes.setAttribute("aria-pressed", String(this.takesAway));
      this.#show();
    });
  }

  /** What further scribbles correct; null when the next one begins another object. */
  get open() {
    const last = this.studio.work?.shapes.at(-1);
    return last?.kind === "raster" && last.selection && last !== this.accepted ? last : null;
  }

  /** @param {boolean} takesAway */
  swap(takesAway) {
    this.takesAway = takesAway && this.open !== null;
    this.studio.dispatchEvent(new Event("change"));
  }

  /**
   * @param {[number, number][]} points
   * @param {boolean} takesAway
   */
  add(points, takesAway) {
    const scribble = { points, takesAway };
    this.pending = [...this.pending, scribble];
    this.#show();
    this.settled = this.settled.then(() =>
      this.studio.busy(async () => {
        try {
          await this.#take(scribble);
        } finally {
          this.pending = this.pending.filter((one) => one !== scribble);
          this.#show();
        }
      }),
    );
  }

  accept() {
    this.accepted = this.open;
    this.swap(false);
  }

  discard() {
    const under = this.open?.selection?.under;
    this.takesAway = false;
    if (under) this.studio.work?.replace(under);
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} Whether the key was meant for the selection.
   */
  pressed({ key }) {
    if (this.hidden || !this.open || (key !== "Enter" && key !== "Escape")) return false;
    if (key === "Enter") this.accept();
    else this.discard();
    return true;
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    // A finger that is down is about to scribble already.
    if (this.hidden || event.pointerType === "touch" || event.buttons || this.pending.length || !this.studio.work) return;
    const { left, top } = this.studio.stage.getBoundingClientRect();
    const [x, y] = this.studio.stage.pointAt(event.clientX - left, event.clientY - top);
    const { width, height } = this.studio.work;
    if (x < 0 || y < 0 || x >= width || y >= height) this.foresight.end();
    else this.foresight.point([x, y]);
  }

  /**
   * @param {[number, number]} point
   * @returns {Promise<import("./bits.js").Bits | null>} What a click there would make of the selection, roughly.
   */
  #foresee(point) {
    const { work } = this.studio;
    if (!work) return Promise.resolve(null);
    const before = this.open?.selection;
    const scribbles = [...(before?.scribbles ?? []), { points: [point], takesAway: this.takesAway }];
    return sketch((work.result ?? work).picture, scribbles, before?.bits);
  }

  /** @param {Scribble} scribble */
  async #take(scribble) {
    const { work } = this.studio;
    if (!work) return;
    const { state } = work;
    const before = this.open?.selection ?? { scribbles: [], under: work.shapes, bits: undefined };
    if (scribble.takesAway && !before.bits) throw new Told("select.nothingOpen");
    const scribbles = [...before.scribbles, scribble];
    const bits = await segment((work.result ?? work).picture, scribbles, before.bits);
    if (!bits) throw new Told("mask.nothing");
    // Whoever has gone back meanwhile does not want it any more.
    if (work === this.studio.work && state === work.state) await work.select(bits, scribbles, before.under);
  }

  #show() {
    this.studio.stage.scribbles = this.hidden ? [] : [...(this.open?.selection?.scribbles ?? []), ...this.pending];
    this.studio.stage.refresh();
  }
}

customElements.define("wh-selection", Selection);
