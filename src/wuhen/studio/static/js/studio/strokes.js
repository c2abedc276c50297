/**
 * What a user paints, as shapes: a few numbers each, so that undo is unlimited, zoom is sharp, and a 25 Mpx photo
 * costs no more to paint on than a small one. They become pixels when a mask is sent.
 */

/** @typedef {import("./bits.js").Bits} Bits */

/**
 * @typedef {object} Stroke
 * @property {"stroke"} kind
 * @property {number[]} points x, y and width of each point, in pixels of the photo.
 * @property {boolean} erases
 */

/**
 * @typedef {object} Polygon
 * @property {"polygon"} kind
 * @property {number[]} points x and y of each corner.
 * @property {boolean} erases
 */

/**
 * @typedef {object} Raster A whole mask, in place of all that was painted before it.
 * @property {"raster"} kind
 * @property {Bits} bits
 * @property {CanvasImageSource} [preview] The same in the mask's colour, for the screen; it may be smaller.
 * @property {Selected} [selection] How it came about, where it is an object that was selected.
 * @property {Found} [found] The same, where it is what the service found.
 * @property {Effects} [effects] The same, where it has what an object left.
 */

/** @typedef {{ bits: Bits, what?: readonly string[] }} Traced What an object left: where, and of what kinds. */
/** @typedef {Traced & { under: readonly Shape[] }} Effects The same, and what the mask is without it. */

/** @typedef {import("../select/segment.js").Scribble} Scribble */

/**
 * @typedef {object} Selected
 * @property {Scribble[]} scribbles
 * @property {Bits} bits The object alone.
 * @property {readonly Shape[]} under What was painted before.
 */

/**
 * @typedef {object} Found
 * @property {readonly import("./finding.js").Place[]} places
 * @property {ReadonlySet<number>} left Which of them are left out.
 * @property {Bits} bits All of them.
 * @property {readonly Shape[]} under What was painted before.
 */

/** @typedef {Stroke | Polygon | Raster} Shape */

/** @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context */

/**
 * Draw shapes in the order in which they were made.
 *
 * @param {Context} context Its transformation leads from pixels of the photo to pixels of its canvas.
 * @param {readonly Shape[]} shapes
 * @param {string} colour
 * @param {number} width Of the photo.
 * @param {number} height Of the photo.
 */
export function draw(context, shapes, colour, width, height) {
  const start = Math.max(0, shapes.findLastIndex((shape) => shape.kind === "raster"));
  for (const shape of shapes.slice(start)) drawOne(context, shape, colour, width, height);
}

/**
 * @param {Context} context
 * @param {Shape} shape
 * @param {string} colour
 * @param {number} width
 * @param {number} height
 */
function drawOne(context, shape, colour, width, height) {
  if (shape.kind === "raster") {
    if (shape.preview) context.drawImage(shape.preview, 0, 0, width, height);
    return;
  }
  context.globalCompositeOperation = shape.erases ? "destination-out" : "source-over";
  context.fillStyle = context.strokeStyle = colour;
  if (shape.kind === "polygon") {
    context.beginPath();
    for (let i = 0; i < shape.points.length; i += 2) context.lineTo(shape.points[i], shape.points[i + 1]);
    context.fill();
  } else drawStroke(context, shape.points, 0);
  context.globalCompositeOperation = "source-over";
}

/**
 * Draw a stroke from one of its points on.
 *
 * @param {Context} context
 * @param {readonly number[]} points
 * @param {number} from The point's number; drawing begins at the one before it.
 */
export function drawStroke(context, points, from) {
  context.lineCap = context.lineJoin = "round";
  const first = Math.max(0, from - 1) * 3;
  if (points.length === 3 || first + 3 >= points.length) {
    context.beginPath();
    context.arc(points[first], points[first + 1], points[first + 2] / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  // As long as the width stays the same it is one line: each that is drawn by itself costs much more.
  for (let i = first; i + 3 < points.length; ) {
    const width = points[i + 5];
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(points[i], points[i + 1]);
    for (; points[i + 5] === width; i += 3) context.lineTo(points[i + 3], points[i + 4]);
    context.stroke();
  }
}

/**
 * Draw what a user scribbled: what it adds with a whole line, what it takes away with a dashed one.
 *
 * @param {Context} context As for `draw`.
 * @param {Scribble} scribble
 * @param {{ scale: number }} view
 */
export function drawScribble(context, { points, takesAway }, { scale }) {
  const path = new Path2D();
  for (const [x, y] of points) path.lineTo(x, y);
  // A click shows as a dot.
  path.lineTo(points[points.length - 1][0] + 0.01, points[points.length - 1][1]);
  context.save();
  context.lineCap = context.lineJoin = "round";
  for (const [colour, width] of /** @type {[string, number][]} */ ([["#fff", 7], [takesAway ? "#000" : "#0a7", 4]])) {
    context.strokeStyle = colour;
    context.lineWidth = width / scale;
    context.setLineDash(takesAway && width < 7 ? [6 / scale, 7 / scale] : []);
    context.stroke(path);
  }
  context.restore();
}

/**
 * @typedef {object} Outline A place that was found.
 * @property {number[]} corners
 * @property {boolean} left Whether it is left out.
 * @property {boolean} pointed Whether the user points at it in the list.
 */

/**
 * Outline what was found: what will be erased with a whole line, what is left with a dashed one.
 *
 * @param {Context} context As for `draw`.
 * @param {Outline} place
 * @param {{ scale: number }} view
 */
export function drawPlace(context, { corners, left, pointed }, { scale }) {
  const path = new Path2D();
  for (let i = 0; i < corners.length; i += 2) path.lineTo(corners[i], corners[i + 1]);
  path.closePath();
  context.save();
  context.lineJoin = "round";
  const width = pointed ? 5 : 2;
  for (const [colour, wide] of /** @type {[string, number][]} */ ([["#fff", width + 2], [left ? "#000" : "#0a7", width]])) {
    context.strokeStyle = colour;
    context.lineWidth = wide / scale;
    context.setLineDash(left && wide === width ? [5 / scale, 5 / scale] : []);
    context.stroke(path);
  }
  context.restore();
}
