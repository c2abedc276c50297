// Calls the service with the official Node.js SDK. Reads a job as JSON from standard input, writes what came of it as JSON.
"use strict";

const { readFileSync } = require("node:fs");
const { Client } = require("tencentcloud-sdk-nodejs/tencentcloud/services/aiart").aiart.v20221229;

async function main() {
  const job = JSON.parse(readFileSync(0, "utf8"));
  const client = new Client({
    credential: job.credential,
    region: job.region,
    profile: {
      signMethod: job.signMethod,
      language: job.language,
      httpProfile: { protocol: job.protocol, endpoint: job.endpoint, reqMethod: job.reqMethod, reqTimeout: 60 },
    },
  });
  try {
    return await client.ImageInpaintingRemoval(job.parameters);
  } catch (error) {
    return { code: error.code, message: error.message, requestId: error.requestId };
  }
}

main().then((answer) => process.stdout.write(JSON.stringify(answer)));
