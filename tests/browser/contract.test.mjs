// window.playground as CONTRACT.md promises it.
import assert from 'node:assert/strict'
import { bits, call, onPage, onSharedPage, refusal, set, state, tensor } from './support.mjs'

const kOrder = ['lesson', 'step', 'steps', 'playing', 'speed', 'image', 'kernel_size', 'stride', 'padding', 'filter',
                'flipped', 'input', 'weight', 'bias', 'seed', 'lang', 'theme', 'predict', 'lecture', 'hide', 'lock', 'warnings']

const kPath = ['flatten', 'shuffle', 'convolution', 'pattern', 'locality', 'invariance', 'channels', 'stride', 'padding',
               'parameters', 'pointwise', 'fc-as-conv', 'pooling', 'network']

// Calls `act` and checks that it threw `name` with a sentence that holds every one of `words`, and changed nothing.
async function refused(page, name, words, ...act) {
  const before = await snapshot(page)
  const error = await refusal(page, ...act)
  assert.ok(error, `${JSON.stringify(act)} was accepted`)
  assert.equal(error.name, name, error.message)
  for (const word of words) assert.ok(error.message.includes(word), `“${error.message}” does not name ${word}`)
  assert.deepEqual(await snapshot(page), before, 'a refused call changed something')
}

const snapshot = (page) => page.evaluate(() => JSON.stringify([playground.getState(), playground.narration(),
  playground.tensors().map((name) => [name, playground.tensor(name).shape, Array.from(playground.tensor(name).data)])]))

onPage('the page becomes ready, says its version and emits ready once', {
  before: () => {
    self.heard = []
    // As soon as there is something to listen to: with a slow last script, the page is ready before its document.
    document.addEventListener('load', ({ target }) => {
      if (/page\.js$/.test(target.src)) playground.on('ready', (detail) => heard.push(detail))
    }, { capture: true })
  },
}, async (page) => {
  assert.equal(await page.evaluate(() => heard.length), 1)
  assert.match(await page.evaluate(() => playground.version), /^\d+\.\d+/)
  assert.equal(await page.evaluate(() => document.querySelector('canvas').getContext('webgl2') !== null), true)
})

onSharedPage('lessons have ids in the contract\'s order and titles in both languages', 'flatten', async (page) => {
  const english = await call(page, 'lessons')
  await set(page, { lang: 'ko' })
  const korean = await call(page, 'lessons')
  const ids = english.map(({ id }) => id)
  for (const id of ['flatten', 'convolution', 'locality', 'invariance']) assert.ok(ids.includes(id), id)
  assert.deepEqual(ids, kPath.filter((id) => ids.includes(id)))
  assert.deepEqual(korean.map(({ id }) => id), english.map(({ id }) => id))
  english.forEach(({ title }, i) => {
    assert.match(title, /[A-Za-z]/)
    assert.match(korean[i].title, /[가-힣]/)
  })
})

for (const lesson of ['flatten', 'convolution'])
  onSharedPage(`the schema of ${lesson} lists every key, and its defaults are those of a fresh lesson`, lesson, async (page) => {
    const schema = await call(page, 'schema'), fresh = await state(page)
    assert.deepEqual(Object.keys(schema), Object.keys(fresh).filter((key) => key !== 'steps' && key !== 'warnings'))
    for (const [key, { type, min, max, values, default: initial }] of Object.entries(schema)) {
      assert.ok(['int', 'number', 'bool', 'choice', 'list', 'text'].includes(type), key)
      if (key !== 'lesson') assert.deepEqual(initial, fresh[key], key)
      if (type === 'int' || type === 'number') assert.ok(min <= initial && initial <= max, key)
      if (type === 'choice') assert.ok(values.includes(initial), key)
    }
    assert.deepEqual(schema.step, { type: 'int', min: 0, max: fresh.steps - 1, default: fresh.step })
    assert.deepEqual([schema.speed.min, schema.speed.max], [0.25, 16])
    assert.deepEqual(schema.lang.values.toSorted(), ['en', 'ko'])
    assert.deepEqual(schema.theme.values.toSorted(), ['auto', 'dark', 'light', 'projector'])
    assert.equal(schema.image.values.filter((id) => /^digit-\d$/.test(id)).length, 10)
    // Asked for by name, from another lesson and another state, it is the same.
    await set(page, { lesson: lesson === 'flatten' ? 'convolution' : 'flatten' })
    assert.deepEqual(await call(page, 'schema', lesson), schema)
  })

onSharedPage('a schema of an unknown lesson is refused by name', 'flatten', (page) =>
  refused(page, 'RangeError', ['lesson', 'nonsense', 'flatten'], 'schema', 'nonsense'))

