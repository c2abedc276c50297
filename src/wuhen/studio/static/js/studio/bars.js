/** The studio's tools and options, kept up with what is going on. */

import { h, icon } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { button } from "./buttons.js";
import { ICONS } from "./icons.js";

/** @typedef {import("./page.js").Studio} Studio */
/** @typedef {import("./page.js").ToolName} ToolName */

/**
 * @param {Studio} studio
 * @returns {{ toolbar: HTMLElement, options: HTMLElement, zoom: HTMLElement }}
 */
export function bars(studio) {
  return { toolbar: toolbarOf(studio), options: optionsOf(studio), zoom: zoomOf(studio) };
}

/** @param {Studio} studio */
function toolbarOf(studio) {
  const all = studio.commands;
  /** @type {ToolName[]} */
  const names = ["brush", "eraser", "lasso", "rectangle", "select", "find", "pan"];
  const tools = names.map((name) => button(all[name]));
  const undo = button(all.undo);
  const redo = button(all.redo);
  const bar = h("div", { class: "tools", role: "group" }, ...tools, h("hr"), undo, redo);
  inWords(() => bar.setAttribute("aria-label", t("tool.all")));
  studio.addEventListener("change", () => {
    for (const [index, name] of names.entries()) tools[index].setAttribute("aria-pressed", String(studio.tool === name));
    undo.disabled = !studio.work?.canUndo || studio.running !== null;
    redo.disabled = !studio.work?.canRedo || studio.running !== null;
  });
  return bar;
}

/** @param {Studio} studio */
function sizeOf(studio) {
  const words = h("span");
  const slider = h("input", { type: "range", min: 1, max: 300, id: "size" });
  const shown = h("output", { for: "size" });
  const show = () => {
    slider.value = String(studio.size);
    shown.textContent = String(studio.size);
  };
  slider.addEventListener("input", () => {
    studio.size = Number(slider.value);
    show();
  });
  const label = h("label", {}, words, slider, shown);
  studio.addEventListener("size", show);
  studio.addEventListener("change", () => {
    label.hidden = !["brush", "eraser"].includes(studio.tool);
  });
  inWords(() => {
    words.textContent = t("mask.size");
  });
  show();
  return label;
}

/** @param {Studio} studio */
function originalOf(studio) {
  const made = h("button", { type: "button", "aria-keyshortcuts": "\\" }, icon(ICONS.eye));
  inWords(() => {
    made.title = `${t("view.original")} (\\)`;
    made.setAttribute("aria-label", t("view.original"));
  });
  const hold = (/** @type {boolean} */ held) => () => studio.original(held);
  made.addEventListener("pointerdown", hold(true));
  for (const name of ["pointerup", "pointerleave", "pointercancel", "blur"]) made.addEventListener(name, hold(false));
  return made;
}

/**
 * @param {Studio} studio
 * @param {"goes" | "marked" | "withEffects"} option
 */
function choiceOf(studio, option) {
  const box = h("input", { type: "checkbox", checked: studio[option] });
  const words = h("span");
  box.addEventListener("change", () => {
    studio[option] = box.checked;
  });
  inWords(() => {
    words.textContent = t(`erase.${option}`);
    words.title = option === "marked" ? "" : t(`erase.${option}Hint`);
  });
  return h("label", {}, box, words);
}

/** @param {Studio} studio */
function zoomOf(studio) {
  const shown = h("output");
  studio.stage.addEventListener("view", () => {
    shown.textContent = t("status.zoom", { percent: Math.round(studio.stage.view.scale * devicePixelRatio * 100) });
  });
  const { fit, actual, compare, side, loupe } = studio.commands;
  const views = [button(compare), button(side), button(loupe), originalOf(studio)];
  const comparing = h("div", { class: "floating", role: "group" }, ...views);
  inWords(() => comparing.setAttribute("aria-label", t("view.compare")));
  studio.addEventListener("change", () => {
    comparing.hidden = !studio.work?.result;
    const pressed = [studio.stage.compare === "split", studio.stage.compare === "side", studio.stage.loupe.on];
    for (const [index, on] of pressed.entries()) views[index].setAttribute("aria-pressed", String(on));
  });
  return h("div", { class: "views" }, comparing, h("div", { class: "floating zoom" }, shown, button(fit), button(actual)));
}

/** @param {Studio} studio */
function optionsOf(studio) {
  const all = studio.commands;
  const masks = [button(all.grow), button(all.shrink), button(all.invert), button(all.clear), button(all.importMask), button(all.exportMask)];
  const results = [all.variants, all.copy, all.download].map((command) => button(command, { class: "result" }));
  const erase = button(all.erase, { class: "primary" });
  const cancel = button(all.cancel);
  const bar = h(
    "div",
    { class: "options", role: "group" },
    sizeOf(studio),
    ...masks,
    h("span", { class: "space" }),
    ...results,
    button(all.labels),
    button(all.open),
    button(all.address),
    h("div", { class: "settings" }, choiceOf(studio, "goes"), choiceOf(studio, "withEffects"), choiceOf(studio, "marked")),
    h("div", { class: "run" }, erase, cancel),
  );
  studio.addEventListener("change", () => {
    const painted = Boolean(studio.work?.shapes.length);
    for (const one of [masks[0], masks[1], masks[3]]) one.disabled = !painted;
    for (const one of results) one.disabled = !studio.work?.result;
    erase.hidden = studio.running !== null;
    cancel.hidden = studio.running === null;
    erase.disabled = !painted;
  });
  return bar;
}
