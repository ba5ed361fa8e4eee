// Screenshots as numbers: the pixels of a PNG, and what a picture is made of.
import { inflateSync } from 'node:zlib'

// The pixels of an 8-bit RGB(A) PNG, as Chromium writes them: {width, height, channels, pixels}.
export function decode(png) {
  let width, height, channels
  const parts = []
  for (let at = 8; at < png.length;) {
    const size = png.readUInt32BE(at), type = png.toString('latin1', at + 4, at + 8), body = png.subarray(at + 8, at + 8 + size)
    if (type === 'IHDR') {
      width = body.readUInt32BE(0)
      height = body.readUInt32BE(4)
      channels = { 2: 3, 6: 4 }[body[9]]
    } else if (type === 'IDAT') parts.push(body)
    at += size + 12
  }
  const raw = inflateSync(Buffer.concat(parts)), stride = width * channels, pixels = Buffer.alloc(stride * height)
  for (let row = 0; row < height; ++row) {
    const filter = raw[row * (stride + 1)], from = row * (stride + 1) + 1, to = row * stride
    for (let i = 0; i < stride; ++i) {
      const left = i < channels ? 0 : pixels[to + i - channels], up = row ? pixels[to + i - stride] : 0
      let guess = 0
      if (filter === 1) guess = left
      else if (filter === 2) guess = up
      else if (filter === 3) guess = left + up >> 1
      else if (filter === 4) {
        const corner = row && i >= channels ? pixels[to + i - stride - channels] : 0
        const a = Math.abs(up - corner), b = Math.abs(left - corner), c = Math.abs(left + up - 2 * corner)
        guess = a <= b && a <= c ? left : b <= c ? up : corner
      }
      pixels[to + i] = raw[from + i] + guess
    }
  }
  return { width, height, channels, pixels }
}

// A function from (x, y) to [r, g, b].
export function reader({ width, channels, pixels }) {
  return (x, y) => {
    const at = (y * width + x) * channels
    return [pixels[at], pixels[at + 1], pixels[at + 2]]
  }
}

// Of every second pixel: how many colours, the commonest and its share, and how many of 8×8 blocks hold more than one.
export function look(png) {
  const { width, height, channels, pixels } = decode(png)
  const colours = new Map(), first = new Int32Array(64).fill(-1), busy = new Uint8Array(64)
  let seen = 0
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2, ++seen) {
      const at = (y * width + x) * channels, colour = pixels[at] << 16 | pixels[at + 1] << 8 | pixels[at + 2]
      colours.set(colour, (colours.get(colour) ?? 0) + 1)
      const block = (y * 8 / height | 0) * 8 + (x * 8 / width | 0)
      if (first[block] < 0) first[block] = colour
      else if (first[block] !== colour) busy[block] = 1
    }
  const [paper, count] = [...colours].reduce((most, next) => next[1] > most[1] ? next : most)
  return { width, height, colours: colours.size, paper, share: count / seen, busy: busy.reduce((sum, one) => sum + one) }
}

// 0 black … 1 white, of 0xRRGGBB.
export const brightness = (colour) => ((colour >> 16) + (colour >> 8 & 255) + (colour & 255)) / 765

// The frames drawn in `colour` ([r, g, b]): the boxes {left, top, right, bottom} around connected pixels of it that are
// at least `least` pixels high and wide.
export function framesIn(picture, colour, least = 8) {
  const { width, height, channels, pixels } = picture, mask = new Uint8Array(width * height)
  for (let i = 0; i < mask.length; ++i) {
    const at = i * channels
    mask[i] = Math.abs(pixels[at] - colour[0]) + Math.abs(pixels[at + 1] - colour[1]) + Math.abs(pixels[at + 2] - colour[2]) < 24 ? 1 : 0
  }
  const boxes = []
  for (let start = 0; start < mask.length; ++start) {
    if (!mask[start]) continue
    const box = { left: width, top: height, right: 0, bottom: 0 }, open = [start]
    mask[start] = 0
    while (open.length) {
      const at = open.pop(), x = at % width, y = (at - x) / width
      box.left = Math.min(box.left, x)
      box.right = Math.max(box.right, x)
      box.top = Math.min(box.top, y)
      box.bottom = Math.max(box.bottom, y)
      for (const next of [x > 0 && at - 1, x < width - 1 && at + 1, y > 0 && at - width, y < height - 1 && at + width])
        if (next !== false && mask[next]) {
          mask[next] = 0
          open.push(next)
        }
    }
    if (box.right - box.left + 1 >= least && box.bottom - box.top + 1 >= least) boxes.push(box)
  }
  return boxes
}
