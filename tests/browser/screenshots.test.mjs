// Pictures of the page, to be looked at: each checked not to be blank, all put on contact sheets (PNG files).
//   PICTURES=all   every lesson × language × theme × size; else each lesson in every size, every theme and both languages
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { brightness, look } from './picture_support.mjs'
import { frames, open, screenshots, set } from './support.mjs'

const kLessons = ['flatten', 'shuffle', 'convolution', 'pattern', 'locality', 'invariance', 'channels', 'stride', 'padding',
                  'parameters', 'pointwise', 'fc-as-conv', 'pooling', 'network']
const kThemes = ['light', 'dark', 'projector'], kLangs = ['en', 'ko']
const kSizes = [[1280, 800], [768, 1024], [420, 800], [320, 480]]
const all = process.env.PICTURES === 'all'

async function picture(page, name) {
  await frames(page)
  const png = await page.screenshot()
  const seen = look(png), size = page.viewportSize()
  assert.deepEqual([seen.width, seen.height], [size.width, size.height], name)
  assert.ok(seen.colours > 100, `${name}: ${seen.colours} colours`)
  assert.ok(seen.share < 0.93, `${name}: ${seen.share} of it is one colour`)
  assert.ok(seen.busy >= 44, `${name}: only ${seen.busy} of 64 blocks are not blank`)
  return { name, png, ...seen }
}

// All pictures in one, at half their size or less, with their names.
async function contactSheet(name, pictures, width, height) {
  const wide = Math.min(width / 2, 480), high = wide * height / width + 18, across = width > height ? 4 : 7
  const down = Math.ceil(pictures.length / across)
  const { page, leave, close } = await open({ at: 'about:blank', ready: false,
    viewport: { width: across * (wide + 6) + 6, height: Math.ceil(down * (high + 6) + 6) } })
  try {
    await page.setContent(`<style>body { margin: 6px; background: #777; display: grid; grid-template-columns: repeat(${across}, ${wide}px); gap: 6px;
      font: 12px/18px sans-serif; color: #fff } img { display: block; width: 100% }</style>` + pictures.map(({ name, png }) =>
      `<div>${name}<img src="data:image/png;base64,${png.toString('base64')}"></div>`).join(''))
    await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())))
    mkdirSync(screenshots, { recursive: true })
    writeFileSync(join(screenshots, `${name}.png`), await page.screenshot())
    await leave()
  } finally { await close() }
}

kSizes.forEach(([width, height], turn) =>
  test(`every lesson is drawn at ${width}×${height}`, { timeout: all ? 400000 : 90000 }, async () => {
    const { page, problems, leave, close } = await open({ viewport: { width, height } })
    try {
      const sheets = new Map()
      for (const [i, lesson] of kLessons.entries())
        for (const [k, theme] of kThemes.entries())
          for (const [l, lang] of kLangs.entries()) {
            if (!all && ((i + turn) % 3 !== k || (i + turn) % 2 !== l)) continue
            await set(page, { lesson, theme, lang })
            const seen = await picture(page, `${lesson} ${lang} ${theme}`)
            const light = brightness(seen.paper)
            assert.ok(theme === 'dark' ? light < 0.25 : light > 0.9, `${seen.name}: ${light}`)
            const sheet = `sheet-${width}x${height}${all ? `-${theme}-${lang}` : ''}`
            sheets.set(sheet, [...sheets.get(sheet) ?? [], seen])
          }
      for (const [name, pictures] of sheets) await contactSheet(name, pictures, width, height)
      assert.deepEqual(problems(), [])
      await leave()
    } finally { await close() }
  }))

test('the themes differ, and the picture of the README is made here', { timeout: 40000 }, async () => {
  const { page, problems, leave, close } = await open({ at: '#lesson=flatten' })
  try {
    const light = await picture(page, 'readme')
    mkdirSync(screenshots, { recursive: true })
    writeFileSync(join(screenshots, 'readme.png'), light.png)
    await set(page, { theme: 'projector' })
    assert.notEqual((await picture(page, 'projector')).png.compare(light.png), 0)
    assert.deepEqual(problems(), [])
    await leave()
  } finally { await close() }
})

test('a browser that prefers dark gets dark, and the state alone decides what is drawn', { timeout: 40000 }, async () => {
  const { page, problems, leave, close } = await open({ at: '#lesson=convolution&kernel_size=3&step=200', theme: 'dark' })
  try {
    const auto = await picture(page, 'convolution-dark-auto')
    assert.ok(brightness(auto.paper) < 0.25)
    await set(page, { kernel_size: 5, filter: 'blur', theme: 'light', lang: 'ko' })
    await frames(page, 6)
    await set(page, { kernel_size: 3, filter: 'vertical-edge', theme: 'auto', lang: 'en', step: 200 })
    assert.equal((await picture(page, 'convolution-dark-again')).png.compare(auto.png), 0)
    assert.deepEqual(problems(), [])
    await leave()
  } finally { await close() }
})