onSharedPage('the lessons start with what the contract says', 'flatten', async (page) => {
  const { steps, image } = await state(page)
  assert.equal(steps, 784)
  assert.match(image, /^digit-\d$/)
  const shapes = async () => Object.fromEntries(await page.evaluate(() =>
    playground.tensors().map((name) => [name, playground.tensor(name).shape])))
  const flatten = await shapes()
  assert.deepEqual([flatten.input, flatten.weight, flatten.output, flatten.fc_weight],
                   [[1, 28, 28], [1, 1, 5, 5], [1, 28, 28], [10, 784]])
  await set(page, { lesson: 'convolution' })
  const convolution = await shapes(), started = await state(page)
  assert.deepEqual([convolution.input, convolution.weight, convolution.bias], [[1, 28, 28], [1, 1, 5, 5], [1]])
  assert.deepEqual([started.padding, started.stride], [0, 1])
  for (const name of ['input', 'weight', 'bias', 'output', 'window', 'products']) assert.ok(name in convolution, name)
  await set(page, { lesson: 'invariance' })
  assert.equal((await state(page)).stride, 1)
})

onSharedPage('the state has a fixed key order, and is a copy', 'convolution', async (page) => {
  assert.deepEqual(Object.keys(await state(page)), kOrder)
  await set(page, { theme: 'dark', stride: 2, filter: 'blur' })
  assert.deepEqual(Object.keys(await state(page)), kOrder)
  assert.equal(await page.evaluate(() => {
    const mine = playground.getState()
    mine.stride = 4
    mine.hide.push('lang')
    return playground.getState().stride + playground.getState().hide.length
  }), 2)
  const { warnings, steps, ...settable } = await state(page)
  assert.deepEqual(await set(page, settable), { ...settable, steps, warnings })
})

onSharedPage('setState returns the new state and clamps a step that it does not name', 'convolution', async (page) => {
  const last = await set(page, { step: 575 })
  assert.deepEqual([last.step, last.steps], [575, 576])
  const fewer = await set(page, { stride: 4 })
  assert.deepEqual([fewer.step, fewer.steps], [35, 36])
  assert.deepEqual(await state(page), fewer)
  // The order of the keys in a call does not matter: the step is checked against what the others make.
  const more = await set(page, { step: 700, padding: 2, stride: 1 })
  assert.deepEqual([more.step, more.steps], [700, 784])
})

onSharedPage('one bad key among good ones is refused by name and nothing changes', 'convolution', async (page) => {
  const bad = [
    ['RangeError', { stride: 99 }, ['stride', '99', '1', '4']],
    ['RangeError', { kernel_size: 0 }, ['kernel_size', '0', '1', '7']],
    ['RangeError', { step: 5000 }, ['step', '5000', '0']],
    ['RangeError', { step: -1 }, ['step', '-1']],
    ['RangeError', { speed: 17 }, ['speed', '17', '0.25', '16']],
    ['RangeError', { image: 'digit-10' }, ['image', 'digit-10', 'digit-9']],
    ['RangeError', { filter: 'nonsense' }, ['filter', 'nonsense', 'blur']],
    ['RangeError', { lesson: 'nonsense' }, ['lesson', 'nonsense', 'flatten', 'convolution']],
    ['RangeError', { lang: 'xx' }, ['lang', 'xx', 'ko', 'en']],
    ['RangeError', { hide: ['theme', 'nonsense'] }, ['hide', 'nonsense', 'lang']],
    ['RangeError', { steps: 4 }, ['steps', '4']],
    ['TypeError', { padding: 1.5 }, ['padding', '1.5', '0', '3']],
    ['TypeError', { padding: '1' }, ['padding', '1', '0', '3']],
    ['TypeError', { stride: null }, ['stride', 'null', '1', '4']],
    ['TypeError', { playing: 'yes' }, ['playing', 'yes', 'true', 'false']],
    ['TypeError', { image: 3 }, ['image', '3', 'digit-9']],
    ['TypeError', { nonsense: 1 }, ['nonsense', '1', 'stride']],
  ]
  for (const [name, value, words] of bad) {
    await refused(page, name, words, 'setState', { padding: 3, theme: 'dark', ...value })
    await refused(page, name, words, 'setState', { ...value, padding: value.padding ?? 2 })
  }
  await refused(page, 'TypeError', [], 'setState', null)
  await refused(page, 'TypeError', [], 'setState', 'stride=2')
  await refused(page, 'RangeError', ['weight', 'hello'], 'setState', { weight: 'hello', stride: 2 })
})

onSharedPage('NaN and infinity are refused by name', 'convolution', async (page) => {
  for (const number of [NaN, Infinity, -Infinity]) {
    await refused(page, 'TypeError', ['stride', String(number), '1', '4'], 'setState', { padding: 3, stride: number })
    await refused(page, 'TypeError', ['speed', String(number), '0.25', '16'], 'setState', { speed: number })
    await refused(page, 'TypeError', ['step'], 'step', number)
  }
})

