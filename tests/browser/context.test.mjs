// The browser takes the WebGL context away, as it does when the graphics driver starts anew, and gives it back: the page goes
// on as if nothing had been.
import assert from 'node:assert/strict'
import { frames, onPage, set, state, until } from './support.mjs'

const kView = { viewport: { width: 800, height: 600 } }, kSmall = { viewport: { width: 400, height: 300 } }  // drawn in software
const lose = (page) => page.evaluate(() => {
  const gl = document.querySelector('canvas').getContext('webgl2')
  self.lossOf = gl.getExtension('WEBGL_lose_context')
  lossOf.loseContext()
})
const isLost = () => document.querySelector('canvas').getContext('webgl2').isContextLost()
// Only after the event may one ask for it again.
async function restore(page) {
  await page.waitForTimeout(50)
  await page.evaluate(() => lossOf.restoreContext())
  await page.waitForFunction(() => !document.querySelector('canvas').getContext('webgl2').isContextLost())
  await frames(page, 6)
}

async function shown(page) {
  await frames(page, 6)
  return page.screenshot()
}

for (const [hash, theme] of [['#lesson=flatten', 'light'], ['#lesson=channels&step=200', 'dark'], ['#lesson=network&view=chain&layer=2', 'light']])
  onPage(`lost and given back, the same pixels and the same state: ${hash}`, { ...kView, at: hash, theme }, async (page) => {
    const before = await shown(page), was = await state(page)
    for (let times = 0; times < 2; ++times) {
      await lose(page)
      await until(page, isLost)
      await restore(page)
      assert.ok(before.equals(await shown(page)), 'other pixels')
    }
    assert.deepEqual(await state(page), was)
  })

onPage('what is set while it is gone is there when it is back', { ...kView, at: '#lesson=stride' }, async (page) => {
  const after = { stride: 3, step: 20, theme: 'dark', lang: 'ko' }
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await set(page, after)
  const wanted = await shown(page)
  await set(page, { stride: 1, step: 7, theme: 'light', lang: 'en' })
  await lose(page)
  assert.equal((await set(page, after)).stride, 3)
  await restore(page)
  assert.ok(wanted.equals(await shown(page)), 'other pixels')
})

onPage('playing stands still meanwhile, and goes on', { ...kSmall, at: '#lesson=convolution&speed=16&step=0' }, async (page) => {
  await page.evaluate(() => playground.play())
  await until(page, () => playground.getState().step > 3)
  await lose(page)
  await page.waitForTimeout(200)
  const { step } = await state(page)
  await page.waitForTimeout(400)
  assert.equal((await state(page)).step, step)
  await restore(page)
  await until(page, (former) => playground.getState().step > former + 2, step)
  assert.equal((await state(page)).playing, true)
})

onPage('training ends with the metrics of an undisturbed one', { ...kSmall, at: '#lesson=network&view=training', patience: 120000 }, async (page) => {
  const train = () => page.evaluate(() => playground.train({ steps: 30 }))
  const wanted = await train()
  await page.evaluate(() => playground.reset())
  const disturbed = train()
  await until(page, () => playground.metrics().steps > 5)
  await lose(page)
  await page.waitForTimeout(100)
  await restore(page)
  assert.deepEqual(await disturbed, wanted)
})

onPage('lost again at once, and given back, it still draws', { ...kView, at: '#lesson=padding' }, async (page) => {
  const before = await shown(page)
  await lose(page)
  await page.waitForTimeout(50)
  await page.evaluate(() => {
    document.querySelector('canvas').addEventListener('webglcontextrestored', () => lossOf.loseContext(), { once: true })
    lossOf.restoreContext()
  })
  await page.waitForTimeout(300)
  await restore(page)
  assert.ok(before.equals(await shown(page)), 'other pixels')
})

for (const lang of ['en', 'ko'])
  onPage(`a context that does not come back is told in a sentence, which goes when it does (${lang})`, { ...kSmall, lang }, async (page) => {
    await lose(page)
    await until(page, () => !document.getElementById('notice').hidden)
    const said = await page.locator('#notice p').innerText()
    assert.match(said, lang === 'ko' ? /그래픽.*새로 고/ : /graphics.*[Rr]eload/)
    await restore(page)
    await until(page, () => document.getElementById('notice').hidden)
  })
