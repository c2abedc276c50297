/** What went wrong, in the user's words; what the service said itself, for whoever wants to know. */

import { ApiError, GoneError, NoKeyError } from "../api/client.js";
import { NotLoaded } from "../base/loading.js";
import { t } from "../base/words.js";

/** Something to tell the user that is nobody's fault: nothing was found, nothing is painted. */
export class Told extends Error {
  /**
   * @param {string} words A key of the page's words.
   * @param {Record<string, string | number>} [values]
   */
  constructor(words, values = {}) {
    super(words);
    this.words = words;
    this.values = values;
    this.wrong = false;
  }
}

/** The codes of the API that have words of their own, by how they begin; the first that fits is taken. */
const CODES = /** @type {const} */ ([
  ["AuthFailure.SignatureExpire", "wrong.clock"],
  ["AuthFailure.UnauthorizedOperation", "wrong.forbidden"],
  ["UnauthorizedOperation", "wrong.forbidden"],
  ["AuthFailure", "wrong.key"],
  ["RequestLimitExceeded", "wrong.busy"],
  ["LimitExceeded", "wrong.busy"],
  ["ResourceUnavailable", "wrong.busy"],
  ["FailedOperation.RequestTimeout", "wrong.slow"],
  ["RequestSizeLimitExceeded", "wrong.large"],
  ["FailedOperation.RequestEntityTooLarge", "wrong.large"],
  ["FailedOperation.ImageSizeExceed", "wrong.large"],
  ["FailedOperation.ImageDownloadError", "wrong.download"],
  ["FailedOperation.ServerError", "wrong.service"],
  ["FailedOperation.InnerError", "wrong.service"],
  ["InternalError", "wrong.service"],
]);

/** @param {string} code @returns {string | undefined} The key of its words. */
function wordsOf(code) {
  return CODES.find(([begin]) => code === begin || code.startsWith(`${begin}.`))?.[1];
}

/**
 * Say what went wrong.
 *
 * @param {unknown} error
 * @returns {string} In the page's language at this moment.
 */
export function explain(error) {
  if (error instanceof Told) return t(error.words, error.values);
  if (error instanceof ApiError) {
    const words = wordsOf(error.code);
    // What else the service says of a photo or a mask, it says of this very one, and in the caller's language.
    return words ? t(words) : error.message;
  }
  if (error instanceof GoneError || error instanceof NotLoaded) return t("erase.gone");
  if (error instanceof NoKeyError) return t("erase.noKey");
  if (error instanceof DOMException && error.name === "AbortError") return t("erase.cancelled");
  if (error instanceof DOMException && error.name === "NotAllowedError") return t("wrong.denied");
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {unknown} error
 * @returns {(() => string[]) | undefined} What the service said, where it said something.
 */
export function detailsOf(error) {
  if (!(error instanceof ApiError)) return undefined;
  return () => [error.message, t("wrong.code", { code: error.code }), t("wrong.request", { requestId: error.requestId })];
}

/**
 * Whether it is an error, not just something to know.
 *
 * @param {unknown} error
 */
export function isWrong(error) {
  if (error instanceof Told) return error.wrong;
  return !(error instanceof DOMException && error.name === "AbortError");
}

/**
 * Whether another key would help.
 *
 * @param {unknown} error
 */
export function lacksKey(error) {
  return error instanceof NoKeyError || (error instanceof ApiError && wordsOf(error.code) === "wrong.key");
}
