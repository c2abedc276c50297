/** The call in every language that has an official client, and from a shell. Needs no browser. */

import { cpp, dotnet, go, java } from "./snippet-compiled.js";
import { node, php, python, ruby } from "./snippet-script.js";
import { curl, tccli, wuhen } from "./snippet-shell.js";

/** @typedef {import("./snippet-base.js").Call} Call */
/** @typedef {import("./snippet-base.js").Snippet} Snippet */

export const CLOUD = "aiart.tencentcloudapi.com";

/** @type {Record<string, { title: string, write: (call: Call) => Snippet }>} */
export const SNIPPETS = {
  python: { title: "Python", write: python },
  java: { title: "Java", write: java },
  php: { title: "PHP", write: php },
  go: { title: "Go", write: go },
  node: { title: "Node.js", write: node },
  dotnet: { title: ".NET", write: dotnet },
  cpp: { title: "C++", write: cpp },
  ruby: { title: "Ruby", write: ruby },
  tccli: { title: "tccli", write: tccli },
  curl: { title: "curl", write: curl },
  wuhen: { title: "wuhen call", write: wuhen },
};
