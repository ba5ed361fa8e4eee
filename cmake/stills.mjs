// Packs the still pictures of the lessons: node stills.mjs --drawn DIR --out DIR --strings DIR --lessons lessons.cpp --show F
//
// DIR/<lesson>-<lang>-<theme>.ppm becomes a PNG of the same name. stills.js, a classic script, says what stands below it:
//   self.__conv_stills = {width, height, texts: {<lang>: [{id, title, question, takeaway}, …]}}, the lessons in their order
// and then the script --show, which shows it. The same input gives the same bytes.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { crc32 } from './crc32.mjs'

const args = process.argv.slice(2)
const value = (name) => args[args.indexOf(name) + 1]
const drawn = value('--drawn'), out = value('--out')

function readPpm(bytes) {
  const [head, width, height] = /^P6\n(\d+) (\d+)\n255\n/.exec(bytes.subarray(0, 40).toString('latin1'))
  return { width: +width, height: +height, pixels: bytes.subarray(head.length) }
}

// At most 256 colours, as PNG's palette has them, by median cut: the box of colours that is widest for those who see it
// most often is cut in two, until there are enough.
function paletteOf(counts) {
  const boxes = [[...counts].map(([key, count]) => ({ key, count, rgb: [key >> 16, key >> 8 & 255, key & 255] }))]
  const spread = (box) => [0, 1, 2].map((k) => Math.max(...box.map(({ rgb }) => rgb[k])) - Math.min(...box.map(({ rgb }) => rgb[k])))
  const weight = (box) => Math.max(...spread(box)) * Math.sqrt(box.reduce((sum, { count }) => sum + count, 0))
  const weights = [weight(boxes[0])]
  while (boxes.length < 256 && Math.max(...weights) > 0) {
    const at = weights.indexOf(Math.max(...weights)), wide = spread(boxes[at]), k = wide.indexOf(Math.max(...wide))
    const sorted = boxes[at].sort((a, b) => a.rgb[k] - b.rgb[k] || a.key - b.key)
    let left = sorted.reduce((sum, { count }) => sum + count, 0) / 2, cut = 0
    while (cut < sorted.length - 2 && left > sorted[cut].count) left -= sorted[cut++].count
    boxes.splice(at, 1, sorted.slice(0, cut + 1), sorted.slice(cut + 1))
    weights.splice(at, 1, ...boxes.slice(at, at + 2).map(weight))
  }
  const index = new Map(), colours = []
  boxes.forEach((box, i) => {
    const all = box.reduce((sum, { count }) => sum + count, 0)
    colours.push(...[0, 1, 2].map((k) => Math.round(box.reduce((sum, { rgb, count }) => sum + rgb[k] * count, 0) / all)))
    for (const { key } of box) index.set(key, i)
  })
  return { index, colours: Buffer.from(colours) }
}

function indexed({ width, height, pixels }) {
  const counts = new Map(), runs = []  // of equal pixels, which are looked up but once
  for (let i = 0; i < width * height; ++i) {
    const key = pixels[3 * i] << 16 | pixels[3 * i + 1] << 8 | pixels[3 * i + 2]
    if (key === runs.at(-1)?.key && i % width) ++runs.at(-1).length
    else runs.push({ key, at: i, length: 1 })
  }
  for (const { key, length } of runs) counts.set(key, (counts.get(key) ?? 0) + length)
  const { index, colours } = paletteOf(counts)
  const rows = Buffer.alloc((width + 1) * height)  // before each row a 0: it is not filtered
  for (const { key, at, length } of runs) {
    const start = Math.floor(at / width) * (width + 1) + 1 + at % width
    rows.fill(index.get(key), start, start + length)
  }
  return { rows, palette: colours }
}

function png(picture) {
  const { rows, palette } = indexed(picture)
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]), length = Buffer.alloc(4), crc = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    crc.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, crc])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(picture.width, 0)
  head.writeUInt32BE(picture.height, 4)
  head.set([8, 3], 8)  // bits an index; colours from the palette
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('PLTE', palette),
                        chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

let size
for (const file of readdirSync(drawn).sort()) {
  const picture = readPpm(readFileSync(join(drawn, file)))
  size ??= { width: picture.width, height: picture.height }
  writeFileSync(join(out, basename(file, '.ppm') + '.png'), png(picture))
}

const ids = [...readFileSync(value('--lessons'), 'utf8').matchAll(/&(\w+)_lesson\b/g)].map(([, name]) => name.replaceAll('_', '-'))
const texts = {}
for (const file of readdirSync(value('--strings')).filter((name) => name.endsWith('.json')).sort()) {
  const words = JSON.parse(readFileSync(join(value('--strings'), file), 'utf8'))
  texts[basename(file, '.json')] = ids.map((id) =>
    ({ id, title: words[`lesson.${id}`], question: words[`${id}.question`], takeaway: words[`${id}.takeaway`] }))
}
writeFileSync(join(out, 'stills.js'), `self.__conv_stills = ${JSON.stringify({ ...size, texts })};\n` + readFileSync(value('--show'), 'utf8'))
