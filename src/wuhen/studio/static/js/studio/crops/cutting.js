/** Cutting a part of a photo out as a file of its own, in the photo's own colours. */

import { crc32 } from "../../base/crc32.js";

/** @typedef {import("../picture.js").Part} Part */
/** @typedef {import("../work.js").Work} Work */

/** Where a PNG's first chunk, its head, ends. */
const AFTER_HEAD = 33;
const RGB = "RGB ";
/** A colour that looks otherwise in any other space. */
const TRIED = [200, 100, 50];

/**
 * Cut a part of what is shown of a photo out.
 *
 * @param {Work} work
 * @param {import("../work.js").Result | null} shown
 * @param {Part} part
 * @returns {Promise<Blob>} A PNG.
 */
export async function cutPart({ file, picture, look: { profile, chunks } }, shown, part) {
  const [left, top, width, height] = part;
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  if (!profile && !chunks.length) {
    (shown?.picture ?? picture).draw(context, part, [0, 0, width, height], 1);
    return canvas.convertToBlob({ type: "image/png" });
  }
  // On the screen are the monitor's colours; what is sent has the numbers of the file, and says what they mean.
  await drawRaw(context, file, -left, -top);
  for (const patch of shown?.patches ?? []) await drawRaw(context, patch.file, patch.x - left, patch.y - top);
  const png = await canvas.convertToBlob({ type: "image/png" });
  return withColours(png, await chunksOf({ profile, chunks }));
}

/**
 * Whether this browser hands out the numbers of a file with such colours as they are. One that turns them into the
 * screen's all the same would have the service fill in other colours than the photo's.
 *
 * @param {import("./looking.js").Look} look
 * @returns {Promise<boolean>}
 */
export async function keepsNumbers(look) {
  if (!look.profile && !look.chunks.length) return true;
  const canvas = new OffscreenCanvas(1, 1);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  context.fillStyle = `rgb(${TRIED.join(" ")})`;
  context.fillRect(0, 0, 1, 1);
  const png = withColours(await canvas.convertToBlob({ type: "image/png" }), await chunksOf(look));
  context.clearRect(0, 0, 1, 1);
  await drawRaw(context, png, 0, 0);
  const { data } = context.getImageData(0, 0, 1, 1);
  return TRIED.every((value, index) => Math.abs(value - data[index]) <= 1);
}

/** @param {Pick<import("./looking.js").Look, "profile" | "chunks">} look */
async function chunksOf({ profile, chunks }) {
  return profile ? await profileChunk(profile) : chunks;
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Blob} file
 * @param {number} x
 * @param {number} y
 */
async function drawRaw(context, file, x, y) {
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
  context.drawImage(bitmap, x, y);
  bitmap.close();
}

/** @param {Uint8Array} profile @returns {Promise<Uint8Array[]>} Nothing of one that is for greys alone: a canvas has colours. */
async function profileChunk(profile) {
  if (String.fromCharCode(...profile.subarray(16, 20)) !== RGB) return [];
  const packed = new Blob([/** @type {BlobPart} */ (profile)]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(packed).arrayBuffer());
  const name = new TextEncoder().encode("ICC\0\0");
  const chunk = new Uint8Array(12 + name.length + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, name.length + data.length);
  chunk.set(new TextEncoder().encode("iCCP"), 4);
  chunk.set(name, 8);
  chunk.set(data, 8 + name.length);
  view.setUint32(chunk.length - 4, crc32(chunk.subarray(4, chunk.length - 4)));
  return [chunk];
}

/** @param {Blob} png @param {Uint8Array[]} chunks */
function withColours(png, chunks) {
  return new Blob([png.slice(0, AFTER_HEAD), .../** @type {BlobPart[]} */ (chunks), png.slice(AFTER_HEAD)], { type: png.type });
}
