/** `<wh-stage>`: shows the photo, what is painted on it, and two pictures beside each other. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { Loupe } from "./loupe.js";
import { draw, drawPlace, drawScribble, drawStroke } from "./strokes.js";
import { View } from "./view.js";

/** @typedef {import("./work.js").Work} Work */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./strokes.js").Shape} Shape */
/** @typedef {import("./strokes.js").Scribble} Scribble */

const MASK = "#ff3355";
const BLACK_AND_WHITE = ["#000", "#fff"];

export class Stage extends HTMLElement {
  constructor() {
    super();
    this.view = new View();
    /** @type {Work | null} */
    this.work = null;
    /** @type {Shape | null} What is being painted. */
    this.draft = null;
    /** @type {Scribble[]} What tells the object that is being selected. */
    this.scribbles = [];
    /** @type {import("./strokes.js").Outline[]} What was found. */
    this.places = [];
    /** @type {import("./finding.js").Box | null} Where it is looked for; null for everywhere. */
    this.within = null;
    /** @type {"off" | "split" | "side"} */
    this.compare = "off";
    this.split = 0.5;
    this.original = false;
    this.pictures = h("canvas");
    this.paint = h("canvas", { class: "paint" });
    this.marks = h("canvas", { class: "marks" });
    this.handle = h("div", { class: "split", role: "slider", tabindex: "0", "aria-valuemin": "0", "aria-valuemax": "100" });
    this.loupe = new Loupe(this);
    this.wanted = 0;
  }

  connectedCallback() {
    this.append(this.pictures, this.paint, this.marks, this.handle, this.loupe);
    this.tabIndex = 0;
    this.setAttribute("role", "application");
    inWords(() => {
      this.setAttribute("aria-label", t("stage.label"));
      this.handle.setAttribute("aria-label", t("view.compare"));
    });
    new ResizeObserver(() => this.#resized()).observe(this);
    this.handle.addEventListener("pointerdown", (event) => this.#grip(event));
    this.handle.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
      if (step) this.#setSplit(this.split + step);
    });
    this.refresh();
  }

  /** @param {Work | null} work */
  show(work) {
    this.work = work;
    this.draft = null;
    if (work) this.view.fit(work.width, work.height, this.getBoundingClientRect());
    this.refresh();
  }

  fit() {
    if (this.work) this.view.fit(this.work.width, this.work.height, this.getBoundingClientRect());
    this.refresh();
  }

  /** Zoom so that a pixel of the photo is one of the screen. */
  actual() {
    const { width, height } = this.getBoundingClientRect();
    this.view.zoom(1 / devicePixelRatio / this.view.scale, width / 2, height / 2);
    this.refresh();
  }

  /**
   * @param {number} x On the stage.
   * @param {number} y
   * @returns {[number, number]} In the photo, where two are shown in the one that is there.
   */
  pointAt(x, y) {
    const { width } = this.getBoundingClientRect();
    const shift = this.compare === "side" && this.work?.result && !this.original ? width / 4 : 0;
    return this.view.toPhoto(x < width / 2 ? x + shift : x - shift, y);
  }

  /** Draw all anew with the next frame. */
  refresh() {
    this.wanted ||= requestAnimationFrame(() => {
      this.wanted = 0;
      this.#drawPictures();
      this.#drawPaint();
      this.loupe.draw();
      this.dispatchEvent(new Event("view"));
    });
  }

  /**
   * Draw what has been added to the draft, and nothing else.
   *
   * @param {number} from The number of its first new point.
   */
  extend(from) {
    const context = this.paint.getContext("2d");
    if (!context || this.draft?.kind !== "stroke") return;
    this.#place(context);
    context.globalCompositeOperation = this.draft.erases ? "destination-out" : "source-over";
    context.fillStyle = context.strokeStyle = MASK;
    drawStroke(context, this.draft.points, from);
    context.globalCompositeOperation = "source-over";
  }

