/** Asking the service what an object left, by reduced copies of photo and mask. */

import { askQuietly, base64, blob } from "../../api/client.js";
import { readMask } from "../masks.js";

/** Longest side of what is sent, in pixels. */
const LONGEST = 1536;
const QUALITY = 0.92;

/**
 * @param {import("../work.js").Work} work
 * @param {AbortSignal} signal
 * @returns {Promise<import("../bits.js").Bits | null>} Of the photo's size; null for nothing.
 */
export async function seek(work, signal) {
  const { picture } = work.result ?? work;
  const { width, height } = work;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const size = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const photo = canvasOf(size);
  picture.draw(photo, [0, 0, width, height], [0, 0, size[0], size[1]], scale);
  const { png, blank } = await work.mask();
  if (blank) return null;
  const mask = canvasOf(size);
  const bitmap = await createImageBitmap(png);
  mask.drawImage(bitmap, 0, 0, size[0], size[1]);
  bitmap.close();
  const [InputImage, Mask] = await Promise.all([
    photo.canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY }).then(base64),
    mask.canvas.convertToBlob({ type: "image/png" }).then(base64),
  ]);
  signal.throwIfAborted();
  const { EffectsMask, Places } = await askQuietly("FindEffects", { InputImage, Mask }, signal);
  return Places.length ? readMask(blob(EffectsMask), work) : null;
}

/** @param {number[]} size */
function canvasOf([width, height]) {
  return /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d"));
}
