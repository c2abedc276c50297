/** The call of an action that the SDKs have no model of, with the common clients of Java, Go, .NET and C++. */

import { CPP_DECODE, CPP_ENCODE, CPP_ENVIRONMENT, JAVA_READ, cppLanguage, javaProfile } from "./compiled.js";
import { files, isFile, isList, jsonPieces, lines, quoted, resultFile, savedMember } from "./base.js";

/** @typedef {import("./base.js").Call} Call */
/** @typedef {import("./base.js").Snippet} Snippet */
/** @typedef {import("./base.js").Tree} Tree */
/** @typedef {import("./base.js").Value} Value */

/**
 * The request's JSON as an expression: literals, and what is read from files.
 *
 * @param {Tree} tree
 * @param {string} read What reads a file.
 */
function json(tree, read) {
  return jsonPieces(tree)
    .map((piece) => (typeof piece === "string" ? quoted(piece) : `${read}(${quoted(piece.$file)})`))
    .join(" + ");
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function java(call) {
  const reads = files(call.parameters).length > 0;
  const saved = savedMember(call);
  const code = lines(
    saved !== "" && ["import com.google.gson.Gson;", "import com.google.gson.JsonObject;"],
    "import com.tencentcloudapi.common.CommonClient;",
    "import com.tencentcloudapi.common.CommonRequest;",
    "import com.tencentcloudapi.common.Credential;",
    "import com.tencentcloudapi.common.profile.ClientProfile;",
    "import com.tencentcloudapi.common.profile.HttpProfile;",
    "import com.tencentcloudapi.common.profile.Language;",
    (reads || saved !== "") && ["import java.nio.file.Files;", "import java.nio.file.Paths;", "import java.util.Base64;"],
    "",
    "public class Call {",
    reads && JAVA_READ,
    "    public static void main(String[] args) throws Exception {",
    javaProfile(call),
    `        CommonClient client = new CommonClient(${quoted(call.service)}, ${quoted(call.version)}, key, ${quoted(call.region)}, profile);`,
    "",
    `        CommonRequest request = new CommonRequest(${json(call.parameters, "read")});`,
    saved === ""
      ? `        System.out.println(client.commonRequest(request, ${quoted(call.action)}));`
      : [
          `        String json = client.commonRequest(request, ${quoted(call.action)});`,
          '        JsonObject answer = new Gson().fromJson(json, JsonObject.class).getAsJsonObject("Response");',
          `        byte[] picture = Base64.getDecoder().decode(answer.remove("${saved}").getAsString());`,
          `        Files.write(Paths.get("${resultFile(call)}"), picture);`,
          "        System.out.println(answer);",
        ],
    "    }",
    "}",
  );
  return { file: "Call.java", install: "com.tencentcloudapi:tencentcloud-sdk-java-common:LATEST", run: "", code, notes: ["explorer.note.maven"] };
}

/**
 * @param {Tree} tree
 * @param {string} indent
 * @returns {string}
 */
function goMap(tree, indent) {
  const members = Object.entries(tree).map(([name, value]) => `${indent}\t${quoted(name)}: ${goValue(value, `${indent}\t`)},\n`);
  return members.length ? `map[string]interface{}{\n${members.join("")}${indent}}` : "map[string]interface{}{}";
}

/**
 * @param {Value} value
 * @param {string} indent
 * @returns {string}
 */
function goValue(value, indent) {
  if (isList(value)) return `[]interface{}{${value.map((/** @type {Value} */ member) => goValue(member, indent)).join(", ")}}`;
  if (isFile(value)) return `read(${quoted(value.$file)})`;
  if (typeof value === "object") return goMap(value, indent);
  return typeof value === "number" ? String(value) : quoted(value);
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function go(call) {
  const reads = files(call.parameters).length > 0;
  const saved = savedMember(call);
  const code = lines(
    "package main",
    "",
    "import (",
    (reads || saved !== "") && '\t"encoding/base64"',
    saved !== "" && '\t"encoding/json"',
    '\t"fmt"',
    '\t"log"',
    '\t"os"',
    "",
    '\t"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"',
    '\ttchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"',
    '\t"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"',
    ")",
    "",
    "func check(err error) {",
    "\tif err != nil {",
    "\t\tlog.Fatal(err)",
    "\t}",
    "}",
    "",
    reads && [
      "func read(name string) string {",
      "\tdata, err := os.ReadFile(name)",
      "\tcheck(err)",
      "\treturn base64.StdEncoding.EncodeToString(data)",
      "}",
      "",
    ],
    "func main() {",
    "\tkey := common.NewTokenCredential(",
    '\t\tos.Getenv("TENCENTCLOUD_SECRET_ID"),',
    '\t\tos.Getenv("TENCENTCLOUD_SECRET_KEY"),',
    '\t\tos.Getenv("TENCENTCLOUD_TOKEN"),',
    "\t)",
    "\tclientProfile := profile.NewClientProfile()",
    `\tclientProfile.HttpProfile.Scheme = "${call.secure ? "https" : "http"}"`,
    `\tclientProfile.HttpProfile.Endpoint = ${quoted(call.host)}`,
    `\tclientProfile.Language = ${quoted(call.language)}`,
    `\tclient := common.NewCommonClient(key, ${quoted(call.region)}, clientProfile)`,
    "",
    `\trequest := tchttp.NewCommonRequest(${quoted(call.service)}, ${quoted(call.version)}, ${quoted(call.action)})`,
    `\tcheck(request.SetActionParameters(${goMap(call.parameters, "\t")}))`,
    "\tanswer := tchttp.NewCommonResponse()",
    "\tcheck(client.Send(request, answer))",
    saved === ""
      ? "\tfmt.Println(string(answer.GetBody()))"
      : [
          "\tvar body struct{ Response map[string]interface{} }",
          "\tcheck(json.Unmarshal(answer.GetBody(), &body))",
          `\tpicture, err := base64.StdEncoding.DecodeString(body.Response["${saved}"].(string))`,
          "\tcheck(err)",
          `\tcheck(os.WriteFile("${resultFile(call)}", picture, 0o644))`,
          `\tdelete(body.Response, "${saved}")`,
          "\tfmt.Println(body.Response)",
        ],
    "}",
  );
  const install = "go mod init call\ngo get github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common";
  return { file: "main.go", install, run: "go run .", code, notes: [] };
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function dotnet(call) {
  const reads = files(call.parameters).length > 0;
  const saved = savedMember(call);
  const code = lines(
    "using System;",
    (reads || saved !== "") && "using System.IO;",
    saved !== "" && "using Newtonsoft.Json.Linq;",
    "using TencentCloud.Common;",
    "using TencentCloud.Common.Profile;",
    "",
    "var key = new Credential",
    "{",
    '    SecretId = Environment.GetEnvironmentVariable("TENCENTCLOUD_SECRET_ID"),',
    '    SecretKey = Environment.GetEnvironmentVariable("TENCENTCLOUD_SECRET_KEY"),',
    '    Token = Environment.GetEnvironmentVariable("TENCENTCLOUD_TOKEN"),',
    "};",
    "var profile = new ClientProfile",
    "{",
    "    SignMethod = ClientProfile.SIGN_TC3SHA256,",
    `    Language = Language.${call.language === "zh-CN" ? "ZH_CN" : "EN_US"},`,
    `    HttpProfile = new HttpProfile { Endpoint = ${quoted(call.host)}, Protocol = HttpProfile.${call.secure ? "REQ_HTTPS" : "REQ_HTTP"} },`,
    "};",
    `var client = new CommonClient(${quoted(call.service)}, ${quoted(call.version)}, key, ${quoted(call.region)}, profile);`,
    "",
    `var request = new CommonRequest(${json(call.parameters, "Read")});`,
    saved === ""
      ? `Console.WriteLine(client.Call(request, ${quoted(call.action)}));`
      : [
          `var answer = (JObject)JObject.Parse(client.Call(request, ${quoted(call.action)}))["Response"];`,
          `File.WriteAllBytes("${resultFile(call)}", Convert.FromBase64String((string)answer["${saved}"]));`,
          `answer.Remove("${saved}");`,
          "Console.WriteLine(answer);",
        ],
    reads && ["", "static string Read(string name) => Convert.ToBase64String(File.ReadAllBytes(name));"],
  );
  return { file: "Program.cs", install: "dotnet add package TencentCloudSDK.Common", run: "dotnet run", code, notes: [] };
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function cpp(call) {
  const reads = files(call.parameters).length > 0;
  const saved = savedMember(call);
  const code = lines(
    saved !== "" && "#include <algorithm>",
    "#include <cstdlib>",
    (reads || saved !== "") && ["#include <fstream>", "#include <iterator>"],
    "#include <iostream>",
    "#include <string>",
    (reads || saved !== "") && "#include <openssl/evp.h>",
    "#include <tencentcloud/core/CommonClient.h>",
    "#include <tencentcloud/core/Credential.h>",
    "#include <tencentcloud/core/TencentCloud.h>",
    "#include <tencentcloud/core/profile/ClientProfile.h>",
    "#include <tencentcloud/core/profile/HttpProfile.h>",
    "#include <tencentcloud/core/utils/rapidjson/document.h>",
    "",
    "using namespace TencentCloud;",
    "",
    CPP_ENVIRONMENT,
    reads && CPP_ENCODE,
    saved !== "" && CPP_DECODE,
    "int main()",
    "{",
    "    TencentCloud::InitAPI();",
    "    Credential key(",
    '        Environment("TENCENTCLOUD_SECRET_ID"), Environment("TENCENTCLOUD_SECRET_KEY"), Environment("TENCENTCLOUD_TOKEN"));',
    "    HttpProfile http;",
    `    http.SetProtocol(HttpProfile::Scheme::${call.secure ? "HTTPS" : "HTTP"});`,
    `    http.SetEndpoint(${quoted(call.host)});`,
    `    CommonClient client(${quoted(call.service)}, ${quoted(call.version)}, key, ${quoted(call.region)}, ClientProfile(http));`,
    cppLanguage(call),
    "",
    `    auto outcome = client.MakeRequestJson(${quoted(call.action)}, std::string() + ${json(call.parameters, "Read")});`,
    "    bool done = outcome.IsSuccess();",
    "    if (done)",
    "    {",
    "        auto answer = outcome.GetResult();",
    "        const std::string body(answer.Body(), answer.BodySize());",
    "        rapidjson::Document json;",
    "        json.Parse(body.c_str());",
    "        // The common client takes errors of the API for answers like any other.",
    `        done = !json.HasParseError() && json.HasMember("Response") && ${saved ? `json["Response"].HasMember("${saved}")` : '!json["Response"].HasMember("Error")'};`,
    saved !== "" && [
      "        if (done)",
      `            Write("${resultFile(call)}", json["Response"]["${saved}"].GetString());`,
      "        else",
      "            std::cerr << body << std::endl;",
    ],
    saved === "" && "        (done ? std::cout : std::cerr) << body << std::endl;",
    "    }",
    "    else",
    "    {",
    "        std::cerr << outcome.GetError().PrintAll() << std::endl;",
    "    }",
    "    TencentCloud::ShutdownAPI();",
    "    return done ? 0 : 1;",
    "}",
  );
  const notes = ["explorer.note.cppCommon", ...(call.host.includes(".") ? [] : ["explorer.note.cppDot"])];
  const build = `g++ -std=c++11 call.cpp -ltencentcloud-sdk-cpp-core${reads || saved !== "" ? " -lcrypto" : ""} -o call`;
  return { file: "call.cpp", install: build, run: "./call", code, notes };
}
