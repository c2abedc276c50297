/** What the generators of code share. Nothing here or in the generators needs a browser. */

/** @typedef {{ $file: string }} FromFile A picture that the code reads from a file. */
/** @typedef {string | number | FromFile | Tree | List} Value */
/** @typedef {{ [name: string]: Value }} Tree */
/** @typedef {Value[]} List */

/**
 * @typedef {object} Call What is called, where, with what.
 * @property {string} service
 * @property {string} action
 * @property {string} version
 * @property {string} region
 * @property {"en-US" | "zh-CN"} language Of messages.
 * @property {string} host With its port, if it has one of its own.
 * @property {boolean} secure
 * @property {Tree} parameters
 */

/**
 * @typedef {object} Snippet
 * @property {string} file What the code would be saved as.
 * @property {string} install How to get what it needs; empty when nothing is needed.
 * @property {string} run
 * @property {string} code
 * @property {string[]} notes Keys of words that a reader should see beside it.
 */

/**
 * @typedef {object} Structure An object of the request, whose members are values or structures named before.
 * @property {string} type
 * @property {string} variable
 * @property {{ name: string, value: string | number | FromFile | { $structure: string } }[]} members
 */

/**
 * @param {unknown} value
 * @returns {value is FromFile}
 */
export function isFile(value) {
  return typeof value === "object" && value !== null && "$file" in value;
}

/**
 * @param {unknown} value
 * @returns {value is List}
 */
export function isList(value) {
  return Array.isArray(value);
}

/**
 * Take a request apart into structures, inner ones first; the last is the request itself.
 *
 * @param {Call} call
 * @returns {Structure[]}
 */
export function structures(call) {
  /** @type {Structure[]} */
  const found = [];
  /**
   * @param {Tree} tree
   * @param {string} type
   * @param {string} variable
   */
  const visit = (tree, type, variable) => {
    /** @type {Structure["members"]} */
    const members = Object.entries(tree).map(([name, value]) => {
      if (typeof value !== "object" || isFile(value)) return { name, value };
      // The vendor's models have none.
      if (isList(value)) return { name, value: JSON.stringify(value) };
      const inner = name.charAt(0).toLowerCase() + name.slice(1);
      visit(/** @type {Tree} */ (value), name, inner);
      return { name, value: { $structure: inner } };
    });
    found.push({ type, variable, members });
  };
  visit(call.parameters, `${call.action}Request`, "request");
  return found;
}

/** @param {Call} call */
export function inner(call) {
  return structures(call).slice(0, -1);
}

/**
 * @param {Tree} tree
 * @returns {string[]}
 */
export function files(tree) {
  return Object.values(tree).flatMap((value) => {
    if (isFile(value)) return [value.$file];
    return typeof value === "object" ? files(/** @type {Tree} */ (value)) : [];
  });
}

/** @param {Call} call */
export function erases(call) {
  return call.action === "ImageInpaintingRemoval";
}

/** @param {Call} call */
export function givesUrl(call) {
  return call.parameters.RspImgType === "url";
}

/** The member of the answer that is a picture, of actions that answer with one. */
export const PICTURES = {
  ImageInpaintingRemoval: "ResultImage",
  EraseRegions: "ResultImage",
  PasteRegions: "ResultImage",
  DrawMark: "Dark",
  ConvertPicture: "Image",
  FetchPicture: "Image",
  FindRegions: "Mask",
  FindEffects: "EffectsMask",
  SelectObject: "Mask",
};

/**
 * The member of the answer that code should save as a file; empty if there is none.
 *
 * @param {Call} call
 */
export function savedMember(call) {
  return givesUrl(call) ? "" : (PICTURES[/** @type {keyof typeof PICTURES} */ (call.action)] ?? "");
}

/**
 * The name that the result is written to: the service answers JPEG and HEIC with a JPEG, everything else with PNG,
 * unless a format is asked for; a picture that was fetched stays what it is.
 *
 * @param {Call} call
 */
export function resultFile(call) {
  const { InputUrl, InputImage, ResultFormat } = call.parameters;
  const source = typeof InputUrl === "string" ? InputUrl.replace(/[?#].*$/, "") : isFile(InputImage) ? InputImage.$file : "";
  const extension = /\.(\w{3,4})$/.exec(source)?.[1]?.toLowerCase() ?? "";
  if (PICTURES[/** @type {keyof typeof PICTURES} */ (call.action)]?.endsWith("Mask")) return "mask.png";
  if (typeof ResultFormat === "string" && /^(jpeg|png|webp|tiff)$/.test(ResultFormat)) return `result.${ResultFormat}`;
  if (call.action === "FetchPicture" || ResultFormat === "same") return `result.${extension || "png"}`;
  return /^(jpe?g|hei[cf])$/.test(extension) ? "result.jpg" : "result.png";
}

/** @param {Call} call */
export function endpoint(call) {
  return `${call.secure ? "https" : "http"}://${call.host}`;
}

/** @param {string} text */
export function quoted(text) {
  return JSON.stringify(text);
}

/**
 * A literal in single quotes, in which nothing but the quote and the backslash means anything.
 *
 * @param {string} text
 */
export function single(text) {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/**
 * A word of the shell.
 *
 * @param {string} text
 */
export function shell(text) {
  return /^[\w./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param {(string | false | string[])[]} given Lines, those that are left out, and groups of lines. */
export function lines(...given) {
  return `${given.flat().filter((line) => line !== false).join("\n")}\n`;
}

/** Stands for a file's base64 in JSON until the JSON is cut there. */
const MARK = /@@file:(\d+)@@/;

/**
 * The request's JSON, cut where the base64 of a file belongs into it.
 *
 * @param {Tree} tree
 * @returns {(string | FromFile)[]}
 */
export function jsonPieces(tree) {
  /** @type {FromFile[]} */
  const found = [];
  const json = JSON.stringify(tree, (_, value) => (isFile(value) ? `@@file:${found.push(value) - 1}@@` : value));
  return json.split(MARK).map((piece, index) => (index % 2 ? (found[Number(piece)] ?? `@@file:${piece}@@`) : piece));
}

/**
 * A request as an object literal of JavaScript.
 *
 * @param {Tree} tree
 * @param {string} indent
 * @returns {string}
 */
export function literal(tree, indent) {
  const members = Object.entries(tree).map(([name, value]) => `${indent}  ${name}: ${literalValue(value, `${indent}  `)},\n`);
  return members.length ? `{\n${members.join("")}${indent}}` : "{}";
}

/**
 * @param {Value} value
 * @param {string} indent
 * @returns {string}
 */
function literalValue(value, indent) {
  if (isList(value)) return `[${value.map((member) => literalValue(member, indent)).join(", ")}]`;
  if (isFile(value)) return `read(${quoted(value.$file)})`;
  if (typeof value === "object") return literal(value, indent);
  return typeof value === "number" ? String(value) : quoted(value);
}
