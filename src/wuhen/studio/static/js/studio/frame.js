/** What sets a photo off from the stage. */

const FIELD = 8;

/** @type {OffscreenCanvas | undefined} */
let drawn;

/**
 * Draw a thin frame around where a picture will be, and checks behind one that may be clear in places.
 *
 * @param {import("./strokes.js").Context} context In pixels of the photo.
 * @param {{ width: number, height: number }} picture
 * @param {number} scale Pixels of the canvas for each of the photo.
 * @param {boolean} clear Whether it may be.
 */
export function frame(context, { width, height }, scale, clear) {
  const line = devicePixelRatio / scale;
  context.fillStyle = "rgb(0 0 0 / .35)";
  context.fillRect(-line, -line, width + 2 * line, height + 2 * line);
  if (!clear) return;
  drawn ??= checks();
  const pattern = context.createPattern(drawn, "repeat");
  pattern?.setTransform(new DOMMatrix().scaleSelf(1 / scale));
  context.fillStyle = pattern ?? "#fff";
  context.fillRect(0, 0, width, height);
}

/** @returns {OffscreenCanvas} Four fields of a chessboard. */
function checks() {
  const side = Math.round(FIELD * devicePixelRatio);
  const canvas = new OffscreenCanvas(2 * side, 2 * side);
  const context = canvas.getContext("2d");
  if (context) {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, 2 * side, 2 * side);
    context.fillStyle = "#d5d5d5";
    context.fillRect(0, 0, side, side);
    context.fillRect(side, side, side, side);
  }
  return canvas;
}
