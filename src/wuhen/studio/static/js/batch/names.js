/** What results are called in an archive: after their photos, in the folders of these, no two alike on any system. */

/** Names of devices, which Windows takes for no file's, whatever their ending. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what no name may have
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f<>:"|?*\\]/g;
/** Marks that turn the direction of writing, by which an ending can be made to look like another; and halves of characters. */
const MISLEADING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/gu;
/** Bytes of a name, of which file systems take 255; the rest is for a number. */
const LONGEST = 240;

/**
 * @param {string} path
 * @returns {string} The same as every system may write it, and nowhere but below the folder it is unpacked in.
 */
function portable(path) {
  const parts = path.normalize("NFC").split("/");
  const safe = parts
    .map((part) => shortened(part.replace(FORBIDDEN, "_").replace(MISLEADING, "_")).replace(/[. ]+$/, ""))
    .filter((part) => part !== "")
    .map((part) => (DEVICES.test(part) ? `_${part}` : part));
  return safe.join("/") || "_";
}

/**
 * @param {string} name
 * @returns {string} The same, or its beginning and its ending, as long as names may be.
 */
function shortened(name) {
  const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text).length;
  if (bytes(name) <= LONGEST) return name;
  const [, stem, ending] = /** @type {RegExpExecArray} */ (/^(.*?)((?:-wuhen)?\.[^.]{1,16})?$/s.exec(name));
  let room = LONGEST - bytes(ending ?? "");
  const kept = [];
  for (const character of stem) {
    room -= bytes(character);
    if (room < 0) break;
    kept.push(character);
  }
  return kept.join("") + (ending ?? "");
}

/**
 * @param {readonly string[]} paths
 * @returns {string[]} Portable, and each one of its own: of several alike, the later ones are numbered.
 */
export function distinct(paths) {
  const wanted = paths.map(portable);
  // A number must not make of one name what another one is already.
  const taken = new Set(wanted.map(folded));
  const seen = new Set();
  return wanted.map((path) => {
    if (!seen.has(folded(path))) {
      seen.add(folded(path));
      return path;
    }
    const [, stem, ending] = /** @type {RegExpExecArray} */ (/^(.*?)(\.[^./]*)?$/s.exec(path));
    let number = 2;
    while (taken.has(folded(`${stem}-${number}${ending ?? ""}`))) number++;
    const own = `${stem}-${number}${ending ?? ""}`;
    taken.add(folded(own));
    seen.add(folded(own));
    return own;
  });
}

/** @param {string} path As systems compare it that do not tell capitals from small letters. */
function folded(path) {
  return path.toLowerCase();
}

/**
 * @param {readonly string[]} paths
 * @returns {string} The folder that all of them lie in, as the archive's name; a plain one where there is none.
 */
export function archiveName(paths) {
  const tops = new Set(paths.map((path) => (path.includes("/") ? path.split("/")[0] : "")));
  const [top] = tops;
  return tops.size === 1 && top ? `${portable(top)}-wuhen.zip` : "wuhen.zip";
}
