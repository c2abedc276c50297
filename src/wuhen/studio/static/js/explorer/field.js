/** One parameter of the form: what it is, and what to fill in. */

import { base64 } from "../api/client.js";
import { VENDOR_LIMITS } from "../api/schema.js";
import { h } from "../base/dom.js";
import { inWords, language, t } from "../base/words.js";
import { ACCEPTED } from "../studio/types.js";
import { listed } from "./draft.js";
import { size } from "./fold.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {import("./reference.js").Parameter} Parameter */

/** @param {string} path */
export function fieldId(path) {
  return `x-field-${path.replaceAll(".", "-")}`;
}

/**
 * @param {Draft} draft
 * @param {Parameter} parameter
 * @returns {HTMLElement}
 */
export function field(draft, parameter) {
  const about = h("p", { class: "x-about", id: `${fieldId(parameter.path)}-about` });
  inWords(() => {
    const limits = parameter.limits ? h("span", { class: "muted", text: ` ${parameter.limits[language()]}` }) : null;
    about.replaceChildren(parameter.description[language()], limits ?? "");
  });
  if (parameter.members) return group(draft, parameter, about);
  const control = controlOf(draft, parameter);
  const name = h("label", { for: fieldId(parameter.path) }, h("code", { text: parameter.name }));
  const head = h("div", { class: "x-name" }, name, h("span", { class: "x-type", text: parameter.type }));
  const item = parameter.item ? itemOf(parameter.item) : null;
  return h("div", { class: "x-field", "data-path": parameter.path }, head, about, control, item);
}

/**
 * @param {Draft} draft
 * @param {Parameter} parameter
 */
function controlOf(draft, parameter) {
  if (parameter.picture) return pictureControl(draft, parameter);
  return parameter.type === "array" ? listControl(draft, parameter) : textControl(draft, parameter);
}

/**
 * What the members of a list are, to be read while it is written.
 *
 * @param {Parameter[]} item
 */
function itemOf(item) {
  const summary = h("summary");
  const list = h("dl");
  inWords(() => {
    summary.textContent = t("explorer.members");
    const rows = every(item).flatMap(({ path, type, description, limits }) => [
      h("dt", {}, h("code", { text: path }), " ", h("span", { class: "x-type", text: type })),
      h("dd", { text: `${description[language()]} ${limits ? limits[language()] : ""}` }),
    ]);
    list.replaceChildren(...rows);
  });
  return h("details", { class: "x-answered" }, summary, list);
}

/**
 * @param {Parameter[]} item
 * @returns {Parameter[]}
 */
function every(item) {
  return item.flatMap((member) => [member, ...every(member.item ?? [])]);
}

/**
 * A list is written as JSON, as it is sent.
 *
 * @param {Draft} draft
 * @param {Parameter} parameter
 */
function listControl(draft, { path, example }) {
  const id = fieldId(path);
  const area = h("textarea", { id, rows: 2, "aria-describedby": `${id}-about`, spellcheck: "false", oninput: () => draft.set(path, { text: area.value.trim() }) });
  const warning = h("p", { class: "x-warning", hidden: true });
  inWords(() => {
    area.placeholder = t("explorer.example", { example: JSON.stringify(example) });
    warning.textContent = t("explorer.notList");
  });
  draft.addEventListener("change", () => {
    const entry = draft.entries.get(path);
    const text = entry && "text" in entry ? entry.text : "";
    if (area.value.trim() !== text) area.value = text;
    warning.hidden = text === "" || listed(text) !== null;
  });
  return h("div", {}, area, warning);
}

/**
 * @param {Draft} draft
 * @param {Parameter} parameter
 * @param {HTMLElement} about
 */
function group(draft, parameter, about) {
  const summary = h("summary", { id: fieldId(parameter.path) }, h("code", { text: parameter.name }), h("span", { class: "x-type", text: parameter.type }));
  const inner = (parameter.members ?? []).map((member) => field(draft, member));
  const details = h("details", { class: "x-field x-group", "data-path": parameter.path }, summary, about, ...inner);
  draft.addEventListener("change", () => {
    if ([...draft.entries.keys()].some((path) => path.startsWith(`${parameter.path}.`))) details.open = true;
  });
  return details;
}

/**
 * @param {Draft} draft
 * @param {Parameter} parameter
 */
function textControl(draft, { path, example, type, suggested }) {
  const id = fieldId(path);
  const input = h("input", {
    type: "text",
    id,
    "aria-describedby": `${id}-about`,
    inputmode: type === "int64" ? "numeric" : undefined,
    list: suggested.length ? `${id}-list` : undefined,
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => draft.set(path, { text: input.value.trim() }),
  });
  const warning = h("p", { class: "x-warning", hidden: true });
  const list = suggested.length ? h("datalist", { id: `${id}-list` }, ...suggested.map((value) => h("option", { value }))) : null;
  inWords(() => {
    input.placeholder = t("explorer.example", { example: String(example) });
    warning.textContent = t("explorer.notInteger");
  });
  draft.addEventListener("change", () => {
    const entry = draft.entries.get(path);
    const text = entry && "text" in entry ? entry.text : "";
    if (input.value.trim() !== text) input.value = text;
    warning.hidden = type !== "int64" || text === "" || /^-?\d+$/.test(text);
  });
  return h("div", {}, input, list, warning);
}

/**
 * @param {Draft} draft
 * @param {Parameter} parameter
 */
function pictureControl(draft, { path }) {
  const id = fieldId(path);
  const take = async (/** @type {File | undefined} */ file) => {
    if (file) draft.set(path, { file: file.name, blob: file, base64: await base64(file) });
  };
  const input = h("input", {
    type: "file",
    id,
    accept: ACCEPTED,
    class: "x-file",
    "aria-describedby": `${id}-about`,
    onchange: () => take(input.files?.[0]),
  });
  const choose = h("label", { for: id, class: "button" });
  const told = h("span", { class: "x-told" });
  const image = h("img", { class: "x-thumb", alt: "", hidden: true });
  const remove = h("button", { type: "button", class: "plain", hidden: true, onclick: () => draft.set(path, null) });
  let shown = "";
  /** @type {import("./draft.js").Picture | null} */
  let picture = null;
  const say = () => {
    choose.textContent = t(picture ? "explorer.chooseOther" : "explorer.choose");
    remove.textContent = t("explorer.remove");
    remove.setAttribute("aria-label", t("explorer.removeNamed", { name: path }));
    remove.hidden = image.hidden = !picture;
    told.textContent = picture ? t("explorer.picked", { name: picture.file, size: size(picture.base64.length) }) : t("explorer.drop");
    told.classList.toggle("x-warning", Boolean(picture && picture.base64.length >= VENDOR_LIMITS.base64));
  };
  inWords(say);
  draft.addEventListener("change", () => {
    const entry = draft.entries.get(path);
    const now = entry && "file" in entry ? entry : null;
    if (now === picture) return;
    picture = now;
    URL.revokeObjectURL(shown);
    shown = picture ? URL.createObjectURL(picture.blob) : "";
    if (picture) image.src = shown;
    else input.value = "";
    say();
  });
  const area = h("div", { class: "x-picture" }, image, input, choose, told, remove);
  area.addEventListener("dragover", (event) => event.preventDefault());
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  });
  return area;
}
