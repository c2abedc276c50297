// Runs the explorer's pure modules. Reads a job from each line of standard input, as JSON, and writes what came
// of it as a line of JSON: one process does them all, as it takes longer to start than to do a job.
import { createInterface } from "node:readline";

const FOLDER = new URL("../../src/wuhen/studio/static/js/", import.meta.url);
const load = (name) => import(new URL(name, FOLDER));

const JOBS = {
  async snippet({ id, call }) {
    const { SNIPPETS } = await load("snippets/catalogue.js");
    return SNIPPETS[id].write(call);
  },
  async pictures() {
    return (await load("snippets/base.js")).PICTURES;
  },
  async stages({ given, secretKey }) {
    const { keyChain, signatureOf, stages } = await load("signature/tc3.js");
    const keys = await keyChain(secretKey, given.date, given.service);
    const hex = (bytes) => Buffer.from(bytes).toString("hex");
    return {
      ...(await stages(given)),
      keys: [keys.date, keys.service, keys.signing].map(hex),
      signature: await signatureOf(given, secretKey),
    };
  },
  async digests({ lengths, hash }) {
    const { createHash, createHmac, randomBytes } = await import("node:crypto");
    const { digest, hmac } = await load("api/sha.js");
    const node = hash.replace("-", "").toLowerCase();
    return lengths.filter((length) => {
      const [bytes, key] = [randomBytes(length), randomBytes(length % 150)];
      const ours = [digest(bytes, hash), hmac(key, bytes, hash)].map((one) => Buffer.from(one).toString("hex"));
      const theirs = [createHash(node), createHmac(node, key)].map((one) => one.update(bytes).digest("hex"));
      return ours.join() !== theirs.join();
    });
  },
  async digest({ text, key, hash }) {
    const { digest, hmac } = await load("api/sha.js");
    const bytes = Buffer.from(text, "latin1");
    return Buffer.from(key === undefined ? digest(bytes, hash) : hmac(Buffer.from(key, "latin1"), bytes, hash)).toString("hex");
  },
  async diagnose({ request, body, signed, secretKey, now }) {
    const { diagnose } = await load("signature/diagnose.js");
    const { parseRequest, parseSigned } = await load("signature/paste.js");
    return diagnose({ request: parseRequest(request, body), signed: parseSigned(signed), secretKey, now });
  },
  async find({ reference, query }) {
    const { find } = await load("explorer/find.js");
    return find(reference, query);
  },
  async plot({ statistics, frame }) {
    const { line, peak, slotsOf, stack } = await load("inspector/plot.js");
    const slots = slotsOf(statistics);
    const most = peak(slots.map((slot) => slot.Calls));
    return { slots, most, bars: stack(slots, { ...frame, most }), lines: line(slots.map((slot) => slot.Median), { ...frame, most: 100 }) };
  },
  async replayed({ parameters }) {
    const { replayed } = await load("inspector/replay.js");
    return replayed(parameters);
  },
  async look({ data }) {
    const { look } = await load("studio/crops/looking.js");
    const { profile, chunks, ...found } = await look(new Blob([Buffer.from(data, "base64")]));
    const kind = (chunk) => Buffer.from(chunk.subarray(4, 8)).toString();
    return { ...found, profile: profile && Buffer.from(profile).toString("base64"), chunks: chunks.map(kind) };
  },
  async plan({ width, height, painted, before }) {
    const { pack } = await load("studio/bits.js");
    const { plan } = await load("studio/crops/planning.js");
    const filled = (boxes) => {
      const flags = new Uint8Array(width * height);
      for (const [left, top, wide, high] of boxes) {
        for (let y = top; y < top + high; y++) flags.fill(1, y * width + left, y * width + left + wide);
      }
      return pack(flags, width, height);
    };
    const count = (bits) => bits?.packed.reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0) ?? 0;
    const { hole, keepOut, erased, again, part } = plan(filled(painted), before && filled(before), false);
    return { hole: count(hole), keepOut: count(keepOut), erased: count(erased), again, part };
  },
  async tokens({ code }) {
    const { tokens } = await load("base/highlight.js");
    return tokens(code);
  },
  async words({ part = "explorer" }) {
    const words = (language) => load(part === "words" ? `words/${language}.js` : `${part}/words.${language}.js`);
    return { en: (await words("en")).default, zh: (await words("zh")).default };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { job, ...given } = JSON.parse(line);
  const answer = {};
  try {
    answer.result = await JOBS[job](given);
  } catch (error) {
    answer.error = error.stack;
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
