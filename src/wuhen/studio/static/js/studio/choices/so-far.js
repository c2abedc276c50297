/** What a part looks like so far, cut to the part: around it, the photo is sharp already. */

/** @typedef {import("../../api/events.js").Preview} Preview */
/** @typedef {import("./set.js").Part} Part */

/** The longest side, in pixels: previews have no more. */
const LONGEST = 480;

/** @type {WeakMap<Part, OffscreenCanvas>} */
const shapes = new WeakMap();

/**
 * @param {Part} part
 * @param {Preview} preview
 * @returns {Promise<OffscreenCanvas | null>} It shows the part's box; null where the preview cannot be shown.
 */
export async function cutSoFar(part, preview) {
  const bitmap = await createImageBitmap(preview.image).catch(() => null);
  if (!bitmap) return null;
  const shape = shapes.get(part) ?? shapeOf(part);
  shapes.set(part, shape);
  const canvas = new OffscreenCanvas(shape.width, shape.height);
  const context = canvas.getContext("2d");
  const scale = shape.width / part.box.width;
  context?.drawImage(bitmap, (preview.left - part.box.left) * scale, (preview.top - part.box.top) * scale, preview.width * scale, preview.height * scale);
  bitmap.close();
  if (context) {
    context.globalCompositeOperation = "destination-in";
    context.drawImage(shape, 0, 0);
  }
  return canvas;
}

/** @param {Part} part @returns {OffscreenCanvas} Opaque where the part is. */
function shapeOf({ bits: { packed, width }, box }) {
  const scale = Math.min(1, LONGEST / Math.max(box.width, box.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(box.width * scale)), Math.max(1, Math.round(box.height * scale)));
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let y = 0, to = 3; y < canvas.height; y++) {
    const row = (box.top + Math.floor(((y + 0.5) * box.height) / canvas.height)) * width + box.left;
    for (let x = 0; x < canvas.width; x++, to += 4) {
      const at = row + Math.floor(((x + 0.5) * box.width) / canvas.width);
      image.data[to] = (packed[at >> 3] >> (at & 7)) & 1 ? 255 : 0;
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
