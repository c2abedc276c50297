/** Reading photos that this browser cannot show: the service makes files of them that it can. */

import { ApiError, ask, base64, blob } from "../api/client.js";
import { Told } from "./explaining.js";
import { Picture } from "./picture.js";
import { isTaken, refusalOf } from "./types.js";

/** A file cannot be worked on. */
export class Unusable extends Told {
  /**
   * @param {string} words
   * @param {Record<string, string | number>} values
   */
  constructor(words, values) {
    super(words, values);
    this.wrong = true;
  }
}

/**
 * @param {Blob} file
 * @param {string} name
 * @returns {Promise<Picture>}
 */
export async function readPhoto(file, name) {
  try {
    return await Picture.read(file);
  } catch {
    if (!isTaken(file)) throw new Unusable(refusalOf({ name, type: file.type }), { name });
  }
  try {
    const { Image } = await ask("ConvertPicture", { InputImage: await base64(file) });
    return await Picture.read(blob(Image));
  } catch (error) {
    if (error instanceof ApiError) throw new Unusable("open.refused", { name, message: error.message });
    throw error;
  }
}
