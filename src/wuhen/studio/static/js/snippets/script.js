/** The call in Python, Node.js, PHP and Ruby, with the official SDKs. */

import { endpoint, files, givesUrl, isFile, lines, literal, quoted, resultFile, single, structures } from "./base.js";

/** @typedef {import("./base.js").Call} Call */
/** @typedef {import("./base.js").Snippet} Snippet */
/** @typedef {import("./base.js").Structure} Structure */

/**
 * Write a member's value.
 *
 * @param {Structure["members"][number]["value"]} value
 * @param {(text: string) => string} text How a string is written.
 * @param {string} read What reads a file.
 * @param {string} [sigil] What variables begin with.
 */
function written(value, text, read, sigil = "") {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return text(value);
  return isFile(value) ? `${read}(${text(value.$file)})` : sigil + value.$structure;
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function python(call) {
  const url = givesUrl(call);
  const reads = files(call.parameters).length > 0;
  const made = structures(call).flatMap(({ type, variable, members }) => [
    `${variable} = models.${type}()`,
    ...members.map(({ name, value }) => `${variable}.${name} = ${written(value, quoted, "read")}`),
  ]);
  const code = lines(
    (reads || !url) && "import base64",
    "import os",
    (reads || !url) && "from pathlib import Path",
    "",
    "from tencentcloud.aiart.v20221229 import aiart_client, models",
    "from tencentcloud.common import credential",
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
    `client = aiart_client.AiartClient(key, ${quoted(call.region)}, profile)`,
    "",
    made,
    "",
    `answer = client.${call.action}(request)`,
    url
      ? "print(answer.RequestId, answer.ResultImage)"
      : [`Path("${resultFile(call)}").write_bytes(base64.b64decode(answer.ResultImage))`, "print(answer.RequestId)"],
  );
  return { file: "erase.py", install: "pip install tencentcloud-sdk-python-aiart", run: "python erase.py", code, notes: [] };
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function node(call) {
  const url = givesUrl(call);
  const reads = files(call.parameters).length > 0;
  const needed = [reads && "readFileSync", !url && "writeFileSync"].filter(Boolean).join(", ");
  const code = lines(
    needed !== "" && `const { ${needed} } = require("node:fs");`,
    'const { Client } = require("tencentcloud-sdk-nodejs/tencentcloud/services/aiart").aiart.v20221229;',
    "",
    reads && ['const read = (name) => readFileSync(name).toString("base64");', ""],
    "const client = new Client({",
    "  credential: {",
    "    secretId: process.env.TENCENTCLOUD_SECRET_ID,",
    "    secretKey: process.env.TENCENTCLOUD_SECRET_KEY,",
    "    token: process.env.TENCENTCLOUD_TOKEN,",
    "  },",
    `  region: ${quoted(call.region)},`,
    "  profile: {",
    `    language: ${quoted(call.language)},`,
    `    httpProfile: { endpoint: ${quoted(call.host)}, protocol: "${call.secure ? "https" : "http"}://" },`,
    "  },",
    "});",
    "",
    "async function main() {",
    `  const answer = await client.${call.action}(${literal(call.parameters, "  ")});`,
    url
      ? "  console.log(answer.RequestId, answer.ResultImage);"
      : [`  writeFileSync("${resultFile(call)}", Buffer.from(answer.ResultImage, "base64"));`, "  console.log(answer.RequestId);"],
    "}",
    "",
    "main().catch((error) => {",
    "  console.error(error.code, error.message, error.requestId);",
    "  process.exitCode = 1;",
    "});",
  );
  return { file: "erase.cjs", install: "npm install tencentcloud-sdk-nodejs", run: "node erase.cjs", code, notes: [] };
}

/** A function that reads a file as base64. */
export const PHP_READ = ["function read($name)", "{", "    return base64_encode(file_get_contents($name));", "}", ""];

/**
 * Say who calls, and where.
 *
 * @param {Call} call
 */
export function phpHost(call) {
  return [
    "$key = new Credential(",
    "    getenv('TENCENTCLOUD_SECRET_ID'),",
    "    getenv('TENCENTCLOUD_SECRET_KEY'),",
    "    getenv('TENCENTCLOUD_TOKEN') ?: null",
    ");",
    "$http = new HttpProfile();",
    `$http->setProtocol('${call.secure ? "https" : "http"}://');`,
    `$http->setEndpoint(${single(call.host)});`,
  ];
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function php(call) {
  const reads = files(call.parameters).length > 0;
  const made = structures(call).flatMap(({ type, variable, members }) => [
    `$${variable} = new ${type}();`,
    ...members.map(({ name, value }) => `$${variable}->set${name}(${written(value, single, "read", "$")});`),
  ]);
  const code = lines(
    "<?php",
    "require __DIR__ . '/vendor/autoload.php';",
    "",
    "use TencentCloud\\Aiart\\V20221229\\AiartClient;",
    structures(call).map(({ type }) => `use TencentCloud\\Aiart\\V20221229\\Models\\${type};`).sort(),
    "use TencentCloud\\Common\\Credential;",
    "use TencentCloud\\Common\\Profile\\ClientProfile;",
    "use TencentCloud\\Common\\Profile\\HttpProfile;",
    "",
    reads && PHP_READ,
    phpHost(call),
    "$profile = new ClientProfile();",
    `$profile->setLanguage(${single(call.language)});`,
    "$profile->setSignMethod('TC3-HMAC-SHA256');",
    "$profile->setHttpProfile($http);",
    `$client = new AiartClient($key, ${single(call.region)}, $profile);`,
    "",
    made,
    "",
    `$answer = $client->${call.action}($request);`,
    !givesUrl(call) && `file_put_contents('${resultFile(call)}', base64_decode($answer->getResultImage()));`,
    givesUrl(call) ? "echo $answer->getRequestId(), ' ', $answer->getResultImage(), PHP_EOL;" : "echo $answer->getRequestId(), PHP_EOL;",
  );
  return { file: "erase.php", install: "composer require tencentcloud/aiart", run: "php erase.php", code, notes: [] };
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function ruby(call) {
  const url = givesUrl(call);
  const reads = files(call.parameters).length > 0;
  const host = call.host.replace(/:\d+$/, "");
  const made = structures(call).flatMap(({ type, variable, members }) => [
    `${variable} = Aiart::${type}.new`,
    ...members.map(({ name, value }) => `${variable}.${name} = ${written(value, single, "read")}`),
  ]);
  const code = lines(
    "# frozen_string_literal: true",
    "",
    (reads || !url) && "require 'base64'",
    "require 'tencentcloud-sdk-aiart'",
    "",
    "Common = TencentCloud::Common",
    "Aiart = TencentCloud::Aiart::V20221229",
    "",
    reads && ["def read(name)", "  Base64.strict_encode64(File.binread(name))", "end", ""],
    "key = Common::Credential.new(",
    "  ENV.fetch('TENCENTCLOUD_SECRET_ID'),",
    "  ENV.fetch('TENCENTCLOUD_SECRET_KEY'),",
    "  ENV['TENCENTCLOUD_TOKEN']",
    ")",
    `http = Common::HttpProfile.new('${call.secure ? "https" : "http"}', ${single(host)})`,
    // The endpoint takes no port, but a proxy's address does, and the service answers who takes it for one.
    host !== call.host && !call.secure && `http.proxy = ${single(endpoint(call))}`,
    `profile = Common::ClientProfile.new('TC3-HMAC-SHA256', http, ${single(call.language)})`,
    `client = Aiart::Client.new(key, ${single(call.region)}, profile)`,
    "",
    made,
    "",
    `answer = client.${call.action}(request)`,
    !url && `File.binwrite('${resultFile(call)}', Base64.decode64(answer.ResultImage))`,
    url ? "puts answer.RequestId, answer.ResultImage" : "puts answer.RequestId",
  );
  const notes = host !== call.host && call.secure ? ["explorer.note.rubyPort"] : [];
  return { file: "erase.rb", install: "gem install tencentcloud-sdk-aiart", run: "ruby erase.rb", code, notes };
}
