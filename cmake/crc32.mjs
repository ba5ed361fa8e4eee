// The checksum of zip and PNG files (ISO 3309); Node has one of its own only since version 20.15.
const kTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; ++bit) n = n & 1 ? 0xEDB88320 ^ n >>> 1 : n >>> 1
  return n
})

export function crc32(bytes) {
  let crc = -1
  for (const byte of bytes) crc = kTable[(crc ^ byte) & 255] ^ crc >>> 8
  return ~crc >>> 0
}
