/** The visible mark over a result, as the finished file will have it: the service draws it, and it goes on in the end. */

import { ask, blob } from "../../api/client.js";
import { isMarked, markingChanged } from "../../base/marking.js";
import { language, languageChanged } from "../../base/words.js";

/** @typedef {import("../page.js").Studio} Studio */
/** @typedef {import("../picture.js").Part} Part */
/** @typedef {import("../picture.js").Picture} Picture */

/**
 * @typedef {object} Mark
 * @property {ImageBitmap} light For dark grounds.
 * @property {ImageBitmap} dark For light ones.
 * @property {number} middle The relative luminance from which on they are light.
 * @property {Part} place In pixels of the photo.
 */

/** Longest side of the picture that a mark is drawn for: it grows with the picture, and is for the screen. */
const LONGEST = 2048;
/** Width of what is looked at to tell whether a ground is light. */
const SAMPLED = 96;

export class MarkLayer {
  /** @param {Studio} studio */
  constructor(studio) {
    this.studio = studio;
    /** @type {Map<string, Promise<Mark>>} By size and language. */
    this.asked = new Map();
    /** @type {Mark | null} */
    this.mark = null;
    /** @type {WeakMap<Picture, Map<Mark, boolean>>} Whether the ground beneath a mark is light. */
    this.light = new WeakMap();
    studio.stage.over = (context, picture) => this.#draw(context, picture);
    const look = () => this.#look();
    studio.addEventListener("change", look);
    for (const changed of [markingChanged, languageChanged]) changed.addEventListener("change", look);
  }

  /** Have the mark that belongs to what is shown. */
  async #look() {
    const { stage, work } = this.studio;
    const had = this.mark;
    if (!isMarked() || !work?.result) this.mark = null;
    else {
      // Without it the stage shows a result without a mark; the file has it all the same.
      const mark = await this.#ask(work.width, work.height).catch(() => null);
      if (work === this.studio.work && work.result && isMarked()) this.mark = mark;
    }
    if (this.mark !== had) stage.refresh();
  }

  /**
   * @param {number} width
   * @param {number} height
   * @returns {Promise<Mark>}
   */
  #ask(width, height) {
    const name = [width, height, language()].join(" ");
    const asked = this.asked.get(name) ?? drawn(width, height);
    this.asked.set(name, asked);
    asked.catch(() => this.asked.delete(name));
    return asked;
  }

  /**
   * @param {import("../strokes.js").Context} context Whose units are the photo's pixels.
   * @param {Picture} picture What it is drawn on.
   */
  #draw(context, picture) {
    const { mark } = this;
    if (!mark) return;
    const known = this.light.get(picture) ?? new Map();
    this.light.set(picture, known);
    if (!known.has(mark)) known.set(mark, luminance(picture, mark.place) > mark.middle);
    context.drawImage(known.get(mark) ? mark.dark : mark.light, ...mark.place);
  }
}

/**
 * @param {number} width
 * @param {number} height
 * @returns {Promise<Mark>}
 */
async function drawn(width, height) {
  const share = Math.min(1, LONGEST / Math.max(width, height));
  const size = { Width: Math.max(1, Math.round(width * share)), Height: Math.max(1, Math.round(height * share)) };
  const { Light, Dark, Middle, X, Y, Width, Height } = await ask("DrawMark", { ...size, MarkLanguage: language() });
  const [light, dark] = await Promise.all([Light, Dark].map((one) => createImageBitmap(blob(one))));
  const [across, down] = [width / size.Width, height / size.Height];
  return { light, dark, middle: Middle, place: [X * across, Y * down, Width * across, Height * down] };
}

/**
 * @param {Picture} picture
 * @param {Part} part
 * @returns {number} The mean relative luminance (WCAG 2.2), 0 to 1.
 */
function luminance(picture, part) {
  const width = Math.max(1, Math.min(SAMPLED, Math.round(part[2])));
  const height = Math.max(1, Math.round((width * part[3]) / part[2]));
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) return 0;
  picture.draw(context, part, [0, 0, width, height], width / part[2]);
  const { data } = context.getImageData(0, 0, width, height);
  const linear = (/** @type {number} */ value) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += 0.2126 * linear(data[i]) + 0.7152 * linear(data[i + 1]) + 0.0722 * linear(data[i + 2]);
  return sum / (width * height);
}
