/** Results on their way out of the studio: downloaded, copied, or exported as the user likes. */

import { copiesPictures, copyPicture } from "../base/clipboard.js";
import { download } from "../base/dom.js";
import { t } from "../base/words.js";
import { finish } from "./export/finishing.js";
import { resultName } from "./opening.js";

/** @typedef {import("./page.js").Studio} Studio */
/** @typedef {import("./page.js").Outcome} Outcome */

const FINISHING = { words: "file.finishing" };

/** @param {Studio} studio */
export async function downloadResult(studio) {
  const { work, marked } = studio;
  const result = work?.result;
  if (!work || !result) return;
  await studio.run(async (signal) => {
    const { file, remarks } = await finish(work, result, { marked }, signal);
    download(file, resultName(work.name, file));
    work.saved = true;
    return saved(remarks);
  }, FINISHING);
}

/** @param {Studio} studio */
export async function copyResult(studio) {
  const { work, marked } = studio;
  const result = work?.result;
  if (!work || !result) return;
  if (!copiesPictures) {
    studio.tell(() => t("file.noCopy"));
    return;
  }
  await studio.run(async (signal) => {
    // The clipboard is asked before the file is there: a browser lets pages do it only just after a key or a press.
    const png = finish(work, result, { marked, format: "png" }, signal).then(({ file }) => file);
    await copyPicture(png);
    return () => t("file.copied");
  }, FINISHING);
}

/** @param {readonly string[]} remarks @returns {Outcome} */
function saved(remarks) {
  if (!remarks.length) return () => t("file.saved");
  return { say: () => t("file.savedWithRemarks"), details: () => remarks };
}
