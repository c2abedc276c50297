/** Tools that paint: brush and eraser, lasso, rectangle; scribbles for smart select, and pointing at what was found. */

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("./pointer.js").Tool} Tool */
/** @typedef {import("./strokes.js").Shape} Shape */
/** @typedef {import("./strokes.js").Stroke} Stroke */

const LIGHTEST = 0.25;
/** Pixels of the screen: a click is rarely quite still. */
const LEAST_DRAG = 8;

/**
 * A brush. What it paints is shown at once, and kept when it is lifted.
 *
 * @param {Stage} stage
 * @param {number} size In pixels of the screen: however large a photo is, it is as easy to paint on.
 * @param {boolean} erases
 * @param {(stroke: Stroke) => void} done
 * @returns {Tool}
 */
export function brush(stage, size, erases, done) {
  /** @type {Stroke} */
  const stroke = { kind: "stroke", points: [], erases };
  const wide = Math.max(1, size / stage.view.scale);
  const width = (/** @type {PointerEvent} */ event) =>
    event.pointerType === "pen" && event.pressure ? wide * Math.max(LIGHTEST, event.pressure) : wide;
  return {
    start([x, y], event) {
      stroke.points.push(x, y, width(event));
      stage.draft = stroke;
      stage.extend(0);
    },
    move(points) {
      const from = stroke.points.length / 3;
      for (const [x, y, event] of points) stroke.points.push(x, y, width(event));
      stage.extend(from);
    },
    end() {
      stage.draft = null;
      done(stroke);
    },
    cancel() {
      stage.draft = null;
      stage.refresh();
    },
  };
}

/**
 * @param {Stage} stage
 * @param {boolean} erases
 * @param {(shape: Shape) => void} done
 * @returns {Tool}
 */
export function lasso(stage, erases, done) {
  /** @type {number[]} */
  const points = [];
  return {
    start([x, y]) {
      points.push(x, y);
    },
    move(moved) {
      for (const [x, y] of moved) points.push(x, y);
      trace(stage, points, true);
    },
    end() {
      stage.outline(null);
      if (points.length >= 6) done({ kind: "polygon", points, erases });
    },
    cancel() {
      stage.outline(null);
    },
  };
}

/**
 * @param {Stage} stage
 * @param {boolean} erases
 * @param {(shape: Shape) => void} done
 * @returns {Tool}
 */
export function rectangle(stage, erases, done) {
  /** @type {[number, number]} */
  let from = [0, 0];
  let to = from;
  const corners = () => [from[0], from[1], to[0], from[1], to[0], to[1], from[0], to[1]];
  return {
    start(point) {
      from = to = point;
    },
    move(points) {
      const [x, y] = points[points.length - 1];
      to = [x, y];
      trace(stage, corners(), true);
    },
    end() {
      stage.outline(null);
      if (Math.abs(to[0] - from[0]) >= 1 && Math.abs(to[1] - from[1]) >= 1) {
        done({ kind: "polygon", points: corners(), erases });
      }
    },
    cancel() {
      stage.outline(null);
    },
  };
}

/**
 * A click on something, or a rectangle around where something is.
 *
 * @param {Stage} stage
 * @param {(from: [number, number], to: [number, number], dragged: boolean) => void} done
 * @returns {Tool}
 */
export function pointer(stage, done) {
  /** @type {[number, number]} */
  let from = [0, 0];
  let to = from;
  const dragged = () => Math.min(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])) * stage.view.scale >= LEAST_DRAG;
  return {
    start(point) {
      from = to = point;
    },
    move(points) {
      const [x, y] = points[points.length - 1];
      to = [x, y];
      trace(stage, dragged() ? [from[0], from[1], to[0], from[1], to[0], to[1], from[0], to[1]] : [], true);
    },
    end() {
      stage.outline(null);
      done(from, to, dragged());
    },
    cancel() {
      stage.outline(null);
    },
  };
}

/**
 * A click or a scribble that tells what is meant.
 *
 * @param {Stage} stage
 * @param {(points: [number, number][]) => void} done
 * @returns {Tool}
 */
export function scribble(stage, done) {
  /** @type {[number, number][]} */
  const points = [];
  return {
    start(point) {
      points.push(point);
    },
    move(moved) {
      for (const [x, y] of moved) points.push([x, y]);
      trace(stage, points.flat(), false);
    },
    end() {
      stage.outline(null);
      done(points);
    },
    cancel() {
      stage.outline(null);
    },
  };
}

/**
 * @param {Stage} stage
 * @param {number[]} points In pixels of the photo.
 * @param {boolean} closed
 */
function trace(stage, points, closed) {
  const { scale, x, y } = stage.view;
  stage.outline((context) => {
    for (let i = 0; i < points.length; i += 2) context.lineTo(points[i] * scale + x, points[i + 1] * scale + y);
    if (closed) context.closePath();
  });
}
