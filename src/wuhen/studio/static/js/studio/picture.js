/** Pictures to show: a bitmap, and smaller ones of it, so that a large photo is as quick to draw as a small one. */

import { isTaken } from "./types.js";

/** The longest side that browsers have canvases for: masks are painted on one of the photo's size. */
export const LONGEST_SIDE = 16384;
const SMALLEST = 1200;

export class Picture {
  /** @param {ImageBitmap[]} levels Each half as large as the one before. */
  constructor(levels) {
    this.levels = levels;
    this.width = levels[0].width;
    this.height = levels[0].height;
  }

  /**
   * @param {Blob} file
   * @returns {Promise<Picture>}
   */
  static async read(file) {
    const levels = [await createImageBitmap(file)];
    for (let last = levels[0]; Math.max(last.width, last.height) > SMALLEST; last = levels[levels.length - 1]) {
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
   */
  at(scale) {
    const wanted = this.width * scale;
    return this.levels.findLast((level) => level.width >= wanted) ?? this.levels[0];
  }

  close() {
    for (const level of this.levels) level.close();
  }
}

/**
 * @param {number} bytes
 * @returns {string}
 */
export function megabytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
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
