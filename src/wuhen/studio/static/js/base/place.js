/** Where the page lies: a proxy may have the service under a path, and its files lie in a folder of their release. */

/** The page. */
export const PAGE = new URL("../../", import.meta.url.replace(/\/files\/[0-9a-f]{16}\//, "/"));
/** The service beside it, which takes the calls. */
export const ENDPOINT = new URL("../", PAGE);
