/** Reading a mask that a user has chosen: of any kind that the service reads, as photos are. */

import { ApiError, ask, base64, blob } from "../api/client.js";
import { Unusable } from "./showing.js";
import { isTaken, refusalOf, typed } from "./types.js";

/**
 * @param {import("./work.js").Work} work
 * @param {File} given
 */
export async function readMaskFile(work, given) {
  const { name } = given;
  let file = typed(given, name);
  if (!(await isShown(file))) {
    if (!isTaken(file)) throw new Unusable(refusalOf({ name, type: file.type }), { name });
    file = await converted(file, name);
  }
  await work.take(file);
}

/** @param {Blob} file Whether this browser can show it. */
async function isShown(file) {
  try {
    (await createImageBitmap(file)).close();
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {Blob} file
 * @param {string} name
 */
async function converted(file, name) {
  try {
    return blob((await ask("ConvertPicture", { InputImage: await base64(file) })).Image);
  } catch (error) {
    if (error instanceof ApiError) throw new Unusable("open.refused", { name, message: error.message });
    throw error;
  }
}
