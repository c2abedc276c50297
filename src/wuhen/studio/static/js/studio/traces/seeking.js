/** Asking the service what an object left, by reduced copies of photo and mask. */

import { askQuietly, base64, blob } from "../../api/client.js";
import { empty, without } from "../bits.js";
import { masks, readMask } from "../masks.js";

/** Longest side of what is sent, in pixels. */
const LONGEST = 1536;
const QUALITY = 0.92;
/** The kinds that the service tells which are a shadow to whoever looks on: that of the ground that was touched as well. */
const SHADOW = /shadow|contact|foot/;

/**
 * @param {import("../work.js").Work} work
 * @param {AbortSignal} signal
 * @returns {Promise<import("../strokes.js").Traced>} Of the photo's size; empty where nothing is certain.
 */
export async function seek(work, signal) {
  const { picture } = work.result ?? work;
  const { width, height } = work;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const size = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const photo = canvasOf(size);
  picture.draw(photo, [0, 0, width, height], [0, 0, size[0], size[1]], scale);
  const { png, bits: painted, blank } = await work.mask();
  if (blank) return { bits: empty(width, height), what: [] };
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
  const what = [...new Set(Places.map((/** @type {{ What: string }} */ { What }) => (SHADOW.test(What) ? "shadow" : What)))];
  if (!what.length) return { bits: empty(width, height), what };
  const read = await readMask(blob(EffectsMask), work);
  // A pixel of the copy has several of the photo, of which its edge may run through any.
  const by = scale < 1 ? Math.ceil(1 / scale) : 0;
  const { bits } = await masks.ask({ task: "grow", shapes: [{ kind: "raster", bits: read }], by, width, height });
  return { bits: without(bits, painted), what };
}

/** @param {number[]} size */
function canvasOf([width, height]) {
  return /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d"));
}
