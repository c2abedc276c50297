/** Reading what somebody pasted: raw HTTP, the output of `curl -v`, a curl command, or what their code signed. */

import { ALGORITHM } from "./tc3.js";
import { parseSignedV1 } from "./v1.js";

/** @typedef {import("./tc3.js").Header} Header */

/**
 * @typedef {object} Pasted
 * @property {string} method
 * @property {string} path
 * @property {string} query
 * @property {Header[]} headers Names as pasted.
 * @property {string} body
 * @property {string} answered Value of the answer's `Date` header, empty when there is none.
 */

const REQUEST_LINE = /^([A-Za-z]+) (\S+) HTTP\/\d(?:\.\d)?$/;
const HEADER = /^(:?[A-Za-z][\w-]*):\s?(.*)$/;

/**
 * @param {string} text
 * @param {string} body What was pasted as the body, empty when it stands under the headers.
 * @returns {Pasted | null} Null when it is no request.
 */
export function parseRequest(text, body = "") {
  const trimmed = text.replaceAll("\r\n", "\n").trim();
  if (!trimmed) return null;
  if (/^\$?\s*curl\s/.test(trimmed)) return parseCommand(trimmed, body);
  return /^> /m.test(trimmed) ? parseVerbose(trimmed, body) : parseRaw(trimmed, text, body);
}

/**
 * @param {string} target
 * @returns {{ path: string, query: string, host: string }}
 */
function parseTarget(target) {
  const found = /^(?:https?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/.exec(target);
  return { host: found?.[1] ?? "", path: found?.[2] || "/", query: found?.[3] ?? "" };
}

/**
 * @param {string[]} head A request line, if there is one, and headers.
 * @param {string} body
 * @param {string} answered
 * @returns {Pasted | null}
 */
function fromHead(head, body, answered = "") {
  /** @type {Header[]} */
  const headers = [];
  let method = "POST";
  let target = "/";
  for (const line of head) {
    const request = REQUEST_LINE.exec(line.trim());
    if (request) [, method, target] = request;
    else {
      const header = HEADER.exec(line);
      // HTTP/2 calls the host `:authority`.
      if (header?.[1] === ":authority") headers.push(["Host", header[2]]);
      else if (header && !header[1].startsWith(":")) headers.push([header[1], header[2]]);
    }
  }
  const { path, query, host } = parseTarget(target);
  if (host && !headers.some(([name]) => name.toLowerCase() === "host")) headers.push(["Host", host]);
  return headers.length ? { method, path, query, headers, body, answered } : null;
}

/**
 * @param {string} normal With line feeds alone.
 * @param {string} text As pasted.
 * @param {string} body
 */
function parseRaw(normal, text, body) {
  const end = normal.indexOf("\n\n");
  const head = (end < 0 ? normal : normal.slice(0, end)).split("\n");
  if (body || end < 0) return fromHead(head, body);
  // The body is signed byte for byte, so it is taken from the text as it was pasted.
  const gap = /\r?\n\r?\n/.exec(text.trimStart());
  return fromHead(head, gap ? text.trimStart().slice(gap.index + gap[0].length).replace(/\r?\n$/, "") : "");
}

/**
 * @param {string} text
 * @param {string} body
 */
function parseVerbose(text, body) {
  const sent = [];
  let answered = "";
  for (const line of text.split("\n")) {
    if (line.startsWith("> ")) sent.push(line.slice(2));
    const date = /^< date:\s*(.*)$/i.exec(line);
    if (date) answered = date[1];
  }
  return fromHead(sent, body, answered);
}

/**
 * Split a command of the shell into words.
 *
 * @param {string} command
 */
export function words(command) {
  const found = [];
  const piece = /\$?'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\[\s\S])*)"|\\\n|\\([\s\S])|([^\s'"\\]+)|(\s+)/g;
  let word = "";
  let open = false;
  for (const [whole, one, two, escaped, plain, space] of command.matchAll(piece)) {
    if (space !== undefined) {
      if (open) found.push(word);
      [word, open] = ["", false];
    } else if (whole !== "\\\n") {
      word += one ?? two?.replace(/\\([\\"$`])/g, "$1") ?? escaped ?? plain;
      open = true;
    }
  }
  if (open) found.push(word);
  return found;
}

const DATA = new Set(["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"]);
const VALUED = new Set(["-o", "--output", "-u", "--user", "-A", "--user-agent", "--max-time", "-m", "--connect-timeout", "--cacert", "-w"]);

/**
 * @param {string} text
 * @param {string} body
 */
function parseCommand(text, body) {
  const given = words(text.replace(/^\$?\s*curl\s/, ""));
  /** @type {Header[]} */
  const headers = [];
  let [method, url, data] = ["", "", ""];
  for (let index = 0; index < given.length; index += 1) {
    const option = given[index];
    if (option === "-H" || option === "--header") {
      const header = HEADER.exec(given[++index] ?? "");
      if (header) headers.push([header[1], header[2]]);
    } else if (option === "-X" || option === "--request") method = given[++index] ?? "";
    else if (DATA.has(option)) data = given[++index] ?? "";
    else if (option === "--url") url = given[++index] ?? "";
    else if (VALUED.has(option)) index += 1;
    else if (!option.startsWith("-")) url = option;
  }
  const { path, query, host } = parseTarget(url);
  if (!headers.some(([name]) => name.toLowerCase() === "host")) headers.push(["Host", host]);
  return { method: method || (data || body ? "POST" : "GET"), path, query, headers, body: body || data, answered: "" };
}

/**
 * Find in a log what code said it signed.
 *
 * @param {string} text
 * @returns {{ canonical: string, toSign: string, v1: string }} Empty where there is none; `v1` is a string to sign of that signature.
 */
export function parseSigned(text) {
  const normal = text.replaceAll("\r\n", "\n");
  const toSign = new RegExp(`${ALGORITHM}\\n[^\\n]*\\n[^\\n]*\\n[0-9A-Fa-f]{64}`).exec(normal)?.[0] ?? "";
  const canonical =
    /^[ \t]*(?:GET|POST|get|post)\n[^\n]*\n[\s\S]*?\n(?:[0-9A-Fa-f]{64}|UNSIGNED-PAYLOAD)(?=\n|$)/m.exec(normal.replace(toSign, ""))?.[0].trimStart() ?? "";
  return { canonical, toSign, v1: parseSignedV1(normal) };
}
