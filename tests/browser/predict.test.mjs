// Predict before reveal and the lecture, as a learner and a lecturer use them: with keys, through the text mirror, and
// from a script.
import assert from 'node:assert/strict'
import { call, frames, onPage, onSharedPage, set, state, tensor, unseen, until } from './support.mjs'

// Other seeds until the page asks this kind of question.
const askFor = (page, kind) => page.evaluate((wanted) => {
  for (let seed = 1; seed < 300; ++seed) {
    playground.setState({ seed })
    if (playground.question().question === wanted) return
  }
  throw new Error(`never asked: ${wanted}`)
}, kind)

const listen = (page) => page.evaluate(() => {
  self.answers = []
  playground.on('answer', (detail) => self.answers.push(detail))
})
const answers = (page) => page.evaluate(() => self.answers)
const mirrorText = (page) => page.evaluate(() => document.getElementById('mirror').textContent)
const shown = (value) => Math.abs(value).toFixed(2)

onPage('a hidden cell is in no text of the page until it is typed, and the tensor stays complete', { ...unseen, at: '#lesson=convolution&predict=1' }, async (page) => {
  await listen(page)
  await askFor(page, 'output-cell')
  const { step } = await state(page)
  const output = await tensor(page, 'output'), bias = (await tensor(page, 'bias')).data[0]
  const value = output.data[step]
  assert.ok(output.data.every(Number.isFinite))
  await set(page, { predict: false })
  assert.deepEqual(await tensor(page, 'output'), output)
  assert.ok((await call(page, 'narration')).includes(shown(value)))
  await set(page, { predict: true })
  await frames(page)
  for (const text of [await call(page, 'narration'), await mirrorText(page)]) {
    assert.ok(!text.includes(shown(value)), text)
    assert.ok(text.includes((await call(page, 'question')).text), text)
  }

  await page.keyboard.type((value - bias).toFixed(3))
  await page.keyboard.press('Enter')
  await until(page, () => self.answers.length === 1)
  const [answer] = await answers(page)
  assert.deepEqual({ ...answer, given: 0, expected: 0 }, { lesson: 'convolution', step, question: 'output-cell', given: 0,
    expected: 0, correct: false, diagnosis: 'bias-forgotten' })
  assert.ok(Math.abs(answer.expected - value) < 1e-6)
  assert.ok((await call(page, 'narration')).includes(shown(value)))
  await until(page, (text) => document.getElementById('narration').textContent.includes(text), shown(value))
  assert.equal(await call(page, 'question'), null)

  await page.keyboard.press('ArrowRight')
  await until(page, () => playground.question() !== null)
})

onPage('a right answer has no diagnosis', { ...unseen, at: '#lesson=stride&predict=1' }, async (page) => {
  await listen(page)
  await askFor(page, 'output-size')
  await page.keyboard.type('12')
  await page.keyboard.press('Enter')
  await until(page, () => self.answers.length === 1)
  const [answer] = await answers(page)
  assert.deepEqual([answer.correct, answer.diagnosis, answer.given, answer.expected], [true, null, 12, 12])
})

onPage('who cannot see the canvas answers in the text mirror', { ...unseen, at: '#lesson=convolution&predict=1', lang: 'ko' }, async (page) => {
  await listen(page)
  await askFor(page, 'parameters')
  const form = page.locator('#answer'), input = form.getByRole('textbox')
  assert.equal(await input.getAttribute('aria-label'), (await call(page, 'question')).text)
  await input.focus()
  await input.fill('?')
  await page.keyboard.press('Enter')
  assert.deepEqual(await answers(page), [])
  await input.fill('25')
  await page.keyboard.press('Enter')
  await until(page, () => self.answers.length === 1)
  assert.equal((await answers(page))[0].diagnosis, 'bias-forgotten')
  assert.ok(await form.isHidden())
  assert.equal(await page.evaluate(() => document.activeElement.id), 'feedback')  // it is read next
  assert.ok((await mirrorText(page)).includes('편향'))

  await set(page, { lesson: 'flatten' })
  await askFor(page, 'class')
  await form.getByRole('button', { name: '3', exact: true }).press('Enter')
  await until(page, () => self.answers.length === 2)
  assert.equal((await answers(page))[1].correct, true)
  await call(page, 'step')
  await until(page, () => playground.question() !== null)
  await form.getByRole('button').last().press('Enter')
  await until(page, () => playground.question() === null)
  assert.equal((await answers(page)).length, 2)
})

onSharedPage('every question kind of every lesson is hidden in the mirror, asked and answered', 'flatten', async (page) => {
  const kinds = await page.evaluate(() => {
    const found = {}
    for (const { id } of playground.lessons()) {
      playground.setState({ lesson: id, predict: true })
      for (let seed = 1; seed < 60; ++seed) {
        playground.setState({ seed })
        const question = playground.question()
        if (!question.text || playground.narration().includes('{')) throw new Error(JSON.stringify(question))
        if (!playground.narration().startsWith(question.text)) throw new Error(playground.narration())
        ;(found[id] ??= new Set()).add(question.question)
      }
      playground.setState({ predict: false })
      found[id] = found[id].size
    }
    return found
  })
  for (const [lesson, count] of Object.entries(kinds)) assert.ok(count >= 3, `${lesson}: ${count}`)
})

for (const lang of ['en', 'ko'])
  onPage(`the space bar alone goes through all lessons, ${lang}`, {
    at: '#lecture=1', lang, ...unseen, patience: 120000,
  }, async (page) => {
    const lessons = (await call(page, 'lessons')).map(({ id }) => id)
    const walked = []
    for (let presses = 0; presses < 40 * lessons.length; ++presses) {
      await page.keyboard.press('Space')
      await frames(page, 3)
      const { lesson, step, steps } = await state(page)
      if (step === steps - 1 && walked.at(-1) !== lesson) {
        walked.push(lesson)
        // The takeaway is the last sentence of the narration.
        assert.match(await call(page, 'narration'), /[.。]$/)
      }
      if (walked.length === lessons.length) break
    }
    assert.deepEqual(walked, lessons)
    assert.equal((await state(page)).lecture, true)
  })

onPage('predict and lecture travel in the address, predict goes from lesson to lesson', { ...unseen, at: '#lesson=padding&predict=1&seed=7&lecture=1' }, async (page) => {
  const { predict, seed, lecture } = await state(page)
  assert.deepEqual([predict, seed, lecture], [true, 7, true])
  const question = await call(page, 'question')
  await set(page, { lesson: 'stride' })
  assert.equal((await state(page)).predict, true)
  assert.equal((await state(page)).seed, 1)
  await until(page, () => location.hash.includes('predict=1') && location.hash.includes('lecture=1'))
  await page.goto(page.url().replace(/#.*/, '#lesson=padding&predict=1&seed=7'))
  await until(page, () => playground.getState().lesson === 'padding')
  assert.deepEqual(await call(page, 'question'), question)
})
