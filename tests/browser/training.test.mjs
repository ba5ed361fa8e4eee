// Training through the page's public API: the promise, the metrics, the same numbers whenever the same is asked, and a
// page that answers meanwhile.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { frames, onPage as onLoaded, refusal, serveAlso, set, state, tensor, unseen, until } from './support.mjs'

const onPage = (name, options, body) => onLoaded(name, { ...unseen, ...options }, body)

const train = (page, steps) => page.evaluate((n) => playground.train({ steps: n }), steps)

onPage('train() resolves with the metrics; two halves are the whole, and a reset begins the same again', {}, async (page) => {
  await set(page, { lesson: 'network' })
  const none = await page.evaluate(() => playground.metrics())
  assert.deepEqual([none.steps, none.cnn.loss, none.fc.accuracy], [0, null, null])
  const half = await train(page, 10)
  assert.equal(half.steps, 10)
  const whole = await train(page, 20)
  assert.equal(whole.steps, 30)
  assert.deepEqual(await page.evaluate(() => playground.metrics()), whole)
  for (const net of [whole.cnn, whole.fc])
    for (const value of [net.loss, net.accuracy, net.test_accuracy]) assert.ok(Number.isFinite(value))
  await page.evaluate(() => playground.reset())
  assert.equal((await page.evaluate(() => playground.metrics())).steps, 0)
  assert.deepEqual(await train(page, 30), whole)
})

onPage('what train() cannot do is said, and changes nothing', {}, async (page) => {
  const refused = (options) => page.evaluate((o) => playground.train(o).then(() => '', (e) => `${e.name} ${e.message}`), options)
  assert.match(await refused({ steps: 1 }), /^RangeError .*network/)
  await set(page, { lesson: 'network' })
  assert.match(await refused({}), /^TypeError /)
  assert.match(await refused({ steps: 0.5 }), /^TypeError /)
  assert.match(await refused({ steps: 0 }), /^RangeError .*1 … 100000/)
  assert.equal((await page.evaluate(() => playground.metrics())).steps, 0)
  const left = page.evaluate(() => {
    const promise = playground.train({ steps: 1000 }).then(() => '', (e) => e.message)
    setTimeout(() => playground.setState({ lesson: 'flatten' }), 300)
    return promise
  })
  assert.notEqual(await left, '')
})

onPage('the same seed and steps give the metrics that the unit tests pin, native and wasm', {}, async (page) => {
  const pinned = JSON.parse(await readFile(new URL('../pinned_training.json', import.meta.url), 'utf8'))
  await set(page, pinned.state)
  assert.deepEqual(await train(page, pinned.steps), pinned.metrics)
})

let broken
onPage('digits that cannot be loaded are said in a visible sentence, and a press tries again', {
  at: async () => {
    broken ??= await serveAlso({ 'playground.digits.js': null })
    return `${broken.origin}/index.html#lesson=network&view=training`
  },
  expect: [/404/, /playground\.digits\.js/],
}, async (page) => {
  await until(page, () => playground.narration().startsWith('The digits to learn from could not be loaded.'))
  const said = await page.evaluate(() => playground.train({ steps: 1 }).then(() => '', (e) => e.message))
  assert.match(said, /playground\.digits\.js/)
  await set(page, { lang: 'ko' })
  assert.match(await page.evaluate(() => playground.narration()), /^학습할 숫자를 받지 못했습니다\./)
})

onPage('own layers are trained and travel in the link; a stack that cannot be is refused and the nets stay', {}, async (page) => {
  await set(page, { lesson: 'network', view: 'training', show: 'build', stack: 'conv4x5-relu-pool4-flatten-linear10' })
  const metrics = await train(page, 2)
  assert.equal(metrics.steps, 2)
  await until(page, () => location.hash.includes('stack=conv4x5-relu-pool4-flatten-linear10'))
  const { name, message } = await refusal(page, 'setState', { stack: 'conv4x5-pool30-flatten-linear10' })
  assert.equal(name, 'RangeError')
  assert.match(message, /^stack .*Layer 1 \(MaxPool2d\)/)
  assert.deepEqual(await page.evaluate(() => playground.metrics()), metrics)
  await set(page, { batch_size: 5 })
  assert.equal((await page.evaluate(() => playground.metrics())).steps, 0)
})

