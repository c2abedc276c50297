/** `<wh-mask>`: the mask grown or shrunk by so many pixels, with a preview, and the colour in which it is shown. */

import { h } from "../../base/dom.js";
import { inWords, t } from "../../base/words.js";
import { chooseColour, chosenColour, COLOURS, NAMES } from "./colours.js";
import "./speech.js";

/** @typedef {import("../page.js").Studio} Studio */

const MOST = 60;
/** Milliseconds without another number before it is shown. */
const REST = 120;

export class MaskPanel extends HTMLElement {
  /** @param {Studio} studio @param {HTMLElement} panel What it stands in. */
  constructor(studio, panel) {
    super();
    this.studio = studio;
    this.panel = panel;
    this.timer = 0;
    /** Tells the last number from those before it: masks come when they are made. */
    this.asked = 0;
    this.slider = h("input", { type: "range", min: -MOST, max: MOST, value: "0" });
    this.number = h("input", { type: "number", min: -MOST, max: MOST, value: "0", inputmode: "numeric" });
    this.apply = h("button", { type: "button", class: "primary", onclick: () => this.#apply() });
    this.legend = h("span");
    this.hint = h("p", { class: "muted" });
  }

  connectedCallback() {
    if (this.childElementCount) return;
    const heading = h("h2");
    this.slider.addEventListener("input", () => this.#take(Number(this.slider.value)));
    this.number.addEventListener("input", () => this.#take(Number(this.number.value)));
    this.number.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      // The opener gets the focus back, and would take the key for a press.
      event.preventDefault();
      this.#apply();
    });
    const colours = h("fieldset", {}, h("legend", {}, this.legend), ...["auto", ...NAMES].map((name) => this.#swatch(name)));
    this.append(heading, h("div", { class: "row" }, this.slider, this.number, h("span", { text: "px" })), this.hint, this.apply, colours);
    inWords(() => {
      heading.textContent = t("mask.growBy");
      this.hint.textContent = t("mask.growHint");
      this.legend.textContent = t("mask.colour");
      this.apply.textContent = t("mask.apply");
      for (const one of [this.slider, this.number]) one.setAttribute("aria-label", t("mask.growBy"));
    });
    this.panel.addEventListener("toggle", (event) => /** @type {ToggleEvent} */ (event).newState === "closed" && this.#end());
    this.studio.addEventListener("change", () => this.#show());
    this.#show();
  }

  #show() {
    const painted = Boolean(this.studio.work?.shapes.length);
    for (const one of [this.slider, this.number]) one.disabled = !painted;
    this.apply.disabled = !painted || this.by === 0;
  }

  /** By how many pixels, less than 0 to shrink it. */
  get by() {
    return Math.round(Math.max(-MOST, Math.min(MOST, Number(this.number.value) || 0)));
  }

  /** @param {number} by */
  #take(by) {
    const typed = document.activeElement === this.number;
    if (!typed) this.number.value = String(by);
    this.slider.value = String(by);
    this.#show();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#preview(), REST);
  }

  async #preview() {
    const { work, stage } = this.studio;
    const asked = ++this.asked;
    const grown = this.by && work ? await work.grown(this.by) : null;
    // Another number, or another mask, may have come meanwhile.
    if (asked !== this.asked || work !== this.studio.work) return;
    stage.draft = grown;
    stage.refresh();
  }

  async #apply() {
    const { work, stage } = this.studio;
    const { by } = this;
    this.panel.hidePopover();
    if (!by || !work?.shapes.length) return;
    await this.studio.busy(async () => work.add(await work.grown(by)));
    stage.focus({ preventScroll: true });
  }

  /** Show the mask as it is. */
  #end() {
    this.asked++;
    clearTimeout(this.timer);
    this.slider.value = this.number.value = "0";
    this.studio.stage.draft = null;
    this.studio.stage.refresh();
    this.#show();
  }

  /** @param {string} name */
  #swatch(name) {
    const box = h("input", { type: "radio", name: "mask-colour", value: name, checked: chosenColour() === name });
    box.addEventListener("change", () => {
      chooseColour(/** @type {import("./colours.js").Choice} */ (name));
      this.studio.stage.overlay.recolour();
    });
    const words = h("span");
    const dot = h("span", { class: `swatch ${name}` });
    if (name !== "auto") dot.style.background = COLOURS[/** @type {import("./colours.js").Name} */ (name)];
    inWords(() => {
      words.textContent = t(`mask.colour.${name}`);
    });
    return h("label", {}, box, dot, words);
  }
}

customElements.define("wh-mask", MaskPanel);
