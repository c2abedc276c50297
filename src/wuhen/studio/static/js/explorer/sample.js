/** A small photo with something to erase, and its mask, drawn here. */

import { blob } from "../api/client.js";

const [WIDTH, HEIGHT] = [480, 320];
const BALL = { x: 300, y: 205, radius: 42 };
/** On the ball. */
export const SAMPLE_POINTS = [{ X: BALL.x, Y: BALL.y }];

/**
 * @param {string} file
 * @param {(context: CanvasRenderingContext2D) => void} draw
 * @returns {import("./draft.js").Picture}
 */
function drawn(file, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d");
  if (context) draw(context);
  // At once: a busy browser lets `toBlob` wait for seconds.
  const base64 = canvas.toDataURL("image/png").replace(/^[^,]*,/, "");
  return { file, base64, blob: blob(base64) };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} radius
 */
function disc(context, radius) {
  context.beginPath();
  context.arc(BALL.x, BALL.y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** @param {CanvasRenderingContext2D} context */
function landscape(context) {
  const sky = context.createLinearGradient(0, 0, 0, 200);
  sky.addColorStop(0, "#7fb2dd");
  sky.addColorStop(1, "#e8eef0");
  context.fillStyle = sky;
  context.fillRect(0, 0, WIDTH, 200);
  context.fillStyle = "#8a9a86";
  context.beginPath();
  context.moveTo(0, 200);
  for (let x = 0; x <= WIDTH; x += 8) context.lineTo(x, 165 - 22 * Math.sin(x / 70) - 9 * Math.sin(x / 23));
  context.lineTo(WIDTH, 200);
  context.fill();
  const meadow = context.createLinearGradient(0, 190, 0, HEIGHT);
  meadow.addColorStop(0, "#9db36a");
  meadow.addColorStop(1, "#55752f");
  context.fillStyle = meadow;
  context.fillRect(0, 190, WIDTH, HEIGHT - 190);
  // Blades of grass, the same each time.
  let seed = 7;
  for (let count = 0; count < 6000; count += 1) {
    seed = (seed * 16807) % 2147483647;
    const x = seed % WIDTH;
    const y = 192 + ((seed >> 9) % (HEIGHT - 192));
    context.fillStyle = seed % 3 ? "rgb(40 70 20 / .25)" : "rgb(215 225 150 / .3)";
    context.fillRect(x, y, 1, 2 + (y - 190) / 40);
  }
}

/** @param {CanvasRenderingContext2D} context */
function ball(context) {
  const light = context.createRadialGradient(BALL.x - 14, BALL.y - 16, 4, BALL.x, BALL.y, BALL.radius);
  light.addColorStop(0, "#ff8d7a");
  light.addColorStop(1, "#b3151c");
  context.fillStyle = light;
  disc(context, BALL.radius);
}

/**
 * A landscape with a ball in it.
 *
 * @param {boolean} captioned
 */
export function samplePhoto(captioned) {
  return drawn("photo.png", (context) => {
    landscape(context);
    ball(context);
    context.fillStyle = "#fff";
    context.font = "bold 30px sans-serif";
    if (captioned) context.fillText("Summer 2026", 24, 296);
  });
}

/** White where the ball is. */
export function sampleMask() {
  return drawn("mask.png", (context) => {
    context.fillStyle = "#000";
    context.fillRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = "#fff";
    disc(context, BALL.radius + 4);
  });
}
