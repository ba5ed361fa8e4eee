// The user's own tensors, the words for a step, and the events.
import assert from 'node:assert/strict'
import { bits, onPage, onSharedPage, refusal, set, state, tensor, call } from './support.mjs'

const setTensor = (page, name, value) => page.evaluate(([n, v]) => playground.setTensor(n, v), [name, value])
const ones = (...shape) => ({ shape, data: Array(shape.reduce((a, b) => a * b, 1)).fill(1) })

onSharedPage('the user\'s own tensors replace input, weight and bias', 'convolution', async (page) => {
  const weight = { shape: [1, 1, 5, 5], data: Array.from({ length: 25 }, (_, i) => Math.fround(Math.sin(i) / 3)) }
  assert.equal((await setTensor(page, 'weight', weight)).filter, 'custom')
  assert.deepEqual(bits((await tensor(page, 'weight')).data), bits(weight.data))
  assert.equal((await setTensor(page, 'input', ones(1, 28, 28))).image, 'custom')
  await setTensor(page, 'bias', { shape: [1], data: [-2] })
  const sum = weight.data.reduce((a, b) => a + b, -2)
  for (const value of (await tensor(page, 'output')).data) assert.ok(Math.abs(value - sum) < 1e-5)
})

onSharedPage('a Float32Array and a read tensor can be given as they are', 'convolution', async (page) => {
  assert.equal(await page.evaluate(() => {
    const read = playground.tensor('weight')
    read.data = read.data.map((v) => 2 * v)
    playground.setTensor('weight', read)
    playground.setTensor('bias', { shape: new Int32Array([1]), data: new Float32Array([0.3]) })
    return playground.tensor('weight').data.every((v, i) => v === read.data[i]) && playground.tensor('bias').data[0] === Math.fround(0.3)
  }), true)
})

onSharedPage('a later kernel size goes back to the preset that was chosen', 'convolution', async (page) => {
  await set(page, { filter: 'blur' })
  await setTensor(page, 'weight', ones(1, 1, 5, 5))
  const resized = await set(page, { kernel_size: 3 })
  assert.deepEqual([resized.filter, resized.weight], ['blur', ''])
  const { shape, data } = await tensor(page, 'weight')
  assert.deepEqual([shape, data[0]], [[1, 1, 3, 3], Math.fround(1 / 9)])
})

onSharedPage('other parameters keep the user\'s own kernel', 'convolution', async (page) => {
  await setTensor(page, 'weight', ones(1, 1, 5, 5))
  const changed = await set(page, { stride: 2, padding: 1, image: 'digit-8' })
  assert.equal(changed.filter, 'custom')
  assert.ok((await tensor(page, 'weight')).data.every((v) => v === 1))
})

onSharedPage('wrong shapes, NaN, infinity and unknown names throw and change nothing', 'convolution', async (page) => {
  await setTensor(page, 'bias', { shape: [1], data: [0.5] })
  const read = () => page.evaluate(() => JSON.stringify([playground.getState(), Array.from(playground.tensor('output').data)]))
  const before = await read()
  const bad = [
    ['weight', ones(1, 1, 3, 3), 'weight'], ['weight', ones(5, 5), 'weight'],
    ['weight', { shape: [1, 1, 5, 5], data: [1, 2] }, 'weight'],
    ['input', ones(1, 27, 28), 'input'], ['input', ones(3, 28, 28), 'input'],
    ['bias', { shape: [1], data: [NaN] }, 'bias'], ['bias', { shape: [1], data: [Infinity] }, 'bias'],
    ['bias', { shape: [1], data: [1e300] }, 'bias'], ['bias', { shape: [1], data: ['1'] }, 'bias'],
    ['bias', { shape: [-1], data: [1] }, ''], ['bias', { shape: [], data: [] }, 'bias'],
    ['output', ones(1, 24, 24), 'output'], ['nonsense', ones(1), 'nonsense'],
    ['bias', null, ''], ['bias', {}, ''], ['bias', { data: [1] }, ''], [7, ones(1), ''],
  ]
  for (const [name, value, word] of bad) {
    const error = await refusal(page, 'setTensor', name, value)
    assert.ok(error && ['RangeError', 'TypeError'].includes(error.name), `${name} ${JSON.stringify(value)}: ${JSON.stringify(error)}`)
    assert.ok(error.message.includes(word), error.message)
    assert.equal(await read(), before)
  }
})

