/** `<wh-traces>`: what an object left, as a chip: it is seen in a colour of its own, and a click takes it or leaves it. */

import { h } from "../../base/dom.js";
import { styled } from "../../base/styles.js";
import { inWords, t } from "../../base/words.js";
import { masks } from "../masks.js";
import "./speech.js";

export { seek } from "./seeking.js";

/** @typedef {import("../page.js").Studio} Studio */

const COLOUR = "#19d3ff";
/** How opaque it is within its outline, and how wide that is, of the longer side. */
const WITHIN = 0.3;
const EDGE = 0.0015;

export class TraceChip extends HTMLElement {
  /** @param {Studio} studio */
  constructor(studio) {
    super();
    this.studio = studio;
    /** @type {import("../bits.js").Bits | null} What is outlined. */
    this.drawn = null;
    this.button = h("button", { type: "button", class: "chip", onclick: () => this.#act() });
    this.append(this.button);
    inWords(() => this.show());
  }

  disconnectedCallback() {
    if (!this.isConnected) this.#draw(null);
  }

  show() {
    const { work, traces, running } = this.studio;
    if (!work) return;
    const how = work.taken ? "taken" : work.state.left ? "left" : "goes";
    Object.assign(this.button, { textContent: t(`traces.${how}`), title: t(`traces.${how}Hint`), disabled: running !== null });
    this.button.setAttribute("aria-pressed", { taken: "true", left: "false", goes: "mixed" }[how]);
    this.#draw(how === "goes" ? traces.proposed : null);
    styled("proposing").then(() => this.#settle());
  }

  /** Stand under the stage, at the end of the row of what is proposed. */
  #settle() {
    const { traces, stage } = this.studio;
    if (traces.shown && this.parentNode !== stage.parentNode) stage.after(this);
  }

  async #act() {
    const { work, traces, running } = this.studio;
    const bits = traces.proposed ?? work?.state.left;
    if (running || !work) return;
    if (work.taken) work.leaveEffects();
    else if (bits) await this.studio.busy(() => work.takeEffects(bits));
  }

  /** @param {import("../bits.js").Bits | null} bits */
  async #draw(bits) {
    if (this.drawn === bits) return;
    this.drawn = bits;
    const { stage } = this.studio;
    const drawn = bits && (await picture(bits));
    if (this.drawn !== bits) return;
    stage.traces = drawn;
    stage.refresh();
  }
}

/** @param {import("../bits.js").Bits} bits @returns {Promise<OffscreenCanvas>} It, tinted and outlined. */
async function picture(bits) {
  const { width, height } = bits;
  const { preview } = await masks.ask({ task: "raster", shapes: [{ kind: "raster", bits }], width, height });
  const canvas = new OffscreenCanvas(preview.width, preview.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const step = Math.max(1, Math.round(EDGE * Math.max(preview.width, preview.height)));
  for (const x of [-step, 0, step]) for (const y of [-step, 0, step]) context.drawImage(preview, x, y);
  context.globalCompositeOperation = "destination-out";
  context.globalAlpha = 1 - WITHIN;
  context.drawImage(preview, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.globalAlpha = 1;
  context.fillStyle = COLOUR;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}

customElements.define("wh-traces", TraceChip);
