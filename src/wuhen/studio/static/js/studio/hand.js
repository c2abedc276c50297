/** What a pointer on the stage does, by the tool in hand: what it paints, and the outline that goes with it. */

import { brush, lasso, pointer, rectangle, scribble } from "./tools.js";

/** @typedef {import("./page.js").Studio} Studio */
/** @typedef {import("./page.js").ToolName} ToolName */

/** @type {readonly ToolName[]} Tools whose shapes can be painted while an erasure runs, to be erased after it. */
const QUEUED = ["brush", "lasso", "rectangle"];

export class Hand {
  /** @param {Studio} studio */
  constructor(studio) {
    this.studio = studio;
    /** Whether the user holds the key that moves the photo with every tool. */
    this.moves = false;
  }

  /** Whether the photo is moved, whatever the tool. */
  get pans() {
    const { tool, stage } = this.studio;
    return this.moves || tool === "pan" || stage.loupe.on || stage.beside;
  }

  /**
   * @param {PointerEvent} event Of a pointer that goes down.
   * @returns {import("./pointer.js").Tool | null} Null where it moves the photo.
   */
  toolOf(event) {
    const { going, running, selection, size, stage, tool, work } = this.studio;
    if (!work || (running && !(going.on && QUEUED.includes(tool))) || this.pans || event.button === 1) return null;
    const add = (/** @type {import("./strokes.js").Shape} */ shape) => {
      if (!this.studio.running) this.studio.tell("");
      going.paint(shape);
    };
    const erases = tool === "eraser" || event.altKey || event.button === 2;
    if (tool === "lasso") return lasso(stage, erases, add);
    if (tool === "rectangle") return rectangle(stage, erases, add);
    if (tool === "select") return scribble(stage, (points) => selection.add(points, erases || selection.takesAway));
    if (tool === "find") return pointer(stage, (...pointed) => this.studio.findings?.pointedAt(...pointed));
    return brush(stage, size, erases, this.#lastEnd, add);
  }

  /**
   * Show how wide the brush is.
   *
   * @param {PointerEvent} event
   */
  hover(event) {
    const { size, stage, tool, work } = this.studio;
    if (event.pointerType === "touch" || this.pans || !["brush", "eraser"].includes(tool) || !work) return;
    const { left, top } = stage.getBoundingClientRect();
    const radius = Math.max(1, Math.max(size, stage.view.scale) / 2);
    const [x, y] = [event.clientX - left, event.clientY - top];
    // Where a click would draw a line to.
    const from = event.shiftKey && !event.buttons && this.#lastEnd;
    const line = (/** @type {CanvasRenderingContext2D} */ context) => {
      if (!from) return;
      context.moveTo(...stage.onScreen(...from));
      context.lineTo(x, y);
    };
    stage.outline(from ? line : null, [x, y, radius]);
  }

  /** @returns {[number, number] | null} Where the last stroke ended. */
  get #lastEnd() {
    const last = this.studio.work?.shapes.at(-1);
    if (last?.kind !== "stroke") return null;
    const [x, y] = last.points.slice(-3);
    return [x, y];
  }
}
