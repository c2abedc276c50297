/** Looking at photos and masks before they are sent: how large they are, what they show, and whether they can be read. */

import { ApiError, ask, base64, blob } from "../api/client.js";
import { largestFile, ownLimits } from "../api/limits.js";
import { megabytes, megapixels } from "../base/files.js";
import { isTaken, typed } from "../studio/types.js";

/** @typedef {import("./items.js").Batch} Batch */
/** @typedef {import("./items.js").Item} Item */
/** @typedef {import("./items.js").Size} Size */

/** The longer side of a small picture, in pixels: twice what it is on the screen. */
const SMALL = 200;
const QUALITY = 0.8;

/**
 * Look at one after another, so that one large photo at a time is in memory.
 */
export class Looker {
  /** @param {Batch} batch */
  constructor(batch) {
    this.batch = batch;
    this.looking = false;
    /** Whether the service helps with what this browser does not show. */
    this.helped = true;
    batch.addEventListener("list", () => this.look());
  }

  async look() {
    if (this.looking) return;
    this.looking = true;
    this.helped = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) await next();
    } finally {
      this.looking = false;
    }
  }

  /** @returns {(() => Promise<void>) | undefined} */
  #next() {
    const { items, masks, maskSizes } = this.batch;
    const item = items.find((one) => !one.looked);
    const mask = masks.find((one) => !maskSizes.has(one));
    // A photo and its mask are looked at about the same time: what does not fit is said of the first ones first.
    if (mask && (!item || items.some((one) => one.mask === mask && one.looked))) return () => this.#lookAtMask(mask);
    return item && (() => this.#lookAt(item));
  }

  /** @param {Item} item */
  async #lookAt(item) {
    const file = typed(item.photo, item.photo.name);
    const limits = await ownLimits();
    const most = largestFile(limits);
    item.looked = true;
    if (!file.size) item.unusable = { words: "batch.empty" };
    else if (isTaken(file) && file.size > most) item.unusable = { words: "batch.tooLarge", values: { size: megabytes(file.size), limit: megabytes(most) } };
    else Object.assign(item, await this.#seen(file));
    const { size } = item;
    if (size && size.width * size.height > limits.pixels) {
      item.unusable = { words: "batch.tooManyPixels", values: { size: `${size.width} × ${size.height}`, ...megapixels(limits.pixels) } };
    }
    this.batch.changed(item);
  }

  /**
   * @param {Blob} file
   * @returns {Promise<Partial<Item>>}
   */
  async #seen(file) {
    try {
      return await seen(file);
    } catch {
      if (!isTaken(file)) return { unusable: { words: "batch.unreadable" } };
    }
    // Without the service, it is found out when the photo is sent.
    if (!this.helped) return {};
    try {
      const { Image } = await ask("ConvertPicture", { InputImage: await base64(file) });
      return await seen(blob(Image));
    } catch (error) {
      if (error instanceof ApiError && !/^(AuthFailure|RequestLimit|LimitExceeded|Internal)/.test(error.code)) return { unusable: { words: "batch.unreadable" } };
      this.helped = false;
      return {};
    }
  }

  /** @param {import("./given.js").Given} mask */
  async #lookAtMask(mask) {
    const file = typed(mask.file, mask.file.name);
    const { maskSizes } = this.batch;
    try {
      const bitmap = await createImageBitmap(file);
      maskSizes.set(mask, { width: bitmap.width, height: bitmap.height });
      bitmap.close();
    } catch {
      // The service reads more than a browser does.
      maskSizes.set(mask, isTaken(file) && file.size ? undefined : null);
    }
    for (const item of this.batch.items) if (item.mask === mask) this.batch.changed(item);
  }
}

/**
 * @param {Blob} file
 * @returns {Promise<{ size: Size, thumbnail: Blob }>}
 */
async function seen(file) {
  const bitmap = await createImageBitmap(file);
  try {
    return { size: { width: bitmap.width, height: bitmap.height }, thumbnail: await reduced(bitmap) };
  } finally {
    bitmap.close();
  }
}

/**
 * @param {Blob} file
 * @returns {Promise<Blob | null>} A small picture of it; nothing of one that this browser does not show.
 */
export async function small(file) {
  try {
    return (await seen(file)).thumbnail;
  } catch {
    return null;
  }
}

/** @param {ImageBitmap} bitmap */
function reduced(bitmap) {
  const share = Math.min(1, SMALL / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * share)), Math.max(1, Math.round(bitmap.height * share)));
  const context = canvas.getContext("2d");
  if (context) context.imageSmoothingQuality = "medium";
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/webp", quality: QUALITY });
}
