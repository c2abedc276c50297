/** A pane that shows a picture from near by, and all panes of a choice the same place of it. */

import { h } from "../../base/dom.js";

/** @typedef {import("../picture.js").Picture} Picture */
/** @typedef {{ left: number, top: number, width: number, height: number }} Box */

/** Surroundings shown on every side of a part, as a share of its extent, and in pixels at least. */
const AROUND = 0.35;
const AROUND_LEAST = 24;
/** What is closer than this many pixels of the screen for one of the photo shows nothing more. */
const CLOSEST = 12;
/** A finger or mouse that moves by less, in pixels of the screen, has pressed. */
const STILL = 6;

/** Where all panes look: the middle, and how many pixels of the screen a pixel of the photo is. */
export class Sight extends EventTarget {
  constructor() {
    super();
    this.x = 0;
    this.y = 0;
    this.scale = 1;
    this.least = 0.01;
  }

  /**
   * @param {Box} box Of a part.
   * @param {{ width: number, height: number }} room
   */
  fit(box, room) {
    const around = AROUND_LEAST + AROUND * Math.max(box.width, box.height);
    this.x = box.left + box.width / 2;
    this.y = box.top + box.height / 2;
    this.scale = Math.min(room.width / (box.width + 2 * around), room.height / (box.height + 2 * around), CLOSEST / 3);
    this.least = this.scale / 8;
    this.#moved();
  }

  /** @param {number} right In pixels of the screen. @param {number} down */
  pan(right, down) {
    this.x -= right / this.scale;
    this.y -= down / this.scale;
    this.#moved();
  }

  /** @param {number} factor @param {number} right What stays, from the middle. @param {number} down */
  zoom(factor, right, down) {
    const before = this.scale;
    this.scale = Math.min(CLOSEST, Math.max(this.least, this.scale * factor));
    this.x += right / before - right / this.scale;
    this.y += down / before - down / this.scale;
    this.#moved();
  }

  #moved() {
    this.dispatchEvent(new Event("move"));
  }
}

export class Pane {
  /**
   * @param {Sight} sight
   * @param {() => void} pressed
   */
  constructor(sight, pressed) {
    this.sight = sight;
    this.canvas = h("canvas");
    /** @type {Picture | null} */
    this.picture = null;
    /** @type {{ canvas: OffscreenCanvas, box: Box } | null} What lies over it so far. */
    this.over = null;
    /** @type {Map<number, PointerEvent>} */
    this.down = new Map();
    this.moved = 0;
    this.pressed = pressed;
    sight.addEventListener("move", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    this.#listen();
  }

  /** @param {Picture | null} picture @param {Pane["over"]} [over] */
  show(picture, over = null) {
    this.picture = picture;
    this.over = over;
    this.draw();
  }

  draw() {
    const { canvas, picture, sight } = this;
    const { clientWidth, clientHeight } = canvas;
    const [wide, high] = [Math.round(clientWidth * devicePixelRatio), Math.round(clientHeight * devicePixelRatio)];
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    const context = canvas.getContext("2d");
    if (!context) return;
    context.reset();
    if (!picture || !wide || !high) return;
    const scale = sight.scale * devicePixelRatio;
    const left = Math.max(0, sight.x - wide / 2 / scale);
    const top = Math.max(0, sight.y - high / 2 / scale);
    const right = Math.min(picture.width, sight.x + wide / 2 / scale);
    const bottom = Math.min(picture.height, sight.y + high / 2 / scale);
    if (left >= right || top >= bottom) return;
    context.setTransform(scale, 0, 0, scale, wide / 2 - sight.x * scale, high / 2 - sight.y * scale);
    context.imageSmoothingEnabled = scale < 3;
    /** @type {[number, number, number, number]} */
    const part = [left, top, right - left, bottom - top];
    picture.draw(context, part, part, scale);
    if (!this.over) return;
    const { canvas: over, box } = this.over;
    context.imageSmoothingEnabled = true;
    context.drawImage(over, box.left, box.top, box.width, box.height);
  }

  #listen() {
    const { canvas, down, sight } = this;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      if (!down.size) this.moved = 0;
      down.set(event.pointerId, event);
      if (down.size > 1) this.moved = Infinity;
    });
    canvas.addEventListener("pointermove", (event) => {
      const before = down.get(event.pointerId);
      if (!before) return;
      const other = [...down.values()].find((one) => one.pointerId !== event.pointerId);
      const [right, below] = [event.clientX - before.clientX, event.clientY - before.clientY];
      this.moved += Math.hypot(right, below);
      down.set(event.pointerId, event);
      if (this.moved < STILL) return;
      sight.pan(other ? right / 2 : right, other ? below / 2 : below);
      if (!other) return;
      const apart = (/** @type {PointerEvent} */ one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      sight.zoom(apart(event) / Math.max(1, apart(before)), ...this.#fromMiddle((event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2));
    });
    canvas.addEventListener("pointerup", ({ pointerId }) => {
      if (down.delete(pointerId) && !down.size && this.moved < STILL) this.pressed();
    });
    canvas.addEventListener("pointercancel", ({ pointerId }) => down.delete(pointerId));
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        sight.zoom(Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 400)), ...this.#fromMiddle(event.clientX, event.clientY));
      },
      { passive: false },
    );
  }

  /** @param {number} x @param {number} y @returns {[number, number]} */
  #fromMiddle(x, y) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [x - left - width / 2, y - top - height / 2];
  }
}

/**
 * Draw a part from near by, as a small picture to press.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 * @param {Box} box
 */
export function drawTile(canvas, picture, box) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { left, top, scale } = placed(canvas, box);
  /** @type {[number, number, number, number]} */
  const part = [Math.max(0, left), Math.max(0, top), 0, 0];
  part[2] = Math.min(picture.width, left + canvas.width / scale) - part[0];
  part[3] = Math.min(picture.height, top + canvas.height / scale) - part[1];
  context.reset();
  picture.draw(context, part, [(part[0] - left) * scale, (part[1] - top) * scale, part[2] * scale, part[3] * scale], scale);
}

/**
 * Draw what a part looks like so far over its small picture.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {OffscreenCanvas} over
 * @param {Box} box
 */
export function drawOver(canvas, over, box) {
  const { left, top, scale } = placed(canvas, box);
  canvas.getContext("2d")?.drawImage(over, (box.left - left) * scale, (box.top - top) * scale, box.width * scale, box.height * scale);
}

/** @param {HTMLCanvasElement} canvas @param {Box} box */
function placed({ width, height }, box) {
  const around = AROUND_LEAST + AROUND * Math.max(box.width, box.height);
  const scale = Math.min(width / (box.width + 2 * around), height / (box.height + 2 * around));
  return { left: box.left + box.width / 2 - width / 2 / scale, top: box.top + box.height / 2 - height / 2 / scale, scale };
}
