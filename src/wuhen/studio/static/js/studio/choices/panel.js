/** Choosing: two ways to fill a part of the hole beside each other, near by, and all of them below. */

import { h, icon } from "../../base/dom.js";
import { styled } from "../../base/styles.js";
import { inWords, t } from "../../base/words.js";
import { drawOver, drawTile, Pane, Sight } from "./pane.js";
import { ChoiceSet, WAYS } from "./set.js";
import { cutSoFar } from "./so-far.js";
import "./speech.js";

/** @typedef {import("../../api/events.js").News} News */
/** @typedef {import("../page.js").Studio} Studio */
/** @typedef {import("../work.js").Result} Result */
/** @typedef {import("../work.js").Work} Work */

const BACK = "M15 5 8 12l7 7";
const ON = "M9 5l7 7-7 7";
/** What one step closer magnifies. */
const CLOSER = 1.25;
/** Of a small picture, in its own pixels. */
const TILE = { width: 248, height: 186 };

export class Panel {
  /**
   * @param {HTMLElement} host
   * @param {Studio} studio
   */
  constructor(host, studio) {
    this.host = host;
    this.studio = studio;
    /** @type {ChoiceSet | null} */
    this.set = null;
    /** @type {WeakMap<Result, ChoiceSet>} What was chosen from before, by what came of it. */
    this.known = new WeakMap();
    this.at = 0;
    /** Which way is shown beside the favourite. */
    this.beside = 1;
    this.making = false;
    this.tool = studio.tool;
    /** @type {Map<number, OffscreenCanvas>} What the ways of this part that are being made look like. */
    this.soFar = new Map();
    /** @type {Set<string>} What was beside a favourite already. */
    this.seen = new Set();
    this.sight = new Sight();
    this.panes = [0, 1].map((side) => new Pane(this.sight, () => this.prefer(side)));
    this.captions = this.panes.map(() => h("span"));
    this.prefers = [0, 1].map((side) => h("button", { type: "button", onclick: () => this.prefer(side) }));
    this.place = h("output");
    this.back = h("button", { type: "button", class: "plain", onclick: () => this.go(-1) }, icon(BACK));
    this.on = h("button", { type: "button", class: "plain", onclick: () => this.go(1) }, icon(ON));
    this.places = h("div", { class: "places" }, this.back, this.place, this.on);
    this.tiles = Array.from({ length: WAYS }, (_, way) => this.#tile(way));
    this.all = h("div", { class: "ways", role: "group" }, ...this.tiles.map(({ button }) => button));
    this.title = h("h2", { tabindex: "-1" });
    this.hint = h("p", { class: "muted" });
    this.keepIt = h("button", { type: "button", class: "primary", "aria-keyshortcuts": "Enter", onclick: () => this.keep() });
    this.leave = h("button", { type: "button", "aria-keyshortcuts": "Escape", onclick: () => this.close() });
    this.#lay();
    inWords(() => this.show());
    studio.addEventListener("change", () => this.#changed());
    // The original is shown here as well, while it is asked for.
    studio.stage.addEventListener("view", () => this.show());
  }

  get part() {
    return this.set?.parts[this.at] ?? null;
  }

  /** @param {Work} work @param {Result} result */
  async open(work, result) {
    await styled("choices");
    if (!this.host.hidden) {
      this.challenge((this.beside + 1) % WAYS);
    } else {
      this.set = this.known.get(result) ?? new ChoiceSet(work, result);
      this.known.set(result, this.set);
      this.host.hidden = false;
      this.tool = this.studio.tool;
      this.studio.stage.inert = true;
      this.title.focus({ preventScroll: true });
      this.turn(0);
    }
    await this.make();
  }

  /** Have made what is missing of the part that is looked at. */
  async make() {
    const { set, part, studio } = this;
    if (!set || !part || part.ways.length >= WAYS || studio.running) return;
    this.making = true;
    await studio.run(
      async (signal, hear) => {
        const told = (/** @type {News} */ news) => {
          hear(news);
          this.#hear(part, news);
        };
        await set.complete(part, signal, told, () => this.show());
        return () => t("choices.done");
      },
      { words: "choices.running" },
    );
    this.making = false;
    this.soFar.clear();
    this.show();
    // Another part was turned to meanwhile.
    if (this.part !== part && part.ways.length === WAYS) await this.make();
  }

  /** @param {import("./set.js").Part} part @param {News} news */
  async #hear(part, { candidate, preview }) {
    const way = part.ways.length + candidate;
    const canvas = preview && (await cutSoFar(part, preview));
    if (!canvas || part !== this.part || part.ways[way] || way >= WAYS) return;
    this.soFar.set(way, canvas);
    drawOver(this.tiles[way].canvas, canvas, part.box);
    if (way === this.beside) this.show();
  }

  close() {
    const inside = this.host.contains(document.activeElement);
    this.host.hidden = true;
    this.studio.stage.inert = false;
    if (inside) this.studio.stage.focus({ preventScroll: true });
    this.set = null;
    // What is still being made is for nobody any more.
    if (this.making) this.studio.cancel();
  }

  async keep() {
    const { set, studio } = this;
    const { work } = studio;
    if (!set || !work || studio.running) return;
    const result = await set.result();
    this.known.set(result, set);
    this.close();
    if (result !== work.result) work.show(result);
  }

  /** @param {number} side The pane with the one that is better: 0 or 1. */
  prefer(side) {
    const { part } = this;
    if (!part || (side && !part.ways[this.beside])) return;
    this.seen.add(`${this.at} ${this.beside}`);
    if (side) [part.favourite, this.beside] = [this.beside, part.favourite];
    const next = part.ways.findIndex((_, way) => way !== part.favourite && !this.seen.has(`${this.at} ${way}`));
    if (next >= 0) this.beside = next;
    this.show();
  }

  /** @param {number} way What is shown beside the favourite. */
  challenge(way) {
    const { part } = this;
    if (!part) return;
    this.beside = way === part.favourite ? (way + 1) % WAYS : way;
    this.show();
  }

  /** @param {number} by To the next part of the hole, or the one before. */
  go(by) {
    const count = this.set?.parts.length ?? 0;
    if (count > 1) this.turn((this.at + by + count) % count);
    this.make();
  }

  /** @param {number} at */
  turn(at) {
    this.at = at;
    this.soFar.clear();
    const { part } = this;
    if (!part) return;
    this.seen.add(`${at} ${part.favourite}`);
    this.beside = part.favourite ? 0 : 1;
    this.show();
    this.fit();
  }

  /** Look at the whole part. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.panes[0].canvas;
    if (this.part) this.sight.fit(this.part.box, { width, height });
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} Whether the key was meant for the choice.
   */
  pressed({ key, ctrlKey, metaKey, altKey }) {
    if (this.host.hidden || ctrlKey || metaKey || altKey) return false;
    if (key === "Escape" && this.studio.running) return false;
    const act = /** @type {Record<string, () => void>} */ ({
      Escape: () => this.close(),
      Enter: () => this.keep(),
      ArrowLeft: () => this.prefer(0),
      ArrowRight: () => this.prefer(1),
      PageUp: () => this.go(-1),
      PageDown: () => this.go(1),
      "+": () => this.sight.zoom(CLOSER, 0, 0),
      "-": () => this.sight.zoom(1 / CLOSER, 0, 0),
      0: () => this.fit(),
    })[key];
    if (act) act();
    else if (/^[1-4]$/.test(key)) this.challenge(Number(key) - 1);
    else return false;
    return true;
  }

  show() {
    const { part, set } = this;
    if (!part || !set) return;
    const shown = [part.favourite, this.beside];
    const original = this.studio.stage.original ? set.work.picture : null;
    for (const [side, way] of shown.entries()) {
      const there = part.ways[way];
      const canvas = there ? undefined : this.soFar.get(way);
      if (original) this.panes[side].show(original);
      else if (canvas) this.panes[side].show(part.ways[0].picture, { canvas, box: part.box });
      else this.panes[side].show(there?.picture ?? null);
      const name = t("variants.one", { number: way + 1 });
      this.captions[side].textContent = side ? name : t("choices.favourite", { name });
      const what = t(side ? "choices.better" : "choices.stays");
      this.prefers[side].textContent = what;
      this.prefers[side].setAttribute("aria-label", t("choices.prefer", { what, name }));
      this.prefers[side].disabled = !there;
    }
    for (const [way, tile] of this.tiles.entries()) this.#showTile(tile, way);
    this.places.hidden = set.parts.length < 2;
    this.place.textContent = t("choices.place", { number: this.at + 1, all: set.parts.length });
    this.keepIt.disabled = this.studio.running !== null;
    this.#say();
  }

  #say() {
    this.title.textContent = t("choices.title");
    this.hint.textContent = t("choices.hint");
    this.all.setAttribute("aria-label", t("variants.label"));
    this.back.setAttribute("aria-label", t("choices.before"));
    this.on.setAttribute("aria-label", t("choices.next"));
    this.keepIt.textContent = t("choices.keep");
    this.leave.textContent = t("variants.close");
  }

