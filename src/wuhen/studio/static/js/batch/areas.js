/** The dialog in which rectangles are drawn once, for all photos of a batch: by mouse, touch, pen or keyboard. */

import { h } from "../base/dom.js";
import { t } from "../base/words.js";
import { shifted } from "./shapes.js";
import { pictureOf } from "./viewing.js";

/** @typedef {import("./items.js").Batch} Batch */
/** @typedef {import("./shapes.js").Area} Area */

/** What an arrow key moves, as a share of the photo; and the least that a drag draws. */
const STEP = 0.005;
const LEAST = 0.006;
/** Where a rectangle comes by the button: at the foot of the photo, where captions stand. */
const FIRST = { x: 0.35, y: 0.8, width: 0.3, height: 0.1 };

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class AreaField extends HTMLElement {
  /** @param {Area[]} areas */
  constructor(areas) {
    super();
    this.areas = areas;
    this.canvas = h("canvas");
    this.layer = h("div", { class: "areas" });
    this.hint = h("p", { class: "heard", id: "area-keys", text: t("batch.areaKeys") });
  }

  connectedCallback() {
    if (this.childElementCount) return;
    this.append(this.canvas, this.layer, this.hint);
    this.layer.addEventListener("pointerdown", (event) => this.#pressed(event));
    this.#show();
  }

  /** @param {ImageBitmap} picture */
  show(picture) {
    Object.assign(this.canvas, { width: picture.width, height: picture.height });
    this.canvas.getContext("2d")?.drawImage(picture, 0, 0);
    this.style.setProperty("--ratio", String(picture.width / picture.height));
  }

  /** @param {Area} area */
  add(area) {
    this.areas.push(area);
    this.#show();
    /** @type {HTMLElement | null} */ (this.layer.lastElementChild)?.focus();
  }

  clear() {
    this.areas.length = 0;
    this.#show();
  }

  #show() {
    this.layer.replaceChildren(...this.areas.map((_, index) => this.#box(index)));
    this.dispatchEvent(new Event("change"));
  }

  /** @param {number} index */
  #box(index) {
    const box = h(
      "div",
      { class: "area", tabindex: 0, role: "img", "aria-describedby": "area-keys", onkeydown: (/** @type {KeyboardEvent} */ event) => this.#keyed(event, index) },
      h("span", { class: "corner" }),
    );
    place(box, this.areas[index], index);
    return box;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {number} index
   */
  #keyed(event, index) {
    const box = /** @type {HTMLElement} */ (event.currentTarget);
    if (event.key === "Delete" || event.key === "Backspace") {
      this.areas.splice(index, 1);
      this.#show();
      /** @type {HTMLElement | undefined} */ (this.layer.children[Math.min(index, this.areas.length - 1)])?.focus();
    } else if (ARROWS[event.key]) {
      const [x, y] = ARROWS[event.key].map((way) => way * STEP * (event.ctrlKey ? 4 : 1));
      this.areas[index] = shifted(this.areas[index], event.shiftKey ? { width: x, height: y } : { x, y });
      place(box, this.areas[index], index);
    } else return;
    event.preventDefault();
  }

  /** @param {PointerEvent} event Draws a rectangle, moves one, or drags its corner. */
  #pressed(event) {
    if (event.button) return;
    const { left, top, width, height } = this.layer.getBoundingClientRect();
    const at = (/** @type {PointerEvent} */ { clientX, clientY }) => ({ x: within((clientX - left) / width), y: within((clientY - top) / height) });
    const target = /** @type {HTMLElement} */ (event.target);
    const box = target.closest(".area");
    const start = at(event);
    const index = box ? [...this.layer.children].indexOf(box) : this.areas.length;
    const before = this.areas[index] ?? { ...start, width: 0, height: 0 };
    const sizes = target.classList.contains("corner");
    const drawn = box instanceof HTMLElement ? box : this.#drawn(before);
    const move = (/** @type {PointerEvent} */ moved) => {
      const now = at(moved);
      const by = { x: now.x - start.x, y: now.y - start.y };
      if (!box) this.areas[index] = between(start, now);
      else this.areas[index] = shifted(before, sizes ? { width: by.x, height: by.y } : by);
      place(drawn, this.areas[index], index);
    };
    const end = () => {
      this.layer.removeEventListener("pointermove", move);
      const made = this.areas[index];
      // A click draws nothing.
      if (!box && (!made || made.width < LEAST || made.height < LEAST)) this.areas.length = index;
      this.#show();
      /** @type {HTMLElement | undefined} */ (this.layer.children[index])?.focus({ preventScroll: true });
    };
    this.layer.setPointerCapture(event.pointerId);
    this.layer.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) this.layer.addEventListener(name, end, { once: true });
  }

  /** @param {Area} area */
  #drawn(area) {
    const box = h("div", { class: "area" });
    place(box, area, this.areas.length);
    this.layer.append(box);
    return box;
  }
}

