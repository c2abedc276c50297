/** An answer that comes as a stream of events, the last of which holds what others get at once. */

/**
 * @typedef {object} News What is told while the service works.
 * @property {number} done The fraction that is done, 0 to 1.
 * @property {number} candidate Which of the results is being made, from 0.
 * @property {Preview} [preview] What a hole looks like so far.
 */

/**
 * @typedef {object} Preview In pixels of the photo that was sent, upright.
 * @property {Blob} image Coarse at first. Only the hole's pixels mean anything.
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */

export const EVENTS = "text/event-stream";

/** @param {Response} answer */
export function isStream(answer) {
  return answer.headers.get("Content-Type")?.startsWith(EVENTS) ?? false;
}

/**
 * Read a stream to its end.
 *
 * @param {Response} answer
 * @param {(news: News) => void} told
 * @returns {Promise<any>} The envelope.
 */
export async function readEvents(answer, told) {
  for await (const { name, data } of events(answer)) {
    if (name === "result") return data;
    told(newsOf(data));
  }
  throw new Error("the stream ended before its result");
}

/** @param {any} data @returns {News} */
function newsOf({ Done, Candidate, Image, Left, Top, Width, Height }) {
  const news = { done: Done, candidate: Candidate };
  if (!Image) return news;
  const bytes = Uint8Array.from(atob(Image), (one) => one.charCodeAt(0));
  const image = new Blob([bytes], { type: "image/webp" });
  return { ...news, preview: { image, left: Left, top: Top, width: Width, height: Height } };
}

/**
 * @param {Response} answer
 * @returns {AsyncGenerator<{ name: string, data: any }>}
 */
async function* events(answer) {
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  // The last event may be some dozen megabytes in many pieces: each piece is looked through once.
  /** @type {string[]} */
  let begun = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    let rest = value;
    if (rest.startsWith("\n") && begun.at(-1)?.endsWith("\n")) rest = `\n${rest}`;
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const event = parse(begun.join("") + rest.slice(0, end));
      if (event) yield event;
      begun = [];
      rest = rest.slice(end + 2);
    }
    if (rest) begun.push(rest);
  }
}

/** @param {string} block @returns {{ name: string, data: any } | null} Null for a comment. */
function parse(block) {
  const [, name] = /^event: (\w+)$/m.exec(block) ?? [];
  const at = block.indexOf("data: ");
  return name && at >= 0 ? { name, data: JSON.parse(block.slice(at + 6)) } : null;
}
