/** What a hole looks like so far, drawn over the stage and over nothing but the hole; and what is painted meanwhile. */

import { h } from "../../base/dom.js";
import { draw } from "../strokes.js";

/** @typedef {import("../stage.js").Stage} Stage */
/** @typedef {import("../strokes.js").Shape} Shape */
/** @typedef {import("../../api/events.js").Preview} Preview */
/** @typedef {Omit<Preview, "image"> & { bitmap: ImageBitmap }} Shown */

/** The colour of what waits for its turn. */
const WAITING = "#3d8bff";
const WAITING_ALPHA = 0.45;

export class Layer {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.canvas = h("canvas", { class: "underway", "aria-hidden": "true", hidden: true });
    /** @type {Shown[]} One for each part of the hole, the latest. */
    this.shown = [];
    /** @type {readonly Shape[]} What is erased now. */
    this.hole = [];
    /** @type {readonly Shape[]} What is painted meanwhile. */
    this.waiting = [];
    stage.addEventListener("view", () => this.draw());
  }

  /** @param {readonly Shape[]} hole What is going to be erased. */
  begin(hole) {
    this.clear();
    this.hole = hole;
  }

  clear() {
    for (const { bitmap } of this.shown) bitmap.close();
    this.shown = [];
    this.hole = [];
    this.draw();
  }

  /** @param {Preview} preview */
  async show({ image, ...box }) {
    const { hole } = this;
    // One that cannot be shown is missed by nobody: the next one, or the result, is on its way.
    const bitmap = await createImageBitmap(image).catch(() => null);
    if (!bitmap || hole !== this.hole || !hole.length) return bitmap?.close();
    const inside = (/** @type {Shown} */ one) =>
      within(one.left + one.width / 2, box.left, box.width) && within(one.top + one.height / 2, box.top, box.height);
    for (const one of this.shown) if (inside(one)) one.bitmap.close();
    this.shown = [...this.shown.filter((one) => !inside(one)), { ...box, bitmap }];
    this.draw();
  }

  draw() {
    const { canvas, stage } = this;
    const { width, height } = stage.pictures;
    const empty = !this.shown.length && !this.waiting.length;
    canvas.hidden = empty || !stage.work || stage.beside;
    if (canvas.hidden || !stage.work) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    if (!context) return;
    context.reset();
    const { scale, x, y } = stage.view;
    context.setTransform(scale * devicePixelRatio, 0, 0, scale * devicePixelRatio, x * devicePixelRatio, y * devicePixelRatio);
    context.imageSmoothingQuality = "high";
    for (const { bitmap, left, top, width: wide, height: high } of this.shown) context.drawImage(bitmap, left, top, wide, high);
    this.#mask(context, stage.work);
    if (!this.waiting.length) return;
    context.globalAlpha = WAITING_ALPHA;
    draw(context, this.waiting, WAITING, stage.work.width, stage.work.height);
  }

  /**
   * Leave nothing but the hole.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {{ width: number, height: number }} photo
   */
  #mask(context, photo) {
    if (!this.shown.length) return;
    const clip = new OffscreenCanvas(this.canvas.width, this.canvas.height);
    const clipping = clip.getContext("2d");
    if (!clipping) return;
    clipping.setTransform(context.getTransform());
    draw(clipping, this.hole, "#000", photo.width, photo.height);
    const placed = context.getTransform();
    context.resetTransform();
    context.globalCompositeOperation = "destination-in";
    context.drawImage(clip, 0, 0);
    context.globalCompositeOperation = "source-over";
    context.setTransform(placed);
  }
}

/**
 * @param {number} at
 * @param {number} from
 * @param {number} length
 */
function within(at, from, length) {
  return at >= from && at <= from + length;
}
