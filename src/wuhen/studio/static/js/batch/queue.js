/** Working through a batch, a few photos at a time. */

import { ApiError, GoneError, NoKeyError, erase } from "../api/client.js";
import { largestFile, ownLimits } from "../api/limits.js";
import { isMarked } from "../base/marking.js";
import { resultName } from "../studio/opening.js";
import { sendable } from "../studio/picture.js";
import { isTaken, typed } from "../studio/types.js";
import { small } from "./looking.js";
import { inPixels, inShares } from "./shapes.js";

/** @typedef {import("./items.js").Batch} Batch */
/** @typedef {import("./items.js").Item} Item */

const AT_ONCE = 2;
const NOTHING = "ResourceNotFound";
/** Milliseconds before the service is asked for a place again: more each time. */
const PAUSE = 500;
const LONGEST_PAUSE = 5000;

/** The service works on as many photos at a time as it does for this key, and those are of this batch. */
class NoPlace extends Error {}

/**
 * Work through the photos that wait, those that come meanwhile as well. It ends early where there is no service any
 * more, or no key that it takes: photos do not fail by that.
 *
 * @param {Batch} batch
 * @param {object} how
 * @param {AbortSignal} how.signal Puts back what is under way.
 * @param {(item: Item) => void} how.ended Told of each photo that was worked on.
 * @throws What has ended it.
 */
export async function work(batch, { signal, ended }) {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const next = async () => {
    for (let item = batch.next(); item && !both.aborted; item = batch.next()) {
      try {
        if (await one(batch, item, both)) ended(item);
      } catch (error) {
        // The others have all places that there are.
        if (error instanceof NoPlace) return;
        stop.abort();
        throw error;
      }
    }
  };
  const all = await Promise.allSettled(Array.from({ length: AT_ONCE }, next));
  for (const each of all) if (each.status === "rejected") throw each.reason;
}

/**
 * @param {Batch} batch
 * @param {Item} item
 * @param {AbortSignal} whole
 * @returns {Promise<boolean>} Whether something has become of it.
 */
async function one(batch, item, whole) {
  item.stop = new AbortController();
  const signal = AbortSignal.any([whole, item.stop.signal]);
  item.state = "running";
  batch.changed(item);
  try {
    item.result = await erased(batch, item, signal);
    item.shown = await small(item.result.file);
    item.state = "done";
  } catch (error) {
    if (isNothing(error)) {
      // As `wuhen erase` does with folders: what comes of them is complete.
      item.result = { name: item.photo.name, file: item.photo, remarks: [], found: [] };
      item.state = "nothing";
    } else if (signal.aborted || ends(error)) {
      item.state = "waiting";
      if (!signal.aborted) throw error;
    } else {
      item.error = error;
      item.state = "failed";
    }
  } finally {
    item.held = false;
    item.stop = null;
    batch.changed(item);
  }
  return item.state !== "waiting";
}

/**
 * @param {Batch} batch
 * @param {Item} item
 * @param {AbortSignal} signal
 * @returns {Promise<import("./items.js").Result>}
 */
async function erased(batch, item, signal) {
  const { find, areas, drawnOn, withEffects } = batch.wanted;
  const rectangles = areas.map((area) => (drawnOn ? inPixels(area, drawnOn) : inShares(area)));
  const given = { photo: await sent(item), mask: item.mask?.file ?? null, rectangles, find: [...find], marked: isMarked(), withEffects, seed: item.seed };
  for (let pause = PAUSE; ; pause = Math.min(LONGEST_PAUSE, 2 * pause)) {
    try {
      const { image, found, remarks } = await erase({ ...given, fitMask: true, format: "same", signal });
      return { name: resultName(item.photo.name, image), file: image, found, remarks };
    } catch (error) {
      // Others' calls have the places, or there were many calls just now; it goes on when that is over.
      if (!(error instanceof ApiError) || !/^(RequestLimitExceeded|LimitExceeded)/.test(error.code)) throw error;
    }
    // To ask again and again would send the photo each time.
    if (batch.items.some((one) => one !== item && one.state === "running" && !one.held)) throw new NoPlace();
    item.held = true;
    batch.changed(item);
    await rest(pause, signal);
    item.held = false;
  }
}

/**
 * @param {Item} item
 * @returns {Promise<Blob>} The file as it is, or a copy of one whose format the API does not take.
 */
async function sent({ photo }) {
  const file = typed(photo, photo.name);
  if (isTaken(file)) return file;
  const bitmap = await createImageBitmap(file);
  try {
    return await sendable(file, bitmap, largestFile(await ownLimits()));
  } finally {
    bitmap.close();
  }
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 */
function rest(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/**
 * Whether the service has found none of what is to go, so that the photo may stay as it is.
 *
 * @param {unknown} error
 */
function isNothing(error) {
  return error instanceof ApiError && error.code === NOTHING;
}

/**
 * Whether the next photo would get the same answer, whatever it is.
 *
 * @param {unknown} error
 */
function ends(error) {
  return error instanceof NoPlace || error instanceof GoneError || error instanceof NoKeyError || (error instanceof ApiError && /^(AuthFailure|UnauthorizedOperation)/.test(error.code));
}
