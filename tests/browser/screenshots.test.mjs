// Pictures of the page, to be looked at: kept as PNG files, and each checked not to be blank.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { frames, open, screenshots, set } from './support.mjs'

// The pixels of an 8-bit RGB(A) PNG, as Chromium writes them.
function decode(png) {
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
    const filter = raw[row * (stride + 1)]
    for (let i = 0; i < stride; ++i) {
      const here = row * stride + i
      const left = i < channels ? 0 : pixels[here - channels], up = row ? pixels[here - stride] : 0
      const corner = row && i >= channels ? pixels[here - stride - channels] : 0
      const guess = left + up - corner
      const [a, b, c] = [left, up, corner].map((v) => Math.abs(guess - v))
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner
      pixels[here] = raw[row * (stride + 1) + 1 + i] + [0, left, up, left + up >> 1, paeth][filter]
    }
  }
  return { width, height, channels, pixels }
}

// Colours, the share of the commonest one, and how many of 8×8 blocks hold more than one colour.
function look(png) {
  const { width, height, channels, pixels } = decode(png)
  const colours = new Map(), blocks = new Map()
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x) {
      const colour = pixels.readUIntBE((y * width + x) * channels, 3)
      colours.set(colour, (colours.get(colour) ?? 0) + 1)
      const block = (y * 8 / height | 0) * 8 + (x * 8 / width | 0)
      if (!blocks.has(block)) blocks.set(block, new Set())
      blocks.get(block).add(colour)
    }
  const [paper, count] = [...colours].reduce((most, next) => next[1] > most[1] ? next : most)
  return { width, height, colours: colours.size, paper, share: count / width / height,
           busy: [...blocks.values()].filter((seen) => seen.size > 1).length }
}

const brightness = (colour) => ((colour >> 16) + (colour >> 8 & 255) + (colour & 255)) / 765

async function picture(page, name) {
  await frames(page, 6)
  mkdirSync(screenshots, { recursive: true })
  const png = await page.screenshot({ path: join(screenshots, `${name}.png`) })
  const seen = look(png), size = page.viewportSize()
  assert.deepEqual([seen.width, seen.height], [size.width, size.height], name)
  assert.ok(seen.colours > 100, `${name}: ${seen.colours} colours`)
  assert.ok(seen.share < 0.93, `${name}: ${seen.share} of it is one colour`)
  assert.ok(seen.busy >= 44, `${name}: only ${seen.busy} of 64 blocks are not blank`)
  return { png, ...seen }
}

const kSizes = [[1280, 800], [420, 800], [320, 480]]

for (const lang of ['en', 'ko'])
  for (const lesson of ['flatten', 'shuffle', 'convolution', 'pattern', 'locality', 'invariance', 'channels',
                        'parameters', 'pointwise', 'fc-as-conv', 'pooling', 'network'])
    test(`${lesson} in ${lang} is drawn at every size and theme`, { timeout: 40000 }, async () => {
      const { page, problems, close } = await open({ at: `#lesson=${lesson}`, lang })
      try {
        const pictures = {}
        for (const [width, height] of kSizes) {
          await page.setViewportSize({ width, height })
          pictures[width] = await picture(page, `${lesson}-${lang}-${width}x${height}`)
        }
        await page.setViewportSize({ width: 1280, height: 800 })
        for (const theme of ['dark', 'projector']) {
          await set(page, { theme })
          pictures[theme] = await picture(page, `${lesson}-${lang}-1280x800-${theme}`)
        }
        assert.ok(brightness(pictures[1280].paper) > 0.9)
        assert.ok(brightness(pictures.dark.paper) < 0.25)
        assert.notEqual(pictures.projector.png.compare(pictures[1280].png), 0)
        assert.deepEqual(problems(), [])
      } finally { await close() }
    })

test('the picture of the README is made here', { timeout: 40000 }, async () => {
  const { page, problems, close } = await open({ at: '#lesson=flatten' })
  try {
    await picture(page, 'readme')
    assert.deepEqual(problems(), [])
  } finally { await close() }
})

test('a browser that prefers dark gets dark, and the state alone decides what is drawn', { timeout: 40000 }, async () => {
  const { page, problems, close } = await open({ at: '#lesson=convolution&kernel_size=3&step=200', theme: 'dark' })
  try {
    const auto = await picture(page, 'convolution-dark-auto')
    assert.ok(brightness(auto.paper) < 0.25)
    await set(page, { kernel_size: 5, filter: 'blur', theme: 'light', lang: 'ko' })
    await frames(page, 6)
    await set(page, { kernel_size: 3, filter: 'vertical-edge', theme: 'auto', lang: 'en', step: 200 })
    assert.equal((await picture(page, 'convolution-dark-again')).png.compare(auto.png), 0)
    assert.deepEqual(problems(), [])
  } finally { await close() }
})
