/** Zip archives of files that are compressed already: stored, not deflated (APPNOTE 6.3.10). */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8 = 0x0800;

/**
 * @param {Uint8Array} data
 * @returns {number} CRC-32 (ISO 3309).
 */
export function crc32(data) {
  let value = 0xffffffff;
  for (const byte of data) value = (value >>> 8) ^ TABLE[(value ^ byte) & 0xff];
  return ~value >>> 0;
}

/**
 * @param {number[]} fields Pairs of a value and its bytes.
 * @returns {Uint8Array}
 */
function packed(...fields) {
  const bytes = [];
  for (let i = 0; i < fields.length; i += 2) {
    for (let at = 0; at < fields[i + 1]; at++) bytes.push((fields[i] >>> (8 * at)) & 0xff);
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
 * Make an archive of less than 4 GB.
 *
 * @param {{ name: string, data: Uint8Array }[]} files
 * @param {Date} [when]
 * @returns {Blob}
 */
export function zip(files, when = new Date()) {
  /** @type {Uint8Array[]} */
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, data } of files) {
    const encoded = new TextEncoder().encode(name);
    const common = [VERSION, 2, UTF8, 2, 0, 2, ...stamp(when), crc32(data), 4, data.length, 4, data.length, 4, encoded.length, 2, 0, 2];
    directory.push(packed(CENTRAL, 4, VERSION, 2, ...common, 0, 2, 0, 2, 0, 2, 0, 4, offset, 4), encoded);
    const head = packed(LOCAL, 4, ...common);
    parts.push(head, encoded, data);
    offset += head.length + encoded.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = packed(END, 4, 0, 2, 0, 2, files.length, 2, files.length, 2, size, 4, offset, 4, 0, 2);
  return new Blob(/** @type {BlobPart[]} */ ([...parts, ...directory, end]), { type: "application/zip" });
}
