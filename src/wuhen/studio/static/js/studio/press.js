/** A finger that is held down on the stage: it asks for the loupe. */

/** @typedef {import("./stage.js").Stage} Stage */

/** It stays within so many pixels for so many milliseconds. */
const STILL = 8;
const LONG = 500;

export class LongPress {
  /**
   * @param {Stage} stage
   * @param {() => void} begun Told when the loupe comes, so that the finger does nothing else.
   */
  constructor(stage, begun) {
    this.stage = stage;
    this.begun = begun;
    this.timer = 0;
    this.x = 0;
    this.y = 0;
  }

  /** @param {PointerEvent} event */
  start({ pointerType, clientX, clientY }) {
    this.end();
    if (pointerType !== "touch") return;
    [this.x, this.y] = [clientX, clientY];
    this.timer = setTimeout(() => {
      if (!this.stage.loupe.usable) return;
      this.begun();
      this.stage.loupe.hold(true);
    }, LONG);
  }

  /** @param {PointerEvent} event */
  move({ clientX, clientY }) {
    if (Math.hypot(clientX - this.x, clientY - this.y) > STILL) clearTimeout(this.timer);
  }

  end() {
    clearTimeout(this.timer);
    if (this.stage.loupe.held) this.stage.loupe.hold(false);
  }
}
