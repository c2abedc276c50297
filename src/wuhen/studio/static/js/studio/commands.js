/** Everything that can be done in the studio, by button or by key. */

import { copyResult, downloadResult } from "./output.js";
import { exportMask, growMask, importMask, invertMask } from "./whole-mask.js";

/** @typedef {import("./buttons.js").Command} Command */
/** @typedef {import("./page.js").Studio} Studio */

/**
 * @template {Record<string, Command>} T
 * @param {T} given
 * @returns {T}
 */
const named = (given) => given;

/** @param {Studio} studio */
export function commands(studio) {
  return named({
    brush: { words: "tool.brush", keys: "B", icon: "brush", run: () => studio.choose("brush") },
    eraser: { words: "tool.eraser", keys: "E", icon: "eraser", run: () => studio.choose("eraser") },
    lasso: { words: "tool.lasso", keys: "L", icon: "lasso", run: () => studio.choose("lasso") },
    rectangle: { words: "tool.rectangle", keys: "R", icon: "rectangle", run: () => studio.choose("rectangle") },
    place: { words: "tool.place", keys: "Shift+R", icon: "rectangle", run: () => studio.place() },
    select: { words: "tool.select", keys: "S", icon: "select", run: () => studio.choose("select") },
    pan: { words: "tool.pan", keys: "H", icon: "pan", run: () => studio.choose("pan") },
    find: { words: "tool.find", keys: "T", icon: "text", run: () => studio.find() },
    swap: { words: "select.swap", keys: "X", run: () => studio.selection.swap(!studio.selection.takesAway) },
    smaller: { words: "help.size", keys: "[", run: () => studio.resize(-1) },
    larger: { words: "help.size", keys: "]", run: () => studio.resize(1) },
    grow: { words: "mask.grow", keys: "G", icon: "grow", run: () => growMask(studio, 1) },
    shrink: { words: "mask.shrink", keys: "Shift+G", icon: "shrink", run: () => growMask(studio, -1) },
    invert: { words: "mask.invert", keys: "I", icon: "invert", run: () => invertMask(studio) },
    clear: { words: "mask.clear", keys: "Delete", icon: "clear", run: () => studio.work?.clear() },
    importMask: { words: "mask.import", keys: "Ctrl+I", icon: "import", run: () => importMask(studio) },
    exportMask: { words: "mask.export", keys: "Ctrl+E", icon: "export", run: () => exportMask(studio) },
    undo: { words: "edit.undo", keys: "Ctrl+Z", icon: "undo", run: () => studio.undo() },
    redo: { words: "edit.redo", keys: "Ctrl+Shift+Z", icon: "redo", run: () => studio.redo() },
    erase: { words: "erase.run", keys: "Enter", run: () => studio.erase() },
    cancel: { words: "erase.cancel", keys: "Escape", run: () => studio.cancel() },
    variants: { words: "variants.open", keys: "V", icon: "variants", run: () => studio.variants.open() },
    fit: { words: "view.fit", keys: "0", icon: "fit", run: () => studio.stage.fit() },
    closer: { words: "view.closer", keys: "+", icon: "closer", run: () => studio.stage.zoom(1) },
    farther: { words: "view.farther", keys: "-", icon: "farther", run: () => studio.stage.zoom(-1) },
    actual: { words: "view.actual", keys: "1", icon: "actual", run: () => studio.stage.actual() },
    compare: { words: "view.compare", keys: "C", icon: "compare", run: () => studio.compare("split") },
    side: { words: "view.side", keys: "Shift+C", icon: "side", run: () => studio.compare("side") },
    loupe: { words: "view.loupe", keys: "M", icon: "loupe", run: () => studio.loupe() },
    power: { words: "view.power", keys: "Shift+M", run: () => studio.stage.loupe.stronger() },
    download: { words: "file.download", keys: "Ctrl+S", icon: "download", run: () => downloadResult(studio) },
    copy: { words: "file.copy", keys: "Ctrl+C", icon: "copy", run: () => copyResult(studio) },
    export: { words: "file.export", keys: "Ctrl+Shift+S", icon: "export", run: () => studio.export() },
    open: { words: "open.pick", keys: "Ctrl+O", icon: "open", run: () => studio.pick() },
    address: { words: "open.address", keys: "U", icon: "link", run: () => studio.address() },
    recent: { words: "recent.title", icon: "recent", run: () => studio.saving.show() },
    labels: { words: "labels.title", keys: "K", icon: "labels", run: () => studio.labels() },
    sample: { words: "open.sample", run: () => studio.sample() },
    batch: { words: "batch.open", icon: "variants", run: () => studio.dispatchEvent(new Event("batch")) },
    help: { words: "help.title", keys: "?", icon: "help", run: () => studio.help() },
  });
}
