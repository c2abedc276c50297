/** The call in Java, Go, .NET and C++, with the official SDKs. */

import { files, givesUrl, isFile, lines, quoted, resultFile, structures } from "./base.js";

/** @typedef {import("./base.js").Call} Call */
/** @typedef {import("./base.js").Snippet} Snippet */
/** @typedef {import("./base.js").Structure["members"][number]["value"]} Member */

/** A method that reads a file as base64. */
export const JAVA_READ = [
  "    static String read(String name) throws Exception {",
  "        return Base64.getEncoder().encodeToString(Files.readAllBytes(Paths.get(name)));",
  "    }",
  "",
];

/**
 * Say who calls, and where.
 *
 * @param {Call} call
 */
export function javaProfile(call) {
  return [
    "        Credential key = new Credential(",
    '            System.getenv("TENCENTCLOUD_SECRET_ID"),',
    '            System.getenv("TENCENTCLOUD_SECRET_KEY"),',
    '            System.getenv("TENCENTCLOUD_TOKEN"));',
    "        HttpProfile http = new HttpProfile();",
    `        http.setProtocol(HttpProfile.${call.secure ? "REQ_HTTPS" : "REQ_HTTP"});`,
    `        http.setEndpoint(${quoted(call.host)});`,
    "        ClientProfile profile = new ClientProfile();",
    "        profile.setHttpProfile(http);",
    `        profile.setLanguage(Language.${call.language === "zh-CN" ? "ZH_CN" : "EN_US"});`,
  ];
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function java(call) {
  const url = givesUrl(call);
  const reads = files(call.parameters).length > 0;
  /** @param {Member} value */
  const written = (value) => {
    if (typeof value === "number") return `${value}L`;
    if (typeof value === "string") return quoted(value);
    return isFile(value) ? `read(${quoted(value.$file)})` : value.$structure;
  };
  const made = structures(call).flatMap(({ type, variable, members }) => [
    `        ${type} ${variable} = new ${type}();`,
    ...members.map(({ name, value }) => `        ${variable}.set${name}(${written(value)});`),
  ]);
  const code = lines(
    "import com.tencentcloudapi.aiart.v20221229.AiartClient;",
    "import com.tencentcloudapi.aiart.v20221229.models.*;",
    "import com.tencentcloudapi.common.Credential;",
    "import com.tencentcloudapi.common.profile.ClientProfile;",
    "import com.tencentcloudapi.common.profile.HttpProfile;",
    "import com.tencentcloudapi.common.profile.Language;",
    (reads || !url) && ["import java.nio.file.Files;", "import java.nio.file.Paths;", "import java.util.Base64;"],
    "",
    "public class Erase {",
    reads && JAVA_READ,
    "    public static void main(String[] args) throws Exception {",
    javaProfile(call),
    `        AiartClient client = new AiartClient(key, ${quoted(call.region)}, profile);`,
    "",
    made,
    "",
    `        ${call.action}Response answer = client.${call.action}(request);`,
    !url && `        Files.write(Paths.get("${resultFile(call)}"), Base64.getDecoder().decode(answer.getResultImage()));`,
    `        System.out.println(answer.getRequestId()${url ? ' + " " + answer.getResultImage()' : ""});`,
    "    }",
    "}",
  );
  return { file: "Erase.java", install: "com.tencentcloudapi:tencentcloud-sdk-java-aiart:LATEST", run: "", code, notes: ["explorer.note.maven"] };
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function go(call) {
  const url = givesUrl(call);
  const reads = files(call.parameters).length > 0;
  /** @param {Member} value */
  const written = (value) => {
    if (typeof value === "number") return `common.Int64Ptr(${value})`;
    if (typeof value === "string") return `common.StringPtr(${quoted(value)})`;
    return isFile(value) ? `read(${quoted(value.$file)})` : value.$structure;
  };
  const all = structures(call);
  const made = all.flatMap(({ type, variable, members }, index) => [
    `\t${variable} := ${index === all.length - 1 ? `aiart.New${type}()` : `&aiart.${type}{}`}`,
    ...members.map(({ name, value }) => `\t${variable}.${name} = ${written(value)}`),
  ]);
  const code = lines(
    "package main",
    "",
    "import (",
    (reads || !url) && '\t"encoding/base64"',
    '\t"fmt"',
    '\t"log"',
    '\t"os"',
    "",
    '\taiart "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/aiart/v20221229"',
    '\t"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"',
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
      "func read(name string) *string {",
      "\tdata, err := os.ReadFile(name)",
      "\tcheck(err)",
      "\treturn common.StringPtr(base64.StdEncoding.EncodeToString(data))",
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
    `\tclient, err := aiart.NewClient(key, ${quoted(call.region)}, clientProfile)`,
    "\tcheck(err)",
    "",
    made,
    "",
    `\tanswer, err := client.${call.action}(request)`,
    "\tcheck(err)",
    url
      ? "\tfmt.Println(*answer.Response.RequestId, *answer.Response.ResultImage)"
      : [
          "\tpicture, err := base64.StdEncoding.DecodeString(*answer.Response.ResultImage)",
          "\tcheck(err)",
          `\tcheck(os.WriteFile("${resultFile(call)}", picture, 0o644))`,
          "\tfmt.Println(*answer.Response.RequestId)",
        ],
    "}",
  );
  const install = lines(
    "go mod init erase",
    "go get github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common",
    "go get github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/aiart",
  ).trimEnd();
  return { file: "main.go", install, run: "go run .", code, notes: [] };
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function dotnet(call) {
  const url = givesUrl(call);
  /** @param {Member} value */
  const written = (value) => {
    if (typeof value === "number") return String(value);
    if (typeof value === "string") return quoted(value);
    return isFile(value) ? `Read(${quoted(value.$file)})` : value.$structure;
  };
  const made = structures(call).flatMap(({ type, variable, members }) => [
    `var ${variable} = new ${type}();`,
    ...members.map(({ name, value }) => `${variable}.${name} = ${written(value)};`),
  ]);
  const code = lines(
    "using System;",
    "using System.IO;",
    "using TencentCloud.Aiart.V20221229;",
    "using TencentCloud.Aiart.V20221229.Models;",
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
    `var client = new AiartClient(key, ${quoted(call.region)}, profile);`,
    "",
    made,
    "",
    `var answer = client.${call.action}Sync(request);`,
    !url && `File.WriteAllBytes("${resultFile(call)}", Convert.FromBase64String(answer.ResultImage));`,
    `Console.WriteLine(answer.RequestId${url ? ' + " " + answer.ResultImage' : ""});`,
    files(call.parameters).length > 0 && ["", "static string Read(string name) => Convert.ToBase64String(File.ReadAllBytes(name));"],
  );
  return { file: "Program.cs", install: "dotnet add package TencentCloudSDK.Aiart", run: "dotnet run", code, notes: [] };
}

export const CPP_ENCODE = [
  "static std::string Read(const std::string &name)",
  "{",
  "    std::ifstream file(name, std::ios::binary);",
  "    const std::string data{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};",
  "    std::string text(4 * ((data.size() + 2) / 3) + 1, '\\0');",
  "    text.resize(EVP_EncodeBlock(reinterpret_cast<unsigned char *>(&text[0]),",
  "                                reinterpret_cast<const unsigned char *>(data.data()), static_cast<int>(data.size())));",
  "    return text;",
  "}",
  "",
];
export const CPP_DECODE = [
  "static void Write(const std::string &name, const std::string &text)",
  "{",
  "    std::string data(text.size(), '\\0');",
  "    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char *>(&data[0]),",
  "                                     reinterpret_cast<const unsigned char *>(text.data()), static_cast<int>(text.size()));",
  "    const auto padding = std::count(text.begin(), text.end(), '=');",
  "    std::ofstream(name, std::ios::binary).write(data.data(), size - padding);",
  "}",
  "",
];
export const CPP_ENVIRONMENT = [
  "static std::string Environment(const char *name)",
  "{",
  "    const char *value = std::getenv(name);",
  '    return value ? value : "";',
  "}",
  "",
];

/**
 * Say which language messages should have: the profile cannot.
 *
 * @param {Call} call
 */
export function cppLanguage(call) {
  return `    client.SetHeader({{"X-TC-Language", ${quoted(call.language)}}});`;
}

/**
 * @param {Call} call
 * @returns {Snippet}
 */
export function cpp(call) {
  const url = givesUrl(call);
  const reads = files(call.parameters).length > 0;
  /** @param {Member} value */
  const written = (value) => {
    if (typeof value === "number") return String(value);
    if (typeof value === "string") return quoted(value);
    return isFile(value) ? `Read(${quoted(value.$file)})` : value.$structure;
  };
  const made = structures(call).flatMap(({ type, variable, members }) => [
    `    ${type} ${variable};`,
    ...members.map(({ name, value }) => `    ${variable}.Set${name}(${written(value)});`),
  ]);
  const code = lines(
    "#include <algorithm>",
    "#include <cstdlib>",
    "#include <fstream>",
    "#include <iostream>",
    "#include <iterator>",
    "#include <string>",
    (reads || !url) && "#include <openssl/evp.h>",
    "#include <tencentcloud/core/Credential.h>",
    "#include <tencentcloud/core/TencentCloud.h>",
    "#include <tencentcloud/core/profile/ClientProfile.h>",
    "#include <tencentcloud/core/profile/HttpProfile.h>",
    "#include <tencentcloud/aiart/v20221229/AiartClient.h>",
    structures(call).map(({ type }) => `#include <tencentcloud/aiart/v20221229/model/${type}.h>`).sort(),
    `#include <tencentcloud/aiart/v20221229/model/${call.action}Response.h>`,
    "",
    "using namespace TencentCloud;",
    "using namespace TencentCloud::Aiart::V20221229;",
    "using namespace TencentCloud::Aiart::V20221229::Model;",
    "",
    CPP_ENVIRONMENT,
    reads && CPP_ENCODE,
    !url && CPP_DECODE,
    "int main()",
    "{",
    "    TencentCloud::InitAPI();",
    "    Credential key(",
    '        Environment("TENCENTCLOUD_SECRET_ID"), Environment("TENCENTCLOUD_SECRET_KEY"), Environment("TENCENTCLOUD_TOKEN"));',
    "    HttpProfile http;",
    `    http.SetProtocol(HttpProfile::Scheme::${call.secure ? "HTTPS" : "HTTP"});`,
    `    http.SetEndpoint(${quoted(call.host)});`,
    `    AiartClient client(key, ${quoted(call.region)}, ClientProfile(http));`,
    cppLanguage(call),
    "",
    made,
    "",
    `    auto outcome = client.${call.action}(request);`,
    "    if (outcome.IsSuccess())",
    "    {",
    !url && `        Write("${resultFile(call)}", outcome.GetResult().GetResultImage());`,
    `        std::cout << outcome.GetResult().GetRequestId()${url ? ' << " " << outcome.GetResult().GetResultImage()' : ""} << std::endl;`,
    "    }",
    "    else",
    "    {",
    "        std::cerr << outcome.GetError().PrintAll() << std::endl;",
    "    }",
    "    TencentCloud::ShutdownAPI();",
    "    return outcome.IsSuccess() ? 0 : 1;",
    "}",
  );
  const notes = ["explorer.note.cppBuild", ...(call.host.includes(".") ? [] : ["explorer.note.cppDot"])];
  const build = "g++ -std=c++11 erase.cpp -ltencentcloud-sdk-cpp-aiart -ltencentcloud-sdk-cpp-core -lcrypto -o erase";
  return { file: "erase.cpp", install: build, run: "./erase", code, notes };
}