/** @param {number} share */
const within = (share) => Math.min(1, Math.max(0, share));

/**
 * @param {{ x: number, y: number }} one
 * @param {{ x: number, y: number }} other
 * @returns {Area}
 */
function between(one, other) {
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  return { x, y, width: Math.max(one.x, other.x) - x, height: Math.max(one.y, other.y) - y };
}

/**
 * @param {HTMLElement} box
 * @param {Area} area
 * @param {number} index
 */
function place(box, { x, y, width, height }, index) {
  const percent = (/** @type {number} */ share) => `${share * 100}%`;
  Object.assign(box.style, { left: percent(x), top: percent(y), width: percent(width), height: percent(height) });
  const rounded = (/** @type {number} */ share) => Math.round(share * 1000) / 10;
  const values = { number: index + 1, x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height) };
  box.setAttribute("aria-label", t("batch.area", values));
}

/**
 * Let the user draw what is to go from every photo.
 *
 * @param {Batch} batch
 * @returns {Promise<void>} Resolves when the dialog is closed.
 */
export async function drawAreas(batch) {
  const { wanted } = batch;
  const areas = wanted.areas.map((area) => ({ ...area }));
  const field = new AreaField(areas);
  const seen = batch.items.filter(({ unusable }) => !unusable);
  let at = 0;
  const show = async () => {
    const picture = await pictureOf([seen[at]?.photo, seen[at]?.thumbnail]);
    if (picture) field.show(picture);
  };
  const other = () => {
    at = (at + 1) % seen.length;
    return show();
  };
  const choice = h("select", { "aria-label": t("batch.areas") }, h("option", { value: "shares", text: t("batch.inShares") }), h("option", { value: "pixels", text: t("batch.inPixels") }));
  choice.value = wanted.drawnOn ? "pixels" : "shares";
  const button = (/** @type {string} */ words, /** @type {() => void} */ run) => h("button", { type: "button", text: t(words), onclick: run });
  const more = button("batch.areaOther", other);
  more.hidden = seen.length < 2;
  const clear = button("batch.areaClear", () => field.clear());
  field.addEventListener("change", () => {
    clear.disabled = !areas.length;
  });
  const dialog = h(
    "dialog",
    { class: "wide", "aria-labelledby": "areas-title" },
    h("h2", { id: "areas-title", text: t("batch.areas") }),
    h("p", { class: "muted", text: t("batch.areasHint") }),
    field,
    h("div", { class: "row" }, button("batch.areaAdd", () => field.add({ ...FIRST })), clear, more, choice, h("span", { class: "space" })),
    h("form", { method: "dialog" }, h("div", { class: "row" }, h("button", { value: "cancel", formnovalidate: true, text: t("app.cancel") }), h("button", { class: "primary", value: "done", text: t("batch.areaDone") }))),
  );
  document.body.append(dialog);
  dialog.showModal();
  await show();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  dialog.remove();
  if (dialog.returnValue !== "done") return;
  wanted.areas = areas;
  wanted.drawnOn = choice.value === "pixels" ? (seen[at]?.size ?? null) : null;
  batch.rewanted();
}

customElements.define("wh-areas", AreaField);
