/** Hashes what takes long, beside the page. */

import { digest } from "./sha.js";

addEventListener("message", ({ data: { id, bytes, hash } }) => {
  postMessage({ id, digested: digest(bytes, hash) });
});