  /**
   * @param {{ button: HTMLButtonElement, canvas: HTMLCanvasElement, part: unknown, picture: unknown }} tile
   * @param {number} way
   */
  #showTile(tile, way) {
    const { part } = this;
    const picture = part?.ways[way]?.picture;
    const { button } = tile;
    button.disabled = !picture;
    button.setAttribute("aria-label", t("variants.one", { number: way + 1 }));
    button.setAttribute("aria-pressed", String(way === part?.favourite));
    button.classList.toggle("beside", way === this.beside);
    if (!part || (tile.part === part && tile.picture === picture)) return;
    Object.assign(tile, { part, picture });
    // What is still to come begins as what there is, and is drawn over by what it looks like so far.
    drawTile(tile.canvas, picture ?? part.ways[0].picture, part.box);
  }

  #changed() {
    const { work } = this.studio;
    if (this.host.hidden) return;
    const { set } = this;
    // Whoever takes up a tool wants to paint.
    if (this.tool !== this.studio.tool) this.close();
    else if (!set || set.work !== work || work.shapes.length || !work.result || !set.has(work.result)) this.close();
    else this.show();
  }

  /** @param {number} way */
  #tile(way) {
    const canvas = h("canvas", TILE);
    const number = h("span", { text: String(way + 1), "aria-hidden": "true" });
    const button = h("button", { type: "button", onclick: () => this.challenge(way) }, canvas, number);
    return { button, canvas, part: /** @type {unknown} */ (null), picture: /** @type {unknown} */ (null) };
  }

  #lay() {
    const panes = this.panes.map(({ canvas }, side) => h("figure", {}, canvas, h("figcaption", {}, this.captions[side], this.prefers[side])));
    this.host.replaceChildren(
      h("div", { class: "head" }, this.title, this.hint, this.places),
      h("div", { class: "panes" }, ...panes),
      h("div", { class: "end" }, this.all, h("div", { class: "row" }, this.leave, this.keepIt)),
    );
  }
}
