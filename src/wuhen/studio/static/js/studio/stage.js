/** `<wh-stage>`: shows the photo, what is painted on it, and two pictures beside each other. */

import { h } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { frame } from "./frame.js";
import { Loupe } from "./loupe.js";
import { Overlay } from "./overlay/overlay.js";
import { paneAt, twoPanes } from "./panes.js";
import { View } from "./view.js";

/** @typedef {import("./work.js").Work} Work */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./strokes.js").Context} Context */
/** @typedef {import("./strokes.js").Shape} Shape */
/** @typedef {import("./strokes.js").Scribble} Scribble */

const BLACK_AND_WHITE = ["#000", "#fff"];
/** What one step closer magnifies. */
const CLOSER = 1.25;

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
    /** @type {OffscreenCanvas | null} What a click would select. */
    this.preview = null;
    /** @type {OffscreenCanvas | null} What an object left, as a picture of the whole photo. */
    this.traces = null;
    /** @type {import("./strokes.js").Outline[]} What was found. */
    this.places = [];
    /** @type {import("./finding.js").Box | null} Where it is looked for; null for everywhere. */
    this.within = null;
    /** @type {"off" | "split" | "side"} */
    this.compare = "off";
    this.split = 0.5;
    this.original = false;
    this.screen = h("canvas");
    /** Sent to the screen when it was drawn; a canvas of the page's is sent with each frame of a stroke. */
    this.pictures = new OffscreenCanvas(1, 1);
    this.overlay = new Overlay(this);
    this.marks = h("canvas", { class: "marks", hidden: true });
    this.ring = h("div", { class: "ring", hidden: true });
    this.handle = h("div", { class: "split", role: "slider", tabindex: "0", "aria-valuemin": "0", "aria-valuemax": "100" });
    this.loupe = new Loupe(this);
    this.wanted = 0;
    /** @type {(context: Context, picture: Picture) => void} Draws over results, in pixels of the photo. */
    this.over = () => undefined;
    /** @type {import("./panes.js").Pane[]} Where pictures are shown; the view is of each of them. */
    this.panes = [{ x: 0, y: 0, width: 0, height: 0 }];
  }

  connectedCallback() {
    this.append(this.screen, this.overlay.paint, this.marks, this.ring, this.handle, this.loupe);
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
    this.fit();
  }

  /** Whether original and result are shown beside each other. */
  get beside() {
    return this.compare === "side" && Boolean(this.work?.result);
  }

  fit() {
    this.#arrange();
    if (this.work) this.view.fit(this.work.width, this.work.height, this.panes[0]);
    this.refresh();
  }

  /** @param {number} steps Closer; less than 0 for farther away. */
  zoom(steps) {
    const { width, height } = this.panes[0];
    this.view.zoom(CLOSER ** steps, width / 2, height / 2);
    this.refresh();
  }

  /** Zoom so that a pixel of the photo is one of the screen. */
  actual() {
    const { width, height } = this.panes[0];
    this.view.zoom(1 / devicePixelRatio / this.view.scale, width / 2, height / 2);
    this.refresh();
  }

  /**
   * @param {number} x On the stage.
   * @param {number} y
   * @returns {[number, number]} In the pane that is there, as the view counts.
   */
  inPane(x, y) {
    const pane = paneAt(this.panes, x, y);
    return [x - pane.x, y - pane.y];
  }

  /**
   * @param {number} x On the stage.
   * @param {number} y
   * @returns {[number, number]} In the photo, where two are shown in the one that is there.
   */
  pointAt(x, y) {
    return this.view.toPhoto(...this.inPane(x, y));
  }

  /**
   * @param {number} x In the photo.
   * @param {number} y
   * @returns {[number, number]} On the stage.
   */
  onScreen(x, y) {
    const { scale, x: left, y: top } = this.view;
    return [x * scale + left, y * scale + top];
  }

  /** Draw all anew with the next frame. */
  refresh() {
    this.wanted ||= requestAnimationFrame(() => {
      this.wanted = 0;
      this.#arrange();
      this.#drawPictures();
      this.overlay.draw();
      this.screen.getContext("bitmaprenderer")?.transferFromImageBitmap(this.pictures.transferToImageBitmap());
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
    this.overlay.extend(from);
  }

  /**
   * Outline what a tool is about to do.
   *
   * @param {((context: CanvasRenderingContext2D) => void) | null} outline In pixels of the screen; null for nothing.
   * @param {[number, number, number]} [ring] Middle and radius of the brush: an element, as a canvas goes to the screen whole.
   */
  outline(outline, ring) {
    this.ring.hidden = !ring;
    if (ring) {
      const [x, y, radius] = ring;
      const { style } = this.ring;
      style.width = style.height = `${2 * radius + 1}px`;
      style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
    }
    this.marks.hidden = !outline;
    const context = this.marks.getContext("2d");
    if (!context || !outline) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.marks.width, this.marks.height);
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
    for (const canvas of [this.pictures, this.overlay.paint, this.marks]) {
      canvas.width = Math.max(1, Math.round(width * devicePixelRatio));
      canvas.height = Math.max(1, Math.round(height * devicePixelRatio));
    }
    this.refresh();
  }

  /** Lay out the panes, and have the view follow them. */
  #arrange() {
    const { width, height } = this.getBoundingClientRect();
    const { work } = this;
    const [before] = this.panes;
    this.panes = work && this.beside ? twoPanes({ width, height }, work) : [{ x: 0, y: 0, width, height }];
    const [room] = this.panes;
    const same = room.width === before.width && room.height === before.height;
    if (work && !same) this.view.move(work.width, work.height, before, room);
    if (work && room.width) this.view.hold(work.width, work.height, room);
  }

  /** @param {Context} context @param {import("./panes.js").Pane} [pane] */
  place(context, pane = this.panes[0]) {
    const { scale, x, y } = this.view;
    const ratio = devicePixelRatio;
    context.setTransform(scale * ratio, 0, 0, scale * ratio, (pane.x + x) * ratio, (pane.y + y) * ratio);
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
    if (this.panes.length > 1) {
      const [original, changed] = this.panes;
      this.#drawPicture(context, work.picture, this.#onCanvas(original), original);
      this.#drawPicture(context, result ?? work.picture, this.#onCanvas(changed), changed);
    } else if (!result) this.#drawPicture(context, work.picture);
    else if (this.compare === "off") this.#drawPicture(context, result);
    else {
      this.#drawPicture(context, work.picture, [0, 0, edge, height]);
      this.#drawPicture(context, result, [edge, 0, width - edge, height]);
      this.#placeHandle();
    }
  }

  /**
   * @param {import("./panes.js").Pane} pane
   * @returns {[number, number, number, number]} In pixels of the canvas.
   */
  #onCanvas({ x, y, width, height }) {
    const ratio = devicePixelRatio;
    return [x * ratio, y * ratio, width * ratio, height * ratio];
  }

  /**
   * @param {Context} context
   * @param {Picture} picture
   * @param {[number, number, number, number]} [clip] In pixels of the canvas.
   * @param {import("./panes.js").Pane} [pane]
   */
  #drawPicture(context, picture, clip, pane) {
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (clip) {
      context.beginPath();
      context.rect(...clip);
      context.clip();
    }
    this.place(context, pane);
    const scale = this.view.scale * devicePixelRatio;
    frame(context, picture, scale, this.work?.file.type !== "image/jpeg");
    context.imageSmoothingEnabled = scale < 3;
    const part = visible(context, picture);
    if (part[2] > 0 && part[3] > 0) picture.draw(context, part, part, scale);
    if (picture !== this.work?.picture) this.over(context, picture);
    context.restore();
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

/**
 * @param {Context} context Whose units are the picture's pixels.
 * @param {Picture} picture
 * @returns {[number, number, number, number]} What of the picture lies on the canvas, at whole pixels.
 */
function visible(context, picture) {
  const { a: scale, e: x, f: y } = context.getTransform();
  const [left, top] = [Math.max(0, Math.floor(-x / scale)), Math.max(0, Math.floor(-y / scale))];
  const right = Math.min(picture.width, Math.ceil((context.canvas.width - x) / scale));
  const bottom = Math.min(picture.height, Math.ceil((context.canvas.height - y) / scale));
  return [left, top, right - left, bottom - top];
}

customElements.define("wh-stage", Stage);
