/** What is painted, over the photo: the mask in a colour that is seen on it, its edge, and what tells how it came about. */

import { h } from "../../base/dom.js";
import { draw, drawPlace, drawScribble, drawStroke } from "../strokes.js";
import { bestOn, chosenColour, COLOURS } from "./colours.js";
import { drawEdge } from "./edge.js";
import { under } from "./sampling.js";

/** @typedef {import("../stage.js").Stage} Stage */
/** @typedef {import("../work.js").Work} Work */
/** @typedef {import("../strokes.js").Shape} Shape */

/** Milliseconds after which an edge is drawn again, once the photo has come to rest. */
const REST = 80;

export class Overlay {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.paint = h("canvas", { class: "paint" });
    /** @type {import("./colours.js").Name} */
    this.colour = "red";
    /** @type {[readonly Shape[] | null, Shape | null]} What the colour was chosen for. */
    this.seen = [null, null];
    /** Where the photo was when the edge was drawn. */
    this.placed = "";
    this.timer = 0;
  }

  /** Draw all anew. */
  draw() {
    const context = this.paint.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.paint.width, this.paint.height);
    const { work, draft, original, beside } = this.stage;
    if (!work || original || beside) return this.#drawEdge(false);
    const shapes = draft ? [...work.shapes, draft] : work.shapes;
    this.#choose(work, draft);
    this.#drawMask(context, work, shapes);
    this.#drawEdge(shapes.length > 0);
    this.#drawHints(context, work);
  }

  /**
   * Draw what has been added to the draft, and nothing else.
   *
   * @param {number} from The number of its first new point.
   */
  extend(from) {
    const { work, draft } = this.stage;
    const context = this.paint.getContext("2d");
    if (!context || draft?.kind !== "stroke") return;
    if (from === 0 && work && this.#choose(work, draft)) this.stage.refresh();
    this.stage.place(context);
    context.globalCompositeOperation = draft.erases ? "destination-out" : "source-over";
    context.fillStyle = context.strokeStyle = COLOURS[this.colour];
    drawStroke(context, draft.points, from);
    context.globalCompositeOperation = "source-over";
  }

  /** Take over what colour the user wants. */
  recolour() {
    this.seen = [null, null];
    this.stage.refresh();
  }

  /**
   * @param {Work} work
   * @param {Shape | null} draft
   * @returns {boolean} Whether it is another colour now.
   */
  #choose(work, draft) {
    if (this.seen[0] === work.shapes && this.seen[1] === draft) return false;
    this.seen = [work.shapes, draft];
    const before = this.colour;
    const choice = chosenColour();
    const shapes = draft ? [...work.shapes, draft] : work.shapes;
    // Each mask begins with the same colour.
    if (choice === "auto") this.colour = bestOn(under((work.result ?? work).picture, shapes), shapes.length > 1 ? before : "red");
    else this.colour = choice;
    return this.colour !== before;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Work} work
   * @param {readonly Shape[]} shapes
   */
  #drawMask(context, { width, height }, shapes) {
    if (!shapes.length) return;
    this.stage.place(context);
    context.save();
    context.beginPath();
    context.rect(0, 0, width, height);
    context.clip();
    draw(context, shapes, COLOURS[this.colour], width, height);
    context.restore();
    if (!shapes.some((shape) => shape.kind === "raster")) return;
    // What stands for a whole mask has a colour of its own.
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = COLOURS[this.colour];
    context.fillRect(0, 0, this.paint.width, this.paint.height);
    context.restore();
  }

  /** @param {boolean} some Whether something is painted. */
  #drawEdge(some) {
    const { scale, x, y } = this.stage.view;
    const placed = [scale, x, y, this.paint.width, this.paint.height].join();
    const rests = placed === this.placed || !this.placed;
    clearTimeout(this.timer);
    this.placed = some ? placed : "";
    if (some && rests) drawEdge(this.stage.pictures, this.paint);
    // While the photo moves, each frame counts.
    if (some && !rests) this.timer = setTimeout(() => this.stage.refresh(), REST);
  }

  /** @param {CanvasRenderingContext2D} context @param {Work} work */
  #drawHints(context, work) {
    const { scribbles, within, places, preview, traces, view } = this.stage;
    this.stage.place(context);
    for (const picture of [traces, preview]) if (picture) context.drawImage(picture, 0, 0, work.width, work.height);
    for (const scribble of scribbles) drawScribble(context, scribble, view);
    if (within) {
      // Darken where nothing is looked for.
      context.beginPath();
      context.rect(0, 0, work.width, work.height);
      context.rect(...within);
      context.fillStyle = "#000";
      context.fill("evenodd");
    }
    for (const place of places) drawPlace(context, place, view);
  }
}
