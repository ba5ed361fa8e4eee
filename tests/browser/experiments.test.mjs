// The experiments through the page's public API and by clicks: the numbers that the unit tests pin, native and wasm, and
// a page that answers while it measures.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { frames, onPage, set, state, tensor, until } from './support.mjs'

const kLearned = 977, kConfusion = 1091, kButtons = 88  // at 1280×800

const pinned = JSON.parse(await readFile(new URL('../pinned_training.json', import.meta.url), 'utf8'))

onPage('experiments give the results that the unit tests pin, native and wasm', { at: '#lesson=network', patience: 60000 }, async (page) => {
  for (const results of pinned.experiments) {
    const { name, steps } = results
    assert.deepEqual(await page.evaluate((options) => playground.experiment(options), { name, steps }), results)
    const { view, experiment } = await state(page)
    assert.deepEqual([view, experiment], ['experiments', name])
  }
  const map = await tensor(page, 'tried.sample.0')
  assert.deepEqual(map.shape, [4, 3, 32, 32])
})

onPage('an experiment that is left before its end says so, and its promise fails', { at: '#lesson=network' }, async (page) => {
  const said = page.evaluate(() => playground.experiment({ name: 'shuffled', steps: 1000 }).then(() => '', (e) => e.message))
  await until(page, () => playground.results().progress > 0)
  await set(page, { experiment: 'pooling' })
  assert.match(await said, /shuffled.*stopped/)
  const refused = await page.evaluate(() => playground.experiment({ steps: 0 }).then(() => '', (e) => `${e.name} ${e.message}`))
  assert.match(refused, /^RangeError .*1 … 5000/)
})

onPage('while both nets train, frames keep coming and a click is heard within 100 ms', { at: '#lesson=network&view=training', patience: 60000 }, async (page) => {
  await page.mouse.move(5, 300)
  await frames(page)
  await page.evaluate(() => {
    self.delays = []  // until the page hears of a press
    self.waits = []   // until what it asked for is there
    self.gaps = []
    let pressed = 0, last = 0
    addEventListener('pointerdown', (event) => {
      pressed = event.timeStamp
      self.delays.push(performance.now() - pressed)
    }, true)
    playground.on('change', () => {
      if (pressed) self.waits.push(performance.now() - pressed)
      pressed = 0
    })
    const tick = (now) => {
      if (last) self.gaps.push(now - last)
      last = now
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
    playground.train({ steps: 100000 }).catch(() => {})
  })
  await until(page, () => playground.metrics().steps > 0)
  // The buttons of what is shown, at the right of the question.
  for (let i = 0; i < 12; ++i) {
    const [x, show] = i % 2 ? [kLearned, 'learned'] : [kConfusion, 'confusion']
    await page.mouse.click(x, kButtons)
    await until(page, (wanted) => playground.getState().show === wanted, show)
  }
  const { delays, waits, gaps, steps } = await page.evaluate(() => ({ delays: self.delays, waits: self.waits, gaps: self.gaps, steps: playground.metrics().steps }))
  const at = (values, share) => values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))]
  console.log(`# ${steps} steps · frames: median ${at(gaps, 0.5).toFixed(0)} ms, 95 % within ${at(gaps, 0.95).toFixed(0)} ms (${gaps.length}) · click heard after ${at(delays, 0.5).toFixed(0)} ms (median; longest ${at(delays, 1).toFixed(0)}), done after ${at(waits, 0.5).toFixed(0)} ms (longest ${at(waits, 1).toFixed(0)})`)
  assert.equal(waits.length, 12)
  assert.ok(steps > 0)
  // What is done after a press waits for a frame, which software takes long to draw; training must not add to that.
  assert.ok(at(delays, 0.5) < 100, `median ${at(delays, 0.5)} ms`)
})
