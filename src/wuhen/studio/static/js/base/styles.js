/** Styles that come with a part of the page, not with the page. */

import { h } from "./dom.js";

/**
 * Have a style sheet in force.
 *
 * @param {string} name Of its file in `css/`, without the ending.
 */
export async function styled(name) {
  if (document.querySelector(`link[href$="css/${name}.css"]`)) return;
  const link = h("link", { rel: "stylesheet", href: new URL(`../../css/${name}.css`, import.meta.url).href });
  const loaded = new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
  document.head.append(link);
  await loaded;
}
