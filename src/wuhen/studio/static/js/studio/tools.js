/** Tools that paint: brush and eraser, lasso, rectangle; scribbles for smart select, and pointing at what was found. */

/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {import("./pointer.js").Tool} Tool */
/** @typedef {import("./strokes.js").Shape} Shape */
/** @typedef {import("./strokes.js").Stroke} Stroke */

const LIGHTEST = 0.25;
/** Pixels of the screen: a click is rarely quite still. */
const LEAST_DRAG = 8;

/** A way of the pointer, straight as long as Shift is held. */
class Straight {
  /**
   * @param {number[]} points What is drawn.
   * @param {number} size So many numbers tell a point.
   */
  constructor(points, size) {
    this.points = points;
    this.size = size;
    /** So many points come before the straight line; 0 where there is none. */
    this.fixed = 0;
  }

  /**
   * @param {boolean} held
   * @param {...number} point
   * @returns {boolean} Whether a point has gone for it.
   */
  add(held, ...point) {
    const count = this.points.length / this.size;
    if (!held) this.fixed = 0;
    else this.fixed ||= count;
    const goes = held && count > this.fixed;
    if (goes) this.points.length = this.fixed * this.size;
    this.points.push(...point);
    return goes;
  }
}

/**
 * A brush. What it paints is shown at once, and kept when it is lifted.
 *
 * @param {Stage} stage
 * @param {number} size In pixels of the screen: however large a photo is, it is as easy to paint on.
 * @param {boolean} erases
 * @param {[number, number] | null} last Where the stroke before ended: a click with Shift draws a line from there.
 * @param {(stroke: Stroke) => void} done
 * @returns {Tool}
 */
export function brush(stage, size, erases, last, done) {
  /** @type {Stroke} */
  const stroke = { kind: "stroke", points: [], erases };
  const wide = Math.max(1, size / stage.view.scale);
  const width = (/** @type {PointerEvent} */ event) =>
    event.pointerType === "pen" && event.pressure ? wide * Math.max(LIGHTEST, event.pressure) : wide;
  const straight = new Straight(stroke.points, 3);
  let joins = false;
  return {
    start([x, y], event) {
      stroke.points.push(x, y, width(event));
      joins = event.shiftKey && last !== null;
      stage.draft = stroke;
      stage.extend(0);
    },
    move(points) {
      const from = stroke.points.length / 3;
      const bent = points.map(([x, y, event]) => straight.add(event.shiftKey, x, y, width(event))).some(Boolean);
      // What a straight line has left has to go.
      if (bent) stage.refresh();
      else stage.extend(from);
    },
    end() {
      const [x, y, wide] = stroke.points;
      const [endX, endY] = stroke.points.slice(-3);
      if (joins && last && Math.hypot(endX - x, endY - y) * stage.view.scale < LEAST_DRAG) stroke.points = [...last, wide, x, y, wide];
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
  const straight = new Straight(points, 2);
  return {
    start([x, y]) {
      points.push(x, y);
    },
    move(moved) {
      for (const [x, y, event] of moved) straight.add(event.shiftKey, x, y);
      trace(stage, points, true);
    },
    end() {
      stage.outline(null);
      if (points.length >= 6) done({ kind: "polygon", points, erases });
    },
    cancel: () => stage.outline(null),
  };
}

/**
 * @param {[number, number]} from A corner of a square.
 * @param {number} x Where the one across is drawn to.
 * @param {number} y
 * @returns {[number, number]} Where it is.
 */
function square([fromX, fromY], x, y) {
  const side = Math.max(Math.abs(x - fromX), Math.abs(y - fromY));
  return [fromX + side * (x < fromX ? -1 : 1), fromY + side * (y < fromY ? -1 : 1)];
}

/** @param {[number, number]} one @param {[number, number]} other @returns {number[]} Those of the rectangle between them. */
const corners = ([left, top], [right, bottom]) => [left, top, right, top, right, bottom, left, bottom];

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
  return {
    start(point) {
      from = to = point;
    },
    move(points) {
      const [x, y, event] = points[points.length - 1];
      to = event.shiftKey ? square(from, x, y) : [x, y];
      trace(stage, corners(from, to), true);
    },
    end() {
      stage.outline(null);
      if (Math.min(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])) >= 1) done({ kind: "polygon", points: corners(from, to), erases });
    },
    cancel: () => stage.outline(null),
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
      trace(stage, dragged() ? corners(from, to) : [], true);
    },
    end() {
      stage.outline(null);
      done(from, to, dragged());
    },
    cancel: () => stage.outline(null),
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
    cancel: () => stage.outline(null),
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
