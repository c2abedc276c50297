/** `<wh-findings>`: text, watermarks, people and things that the service finds, where to look for them, and which of them to leave. */

import { serviceFinds } from "../api/limits.js";
import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { button } from "./buttons.js";
import { Told } from "./explaining.js";
import { findPlaces, placeAt } from "./finding.js";
import { counted, KINDS, kindBoxes, USUAL } from "./kinds.js";
import "./proposing/speech.js";

/** @typedef {import("./page.js").Studio} Studio */
/** @typedef {import("./finding.js").Box} Box */
/** @typedef {import("./finding.js").Place} Place */
/** @typedef {import("./work.js").Work} Work */

const SENSITIVITY = 0.5;
/** Milliseconds in which nothing more is set. */
const REST = 400;
/** Of what shows a place, in pixels of the screen. */
const HEIGHT = 30;
const LONGEST = 150;

export class Findings extends HTMLElement {
  /** @param {Studio} studio */
  constructor(studio) {
    super();
    this.studio = studio;
    /** @type {Work | null} What the rectangle is of. */
    this.work = null;
    /** @type {Box | null} Where to look; null for everywhere. */
    this.within = null;
    this.sensitivity = SENSITIVITY;
    /** @type {Set<import("./kinds.js").Kind>} */
    this.kinds = new Set(USUAL);
    /** @type {import("./strokes.js").Raster | null} What the user has accepted. */
    this.accepted = null;
    /** Which place is pointed at in the list; -1 for none. */
    this.pointed = -1;
    this.boxes = kindBoxes(this.kinds, () => this.open && this.look());
    this.summary = h("span", { role: "status" });
    this.list = h("div", { class: "places", role: "group", hidden: true });
    /** @type {import("./strokes.js").Found | null} What the list shows. */
    this.listed = null;
    this.hidden = true;
  }

  connectedCallback() {
    if (this.childElementCount) return;
    const look = button({ words: "find.look", run: () => this.look() }, { class: "primary" });
    const everywhere = button({ words: "find.everywhere", run: () => this.#lookIn(null) });
    const done = button({ words: "find.done", keys: "Enter", run: () => this.accept() });
    const discard = button({ words: "find.discard", keys: "Escape", run: () => this.discard() });
    const settings = h("div", { class: "row" }, ...this.boxes, this.#sensitivityOf());
    this.append(this.summary, settings, this.list, this.#proposingOf(), h("div", { class: "row end" }, look, everywhere, done, discard));
    inWords(() => {
      this.list.setAttribute("aria-label", t("find.places"));
      this.#show();
    });
    this.studio.addEventListener("change", () => {
      this.hidden = this.studio.tool !== "find";
      this.inert = this.studio.running !== null;
      if (this.studio.work !== this.work) this.within = null;
      this.work = this.studio.work;
      for (const one of [done, discard]) one.hidden = !this.open;
      look.hidden = this.open !== null;
      everywhere.hidden = !this.within;
      this.#show();
    });
  }

  /** What was found last and is not accepted yet. */
  get open() {
    const last = this.studio.work?.shapes.at(-1);
    return last?.kind === "raster" && last.found && last !== this.accepted ? last : null;
  }

  /**
   * Look, by the key or the button of the tool; where something is shown already, show it.
   *
   * @param {import("./kinds.js").Kind} [kind] Look for such alone, whatever is shown.
   */
  start(kind) {
    this.studio.choose("find");
    // What is shown, of a proposal for example, is what is looked for from now on, more or less of it.
    const shown = (this.open?.found?.places ?? []).map(({ what }) => what);
    const wanted = kind ? [kind] : shown.every((one) => this.kinds.has(one)) ? null : shown;
    for (const [index, { control }] of wanted ? this.boxes.entries() : []) {
      const box = /** @type {HTMLInputElement} */ (control);
      box.checked = wanted?.includes(KINDS[index]) ?? false;
      this.kinds[box.checked ? "add" : "delete"](KINDS[index]);
    }
    if (kind || !this.open) this.look();
  }

  async look() {
    const { work } = this.studio;
    const known = await serviceFinds();
    if (!KINDS.some((kind) => known.includes(kind))) this.studio.tell(() => t("find.noFinder"), { kind: "error" });
    else if (!this.kinds.size) this.studio.tell(() => t("find.noKind"));
    else if (work) await this.studio.run((signal) => this.#look(work, signal), { words: "find.running" });
  }

  /**
   * Leave a place out, or take it back in.
   *
   * @param {number} index
   */
  toggle(index) {
    const { work } = this.studio;
    const found = this.open?.found;
    if (!work || !found || this.studio.running) return;
    const left = new Set(found.left);
    if (!left.delete(index)) left.add(index);
    this.studio.busy(() => work.find({ ...found, left }));
  }

  accept() {
    const found = this.open?.found;
    if (found?.left.size === found?.places.length) this.discard();
    else this.#keep();
  }

  #keep() {
    this.accepted = this.open;
    // Enter is to erase next.
    if (this.contains(document.activeElement)) this.studio.stage.focus({ preventScroll: true });
    this.studio.dispatchEvent(new Event("change"));
    this.studio.tell(() => t("find.accepted"));
  }

  discard() {
    const under = this.open?.found?.under;
    if (under) this.studio.work?.replace(under);
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} Whether the key was meant for what was found.
   */
  pressed({ key }) {
    if (this.hidden || this.inert || !this.open || (key !== "Enter" && key !== "Escape")) return false;
    if (key === "Enter") this.accept();
    else this.discard();
    return true;
  }

  /**
   * Take a click or a rectangle on the stage.
   *
   * @param {[number, number]} from
   * @param {[number, number]} to
   * @param {boolean} dragged Whether it is a rectangle.
   */
  pointedAt(from, to, dragged) {
    const { work } = this.studio;
    if (!work) return;
    if (!dragged) {
      const index = placeAt(this.open?.found?.places ?? [], to);
      if (index >= 0) this.toggle(index);
      return;
    }
    const clamp = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(most, Math.max(0, Math.round(value)));
    const [left, right] = [from[0], to[0]].map((x) => clamp(x, work.width)).sort((a, b) => a - b);
    const [top, bottom] = [from[1], to[1]].map((y) => clamp(y, work.height)).sort((a, b) => a - b);
    if (right > left && bottom > top) this.#lookIn([left, top, right - left, bottom - top]);
  }

  /** @param {Box | null} within */
  #lookIn(within) {
    this.within = within;
    return this.look();
  }

  /**
   * @param {Work} work
   * @param {AbortSignal} signal
   */
  async #look(work, signal) {
    const { state } = work;
    const under = this.open?.found?.under ?? work.shapes;
    const { within, sensitivity } = this;
    const { bits, places } = await findPlaces(work, { kinds: [...this.kinds], sensitivity, within, signal });
    // Whoever has gone back meanwhile does not want it any more.
    if (state !== work.state) return "";
    if (!places.length) {
      if (this.open) work.replace(under);
      throw new Told(within ? "find.nothingThere" : "find.nothing");
    }
    await work.find({ bits, places, under, left: new Set(places.flatMap(({ what }, index) => (what === "objects" ? [index] : []))) });
    return "";
  }

  /** Whether such things are proposed when a photo opens. */
  #proposingOf() {
    const words = h("span");
    const { proposing } = this.studio;
    const box = h("input", { type: "checkbox", checked: proposing.on });
    box.addEventListener("change", () => {
      proposing.on = box.checked;
    });
    this.studio.addEventListener("change", () => {
      box.checked = proposing.on;
    });
    inWords(() => {
      words.textContent = t("propose.setting");
    });
    return h("label", { class: "proposing" }, box, words);
  }

  #sensitivityOf() {
    const words = h("span");
    const slider = h("input", { type: "range", min: 0, max: 1, step: 0.1, value: String(SENSITIVITY) });
    let timer = 0;
    slider.addEventListener("change", () => {
      this.sensitivity = Number(slider.value);
      // By key it goes step by step: look once it has come to rest.
      clearTimeout(timer);
      timer = setTimeout(() => this.open && this.look(), REST);
    });
    inWords(() => {
      words.textContent = t("find.sensitivity");
      slider.title = t("find.sensitivityHint");
    });
    return h("label", {}, words, slider);
  }

