// A screenshot of a page has few colours: written with a palette it is a third of the size, and looks the same.
import * as zlib from 'node:zlib';

const COLOURS = 256;

/** RGBA pixels as a PNG of at most 256 colours: the most frequent ones, every other pixel by its nearest. */
export function png(width, height, rgba) {
  const counts = new Map();
  const keyAt = (at) => (rgba[at] << 16) | (rgba[at + 1] << 8) | rgba[at + 2];
  for (let at = 0; at < rgba.length; at += 4) counts.set(keyAt(at), (counts.get(keyAt(at)) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, COLOURS).map(([key]) => key);
  const index = new Map(palette.map((key, at) => [key, at]));
  for (const key of counts.keys()) if (!index.has(key)) index.set(key, nearest(palette, key));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = index.get(keyAt(4 * (y * width + x)));
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((key) => [key >> 16, (key >> 8) & 255, key & 255]));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('PLTE', colours), chunk('IDAT', zlib.deflateSync(rows, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

function nearest(palette, key) {
  let best = 0;
  let distance = Infinity;
  for (const [at, other] of palette.entries()) {
    const [r, g, b] = [16, 8, 0].map((shift) => ((key >> shift) & 255) - ((other >> shift) & 255));
    const d = r * r + g * g + b * b;
    if (d < distance) [best, distance] = [at, d];
  }
  return best;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

// `zlib.crc32` came with Node 22.2 (and 20.15).
function crc(data) {
  if (zlib.crc32) return zlib.crc32(data);
  let sum = 0xffffffff;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
