/** The call from a shell: tccli, curl signed with openssl, and `wuhen call`. */

import { endpoint, erases, isFile, jsonPieces, lines, PICTURES, resultFile, savedMember, shell } from "./base.js";

/** @typedef {import("./base.js").Call} Call */
/** @typedef {import("./base.js").Snippet} Snippet */
/** @typedef {import("./base.js").Tree} Tree */

/** @param {string} name */
function encoded(name) {
  // `base64 -w0` is not everywhere, and names may begin with a dash.
  return `base64 < ${shell(name)} | tr -d '\\n'`;
}

/**
 * Return the commands that write the request's JSON, pictures and all, to request.json.
 *
 * @param {Tree} parameters
 */
function requestFile(parameters) {
  const commands = jsonPieces(parameters).map((piece) => (typeof piece === "string" ? `  printf %s ${shell(piece)}` : `  ${encoded(piece.$file)}`));
  return ["{", ...commands, "} > request.json"];
}

/**
 * Return the commands that make a picture, or its URL, of response.json, or else say what is in its place.
 *
 * @param {Call} call
 * @param {string} member
 */
function keepResult(call, member) {
  // The first: further candidates have members of that name, too.
  const text = `grep -o '"${member}": *"[^"]*"' response.json | head -n 1 | sed 's/.*"\\([^"]*\\)"$/\\1/'`;
  return [
    `if ! grep -q '"${member}": *"' response.json; then`,
    "  cat response.json >&2",
    "  exit 1",
    "fi",
    savedMember(call) ? `${text} | openssl base64 -d -A > ${resultFile(call)}` : text,
  ];
}

/** Commands that show response.json, and fail where it is an error or no answer of the API at all. */
const SHOW = [
  "case $(head -c 32 response.json) in",
  `  '{"Response":{"Error"'*) cat response.json >&2; exit 1 ;;`,
  `  '{"Response":{'*) cat response.json ;;`,
  "  *) cat response.json >&2; exit 1 ;;",
  "esac",
];

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function tccli(call) {
  // It knows the cloud's products only.
  if (!erases(call)) return { file: "", install: "", run: "", code: "", notes: ["explorer.note.tccliNone"] };
  const command = [
    `tccli ${call.service} ${call.action}`,
    // A bare host:port is spoken to in https, and only with a certificate of a public authority.
    `--endpoint ${shell(call.secure ? call.host : endpoint(call))}`,
    `--region ${shell(call.region)}`,
    `--language ${call.language}`,
    "--cli-input-json file://request.json > response.json",
  ].join(" \\\n  ");
  const code = lines(
    "#!/bin/sh",
    "set -eu",
    "",
    requestFile(call.parameters),
    command,
    keepResult(call, PICTURES.ImageInpaintingRemoval),
  );
  const notes = call.secure ? ["explorer.note.environment"] : ["explorer.note.environment", "explorer.note.tccliHttp"];
  return { file: "erase.sh", install: "pip install tccli", run: "sh erase.sh", code, notes };
}

const CURL_SIGN = [
  'sha256() { openssl dgst -sha256 -hex | sed "s/^.* //"; }',
  'hmac() { openssl dgst -sha256 -hex -mac HMAC -macopt "hexkey:$1" | sed "s/^.* //"; }',
  "",
  "timestamp=$(date -u +%s)",
  'date=$(date -u -d "@$timestamp" +%F 2>/dev/null || date -u -r "$timestamp" +%F)',
  'scope="$date/$service/tc3_request"',
  "",
  "canonical=$(printf 'POST\\n/\\n\\ncontent-type:%s\\nhost:%s\\n\\ncontent-type;host\\n%s' \\",
  '  "$type" "$host" "$(sha256 < request.json)")',
  "to_sign=$(printf 'TC3-HMAC-SHA256\\n%s\\n%s\\n%s' \\",
  '  "$timestamp" "$scope" "$(printf %s "$canonical" | sha256)")',
  "",
  "key=$(printf %s \"TC3$TENCENTCLOUD_SECRET_KEY\" | od -An -v -tx1 | tr -d ' \\n')",
  'for part in "$date" "$service" tc3_request; do',
  '  key=$(printf %s "$part" | hmac "$key")',
  "done",
  'signature=$(printf %s "$to_sign" | hmac "$key")',
  "",
];

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function curl(call) {
  const member = PICTURES[/** @type {keyof typeof PICTURES} */ (call.action)] ?? "";
  const code = lines(
    "#!/bin/sh",
    "set -eu",
    "",
    `host=${shell(call.host)}`,
    `service=${shell(call.service)}`,
    "type='application/json; charset=utf-8'",
    "",
    requestFile(call.parameters),
    "",
    CURL_SIGN,
    `curl -fsS ${shell(`${endpoint(call)}/`)} \\`,
    '  -H "Host: $host" \\',
    '  -H "Content-Type: $type" \\',
    '  -H "Authorization: TC3-HMAC-SHA256 Credential=$TENCENTCLOUD_SECRET_ID/$scope, SignedHeaders=content-type;host, Signature=$signature" \\',
    `  -H ${shell(`X-TC-Action: ${call.action}`)} \\`,
    `  -H ${shell(`X-TC-Version: ${call.version}`)} \\`,
    `  -H ${shell(`X-TC-Region: ${call.region}`)} \\`,
    `  -H ${shell(`X-TC-Language: ${call.language}`)} \\`,
    '  -H "X-TC-Timestamp: $timestamp" \\',
    '  ${TENCENTCLOUD_TOKEN:+-H "X-TC-Token: $TENCENTCLOUD_TOKEN"} \\',
    "  --data-binary @request.json > response.json",
    member === "" ? SHOW : [...keepResult(call, member), `sed 's/"${member}": *"[^"]*"/"${member}": "…"/g' response.json`],
  );
  return { file: "erase.sh", install: "", run: "sh erase.sh", code, notes: ["explorer.note.environment", "explorer.note.openssl"] };
}

/**
 * @param {Tree} tree
 * @param {string} path
 * @returns {string[]}
 */
function options(tree, path) {
  return Object.entries(tree).flatMap(([name, value]) => {
    const whole = path + name;
    if (isFile(value)) {
      if (whole === "InputImage") return [`--photo ${shell(value.$file)}`];
      if (whole === "Mask") return [`--mask ${shell(value.$file)}`];
      return [`-p ${whole}="$(${encoded(value.$file)})"`];
    }
    return typeof value === "object" ? options(/** @type {Tree} */ (value), `${whole}.`) : [`-p ${shell(`${whole}=${value}`)}`];
  });
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function wuhen(call) {
  const given = [
    `wuhen call --endpoint ${shell(endpoint(call))}`,
    ...(erases(call) ? [] : [`--action ${shell(call.action)}`]),
    ...options(call.parameters, ""),
    `--region ${shell(call.region)}`,
    `--language ${call.language}`,
    ...(savedMember(call) === "" ? [] : [`-o ${resultFile(call)}`]),
  ];
  const code = lines(given.join(" \\\n  "));
  return { file: "erase.sh", install: "pip install 'wuhen[service]'", run: "sh erase.sh", code, notes: ["explorer.note.environment"] };
}
