/** The studio's bars, each a group that the styles put where the window has room for it. */

import { h, icon } from "../base/dom.js";
import { inWords, t } from "../base/words.js";
import { button, group } from "./buttons.js";
import { contextOf } from "./context.js";
import { goalOf } from "./goal.js";
import { ICONS } from "./icons.js";

/** @typedef {import("./page.js").Studio} Studio */
/** @typedef {import("./page.js").ToolName} ToolName */
/** @typedef {{ tools: HTMLElement, context: HTMLElement, history: HTMLElement, views: HTMLElement, goal: HTMLElement }} Bars */

/**
 * @param {Studio} studio
 * @returns {Bars} What to paint with; what is set of it, and of the mask; back and forth; how to look at it; what to do next.
 */
export function bars(studio) {
  return { tools: toolsOf(studio), context: contextOf(studio), history: historyOf(studio), views: viewsOf(studio), goal: goalOf(studio) };
}

/** @param {Studio} studio */
function toolsOf(studio) {
  const all = studio.commands;
  /** @type {ToolName[]} */
  const names = ["brush", "eraser", "lasso", "rectangle", "select", "find", "pan"];
  const tools = names.map((name) => button(all[name]));
  studio.addEventListener("change", () => {
    for (const [index, name] of names.entries()) tools[index].setAttribute("aria-pressed", String(studio.tool === name));
  });
  return group("tool.all", "tools", ...tools, h("hr"), button(all.open, { class: "roomy" }), button(all.labels, { class: "roomy" }));
}

/** @param {Studio} studio */
function historyOf(studio) {
  const undo = button(studio.commands.undo);
  const redo = button(studio.commands.redo);
  studio.addEventListener("change", () => {
    // What waits to be erased can be taken back meanwhile.
    undo.disabled = !studio.going.waiting.length && (!studio.work?.canUndo || studio.running !== null);
    redo.disabled = !studio.work?.canRedo || studio.running !== null;
  });
  return group("edit.all", "history", undo, redo);
}

/** @param {Studio} studio */
function originalOf(studio) {
  const made = h("button", { type: "button", "aria-keyshortcuts": "\\" }, icon(ICONS.eye));
  inWords(() => {
    made.title = t("keys.beside", { words: t("view.original"), keys: "\\" });
    made.setAttribute("aria-label", t("view.original"));
  });
  const hold = (/** @type {boolean} */ held) => () => studio.original(held);
  made.addEventListener("pointerdown", hold(true));
  for (const name of ["pointerup", "pointerleave", "pointercancel", "blur"]) made.addEventListener(name, hold(false));
  return made;
}

/** @param {Studio} studio */
function viewsOf(studio) {
  const { farther, closer, fit, actual, compare, side, loupe } = studio.commands;
  const shown = h("output");
  const zoom = group("view.zoom", "zoom", button(farther), shown, button(closer), button(fit), button(actual));
  studio.stage.addEventListener("view", () => {
    const { scale, fitted } = studio.stage.view;
    shown.textContent = t("status.zoom", { percent: Math.round(scale * devicePixelRatio * 100) });
    zoom.classList.toggle("fitted", fitted);
  });
  const buttons = [button(compare), button(side), button(loupe), originalOf(studio)];
  const comparing = group("view.compare", "comparing", ...buttons);
  studio.addEventListener("change", () => {
    comparing.hidden = !studio.work?.result;
    const pressed = [studio.stage.compare === "split", studio.stage.compare === "side", studio.stage.loupe.on];
    for (const [index, on] of pressed.entries()) buttons[index].setAttribute("aria-pressed", String(on));
  });
  return h("div", { class: "views" }, comparing, zoom);
}
