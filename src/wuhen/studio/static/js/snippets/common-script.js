/**
 * The call of an action that the SDKs have no model of, with their common clients, which send any JSON to any action.
 * Java, Go, .NET and C++ are in common-compiled.js; Ruby's SDK has no such client.
 */

import { files, isFile, isList, lines, literal, quoted, resultFile, savedMember, single } from "./base.js";
import { PHP_READ, phpHost } from "./script.js";

/** @typedef {import("./base.js").Call} Call */
/** @typedef {import("./base.js").Snippet} Snippet */
/** @typedef {import("./base.js").Tree} Tree */
/** @typedef {import("./base.js").Value} Value */

/**
 * @param {Tree} tree
 * @param {string} indent
 * @returns {string}
 */
function dictionary(tree, indent) {
  const members = Object.entries(tree).map(([name, value]) => `${indent}    ${quoted(name)}: ${pythonic(value, `${indent}    `)},\n`);
  return members.length ? `{\n${members.join("")}${indent}}` : "{}";
}

/**
 * @param {Value} value
 * @param {string} indent
 * @returns {string}
 */
function pythonic(value, indent) {
  if (isList(value)) return `[${value.map((/** @type {Value} */ member) => pythonic(member, indent)).join(", ")}]`;
  if (isFile(value)) return `read(${quoted(value.$file)})`;
  if (typeof value === "object") return dictionary(value, indent);
  return typeof value === "number" ? String(value) : quoted(value);
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function python(call) {
  const reads = files(call.parameters).length > 0;
  const saved = savedMember(call);
  const code = lines(
    (reads || saved !== "") && "import base64",
    "import json",
    "import os",
    (reads || saved !== "") && "from pathlib import Path",
    "",
    "from tencentcloud.common import credential",
    "from tencentcloud.common.common_client import CommonClient",
    "from tencentcloud.common.profile.client_profile import ClientProfile",
    "from tencentcloud.common.profile.http_profile import HttpProfile",
    "",
    reads && ["", "def read(name: str) -> str:", "    return base64.b64encode(Path(name).read_bytes()).decode()", "", ""],
    "key = credential.Credential(",
    '    os.environ["TENCENTCLOUD_SECRET_ID"],',
    '    os.environ["TENCENTCLOUD_SECRET_KEY"],',
    '    os.environ.get("TENCENTCLOUD_TOKEN"),',
    ")",
    `http = HttpProfile(protocol="${call.secure ? "https" : "http"}", endpoint=${quoted(call.host)})`,
    `profile = ClientProfile(httpProfile=http, language=${quoted(call.language)})`,
    `client = CommonClient(${quoted(call.service)}, ${quoted(call.version)}, key, ${quoted(call.region)}, profile)`,
    "",
    `answer = client.call_json(${quoted(call.action)}, ${dictionary(call.parameters, "")})["Response"]`,
    saved !== "" && `Path("${resultFile(call)}").write_bytes(base64.b64decode(answer.pop("${saved}")))`,
    "print(json.dumps(answer, ensure_ascii=False, indent=2))",
  );
  return { file: "call.py", install: "pip install tencentcloud-sdk-python-common", run: "python call.py", code, notes: [] };
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function node(call) {
  const reads = files(call.parameters).length > 0;
  const saved = savedMember(call);
  const needed = [reads && "readFileSync", saved && "writeFileSync"].filter(Boolean).join(", ");
  const code = lines(
    needed !== "" && `const { ${needed} } = require("node:fs");`,
    'const { CommonClient } = require("tencentcloud-sdk-nodejs/tencentcloud/common");',
    "",
    reads && ['const read = (name) => readFileSync(name).toString("base64");', ""],
    `const client = new CommonClient(${quoted(call.host)}, ${quoted(call.version)}, {`,
    "  credential: {",
    "    secretId: process.env.TENCENTCLOUD_SECRET_ID,",
    "    secretKey: process.env.TENCENTCLOUD_SECRET_KEY,",
    "    token: process.env.TENCENTCLOUD_TOKEN,",
    "  },",
    `  region: ${quoted(call.region)},`,
    `  profile: { language: ${quoted(call.language)}, httpProfile: { protocol: "${call.secure ? "https" : "http"}://" } },`,
    "});",
    "",
    "async function main() {",
    `  const ${saved ? `{ ${saved}: picture, ...answer }` : "answer"} = await client.request(${quoted(call.action)}, ${literal(call.parameters, "  ")});`,
    saved !== "" && `  writeFileSync("${resultFile(call)}", Buffer.from(picture, "base64"));`,
    "  console.log(JSON.stringify(answer, null, 2));",
    "}",
    "",
    "main().catch((error) => {",
    "  console.error(error.code, error.message, error.requestId);",
    "  process.exitCode = 1;",
    "});",
  );
  return { file: "call.cjs", install: "npm install tencentcloud-sdk-nodejs", run: "node call.cjs", code, notes: [] };
}

/**
 * @param {Tree} tree
 * @param {string} indent
 * @returns {string}
 */
function array(tree, indent) {
  const members = Object.entries(tree).map(([name, value]) => `${indent}    ${single(name)} => ${arrayValue(value, `${indent}    `)},\n`);
  return members.length ? `[\n${members.join("")}${indent}]` : "[]";
}

/**
 * @param {Value} value
 * @param {string} indent
 * @returns {string}
 */
function arrayValue(value, indent) {
  if (isList(value)) return `[${value.map((member) => arrayValue(member, indent)).join(", ")}]`;
  if (isFile(value)) return `read(${single(value.$file)})`;
  if (typeof value === "object") return array(value, indent);
  return typeof value === "number" ? String(value) : single(value);
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function php(call) {
  const reads = files(call.parameters).length > 0;
  const saved = savedMember(call);
  const code = lines(
    "<?php",
    "require __DIR__ . '/vendor/autoload.php';",
    "",
    "use TencentCloud\\Common\\CommonClient;",
    "use TencentCloud\\Common\\Credential;",
    "use TencentCloud\\Common\\Profile\\ClientProfile;",
    "use TencentCloud\\Common\\Profile\\HttpProfile;",
    "",
    reads && PHP_READ,
    phpHost(call),
    "$profile = new ClientProfile();",
    `$profile->setLanguage(${single(call.language)});`,
    "$profile->setHttpProfile($http);",
    `$client = new CommonClient(${single(call.service)}, ${single(call.version)}, $key, ${single(call.region)}, $profile);`,
    "",
    `$answer = $client->callJson(${single(call.action)}, (object) ${array(call.parameters, "")});`,
    saved !== "" && [
      "$answer = $answer['Response'] ?? $answer;",
      `file_put_contents('${resultFile(call)}', base64_decode($answer['${saved}']));`,
      `unset($answer['${saved}']);`,
    ],
    "echo json_encode($answer, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE), PHP_EOL;",
  );
  return { file: "call.php", install: "composer require tencentcloud/common", run: "php call.php", code, notes: [] };
}

/** @returns {Snippet} */
export function ruby() {
  return { file: "", install: "", run: "", code: "", notes: ["explorer.note.rubyNone"] };
}
