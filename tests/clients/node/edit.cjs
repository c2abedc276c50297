// Edits one image by the official Node.js SDK: the job comes as JSON on standard input, the answer goes out so.
const { OpenAI, toFile } = require("openai");

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const { baseURL, apiKey, image, mask, ...more } = JSON.parse(Buffer.concat(chunks).toString());
  const file = (data, name) => toFile(Buffer.from(data, "base64"), name, { type: "image/png" });
  const client = new OpenAI({ apiKey, baseURL, maxRetries: 0 });
  const job = { image: await file(image, "photo.png"), prompt: "Remove the marked object", ...more };
  if (mask) job.mask = await file(mask, "mask.png");
  try {
    const answer = await client.images.edit(job);
    return { picture: answer.data[0].b64_json, pictures: answer.data.length, size: answer.size };
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error;
    return { name: error.constructor.name, status: error.status, code: error.code, message: error.message };
  }
}

main().then((answer) => process.stdout.write(JSON.stringify(answer)));
