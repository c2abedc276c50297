/** `<wh-loupe>`: one place of the photo, before and after, magnified, in two circles beside each other. */

import { h } from "../base/dom.js";
import { t } from "../base/words.js";

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("./picture.js").Picture} Picture */

const POWERS = [2, 3, 4];
const LARGEST = 220;
/** So far above a finger it is not covered by it. */
const ABOVE_FINGER = 48;

export class Loupe extends HTMLElement {
  /** @param {Stage} stage What it is laid on. */
  constructor(stage) {
    super();
    this.stage = stage;
    this.power = 3;
    /** Whether it follows the pointer, once there is a result. */
    this.wanted = false;
    /** A finger is held down on the stage. */
    this.held = false;
    /** @type {[number, number] | null} Where it looks, in pixels of the stage; null for its middle. */
    this.place = null;
    this.hidden = true;
    this.lenses = [h("canvas"), h("canvas")];
    this.names = [h("figcaption"), h("figcaption")];
  }

  connectedCallback() {
    this.append(...this.lenses.map((lens, i) => h("figure", {}, lens, this.names[i])));
  }

  get usable() {
    return Boolean(this.stage.work?.result);
  }

  /** Whether it follows the pointer. */
  get on() {
    return this.wanted && this.usable;
  }

  toggle() {
    this.wanted = this.usable && !this.on;
    this.draw();
  }

  /** Magnify more, and after the most the least. */
  stronger() {
    this.power = POWERS[(POWERS.indexOf(this.power) + 1) % POWERS.length];
    this.draw();
  }

  /**
   * Look at a place of the stage.
   *
   * @param {number} x
   * @param {number} y
   */
  look(x, y) {
    this.place = [x, y];
    if (!this.hidden || this.held) this.draw();
  }

  /** @param {boolean} held */
  hold(held) {
    this.held = held && this.usable;
    this.draw();
  }

  /** Show what is there now. */
  draw() {
    const result = this.stage.work?.result;
    this.hidden = !result || !(this.on || this.held);
    if (!this.stage.work || !result || this.hidden) return;
    const room = this.stage.getBoundingClientRect();
    const size = Math.floor(Math.min(LARGEST, (room.width - 24) / 2, room.height - 40));
    const [x, y] = this.place ?? [room.width / 2, room.height / 2];
    const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.max(0, Math.min(most, value));
    const top = this.held ? y - size - ABOVE_FINGER : y - size / 2;
    this.style.left = `${within(x - size, room.width - 2 * size)}px`;
    this.style.top = `${within(top, room.height - size - 24)}px`;
    const point = this.stage.pointAt(x, y);
    const shown = [this.stage.work.picture, result.picture];
    for (const [i, lens] of this.lenses.entries()) this.#drawLens(lens, shown[i], size, point);
    const power = ` ${this.power}×`;
    this.names[0].textContent = t("film.original") + power;
    this.names[1].textContent = t("film.result", { number: result.name }) + power;
  }

  /**
   * @param {HTMLCanvasElement} lens
   * @param {Picture} picture
   * @param {number} size
   * @param {[number, number]} point In pixels of the photo.
   */
  #drawLens(lens, picture, size, [x, y]) {
    const wide = Math.round(size * devicePixelRatio);
    lens.width = lens.height = wide;
    lens.style.width = lens.style.height = `${size}px`;
    const context = lens.getContext("2d");
    if (!context) return;
    const scale = this.stage.view.scale * devicePixelRatio * this.power;
    // Only what the lens shows: browsers are slow to draw a large picture of which all but a little is clipped.
    const reach = wide / scale / 2;
    context.imageSmoothingEnabled = scale < 3;
    picture.draw(context, [x - reach, y - reach, 2 * reach, 2 * reach], [0, 0, wide, wide], scale);
  }
}

customElements.define("wh-loupe", Loupe);
