/**
 * Zip archives of files that are compressed already: stored, not deflated (APPNOTE 6.3.10). Of each file only the
 * checksum passes through memory; the archive is made of the files themselves.
 */

import { crc32 } from "../base/crc32.js";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const VERSION = 20;
const VERSION_64 = 45;
const UTF8 = 0x0800;
/** What stands for a number that does not fit, and is given in 64 bits. */
const ALL = 0xffffffff;
const MOST_FILES = 0xffff;

/**
 * @param {Blob} file
 * @returns {Promise<number>}
 */
async function checksum(file) {
  let value = 0;
  const reader = file.stream().getReader();
  for (let { done, value: part } = await reader.read(); !done; { done, value: part } = await reader.read()) {
    if (part) value = crc32(part, value);
  }
  return value;
}

/**
 * @param {number[]} fields Pairs of a value and its bytes.
 * @returns {Uint8Array}
 */
function packed(...fields) {
  const bytes = [];
  for (let i = 0; i < fields.length; i += 2) {
    for (let at = 0, rest = fields[i]; at < fields[i + 1]; at++, rest = Math.floor(rest / 256)) bytes.push(rest % 256);
  }
  return Uint8Array.from(bytes);
}

/** @param {Date} when */
function stamp(when) {
  const time = (when.getHours() << 11) | (when.getMinutes() << 5) | (when.getSeconds() >> 1);
  const date = ((when.getFullYear() - 1980) << 9) | ((when.getMonth() + 1) << 5) | when.getDate();
  return [time, 2, date, 2];
}

/**
 * @param {{ name: string, size: number, crc: number, offset: number }} entry Its size is below 4 GB, as are those of all pictures.
 * @param {number[]} stamped
 * @returns {(Uint8Array)[]} What the directory says of a file.
 */
function listed({ name, size, crc, offset }, stamped) {
  const encoded = new TextEncoder().encode(name);
  const far = offset >= ALL;
  const extra = far ? packed(1, 2, 8, 2, offset, 8) : packed();
  const version = far ? VERSION_64 : VERSION;
  const common = [version, 2, UTF8, 2, 0, 2, ...stamped, crc, 4, size, 4, size, 4, encoded.length, 2, extra.length, 2];
  return [packed(CENTRAL, 4, version, 2, ...common, 0, 2, 0, 2, 0, 2, 0, 4, far ? ALL : offset, 4), encoded, extra];
}

/**
 * @param {number} files
 * @param {number} size Of the directory.
 * @param {number} offset
 * @returns {Uint8Array[]} The archive's end, with that for large archives where it is one.
 */
function ending(files, size, offset) {
  const counted = Math.min(files, MOST_FILES);
  const end = packed(END, 4, 0, 2, 0, 2, counted, 2, counted, 2, Math.min(size, ALL), 4, Math.min(offset, ALL), 4, 0, 2);
  if (files < MOST_FILES && offset < ALL && size < ALL) return [end];
  const large = packed(END_64, 4, 44, 8, VERSION_64, 2, VERSION_64, 2, 0, 4, 0, 4, files, 8, files, 8, size, 8, offset, 8);
  return [large, packed(LOCATOR_64, 4, 0, 4, offset + size, 8, 1, 4), end];
}

/**
 * Make an archive, of any size.
 *
 * @param {readonly { name: string, file: Blob }[]} files
 * @param {object} [how]
 * @param {Date} [how.when]
 * @param {(done: number) => void} [how.told] Told how many files are in it.
 * @returns {Promise<Blob>}
 */
export async function zip(files, { when = new Date(), told } = {}) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  const stamped = stamp(when);
  let offset = 0;
  for (const [index, { name, file }] of files.entries()) {
    const crc = await checksum(file);
    const encoded = new TextEncoder().encode(name);
    const { size } = file;
    const head = packed(LOCAL, 4, VERSION, 2, UTF8, 2, 0, 2, ...stamped, crc, 4, size, 4, size, 4, encoded.length, 2, 0, 2);
    directory.push(...listed({ name, size, crc, offset }, stamped));
    parts.push(/** @type {BlobPart} */ (head), encoded, file);
    offset += head.length + encoded.length + size;
    told?.(index + 1);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  return new Blob([...parts, .../** @type {BlobPart[]} */ ([...directory, ...ending(files.length, size, offset)])], { type: "application/zip" });
}
