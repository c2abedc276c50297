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
 * Draw the edge around what is painted onto the pictures: a canvas of its own would go to the screen with each
 * frame of a stroke.
 *
 * @param {OffscreenCanvas} pictures
 * @param {HTMLCanvasElement} paint What is painted, opaque; as large as the pictures.
 */
export function drawEdge(pictures, paint) {
  const { width, height } = paint;
  const edge = new OffscreenCanvas(width, height);
  const context = edge.getContext("2d");
  if (!context) return;
  const reach = Math.max(1, Math.round(1.25 * devicePixelRatio));
  for (const [x, y] of [[1, 1], [1, -1], [-1, 1], [-1, -1]]) context.drawImage(paint, x * reach, y * reach);
  context.globalCompositeOperation = "destination-out";
  context.drawImage(paint, 0, 0);
  context.globalCompositeOperation = "source-in";
  drawn ??= stripes();
  context.fillStyle = context.createPattern(drawn, "repeat") ?? "#fff";
  context.fillRect(0, 0, width, height);
  const below = pictures.getContext("2d");
  below?.setTransform(1, 0, 0, 1, 0, 0);
  below?.drawImage(edge, 0, 0);
}