onSharedPage('the narration names the step\'s place and changes with it, in both languages', 'convolution', async (page) => {
  await set(page, { step: 27 })
  const first = await call(page, 'narration')
  for (const word of ['27', '1', '3']) assert.ok(first.includes(word), first)
  await call(page, 'step')
  const second = await call(page, 'narration')
  assert.notEqual(second, first)
  assert.doesNotMatch(second, /[가-힣{}]/)
  await set(page, { lang: 'ko' })
  const korean = await call(page, 'narration')
  assert.match(korean, /[가-힣]/)
  assert.doesNotMatch(korean, /[{}]/)
  // It says the output cell, rounded.
  const { step } = await state(page), value = (await tensor(page, 'output')).data[step]
  const said = Number(/특징 맵의 값 ([−-]?[\d.]+)/.exec(korean)[1].replace('−', '-').replace(/\.$/, ''))
  assert.ok(Math.abs(said - value) <= 0.0051, `${korean} says ${said}, not ${value}`)
  await set(page, { lesson: 'flatten' })
  assert.match(await call(page, 'narration'), /323/)
})

onSharedPage('the text mirror holds the narration, the language and a title', 'flatten', async (page) => {
  for (const lang of ['ko', 'en']) {
    await set(page, { lang, step: 5 })
    const mirror = await page.evaluate(() => ({ text: document.body.innerText + document.body.textContent,
      lang: document.documentElement.lang, title: document.title, label: document.querySelector('canvas').getAttribute('aria-label') }))
    assert.ok(mirror.text.includes(await call(page, 'narration')))
    assert.equal(mirror.lang, lang)
    const [script, other] = lang === 'ko' ? [/[가-힣]/, /Convolution/] : [/Convolution/, /[가-힣]/]
    assert.match(mirror.title, script)
    assert.doesNotMatch(mirror.title, other)
    assert.match(mirror.label, script)
  }
})

onSharedPage('change comes with the state once a call, step only when the step moves', 'convolution', async (page) => {
  const heard = await page.evaluate(() => {
    const heard = []
    const stops = ['change', 'step'].map((event) => playground.on(event, (detail) => heard.push([event, detail])))
    const log = []
    const after = (act) => { heard.length = 0; act(); log.push(structuredClone(heard)) }
    after(() => playground.setState({ step: 30 }))
    after(() => playground.setState({ theme: 'dark' }))
    after(() => playground.step(2))
    after(() => { try { playground.setState({ stride: 99 }) } catch { /* refused */ } })
    after(() => playground.setState({ stride: 4 }))
    after(() => stops.forEach((stop) => stop()) ?? playground.setState({ step: 0 }))
    return { log, state: playground.getState() }
  })
  const [moved, themed, stepped, refusedCall, clamped, silent] = heard.log
  const events = (list) => list.map(([event]) => event).toSorted()
  assert.deepEqual([moved, themed, stepped, refusedCall, clamped, silent].map(events),
                   [['change', 'step'], ['change'], ['change', 'step'], [], ['change'], []])
  const detail = (list, event) => list.find(([name]) => name === event)[1]
  assert.equal(detail(moved, 'change').step, 30)
  assert.deepEqual(detail(moved, 'step'), { step: 30, row: 1, col: 6, value: detail(moved, 'step').value })
  assert.deepEqual([detail(stepped, 'step').step, detail(stepped, 'step').col], [32, 8])
  assert.equal(detail(clamped, 'change').stride, 4)
  assert.deepEqual(Object.keys(detail(moved, 'change')), Object.keys(heard.state))
})

onSharedPage('a step event holds the value of the output cell', 'convolution', async (page) => {
  const { value, read } = await page.evaluate(() => new Promise((done) => {
    const stop = playground.on('step', ({ step, value }) => {
      stop()
      done({ value, read: playground.tensor('output').data[step] })
    })
    playground.setState({ step: 300 })
  }))
  assert.equal(Math.fround(value), read)
})

onPage('a listener that throws is reported and keeps nobody else from hearing', { expect: [/listener's mistake/] }, async (page) => {
  const reported = page.waitForEvent('pageerror')
  const heard = await page.evaluate(() => {
    const heard = []
    playground.on('change', () => { throw new Error('listener\'s mistake') })
    playground.on('change', (detail) => heard.push(detail.step))
    const answer = playground.setState({ step: 12 })
    return [...heard, answer.step]
  })
  assert.deepEqual(heard, [12, 12])
  assert.match((await reported).message, /listener's mistake/)
  assert.equal((await call(page, 'step')).step, 13)
})

onSharedPage('a listener may call the playground and unsubscribe itself', 'convolution', async (page) => {
  assert.deepEqual(await page.evaluate(() => {
    const heard = []
    const stop = playground.on('change', ({ step }) => {
      heard.push(step)
      if (step < 3) playground.step()
      else stop()
    })
    playground.setState({ step: 0 })
    playground.setState({ step: 9 })
    return [heard.toSorted(), playground.getState().step]
  }), [[0, 1, 2, 3], 9])
})

onSharedPage('unknown events and listeners that are no functions are refused', 'flatten', async (page) => {
  const names = await page.evaluate(() => [() => playground.on('nonsense', () => {}), () => playground.on('change'), () => playground.on('change', 3)]
    .map((act) => { try { act() } catch (error) { return error.name } }))
  assert.deepEqual(names, ['RangeError', 'TypeError', 'TypeError'])
})
