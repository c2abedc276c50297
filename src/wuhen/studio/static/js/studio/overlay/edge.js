/** The edge of a mask: a thin line of black and white, to be seen on whatever colour lies beneath. */

const STRIPE = 4;

/** @type {OffscreenCanvas | undefined} */
let drawn;

/** @returns {OffscreenCanvas} Slanted stripes of black and white. */
function stripes() {
  const side = Math.round(2 * STRIPE * devicePixelRatio);
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d");
  if (context) {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, side, side);
    context.fillStyle = "#000";
    for (const shift of [-side, 0, side]) {
      context.beginPath();
      for (const [x, y] of [[0, 0], [side / 2, 0], [side * 1.5, side], [side, side]]) context.lineTo(x + shift, y);
      context.fill();
    }
  }
  return canvas;
}

/**
 * Draw the edge of what is painted.
 *
 * @param {HTMLCanvasElement} canvas Where to; what it showed goes.
 * @param {HTMLCanvasElement | null} paint What is painted, opaque; null for nothing.
 */
export function drawEdge(canvas, paint) {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.globalCompositeOperation = "source-over";
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (!paint) return;
  const reach = Math.max(1, Math.round(1.25 * devicePixelRatio));
  for (const [x, y] of [[1, 1], [1, -1], [-1, 1], [-1, -1]]) context.drawImage(paint, x * reach, y * reach);
  context.globalCompositeOperation = "destination-out";
  context.drawImage(paint, 0, 0);
  context.globalCompositeOperation = "source-in";
  drawn ??= stripes();
  context.fillStyle = context.createPattern(drawn, "repeat") ?? "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
}