onSharedPage('changing the lesson starts it at its defaults and keeps what belongs to the page', 'convolution', async (page) => {
  const kept = { lang: 'ko', theme: 'dark', speed: 8, predict: true, hide: ['theme'], lock: ['lang'] }
  await set(page, { ...kept, stride: 3, padding: 1, filter: 'blur', image: 'digit-7' })
  await set(page, { lesson: 'flatten' })
  const again = await set(page, { lesson: 'convolution' })
  const { speed, lang, theme, predict, hide, lock } = again
  assert.deepEqual({ lang, theme, speed, predict, hide, lock }, kept)
  const schema = await call(page, 'schema')
  for (const key of ['stride', 'padding', 'filter', 'image', 'step', 'kernel_size'])
    assert.deepEqual(again[key], schema[key].default, key)
  // `lesson` is applied before the other keys of the same call, wherever it stands.
  const both = await set(page, { class: 8, lesson: 'flatten' })
  assert.deepEqual([both.lesson, both.class], ['flatten', 8])
})

onSharedPage('step goes forward and back and clamps at both ends', 'flatten', async (page) => {
  await set(page, { step: 100 })
  assert.equal((await call(page, 'step')).step, 101)
  assert.equal((await call(page, 'step', 10)).step, 111)
  assert.equal((await call(page, 'step', -12)).step, 99)
  assert.equal((await call(page, 'step', 0)).step, 99)
  assert.equal((await call(page, 'step', 1e12)).step, 783)
  assert.equal((await call(page, 'step')).step, 783)
  assert.equal((await call(page, 'step', -1e12)).step, 0)
  assert.equal((await call(page, 'step', -1)).step, 0)
  for (const n of [1.5, 'two', null, {}]) await refused(page, 'TypeError', ['step'], 'step', n)
})

onSharedPage('play, pause and reset return the new state', 'convolution', async (page) => {
  await set(page, { stride: 2, step: 20, filter: 'blur' })
  assert.equal((await call(page, 'play')).playing, true)
  assert.equal((await call(page, 'pause')).playing, false)
  await page.evaluate(() => {
    playground.setTensor('bias', { shape: [1], data: [3] })
    playground.setTensor('weight', { shape: [1, 1, 5, 5], data: Array(25).fill(1) })
    playground.setTensor('input', { shape: [1, 28, 28], data: Array(784).fill(1) })
    playground.play()
  })
  const { playing, step, stride, filter, image, input, weight, bias } = await call(page, 'reset')
  assert.deepEqual({ playing, step, stride, filter, image, input, weight, bias },
                   { playing: false, step: 0, stride: 2, filter: 'blur', image: 'digit-3', input: '', weight: '', bias: '' })
  assert.notEqual((await tensor(page, 'bias')).data[0], 3)
})

onSharedPage('playing from the last step starts again, and the end pauses', 'convolution', async (page) => {
  await set(page, { speed: 16, step: 575 })
  const played = await call(page, 'play')
  assert.deepEqual([played.step, played.playing], [0, true])
  await set(page, { step: 573 })
  await page.waitForFunction(() => !playground.getState().playing)
  assert.equal((await state(page)).step, 575)
})

onSharedPage('tensors are complete, finite copies, whatever the step', 'flatten', async (page) => {
  const names = await call(page, 'tensors')
  for (const name of ['input', 'weight', 'bias', 'output', 'window', 'products', 'flat', 'fc_weight', 'fc_bias', 'fc_scores'])
    assert.ok(names.includes(name), name)
  await set(page, { step: 0 })
  for (const name of names) {
    const { shape, data } = await tensor(page, name)
    assert.equal(data.length, shape.reduce((a, b) => a * b, 1), name)
    assert.ok(data.every(Number.isFinite), name)
  }
  const early = await tensor(page, 'output')
  await set(page, { step: 783 })
  assert.deepEqual(bits((await tensor(page, 'output')).data), bits(early.data))
  assert.deepEqual(await page.evaluate(() => {
    const mine = playground.tensor('input')
    const real = mine.data instanceof Float32Array && Array.isArray(mine.shape)
    mine.data.fill(7)
    mine.shape[0] = 7
    const again = playground.tensor('input')
    return [real, again.data.includes(7), again.shape[0]]
  }), [true, false, 1])
  await refused(page, 'RangeError', ['nonsense', 'input'], 'tensor', 'nonsense')
})

onSharedPage('two answers for the same state are equal to the bit', 'convolution', async (page) => {
  const first = await tensor(page, 'output')
  await set(page, { filter: 'blur', stride: 2 })
  await set(page, { filter: 'vertical-edge', stride: 1 })
  assert.deepEqual(bits((await tensor(page, 'output')).data), bits(first.data))
})
