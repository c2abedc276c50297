/** `<wh-placing>`: a rectangle that is placed by keys or by numbers, said as it changes. */

import { h } from "../../base/dom.js";
import { styled } from "../../base/styles.js";
import { inWords, t } from "../../base/words.js";
import { corners, fitting, middle, stepped } from "./box.js";
import "./speech.js";

/** @typedef {import("../page.js").Studio} Studio */
/** @typedef {import("./box.js").Box} Box */

/** Pixels of the screen by which an arrow key moves it; with Ctrl it is one of the photo. */
const STEP = 10;
/** Milliseconds of rest before it is said where it is. */
const REST = 350;
const SIDES = /** @type {const} */ (["left", "top", "width", "height"]);

export class Placing extends HTMLElement {
  /** @param {Studio} studio */
  constructor(studio) {
    super();
    this.studio = studio;
    /** @type {Box | null} Null while nothing is placed. */
    this.box = null;
    /** @type {import("../work.js").Work | null} What it is placed on. */
    this.work = null;
    this.timer = 0;
    this.heard = h("span", { class: "heard", role: "status" });
    this.inputs = SIDES.map((side, index) => h("input", { type: "number", min: index < 2 ? 0 : 1, inputmode: "numeric", onchange: () => this.#typed(), "data-side": side }));
    this.hidden = true;
  }

  connectedCallback() {
    if (this.childElementCount) return;
    styled("placing");
    const adds = h("button", { type: "button", class: "primary", onclick: () => this.#end(false) });
    const takes = h("button", { type: "button", onclick: () => this.#end(true) });
    const drops = h("button", { type: "button", onclick: () => this.drop() });
    const names = SIDES.map(() => h("span"));
    this.append(this.heard, ...this.inputs.map((input, index) => h("label", {}, names[index], input)), adds, takes, drops);
    inWords(() => {
      adds.textContent = t("placing.add");
      takes.textContent = t("placing.takeAway");
      drops.textContent = t("placing.drop");
      for (const [index, side] of SIDES.entries()) names[index].textContent = t(`placing.${side}`);
    });
    this.studio.stage.addEventListener("view", () => this.#draw());
    this.studio.addEventListener("change", () => {
      if (this.box && (this.studio.tool !== "rectangle" || this.studio.work !== this.work || this.studio.running)) this.drop();
    });
    // The stage moves the photo by arrow keys: now they move this.
    this.studio.stage.addEventListener("keydown", (event) => this.pressed(event) && event.stopImmediatePropagation(), true);
  }

  /** Begin in the middle of what is seen. */
  begin() {
    const { stage, work } = this.studio;
    if (!work) return;
    if (!this.isConnected) this.studio.bars?.context.querySelector(".tool")?.append(this);
    this.work = work;
    const { width, height } = stage.panes[0];
    this.hidden = false;
    this.#put(middle(stage.view.toPhoto(0, 0), stage.view.toPhoto(width, height), work));
    stage.focus({ preventScroll: true });
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} Whether the key was meant for it.
   */
  pressed(event) {
    const { box, work } = this;
    if (!box || !work || event.altKey || event.target instanceof HTMLButtonElement || event.target instanceof HTMLInputElement) return false;
    if (event.key === "Enter") this.#end(false);
    else if (event.key === "Escape") this.drop();
    else {
      const step = event.ctrlKey || event.metaKey ? 1 : Math.max(1, Math.round(STEP / this.studio.stage.view.scale));
      const moved = stepped(box, event, step, work);
      if (!moved) return false;
      this.#put(moved);
    }
    event.preventDefault();
    return true;
  }

  /** Leave it. */
  drop() {
    this.box = null;
    this.hidden = true;
    clearTimeout(this.timer);
    this.studio.stage.outline(null);
    this.studio.stage.focus({ preventScroll: true });
  }

  /** @param {boolean} erases */
  #end(erases) {
    const { box, studio } = this;
    this.drop();
    if (!box) return;
    studio.going.paint({ kind: "polygon", points: corners(box), erases });
    studio.tell(() => t("placing.done", { width: box[2], height: box[3] }));
  }

  #typed() {
    const values = this.inputs.map((input) => Number(input.value));
    if (this.work) this.#put(fitting(values, this.work));
  }

  /** @param {Box} box */
  #put(box) {
    this.box = box;
    for (const [index, input] of this.inputs.entries()) input.value = String(box[index]);
    this.#draw();
    clearTimeout(this.timer);
    const [left, top, width, height] = box;
    this.timer = setTimeout(() => (this.heard.textContent = t("placing.at", { left, top, width, height })), REST);
  }

  #draw() {
    const { box } = this;
    const { stage } = this.studio;
    if (!box) return;
    const points = corners(box);
    stage.outline((context) => {
      for (let i = 0; i < points.length; i += 2) context.lineTo(...stage.onScreen(points[i], points[i + 1]));
      context.closePath();
    });
  }
}

customElements.define("wh-placing", Placing);
