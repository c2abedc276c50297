/** Pictures to show: a bitmap, and smaller ones of it, so that a large photo is as quick to draw as a small one. */

import { isTaken } from "./types.js";

/** The longest side that browsers have canvases for: masks are painted on one of the photo's size. */
export const LONGEST_SIDE = 16384;
const SMALLEST = 1200;

/** @typedef {[number, number, number, number]} Part Left, top, width and height. */
/** @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context */

export class Picture {
  /** @param {ImageBitmap[]} bitmaps Each half as large as the one before. */
  constructor(bitmaps) {
    this.bitmaps = bitmaps;
    this.width = bitmaps[0].width;
    this.height = bitmaps[0].height;
  }

  /**
   * @param {ImageBitmapSource} file
   * @returns {Promise<Picture>}
   */
  static async read(file) {
    const whole = await createImageBitmap(file);
    let steps = 0;
    while (Math.max(whole.width, whole.height) >> steps > SMALLEST) steps++;
    return Picture.reduce(whole, steps);
  }

  /**
   * @param {ImageBitmap} whole
   * @param {number} steps How many smaller ones there are to be.
   * @returns {Promise<Picture>}
   */
  static async reduce(whole, steps) {
    const levels = [whole];
    for (let last = whole; levels.length <= steps; last = levels[levels.length - 1]) {
      levels.push(
        await createImageBitmap(last, {
          resizeWidth: Math.max(1, last.width >> 1),
          resizeHeight: Math.max(1, last.height >> 1),
          resizeQuality: "medium",
        }),
      );
    }
    return new Picture(levels);
  }

  /**
   * Return the smallest bitmap that is sharp at a scale.
   *
   * @param {number} scale Screen pixels for each pixel of the picture.
   * @returns {ImageBitmap | OffscreenCanvas}
   */
  at(scale) {
    return this.bitmaps[this.levelAt(scale)];
  }

  /** @param {number} scale @returns {number} The number of the smallest bitmap that is sharp at it. */
  levelAt(scale) {
    const wanted = this.width * scale;
    return Math.max(
      0,
      this.bitmaps.findLastIndex((level) => level.width >= wanted),
    );
  }

  /**
   * Draw a part of the picture.
   *
   * @param {Context} context
   * @param {Part} part In pixels of the picture; what lies beyond it is not drawn.
   * @param {Part} place Where to, in units of the context.
   * @param {number} scale Screen pixels for each pixel of the picture.
   */
  draw(context, part, place, scale) {
    this.drawLevel(context, part, place, this.levelAt(scale));
  }

  /**
   * @param {Context} context
   * @param {Part} part
   * @param {Part} place
   * @param {number} level
   */
  drawLevel(context, [left, top, width, height], place, level) {
    const bitmap = this.bitmaps[level];
    const [across, down] = [bitmap.width / this.width, bitmap.height / this.height];
    context.drawImage(bitmap, left * across, top * down, width * across, height * down, ...place);
  }

  /** @returns {Promise<ImageBitmap>} All of it, a copy. */
  whole() {
    return createImageBitmap(this.bitmaps[0]);
  }

  close() {
    for (const level of this.bitmaps) level.close();
  }
}

/**
 * Return the file if the API takes it, otherwise a PNG of the picture or, where that is too large, a JPEG.
 *
 * @param {Blob} file
 * @param {ImageBitmap} bitmap
 * @param {number} most Bytes that the API takes.
 * @returns {Promise<Blob>}
 */
export async function sendable(file, bitmap, most) {
  if (file.size <= most && isTaken(file)) return file;
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  if (!isTaken(file)) {
    const copy = await canvas.convertToBlob({ type: "image/png" });
    if (copy.size <= most) return copy;
  }
  for (const quality of [0.95, 0.9, 0.85, 0.75, 0.6, 0.4]) {
    const copy = await canvas.convertToBlob({ type: "image/jpeg", quality });
    if (copy.size <= most) return copy;
  }
  throw new Error("too large");
}
