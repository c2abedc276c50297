/** A photo with patches over it, to show: only their surroundings are kept beside the photo's own bitmaps. */

import { Picture } from "../picture.js";

/** @typedef {import("../picture.js").Context} Context */
/** @typedef {import("../picture.js").Part} Part */

/**
 * @typedef {object} Patch What has changed, as the service returned it.
 * @property {Blob} file A PNG in the photo's own colours, transparent where nothing has changed.
 * @property {number} x Where its upper left corner lies in the photo.
 * @property {number} y
 * @property {number} width
 * @property {number} height
 */

/** @typedef {{ part: Part, picture: Picture }} Tile A part of the photo as it is now, opaque. */

export class Patched extends Picture {
  /**
   * @param {Picture} base
   * @param {readonly Tile[]} tiles What lies over it, the last on top.
   */
  constructor(base, tiles) {
    super(base.bitmaps);
    this.base = base;
    this.tiles = tiles;
  }

  /**
   * Lay one more patch over a picture.
   *
   * The tile reaches beyond the patch, to where the pixels of all levels begin: each smaller bitmap of it is what it
   * would be of the whole, so that nothing of what was erased shows through at the patch's edge.
   *
   * @param {Picture} below
   * @param {Patch} patch
   * @returns {Promise<Patched>}
   */
  static async lay(below, patch) {
    const step = 1 << (below.bitmaps.length - 1);
    const left = floor(patch.x, step);
    const top = floor(patch.y, step);
    const width = Math.min(below.width, floor(patch.x + patch.width + step - 1, step)) - left;
    const height = Math.min(below.height, floor(patch.y + patch.height + step - 1, step)) - top;
    const canvas = new OffscreenCanvas(width, height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    below.draw(context, [left, top, width, height], [0, 0, width, height], 1);
    const bitmap = await createImageBitmap(patch.file);
    context.drawImage(bitmap, patch.x - left, patch.y - top);
    bitmap.close();
    const picture = await Picture.reduce(await createImageBitmap(canvas), below.bitmaps.length - 1);
    const [base, tiles] = below instanceof Patched ? [below.base, below.tiles] : [below, []];
    /** @type {Part} */
    const part = [left, top, width, height];
    return new Patched(base, [...tiles.filter((tile) => !covers(part, tile.part)), { part, picture }]);
  }

  /**
   * @override
   * @param {Context} context
   * @param {Part} part
   * @param {Part} place
   * @param {number} level
   */
  drawLevel(context, part, place, level) {
    super.drawLevel(context, part, place, level);
    const [left, top, width, height] = part;
    const [x, y, wide, high] = place;
    for (const tile of this.tiles) {
      const [tileLeft, tileTop, tileWidth, tileHeight] = tile.part;
      const from = [Math.max(left, tileLeft), Math.max(top, tileTop)];
      const to = [Math.min(left + width, tileLeft + tileWidth), Math.min(top + height, tileTop + tileHeight)];
      if (from[0] >= to[0] || from[1] >= to[1]) continue;
      const [across, down] = [wide / width, high / height];
      /** @type {Part} */
      const target = [x + (from[0] - left) * across, y + (from[1] - top) * down, (to[0] - from[0]) * across, (to[1] - from[1]) * down];
      tile.picture.drawLevel(context, [from[0] - tileLeft, from[1] - tileTop, to[0] - from[0], to[1] - from[1]], target, level);
    }
  }

  /**
   * @override
   * @param {number} scale
   * @returns {OffscreenCanvas} Made for this call.
   */
  at(scale) {
    const level = this.levelAt(scale);
    const { width, height } = this.bitmaps[level];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (context) this.drawLevel(context, [0, 0, this.width, this.height], [0, 0, width, height], level);
    return canvas;
  }

  /** @override @returns {Promise<ImageBitmap>} */
  async whole() {
    return await createImageBitmap(this.at(1));
  }

  /** @override Only what lies over the photo, which has its own end. */
  close() {
    for (const tile of this.tiles) tile.picture.close();
  }
}

/**
 * Lay a patch over a photo that is transparent in places: all of it counts, and shows no photo beneath.
 *
 * @param {Picture} below
 * @param {Patch} patch
 * @returns {Promise<Picture>}
 */
export async function replacePart(below, { file, x, y, width, height }) {
  const whole = await below.whole();
  const canvas = new OffscreenCanvas(below.width, below.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(whole, 0, 0);
  whole.close();
  context.clearRect(x, y, width, height);
  const bitmap = await createImageBitmap(file);
  context.drawImage(bitmap, x, y);
  bitmap.close();
  return Picture.read(canvas);
}

/** @param {number} value @param {number} step */
function floor(value, step) {
  return value - (value % step);
}

/** @param {Part} outer @param {Part} inner */
function covers([left, top, width, height], [x, y, wide, high]) {
  return left <= x && top <= y && x + wide <= left + width && y + high <= top + height;
}
