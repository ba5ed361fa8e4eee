// The text mirror: without a violation that axe-core finds, in step with the lesson, and enough on its own: each lesson
// is gone through with the keyboard alone while the canvas is hidden.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { call, frames, onPage, onSharedPage, set, state, tensor, until } from './support.mjs'

const kLessons = ['flatten', 'shuffle', 'convolution', 'pattern', 'locality', 'invariance', 'channels', 'stride', 'padding',
                  'parameters', 'pointwise', 'fc-as-conv', 'pooling', 'network']
const kSmall = { width: 400, height: 300 }
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const violations = (page) => page.evaluate(async () => (await axe.run()).violations
  .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`))

// What has the focus, as far as the tests ask; the canvas is not looked at here, so its pixels are not drawn.
const focus = (page) => page.evaluate(() => self.focused())
function watchFocus() {
  WebGL2RenderingContext.prototype.drawElements = WebGL2RenderingContext.prototype.drawArrays = () => {}
  self.focused = () => {
    const at = document.activeElement
    const name = at.labels?.[0]?.querySelector('span').textContent ?? at.getAttribute('aria-label') ?? at.textContent
    return { id: at.id, tag: at.tagName, type: at.type ?? '', name, form: at.form?.id ?? '', inside: !!at.closest('#mirror') }
  }
  self.passed = []  // what had the focus before each Tab
  self.addEventListener('keydown', ({ key }) => { if (key === 'Tab') self.passed.push(self.focused()) }, { capture: true })
}
// Holds Tab down for so many repetitions: sent at once, each still moves the focus once.
async function tabs(page, count) {
  const sent = Array.from({ length: count }, () => page.keyboard.down('Tab'))
  await Promise.all(sent)
  await page.keyboard.up('Tab')
}

// Goes on with Tab until `wanted` has the focus; what was too far is gone back with Shift, or round once more, one by one.
async function tabTo(page, wanted, most = 200) {
  for (let presses = 0, many = 12; presses < most;) {
    await page.evaluate(() => { self.passed.length = 0 })
    const count = Math.min(many, most - presses)
    await tabs(page, count)
    const passed = [...await page.evaluate(() => self.passed), await focus(page)]
    assert.equal(passed.length, count + 1)
    presses += count
    const at = passed.findIndex(wanted)
    if (at < 0) continue
    await page.keyboard.down('Shift')
    if (at < count) await tabs(page, count - at)
    await page.keyboard.up('Shift')
    if (wanted(await focus(page))) return
    many = 1
  }
  assert.fail(`never reached: ${wanted}`)
}
const pressButton = async (page, name) => {
  await tabTo(page, (at) => at.tag === 'BUTTON' && at.name === name)
  await page.keyboard.press('Enter')
}
const openMirror = async (page) => {
  await tabTo(page, (at) => at.id === 'text-version')
  await page.keyboard.press('Enter')
}
const hideCanvas = (page) => page.evaluate(() => { document.querySelector('canvas').style.visibility = 'hidden' })

// Each lesson once, in one language or the other; the last of each half in both and in both themes.
for (const half of [0, 1])
  onPage(`axe-core finds nothing in lessons ${half * 7 + 1} to ${half * 7 + 7}`, { before: watchFocus }, async (page) => {
    await page.evaluate(axe)
    for (const [i, lesson] of kLessons.slice(half * 7, half * 7 + 7).entries()) {
      await set(page, { lesson, predict: lesson.length % 2 === 0, lang: (i + half) % 2 ? 'ko' : 'en' })
      await frames(page)
      assert.deepEqual(await violations(page), [], lesson)
    }
    // The same when it is seen, with everything opened.
    await page.evaluate(() => {
      document.querySelector('#mirror h1').focus()
      for (const details of document.querySelectorAll('#mirror details')) details.open = true
    })
    assert.deepEqual(await violations(page), [])
    await set(page, { theme: 'dark', lang: half ? 'en' : 'ko' })
    await frames(page)
    assert.deepEqual(await violations(page), [])
  })

onPage('Tab leaves the canvas, the text comes with the focus and goes with Esc, and nothing scrolls', { viewport: { width: 320, height: 480 }, before: watchFocus }, async (page) => {
  assert.equal((await focus(page)).id, 'canvas')
  assert.notEqual(await page.evaluate(() => document.querySelector('canvas').getAttribute('aria-label')), '')
  const open = () => page.evaluate(() => {
    scrollTo(999, 999)
    const box = document.getElementById('mirror').getBoundingClientRect(), page = document.scrollingElement
    return { height: box.height, scrolled: [scrollX, scrollY], document: [page.scrollWidth, page.scrollHeight] }
  })
  assert.equal((await open()).height, 1)
  await page.keyboard.press('Tab')
  assert.equal((await focus(page)).inside, true)
  assert.deepEqual(await open(), { height: 480, scrolled: [0, 0], document: [320, 480] })
  await page.keyboard.press('Escape')
  assert.equal((await focus(page)).id, 'canvas')
  assert.equal((await open()).height, 1)
  // A focus that came by keyboard is seen.
  await page.keyboard.press('Shift+Tab')
  assert.equal((await focus(page)).id, 'text-version')
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('canvas')).outlineStyle), 'solid')
  // Out at the other end, in three presses.
  await page.keyboard.press('Tab')
  await tabTo(page, ({ name }) => name === 'Skip the text', 3)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  assert.equal((await focus(page)).inside, false)
})

onPage('a step changes the text in place: focus, selection and what was opened stay', { at: '#lesson=convolution&step=10', viewport: kSmall, before: watchFocus }, async (page) => {
  await openMirror(page)
  await tabTo(page, ({ tag, name }) => tag === 'SUMMARY' && /Kernel/.test(name))
  await page.keyboard.press('Enter')
  await tabTo(page, ({ name }) => name === 'New value')
  await page.keyboard.type('0.25')
  await page.evaluate(() => {
    self.before = [...document.querySelectorAll('#mirror td')]
    document.activeElement.setSelectionRange(1, 3)
    self.field = document.activeElement
  })
  await call(page, 'step', 30)
  await until(page, () => document.getElementById('narration').textContent === playground.narration())
  await page.waitForTimeout(150)
  const after = await page.evaluate(() => ({ same: document.activeElement === self.field, value: self.field.value,
    selected: [self.field.selectionStart, self.field.selectionEnd], open: self.field.closest('details').open,
    cells: self.before.every((cell) => cell.isConnected), lang: document.documentElement.lang }))
  assert.deepEqual(after, { same: true, value: '0.25', selected: [1, 3], open: true, cells: true, lang: 'en' })
  await set(page, { lang: 'ko' })
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'ko')
  assert.match(await page.evaluate(() => document.querySelector('#mirror h1').textContent), /[가-힣]/)
})

onPage('while it plays the text is written a few times a second at most', { at: '#lesson=convolution&step=0&speed=16', viewport: kSmall, before: watchFocus }, async (page) => {
  const writes = await page.evaluate(async () => {
    let count = 0
    new MutationObserver(() => ++count).observe(document.getElementById('mirror'), { subtree: true, childList: true, characterData: true, attributes: true })
    playground.play()
    await new Promise((done) => setTimeout(done, 2000))
    return count
  })
  assert.ok(writes >= 1 && writes <= 9, `${writes} times in two seconds`)
  assert.ok((await state(page)).step > 10)
})

// --- each lesson with the keyboard alone ---------------------------------------------------------------------------
const kKey = { range: ['Home', 'ArrowRight'], 'select-one': ['ArrowDown', 'ArrowUp', 'ArrowUp'], checkbox: ['Space', 'Space'] }
for (const lesson of kLessons)
  onSharedPage(`${lesson}: every control, question and step by keyboard, the canvas hidden`, lesson, async (page) => {
    await hideCanvas(page)
    await openMirror(page)
    // Every control that sets something sets it. The language stays, so that the names do.
    const used = []
    for (let at = await focus(page); at.inside; await page.keyboard.press('Tab'), at = await focus(page)) {
      const keys = at.form ? null : kKey[at.type]
      if (!keys || ['Language', 'Predict first'].includes(at.name)) continue
      const before = JSON.stringify(await state(page))
      let changed = false
      for (const key of keys) {
        await page.keyboard.press(key)
        changed ||= JSON.stringify(await state(page)) !== before
      }
      assert.ok(changed || await page.evaluate(() => document.activeElement.options?.length === 1 || document.activeElement.max === '0'), at.name)
      assert.equal((await focus(page)).name, at.name, 'the focus stays')
      used.push(at.name)
      assert.ok(used.length < 40, used.join())
    }
    assert.ok(used.includes('Speed') && used.includes('Theme'), used.join())

    // Three questions are answered; a number is typed, of options the first is taken.
    await set(page, { lesson: kLessons.find((other) => other !== lesson) })
    await set(page, { lesson, predict: true })
    await page.evaluate(() => {
      self.forget?.()
      self.answers = []
      self.forget = playground.on('answer', (detail) => self.answers.push(detail))
    })
    await openMirror(page)
    for (let count = 0; count < 3; ++count) {
      for (let tries = 0; tries < 20 && !await call(page, 'question'); ++tries)
        await pressButton(page, tries % 8 < 4 ? 'One step back' : 'One step forward')
      await tabTo(page, ({ form }) => form === 'answer')
      const field = (await focus(page)).tag === 'INPUT'
      if (field) await page.keyboard.type('7')
      await page.keyboard.press('Enter')
      assert.equal(await page.evaluate(() => self.answers.length), count + 1)
      assert.equal((await focus(page)).id, 'feedback')
    }
    await set(page, { predict: false })
    if ((await state(page)).steps > 1) await pressButton(page, 'Last step')
    const { step, steps } = await state(page)
    assert.equal(step, steps - 1)
    await until(page, () => /In one sentence/.test(document.getElementById('mirror').textContent))
    if (lesson === kLessons.at(-1)) return
    await tabTo(page, ({ name }) => /^Next lesson/.test(name))
    await page.keyboard.press('Enter')
    assert.equal((await state(page)).lesson, kLessons[kLessons.indexOf(lesson) + 1])
  }, { viewport: kSmall, before: watchFocus, patience: 90000 })

async function fillIn(page, values) {
  for (const [name, value] of Object.entries(values)) {
    await tabTo(page, (at) => at.name === name && at.tag === 'INPUT' && at.form !== null)
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(String(value))
  }
  await page.keyboard.press('Enter')
}
const openCells = async (page, pattern) => {
  await tabTo(page, ({ tag, name }) => tag === 'SUMMARY' && pattern.test(name))
  await page.keyboard.press('Enter')
}

onPage('a kernel value is typed, a wrong one is refused with a sentence, and a cell is chosen', { at: '#lesson=convolution', viewport: kSmall, before: watchFocus }, async (page) => {
  await hideCanvas(page)
  await openMirror(page)
  await openCells(page, /^Kernel/)
  await fillIn(page, { Row: 1, Column: 2, 'New value': '−0.75' })
  assert.equal((await tensor(page, 'weight')).data[7], -0.75)
  assert.equal((await state(page)).filter, 'custom')
  await fillIn(page, { 'New value': 'x' })
  assert.match(await page.evaluate(() => document.querySelector('#mirror [aria-live=assertive]').textContent), /“x”/)
  assert.equal((await tensor(page, 'weight')).data[7], -0.75)
  await openCells(page, /^Feature map/)
  await fillIn(page, { Row: 3, Column: 4 })
  assert.equal((await state(page)).step, 3 * 24 + 4)
})

onPage('a picture is painted', { at: '#lesson=pattern', viewport: kSmall, before: watchFocus }, async (page) => {
  await hideCanvas(page)
  await openMirror(page)
  await openCells(page, /paint/)
  const before = (await tensor(page, 'input')).data
  await fillIn(page, { Row: 2, Column: 3 })
  const after = await tensor(page, 'input'), cell = 2 * after.shape[2] + 3
  assert.deepEqual([...after.data].filter((x, i) => x !== before[i]), [1 - before[cell]])
  assert.equal(after.data[cell], 1 - before[cell])
})

onPage('training is started and paused by its buttons', { at: '#lesson=network&view=training', viewport: kSmall, before: watchFocus }, async (page) => {
  await hideCanvas(page)
  await openMirror(page)
  await pressButton(page, 'One batch')
  await until(page, () => playground.metrics().steps === 1)
  await pressButton(page, 'Train')
  await until(page, () => playground.metrics().steps > 2)
  await pressButton(page, 'Pause')
  const { steps } = await call(page, 'metrics')
  await until(page, (n) => document.getElementById('mirror').textContent.includes(`After ${n} batches`), steps)
  await pressButton(page, 'Start over')
  await until(page, () => playground.metrics().steps === 0)
})
