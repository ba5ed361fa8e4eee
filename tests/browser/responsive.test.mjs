// While nets are trained the page still answers: scripts, clicks and frames. Times are measured here, so this file runs
// alone.
import assert from 'node:assert/strict'
import { frames, onPage, set, until } from './support.mjs'

// 100 ms are the aim, and what is measured on an idle machine; a frame drawn in software takes most of that, on a busy
// machine more. A page that training blocks would be silent for seconds.
const kBound = 250
const kLearned = 977, kConfusion = 1091, kButtons = 88  // at 1280×800

onPage('the page answers while it trains, and calls wait for each other', {}, async (page) => {
  await set(page, { lesson: 'network', view: 'training' })
  const { waits, steps } = await page.evaluate(async () => {
    const done = Promise.all([playground.train({ steps: 15 }), playground.train({ steps: 5 })])
    const waits = []
    let over = false
    done.finally(() => { over = true })
    while (!over) {
      const before = performance.now()
      await new Promise((later) => setTimeout(later, 0))
      playground.getState()
      waits.push(performance.now() - before)
    }
    return { waits, steps: (await done).map((metrics) => metrics.steps) }
  })
  assert.deepEqual(steps, [15, 20])
  waits.sort((a, b) => a - b)
  console.log(`# between two tasks of training: median ${waits[Math.floor(waits.length / 2)].toFixed(0)} ms`)
  assert.ok(waits[Math.floor(waits.length / 2)] < kBound, `the median wait is ${waits[Math.floor(waits.length / 2)]} ms`)
})

// What WebGL can answer only when the graphics process has done all that it was given: a page that asks waits for it. And
// what makes an object: Emscripten's lists of them grow with each that was ever made.
const countQuestions = () => {
  self.questions = {}
  const methods = WebGL2RenderingContext.prototype
  for (const name of Object.getOwnPropertyNames(methods)) {
    if (!/^(get|readPixels$|finish$|check|clientWaitSync$|create)/.test(name)) continue
    const real = methods[name]
    methods[name] = function (...rest) {
      self.questions[name] = (self.questions[name] ?? 0) + 1
      return real.apply(this, rest)
    }
  }
}

onPage('no frame waits for what the graphics card says, or makes an object', { before: countQuestions }, async (page) => {
  assert.ok(await page.evaluate(() => self.questions.getShaderParameter > 0), 'they are counted')
  for (const state of [{ step: 9 }, { lesson: 'channels', turn: 20 }, { theme: 'dark', lang: 'ko' }, { lesson: 'network', view: 'volumes' }]) {
    await set(page, state)
    await page.evaluate(() => { self.questions = {} })
    await set(page, { step: 40 })
    await frames(page, 8)
    assert.deepEqual(await page.evaluate(() => self.questions), {}, JSON.stringify(state))
  }
})

onPage('while both nets train, frames keep coming and a click is heard at once', { at: '#lesson=network&view=training', patience: 60000 }, async (page) => {
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
  assert.ok(at(delays, 0.5) < kBound, `median ${at(delays, 0.5)} ms`)
})
