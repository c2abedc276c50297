/** The call in every language that has an official client, and from a shell. Needs no browser. */

import { erases } from "./base.js";
import * as compiled from "./common-compiled.js";
import * as script from "./common-script.js";
import { cpp, dotnet, go, java } from "./compiled.js";
import { node, php, python, ruby } from "./script.js";
import { curl, tccli, wuhen } from "./shell.js";

/** @typedef {import("./base.js").Call} Call */
/** @typedef {import("./base.js").Snippet} Snippet */

export const CLOUD = "aiart.tencentcloudapi.com";

/** @typedef {(call: Call) => Snippet} Write */

/**
 * @param {Write} modelled With the SDK's own model of the action.
 * @param {Write} common With its common client, for an action that it has no model of.
 * @returns {Write}
 */
const either = (modelled, common) => (call) => (erases(call) ? modelled(call) : common(call));

/** @type {Record<string, { title: string, write: Write }>} */
export const SNIPPETS = {
  python: { title: "Python", write: either(python, script.python) },
  java: { title: "Java", write: either(java, compiled.java) },
  php: { title: "PHP", write: either(php, script.php) },
  go: { title: "Go", write: either(go, compiled.go) },
  node: { title: "Node.js", write: either(node, script.node) },
  dotnet: { title: ".NET", write: either(dotnet, compiled.dotnet) },
  cpp: { title: "C++", write: either(cpp, compiled.cpp) },
  ruby: { title: "Ruby", write: either(ruby, script.ruby) },
  tccli: { title: "tccli", write: tccli },
  curl: { title: "curl", write: curl },
  wuhen: { title: "wuhen call", write: wuhen },
};
