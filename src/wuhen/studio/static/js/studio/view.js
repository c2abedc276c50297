/** Where the photo is on the screen. */

const CLOSEST = 32;
/** Pixels of the screen that stay in sight. */
const LEFT = 64;

export class View {
  constructor() {
    /** Screen pixels (CSS) for each pixel of the photo. */
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.fitted = true;
  }

  /**
   * Show all of a picture, with a little room around it.
   *
   * @param {number} width
   * @param {number} height
   * @param {DOMRect | { width: number, height: number }} room
   */
  fit(width, height, room) {
    this.scale = Math.min(1, (room.width - 24) / width, (room.height - 24) / height);
    this.x = (room.width - width * this.scale) / 2;
    this.y = (room.height - height * this.scale) / 2;
    this.fitted = true;
  }

  /**
   * Follow a change of the room: show all of the picture where it was shown, else keep what was in the middle there.
   *
   * @param {number} width Of the picture.
   * @param {number} height
   * @param {{ width: number, height: number }} before
   * @param {{ width: number, height: number }} room
   */
  move(width, height, before, room) {
    if (this.fitted) this.fit(width, height, room);
    else {
      this.x += (room.width - before.width) / 2;
      this.y += (room.height - before.height) / 2;
    }
  }

  /**
   * Keep some of a picture in sight, however far it was moved.
   *
   * @param {number} width Of the picture.
   * @param {number} height
   * @param {{ width: number, height: number }} room
   */
  hold(width, height, room) {
    const within = (/** @type {number} */ at, /** @type {number} */ length, /** @type {number} */ most) =>
      Math.max(Math.min(LEFT, length) - length, Math.min(most - Math.min(LEFT, length), at));
    this.x = within(this.x, width * this.scale, room.width);
    this.y = within(this.y, height * this.scale, room.height);
  }

  /**
   * Zoom, with one point of the screen staying where it is.
   *
   * @param {number} factor
   * @param {number} x
   * @param {number} y
   */
  zoom(factor, x, y) {
    const scale = Math.min(CLOSEST, Math.max(0.02, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.fitted = false;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  pan(x, y) {
    this.x += x;
    this.y += y;
    this.fitted = false;
  }

  /**
   * @param {number} x On the screen.
   * @param {number} y
   * @returns {[number, number]} In the photo.
   */
  toPhoto(x, y) {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale];
  }
}