  /**
   * Outline what a tool is about to do.
   *
   * @param {((context: CanvasRenderingContext2D) => void) | null} outline In pixels of the screen; null for nothing.
   */
  outline(outline) {
    const context = this.marks.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.marks.width, this.marks.height);
    if (!outline) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    for (const [index, colour] of BLACK_AND_WHITE.entries()) {
      context.strokeStyle = colour;
      context.lineWidth = 3 - 2 * index;
      context.beginPath();
      outline(context);
      context.stroke();
    }
  }

  #resized() {
    const { width, height } = this.getBoundingClientRect();
    for (const canvas of [this.pictures, this.paint, this.marks]) {
      canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
      canvas.height = Math.max(1, Math.round(height * devicePixelRatio));
    }
    if (this.work && this.view.fitted) this.view.fit(this.work.width, this.work.height, { width, height });
    this.refresh();
  }

  /** @param {CanvasRenderingContext2D} context */
  #place(context) {
    const { scale, x, y } = this.view;
    const ratio = devicePixelRatio;
    context.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
  }

  #drawPictures() {
    const context = this.pictures.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.pictures.width, this.pictures.height);
    const work = this.work;
    const result = work?.result && !this.original ? work.result.picture : null;
    this.handle.hidden = this.compare !== "split" || !result;
    if (!work) return;
    const { width, height } = this.pictures;
    const edge = Math.round(width * this.split);
    if (!result) this.#drawPicture(context, work.picture);
    else if (this.compare === "off") this.#drawPicture(context, result);
    else if (this.compare === "split") {
      this.#drawPicture(context, work.picture, [0, 0, edge, height]);
      this.#drawPicture(context, result, [edge, 0, width - edge, height]);
      this.#placeHandle();
    } else {
      const half = width / 2;
      this.#drawPicture(context, work.picture, [0, 0, half, height], -half / 2);
      this.#drawPicture(context, result, [half, 0, half, height], half / 2);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Picture} picture
   * @param {[number, number, number, number]} [clip] In pixels of the canvas.
   * @param {number} [shift]
   */
  #drawPicture(context, picture, clip, shift = 0) {
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (clip) {
      context.beginPath();
      context.rect(...clip);
      context.clip();
    }
    this.#place(context);
    if (shift) {
      const moved = context.getTransform();
      moved.e += shift;
      context.setTransform(moved);
    }
    const scale = this.view.scale * devicePixelRatio;
    context.imageSmoothingEnabled = scale < 3;
    context.drawImage(picture.at(scale), 0, 0, picture.width, picture.height);
    context.restore();
  }

  #drawPaint() {
    const context = this.paint.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.paint.width, this.paint.height);
    const work = this.work;
    if (!work || this.original || this.compare === "side") return;
    this.#place(context);
    context.save();
    context.beginPath();
    context.rect(0, 0, work.width, work.height);
    context.clip();
    const shapes = this.draft ? [...work.shapes, this.draft] : work.shapes;
    draw(context, shapes, MASK, work.width, work.height);
    context.restore();
    for (const scribble of this.scribbles) drawScribble(context, scribble, this.view);
    if (this.within) this.#shade(context, work, this.within);
    for (const place of this.places) drawPlace(context, place, this.view);
  }

  /**
   * Darken where nothing is looked for.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Work} work
   * @param {import("./finding.js").Box} within
   */
  #shade(context, { width, height }, within) {
    context.beginPath();
    context.rect(0, 0, width, height);
    context.rect(...within);
    context.fillStyle = "#000";
    context.fill("evenodd");
  }

  /** @param {PointerEvent} event */
  #grip(event) {
    event.preventDefault();
    event.stopPropagation();
    const { left, width } = this.getBoundingClientRect();
    this.handle.setPointerCapture(event.pointerId);
    this.handle.focus();
    const move = (/** @type {PointerEvent} */ moved) => this.#setSplit((moved.clientX - left) / width);
    this.handle.addEventListener("pointermove", move);
    this.handle.addEventListener("lostpointercapture", () => this.handle.removeEventListener("pointermove", move), { once: true });
  }

  /** @param {number} split */
  #setSplit(split) {
    this.split = Math.min(1, Math.max(0, split));
    this.refresh();
  }

  #placeHandle() {
    this.handle.style.left = `${100 * this.split}%`;
    this.handle.setAttribute("aria-valuenow", String(Math.round(100 * this.split)));
  }
}

customElements.define("wh-stage", Stage);
