/** `<wh-variants>`: other ways to fill the same hole, side by side, to choose from. */

import { ApiError } from "../api/client.js";
import { h } from "../base/dom.js";
import { refill } from "../base/focus.js";
import { inWords, t } from "../base/words.js";
import { extent } from "./bits.js";
import { button } from "./buttons.js";
import { otherWays } from "./erasing.js";

/** @typedef {import("./page.js").Studio} Studio */
/** @typedef {import("./work.js").Result} Result */
/** @typedef {import("./work.js").Work} Work */

const WAYS = 4;
/** What a call is answered that takes longer than it may. */
const TOO_LONG = "FailedOperation.RequestTimeout";
const WIDTH = 124;
const HEIGHT = 93;
/** Surroundings shown on every side of the hole, as a share of its extent. */
const AROUND = 0.3;

export class Variants extends HTMLElement {
  /** @param {Studio} studio */
  constructor(studio) {
    super();
    this.studio = studio;
    /** @type {Result[]} What there is to choose from. */
    this.ways = [];
    /** @type {WeakMap<Result, Result[]>} Those that were made before, by each of them. */
    this.made = new WeakMap();
    this.choices = h("div", { class: "row", role: "group" });
    this.hidden = true;
  }

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.choices, button({ words: "variants.close", keys: "Escape", run: () => this.close() }));
    inWords(() => this.#show());
    this.studio.addEventListener("change", () => this.#show());
  }

  /** Ask for other ways to fill what was erased; when they are there already, take the next. */
  async open() {
    const { work, running } = this.studio;
    if (!work?.result || work.shapes.length || running) return;
    if (!this.hidden && this.ways.length === WAYS) {
      work.show(this.ways[(this.ways.indexOf(work.result) + 1) % WAYS]);
      return;
    }
    const ways = this.made.get(work.result) ?? [work.result];
    this.ways = ways;
    this.#show();
    if (ways.length < WAYS) await this.studio.run((signal) => this.#make(work, ways, signal));
  }

  close() {
    this.ways = [];
    this.studio.dispatchEvent(new Event("change"));
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} Whether the key was meant for the choice.
   */
  pressed({ key }) {
    if (this.hidden || key !== "Escape" || this.studio.running) return false;
    this.close();
    return true;
  }

  /**
   * @param {Work} work
   * @param {Result[]} ways
   * @param {AbortSignal} signal
   */
  async #make(work, ways, signal) {
    const [first] = ways;
    let most = WAYS;
    while (ways.length < WAYS) {
      const candidates = Math.min(most, WAYS - ways.length);
      const made = await otherWays(work, first, { seed: ways.length, candidates, signal }).catch((error) => {
        // One of them may still be done in the time that a call has.
        if (candidates === 1 || !(error instanceof ApiError && error.code === TOO_LONG)) throw error;
        most = 1;
        return [];
      });
      ways.push(...made);
      for (const way of ways) this.made.set(way, ways);
      this.#show();
    }
    return () => t("variants.done");
  }

  #show() {
    const { work } = this.studio;
    const shown = work?.result;
    this.hidden = !work || !shown || !this.ways.includes(shown) || work.shapes.length > 0;
    if (this.hidden || !work || !shown) return;
    this.choices.setAttribute("aria-label", t("variants.label"));
    const missing = this.studio.running ? WAYS - this.ways.length : 0;
    refill(
      this.choices,
      ...this.ways.map((way, index) =>
        h(
          "button",
          {
            type: "button",
            "aria-pressed": String(way === shown),
            "aria-label": t("variants.one", { number: index + 1 }),
            onclick: () => way !== work.result && work.show(way),
          },
          crop(way),
        ),
      ),
      ...Array.from({ length: missing }, () => h("span", { class: "missing", text: "…", "aria-hidden": "true" })),
    );
  }
}

/** @type {WeakMap<Result, HTMLCanvasElement>} */
const drawn = new WeakMap();

/** @param {Result} way */
function crop(way) {
  const known = drawn.get(way);
  if (known) return known;
  const hole = extent(way.erased);
  const wanted = Math.max(hole.width * (1 + 2 * AROUND), (hole.height * (1 + 2 * AROUND) * WIDTH) / HEIGHT, WIDTH / 2);
  const width = Math.min(wanted, Math.max(way.picture.width, (way.picture.height * WIDTH) / HEIGHT));
  const height = (width * HEIGHT) / WIDTH;
  const left = within(hole.left + (hole.width - width) / 2, way.picture.width - width);
  const top = within(hole.top + (hole.height - height) / 2, way.picture.height - height);
  const canvas = h("canvas", { width: 2 * WIDTH, height: 2 * HEIGHT });
  const context = canvas.getContext("2d");
  if (context) way.picture.draw(context, [left, top, width, height], [0, 0, 2 * WIDTH, 2 * HEIGHT], (2 * WIDTH) / width);
  drawn.set(way, canvas);
  return canvas;
}

/**
 * @param {number} at Where a crop begins.
 * @param {number} room What the photo is longer than the crop.
 * @returns {number} Where it begins to show as much of the photo as there is.
 */
function within(at, room) {
  return room < 0 ? room / 2 : Math.min(room, Math.max(0, at));
}

customElements.define("wh-variants", Variants);
