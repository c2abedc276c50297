/** Many photos, one after another: which mask belongs to which, what became of each. */

import { ApiError, GoneError, NoKeyError, erase } from "../api/client.js";
import { t } from "../base/words.js";
import { explain } from "../studio/erasing.js";
import { openPhoto, resultName } from "../studio/opening.js";

/**
 * @typedef {object} Item
 * @property {File} photo
 * @property {File | null} mask
 * @property {"waiting" | "running" | "done" | "failed"} state
 * @property {string} told Why it failed, or what to know of the result.
 * @property {{ name: string, file: Blob } | null} result
 */

const AT_ONCE = 2;
const BUSY = "RequestLimitExceeded.JobNumExceed";
const PAUSE = 500;

/** @param {string} name */
const stem = (name) => name.replace(/\.[^.]*$/, "");

/**
 * Match photos with masks: the one for all, or those of the same name.
 *
 * @param {File[]} photos
 * @param {File[]} masks
 * @returns {Item[]}
 */
export function match(photos, masks) {
  const byName = new Map(masks.map((mask) => [stem(mask.name).replace(/_mask$/, ""), mask]));
  return photos.map((photo) => {
    const mask = masks.length === 1 ? masks[0] : (byName.get(stem(photo.name)) ?? null);
    return { photo, mask, state: "waiting", told: "", result: null };
  });
}

/**
 * Work through the items that wait or failed.
 *
 * @param {Item[]} items
 * @param {object} how
 * @param {boolean} how.marked
 * @param {boolean} how.removeTraces
 * @param {AbortSignal} how.signal
 * @param {() => void} how.changed Told of every change.
 */
export async function work(items, { marked, removeTraces, signal, changed }) {
  const waiting = items.filter((item) => item.state === "waiting" || item.state === "failed");
  const next = async () => {
    for (let item = waiting.shift(); item && !signal.aborted; item = waiting.shift()) {
      item.state = "running";
      changed();
      try {
        const { remarks, ...result } = await one(item, { marked, removeTraces, signal });
        item.result = result;
        item.state = "done";
        item.told = remarks.length ? [t("batch.done"), ...remarks].join(": ") : "";
      } catch (error) {
        const stopped = error instanceof DOMException || error instanceof GoneError || error instanceof NoKeyError;
        item.state = error instanceof DOMException ? "waiting" : "failed";
        item.told = explain(error);
        if (stopped) waiting.length = 0;
      }
      changed();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/**
 * @param {Item} item
 * @param {{ marked: boolean, removeTraces: boolean, signal: AbortSignal }} how
 */
async function one(item, how) {
  if (!item.mask) throw new Error(t("batch.noMask"));
  const opened = await openPhoto(item.photo, item.photo.name, () => null);
  opened.picture.close();
  for (;;) {
    try {
      const { image, remarks } = await erase({ photo: opened.sent, mask: item.mask, fitMask: true, ...how });
      return { name: resultName(item.photo.name, image), file: image, remarks };
    } catch (error) {
      // Somebody else's calls have the account's places; they come free again.
      if (!(error instanceof ApiError) || error.code !== BUSY) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
