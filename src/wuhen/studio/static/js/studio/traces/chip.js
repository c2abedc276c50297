/** `<wh-traces>`: what an object left, as a chip: it is seen in a colour of its own, and a click takes it or leaves it. */

import { h } from "../../base/dom.js";
import { styled } from "../../base/styles.js";
import { notices } from "../../base/notices.js";
import { inWords, t } from "../../base/words.js";
import { masks } from "../masks.js";
import "./speech.js";

export { seek } from "./seeking.js";

/** @typedef {import("../page.js").Studio} Studio */

const COLOUR = "#19d3ff";
/** How opaque it is within its outline, and how wide that is, of the longer side. */
const WITHIN = 0.3;
const EDGE = 0.0015;
/** What it is, where work was kept that does not say. */
const USUAL = ["shadow", "reflection"];

export class TraceChip extends HTMLElement {
  /** @param {Studio} studio */
  constructor(studio) {
    super();
    this.studio = studio;
    /** @type {import("../bits.js").Bits | null} What is outlined. */
    this.drawn = null;
    // Three states are more than a pressed button tells: the text does.
    this.button = h("button", { type: "button", class: "chip", onclick: () => this.#act() });
    this.append(this.button);
    this.looks = styled("proposing");
    new ResizeObserver(() => this.parentElement?.style.setProperty("--traces", `${this.offsetWidth}px`)).observe(this);
    inWords(() => this.show());
  }

  show() {
    const { work, traces, running } = this.studio;
    if (!work) return;
    const how = work.taken ? "taken" : work.state.left ? "left" : "goes";
    const traced = work.taken?.effects ?? work.state.left ?? traces.proposed;
    const what = (traced?.what ?? USUAL).map((kind) => t(`traces.${kind}`)).join(t("traces.and"));
    const text = t(`traces.${how}`, { what });
    // It comes and changes where nobody may be looking.
    if (this.button.textContent !== text) notices.hear(text);
    Object.assign(this.button, { textContent: text, title: t(`traces.${how}Hint`), disabled: running !== null });
    this.button.dataset.how = how;
    this.#draw(how === "goes" ? (traced?.bits ?? null) : null);
    this.looks.then(() => this.#settle());
  }

  /** There is nothing to say any more. */
  leave() {
    this.button.textContent = "";
    this.#draw(null);
    this.remove();
  }

  /** Stand under the stage, at the end of the row of what is proposed. */
  #settle() {
    const { traces, stage } = this.studio;
    if (traces.shown && this.parentNode !== stage.parentNode) stage.after(this);
  }

  async #act() {
    const { work, traces, running } = this.studio;
    if (running || !work) return;
    const traced = work.state.left ?? traces.proposed;
    if (work.taken) work.leaveEffects();
    else if (traced) {
      await this.studio.busy(() => work.takeEffects(traced));
      notices.hear(this.button.textContent ?? "");
    }
  }

  /** @param {import("../bits.js").Bits | null} bits */
  async #draw(bits) {
    if (this.drawn === bits) return;
    this.drawn = bits;
    const { stage } = this.studio;
    // Where the worker did not come the chip says it all the same.
    const drawn = bits && (await picture(bits).catch(() => null));
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
