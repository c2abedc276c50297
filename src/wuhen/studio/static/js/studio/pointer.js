/** Pointers on the stage: painting with one, panning and pinching with two, a finger held down, the wheel. */

import { LongPress } from "./press.js";

/** @typedef {import("./stage.js").Stage} Stage */

/**
 * @typedef {object} Tool
 * @property {(point: [number, number], event: PointerEvent) => void} start
 * @property {(points: [number, number, PointerEvent][]) => void} move
 * @property {() => void} end
 * @property {() => void} cancel
 */

/** How far an arrow key moves the photo. */
const STEP = 40;

/**
 * Let tools be used on a stage.
 *
 * @param {Stage} stage
 * @param {object} given
 * @param {(event: PointerEvent) => Tool | null} given.tool The tool of a pointer that goes down; null pans.
 * @param {(event: PointerEvent) => void} given.hover
 * @param {(steps: number) => void} given.resize Of the wheel with Alt.
 */
export function listen(stage, { tool, hover, resize }) {
  /** @type {Map<number, PointerEvent>} */
  const down = new Map();
  /** @type {Tool | null} */
  let active = null;
  const press = new LongPress(stage, () => drop());

  const at = (/** @type {MouseEvent} */ event) => {
    const { left, top } = stage.getBoundingClientRect();
    return /** @type {[number, number]} */ ([event.clientX - left, event.clientY - top]);
  };
  const inPane = (/** @type {MouseEvent} */ event) => stage.inPane(...at(event));
  const inPhoto = (/** @type {MouseEvent} */ event) => stage.pointAt(...at(event));

  stage.addEventListener("pointerdown", (event) => {
    if (!stage.work || event.target === stage.handle) return;
    const { pointerType } = event;
    // The hand that holds a pen lies on the screen, too.
    if (pointerType === "touch" && [...down.values()].some((one) => one.pointerType === "pen")) return;
    if (pointerType === "pen") {
      press.end();
      drop();
      down.clear();
    }
    stage.setPointerCapture(event.pointerId);
    down.set(event.pointerId, event);
    stage.loupe.look(...at(event));
    if (down.size > 1) {
      // A second finger: what the first began was the beginning of a pinch.
      press.end();
      drop();
      return;
    }
    active = tool(event);
    active?.start(inPhoto(event), event);
    press.start(event);
  });

  function drop() {
    active?.cancel();
    active = null;
  }

  stage.addEventListener("pointermove", (event) => {
    stage.loupe.look(...at(event));
    const before = down.get(event.pointerId);
    if (!before || stage.loupe.held) return;
    press.move(event);
    if (active) {
      const all = event.getCoalescedEvents?.() ?? [];
      active.move((all.length ? all : [event]).map((one) => [...inPhoto(one), one]));
    } else drag(event, before);
    down.set(event.pointerId, event);
  });
  // After what asks where the stage is: it moves something, and the page would be laid out for each answer.
  stage.addEventListener("pointermove", hover);

  /** @param {PointerEvent} event @param {PointerEvent} before */
  function drag(event, before) {
    const other = [...down.values()].find((one) => one.pointerId !== event.pointerId);
    const share = other ? 0.5 : 1;
    stage.view.pan((event.clientX - before.clientX) * share, (event.clientY - before.clientY) * share);
    if (other) {
      const apart = (/** @type {PointerEvent} */ one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      const [x, y] = inPane(event);
      const [otherX, otherY] = inPane(other);
      stage.view.zoom(apart(event) / Math.max(1, apart(before)), (x + otherX) / 2, (y + otherY) / 2);
    }
    stage.refresh();
  }

  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    stage.addEventListener(name, (event) => {
      if (!down.delete(event.pointerId)) return;
      press.end();
      if (name === "pointerup") active?.end();
      else active?.cancel();
      active = null;
    });
  }

  stage.addEventListener("keydown", (event) => {
    const [x, y] = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
    if (event.target !== stage || !(x || y)) return;
    event.preventDefault();
    stage.view.pan(x * STEP, y * STEP);
    stage.refresh();
  });

  // The right button takes away, and a long press asks for the loupe.
  stage.addEventListener("contextmenu", (event) => event.preventDefault());

  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (event.altKey) resize(-Math.sign(event.deltaY || event.deltaX));
      else if (stage.work) {
        const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
        stage.view.zoom(Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 100 : 400)), ...inPane(event));
        stage.refresh();
      }
    },
    { passive: false },
  );
}

/**
 * Let the wheel with Ctrl, and pinching, zoom the photo wherever the pointer is: zoomed instead, the page would jump.
 *
 * @param {HTMLElement} around
 * @param {Stage} stage
 */
export function zoomsPhoto(around, stage) {
  around.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey || !stage.work || (event.target instanceof Node && stage.contains(event.target))) return;
      event.preventDefault();
      const { width, height } = stage.getBoundingClientRect();
      stage.view.zoom(Math.exp(-event.deltaY / 100), width / 2, height / 2);
      stage.refresh();
    },
    { passive: false },
  );
}
