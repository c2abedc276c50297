/**
 * SHA-1, SHA-256 and HMAC without the browser's help, which it gives to pages over https and of this machine only.
 * After FIPS 180-4 and RFC 2104.
 */

/** @typedef {"SHA-1" | "SHA-256"} Hash */

const BLOCK = 64;

// biome-ignore format: a table
const K = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const START = {
  "SHA-1": [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0],
  "SHA-256": [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
};
const MIX = { "SHA-1": mix1, "SHA-256": mix256 };

/**
 * @param {Uint8Array} bytes
 * @param {Hash} hash
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function digest(bytes, hash) {
  const state = new Int32Array(START[hash]);
  const mix = MIX[hash];
  const whole = bytes.length - (bytes.length % BLOCK);
  mix(state, bytes, whole);
  const rest = bytes.length - whole;
  const end = new Uint8Array(rest + 9 > BLOCK ? 2 * BLOCK : BLOCK);
  end.set(bytes.subarray(whole));
  end[rest] = 0x80;
  const view = new DataView(end.buffer);
  view.setUint32(end.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(end.length - 4, bytes.length << 3);
  mix(state, end, end.length);
  const digested = new Uint8Array(4 * state.length);
  const out = new DataView(digested.buffer);
  for (let i = 0; i < state.length; i += 1) out.setInt32(4 * i, state[i]);
  return digested;
}

/**
 * @param {Uint8Array} key
 * @param {Uint8Array} bytes
 * @param {Hash} hash
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function hmac(key, bytes, hash) {
  const padded = new Uint8Array(BLOCK);
  padded.set(key.length > BLOCK ? digest(key, hash) : key);
  const inner = digest(joined(padded.map((byte) => byte ^ 0x36), bytes), hash);
  return digest(joined(padded.map((byte) => byte ^ 0x5c), inner), hash);
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
function joined(one, other) {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/**
 * @param {Int32Array} words
 * @param {Uint8Array} bytes
 * @param {number} from
 */
function read(words, bytes, from) {
  for (let i = 0, at = from; i < 16; i += 1, at += 4) {
    words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
}

/**
 * @param {Int32Array} state
 * @param {Uint8Array} bytes
 * @param {number} end Of those that are mixed in, whole blocks.
 */
function mix256(state, bytes, end) {
  const words = new Int32Array(64);
  for (let at = 0; at < end; at += BLOCK) {
    read(words, bytes, at);
    for (let i = 16; i < 64; i += 1) {
      const early = words[i - 15];
      const late = words[i - 2];
      const s0 = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
      const s1 = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
      words[i] = (((words[i - 16] + s0) | 0) + ((words[i - 7] + s1) | 0)) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (((((h + s1) | 0) + (g ^ (e & (f ^ g)))) | 0) + ((K[i] + words[i]) | 0)) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (c & (a ^ b)))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    add(state, [a, b, c, d, e, f, g, h]);
  }
}

/**
 * @param {Int32Array} state
 * @param {Uint8Array} bytes
 * @param {number} end Of those that are mixed in, whole blocks.
 */
function mix1(state, bytes, end) {
  const words = new Int32Array(80);
  for (let at = 0; at < end; at += BLOCK) {
    read(words, bytes, at);
    for (let i = 16; i < 80; i += 1) {
      const mixed = words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16];
      words[i] = (mixed << 1) | (mixed >>> 31);
    }
    let [a, b, c, d, e] = state;
    for (let i = 0; i < 80; i += 1) {
      const next = (((a << 5) | (a >>> 27)) + chosen1(i, b, c, d) + e + words[i]) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    add(state, [a, b, c, d, e]);
  }
}

/**
 * @param {number} round
 * @param {number} b
 * @param {number} c
 * @param {number} d
 */
function chosen1(round, b, c, d) {
  if (round < 20) return (d ^ (b & (c ^ d))) + 0x5a827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (round < 60) return ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

/**
 * @param {Int32Array} state
 * @param {number[]} mixed
 */
function add(state, mixed) {
  for (let i = 0; i < mixed.length; i += 1) state[i] += mixed[i];
}