onPage('a digit that a net got wrong becomes the input of the chain by a click', { viewport: { width: 1280, height: 800 } }, async (page) => {
  await set(page, { lesson: 'network', view: 'training', show: 'mistakes' })
  await train(page, 10)
  await frames(page)
  const { data } = await tensor(page, 'train.cnn.mistakes')
  await page.mouse.click(90, 260)  // the first, at the left of the first pane
  await until(page, () => playground.getState().view === 'chain')
  assert.equal((await state(page)).image, 'custom')
  assert.deepEqual([...(await tensor(page, 'input')).data], [...data.slice(0, 784)])
})

// --- weights ----------------------------------------------------------------------------------------------------
// The format read from its specification alone: [{name, shape, values}].
function readSafetensors(bytes) {
  const buffer = Buffer.from(bytes), length = Number(buffer.readBigUInt64LE(0))
  const header = JSON.parse(buffer.subarray(8, 8 + length).toString('utf8')), data = buffer.subarray(8 + length)
  return Object.entries(header).filter(([name]) => name !== '__metadata__').map(([name, { dtype, shape, data_offsets: [begin, end] }]) => {
    assert.equal(dtype, 'F32')
    assert.equal(end - begin, 4 * shape.reduce((a, b) => a * b, 1))
    return { name, shape, values: new Float32Array(Uint8Array.from(data.subarray(begin, end)).buffer) }
  })
}

const file = (page, net) => page.evaluate((name) => [...playground.weights(name)], net)

onPage('weights are saved as safetensors and loaded again: the same metrics to the bit; a hostile file is refused', { at: '#lesson=network&view=training' }, async (page) => {
  const learned = await train(page, 20)
  const files = { cnn: await file(page, 'cnn'), fc: await file(page, 'fc') }
  for (const net of ['cnn', 'fc'])
    for (const { name, shape, values } of readSafetensors(files[net])) {
      const live = await page.evaluate((id) => { const { shape, data } = playground.tensor(id); return { shape, data: [...data] } }, `train.${net}.${name}`)
      assert.deepEqual(shape, live.shape)
      assert.deepEqual([...values], live.data)
    }
  await page.evaluate(() => playground.reset())
  const load = (net, bytes) => page.evaluate(([name, list]) =>
    playground.loadWeights(name, new Uint8Array(list)).then((metrics) => ({ metrics }), (e) => ({ error: `${e.name}: ${e.message}` })), [net, bytes])
  for (const [net, bytes] of [['cnn', files.fc], ['fc', files.fc.slice(0, -4)], ['fc', []], ['rnn', files.fc],
                              ['fc', [255, 255, 255, 255, 255, 255, 255, 127, 123, 125]],
                              ['fc', files.fc.map((byte, i) => i >= files.fc.length - 4 ? 255 : byte)]]) {
    const { error } = await load(net, bytes)
    assert.match(error, /^RangeError: .{20,}/)
  }
  assert.equal((await page.evaluate(() => playground.metrics())).steps, 0)
  await load('cnn', files.cnn)
  const { metrics } = await load('fc', files.fc)
  assert.deepEqual(metrics, { ...learned, steps: 0 })
  assert.deepEqual(await file(page, 'cnn'), files.cnn)
})

onPage('before anything was trained there are no weights to save, and elsewhere none at all', {}, async (page) => {
  const refused = () => page.evaluate(() => { try { playground.weights('cnn') } catch (e) { return `${e.name} ${e.message}` } })
  assert.match(await refused(), /^RangeError .*network/)
  await set(page, { lesson: 'network' })
  assert.match(await refused(), /^RangeError .*train/)
})
