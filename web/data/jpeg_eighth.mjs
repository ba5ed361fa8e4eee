// Reads a baseline JPEG at an eighth of its size. The first coefficient of each 8×8 block is (eight times) the
// block's mean, so a picture of the means needs no inverse transform and comes out the same on every machine.
// Method: ITU-T T.81, baseline, and the colours of JFIF 1.02.

// The Huffman codes of one table: length and code → symbol.
function huffmanCodes(counts, symbols) {
  const codes = new Map()
  for (let length = 1, code = 0, next = 0; length <= 16; ++length, code <<= 1)
    for (let i = 0; i < counts[length - 1]; ++i) codes.set(length << 16 | code++, symbols[next++])
  return codes
}

// The tables and the frame before the scan; `at` is where the scan's data begin.
function readHead(bytes) {
  const head = { steps: [], codes: {}, restart: 0 }
  for (let at = 2;;) {
    const marker = bytes[at + 1], end = at + 2 + bytes.readUInt16BE(at + 2)
    let p = at + 4
    if (marker === 0xDB) {  // quantisation: of each table only the first step is needed
      for (; p < end; p += 65) head.steps[bytes[p] & 15] = bytes[p + 1]
    } else if (marker === 0xC4) {
      while (p < end) {
        const counts = bytes.subarray(p + 1, p + 17), total = counts.reduce((a, b) => a + b)
        head.codes[bytes[p]] = huffmanCodes(counts, bytes.subarray(p + 17, p + 17 + total))
        p += 17 + total
      }
    } else if (marker === 0xC0) {
      head.height = bytes.readUInt16BE(p + 1)
      head.width = bytes.readUInt16BE(p + 3)
      head.planes = Array.from({ length: bytes[p + 5] }, (_, i) => {
        const [id, sampling, table] = bytes.subarray(p + 6 + 3 * i)
        return { id, across: sampling >> 4, down: sampling & 15, table }
      })
    } else if (marker === 0xDD) {
      head.restart = bytes.readUInt16BE(p)
    } else if (marker === 0xDA) {
      for (let i = 0; i < bytes[p]; ++i)
        head.planes.find((plane) => plane.id === bytes[p + 1 + 2 * i]).coding = bytes[p + 2 + 2 * i]
      return { ...head, at: end }
    } else if (marker > 0xC0 && marker < 0xD0) {
      throw new Error('only baseline JPEG is read here')
    }
    at = end
  }
}

// The scan's bits from byte `at` on; a zero byte follows each 255 in it.
function bitReader(bytes, at) {
  let byte = 0, left = 0
  const bit = () => {
    if (left === 0) {
      byte = bytes[at]
      at += byte === 255 ? 2 : 1
      left = 8
    }
    return byte >> --left & 1
  }
  return {
    symbol(codes) {
      for (let length = 1, code = 0; length <= 16; ++length) {
        code = code << 1 | bit()
        const found = codes.get(length << 16 | code)
        if (found !== undefined) return found
      }
      throw new Error('a Huffman code that is none')
    },
    number(size) {
      let value = 0
      for (let i = 0; i < size; ++i) value = value << 1 | bit()
      return size > 0 && value < 1 << size - 1 ? value - (1 << size) + 1 : value
    },
    restart() {
      left = 0
      at += 2
    },
  }
}

// {width, height, rgb}: ⌊side / 8⌋ means each way, three bytes a mean.
export function jpegEighth(bytes) {
  if (bytes.readUInt16BE(0) !== 0xFFD8) throw new Error('this is no JPEG')
  const { width: fullWidth, height: fullHeight, planes, steps, codes, restart, at } = readHead(bytes)
  if (planes.length !== 3) throw new Error('this is no colour picture')
  const across = Math.max(...planes.map((p) => p.across)), down = Math.max(...planes.map((p) => p.down))
  const columns = Math.ceil(fullWidth / 8 / across), rows = Math.ceil(fullHeight / 8 / down)
  const bits = bitReader(bytes, at)
  for (const plane of planes) Object.assign(plane, { first: 0, means: new Float64Array(columns * rows * plane.across * plane.down) })
  for (let unit = 0; unit < columns * rows; ++unit) {
    if (restart && unit && unit % restart === 0) {
      bits.restart()
      for (const plane of planes) plane.first = 0
    }
    for (const plane of planes)
      for (let block = 0; block < plane.across * plane.down; ++block) {
        plane.first += bits.number(bits.symbol(codes[plane.coding >> 4]))
        for (let k = 1; k < 64; ++k) {  // the other coefficients are passed over
          const symbol = bits.symbol(codes[16 | plane.coding & 15])
          if (symbol === 0) break
          k += symbol >> 4
          bits.number(symbol & 15)
        }
        const row = Math.floor(unit / columns) * plane.down + Math.floor(block / plane.across)
        const column = unit % columns * plane.across + block % plane.across
        plane.means[row * columns * plane.across + column] = plane.first * steps[plane.table] / 8 + 128
      }
  }
  const width = Math.floor(fullWidth / 8), height = Math.floor(fullHeight / 8)
  const rgb = new Uint8Array(width * height * 3)
  for (let row = 0; row < height; ++row)
    for (let column = 0; column < width; ++column) {
      const [y, cb, cr] = planes.map((p) => p.means[
        Math.floor(row * p.down / down) * columns * p.across + Math.floor(column * p.across / across)])
      const colour = [y + 1.402 * (cr - 128), y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128), y + 1.772 * (cb - 128)]
      rgb.set(colour.map((v) => Math.round(Math.min(255, Math.max(0, v)))), 3 * (row * width + column))
    }
  return { width, height, rgb }
}