  #show() {
    const found = this.hidden ? null : (this.open?.found ?? null);
    const { stage } = this.studio;
    stage.within = this.hidden ? null : this.within;
    stage.places = (found?.places ?? []).map(({ corners }, index) => ({
      corners,
      left: found?.left.has(index) ?? false,
      pointed: index === this.pointed,
    }));
    stage.refresh();
    this.summary.textContent = found ? this.#told(found) : t("find.hint");
    if (found?.places !== this.listed?.places) this.#list(found);
    for (const [index, one] of [...this.list.children].entries()) one.setAttribute("aria-pressed", String(!found?.left.has(index)));
    this.listed = found;
  }

  /** @param {import("./strokes.js").Found} found */
  #told({ places, left }) {
    const found = counted(KINDS.map((kind) => [kind, places.filter((place) => place.what === kind).length]));
    if (left.size === places.length) return t("find.choose", { found });
    return left.size ? t("find.foundBut", { found, left: left.size }) : t("find.found", { found });
  }

  /** @param {import("./strokes.js").Found | null} found */
  #list(found) {
    this.pointed = -1;
    this.list.hidden = !found;
    const point = (/** @type {number} */ index) => () => {
      this.pointed = index;
      this.#show();
    };
    this.list.replaceChildren(
      ...(found?.places ?? []).map((place, index) =>
        h(
          "button",
          {
            type: "button",
            "aria-label": t("find.place", { what: t(`find.${place.what}`), number: index + 1, place: t(`place.${this.#ninth(place.box)}`) }),
            title: t("find.toggle"),
            onclick: () => this.toggle(index),
            onfocus: point(index),
            onblur: point(-1),
            onpointerenter: point(index),
            onpointerleave: point(-1),
          },
          this.#crop(place.box),
        ),
      ),
    );
  }

  /** @param {Box} box @returns {number} In which of nine fields of the photo its middle is, from the upper left on. */
  #ninth([left, top, width, height]) {
    const { work } = this.studio;
    const third = (/** @type {number} */ middle, /** @type {number} */ whole) => Math.min(2, Math.max(0, Math.floor((3 * middle) / whole)));
    return work ? third(left + width / 2, work.width) + 3 * third(top + height / 2, work.height) : 4;
  }

  /** @param {Box} box */
  #crop([left, top, width, height]) {
    const { work } = this.studio;
    const scale = Math.min(HEIGHT / height, LONGEST / width);
    const wide = Math.max(12, width * scale);
    const high = Math.max(12, height * scale);
    const canvas = h("canvas", { width: Math.ceil(2 * wide), height: Math.ceil(2 * high) });
    canvas.style.width = `${Math.ceil(wide)}px`;
    const picture = (work?.result ?? work)?.picture;
    const context = canvas.getContext("2d");
    if (context) picture?.draw(context, [left, top, width, height], [0, 0, canvas.width, canvas.height], 2 * scale);
    return canvas;
  }
}

customElements.define("wh-findings", Findings);
