// JSON-RPC over postMessage: a page of another origin that shows the site in a frame, and strangers.
import assert from 'node:assert/strict'
import { drawNothing, onPage, ready, serveAlso, state, theSite, until } from './support.mjs'

// The host: `heard` keeps what came from the frame; ask() sends a request and waits for its answer.
const kHost = `
  self.heard = []
  let last = 0
  addEventListener('message', (event) => {
    if (event.source === document.querySelector('iframe').contentWindow) heard.push({ data: event.data, origin: event.origin })
  })
  const answered = (id) => heard.map(({ data }) => data).find((data) => data.id === id && !data.method)
  self.post = (message) => document.querySelector('iframe').contentWindow.postMessage(message, '*')
  self.settled = () => new Promise((done) => setTimeout(done, 150))
  self.ask = async (method, params) => {
    const id = 'q' + ++last
    post({ jsonrpc: '2.0', id, method, params })
    while (!answered(id)) await new Promise((done) => setTimeout(done, 5))
    return answered(id)
  }
  self.events = (name) => heard.map(({ data }) => data).filter((data) => data.method === name).map(({ params }) => params)
  self.replies = () => heard.map(({ data }) => data).filter((data) => data.jsonrpc === '2.0' && !data.method)`

async function host(hash = '#lesson=convolution&lang=en') {
  const site = (await theSite()).origin
  const page = (frame) => `<!doctype html><meta charset=utf-8><link rel=icon href=data:,><script>${kHost}</script>${frame}`
  const server = await serveAlso({
    'host.html': page(`<iframe src="${site}/index.html${hash}" width=700 height=600></iframe>`),
    'opaque.html': page('<iframe sandbox="allow-scripts" src="host.html" width=720 height=640></iframe>'),
    'stranger.html': '<!doctype html><link rel=icon href=data:,>' })
  return server.origin
}
const onHost = (name, body, hash, file = 'host.html', before = drawNothing) =>
  onPage(name, { before, at: async () => `${await host(hash)}/${file}`, ready: false, origins: async () => [(await theSite()).origin] },
    async (page) => {
      const frame = page.frames().at(-1)
      await ready(frame)
      await body(page, frame)
    })

onHost('every method answers as window.playground does', async (page, frame) => {
  const ask = (method, params) => page.evaluate(([name, list]) => ask(name, list), [method, params])
  assert.equal((await ask('setState', { stride: 2, padding: 1 })).result.stride, 2)
  assert.equal((await ask('step', [3])).result.step, (await state(frame)).step)
  assert.deepEqual((await ask('getState')).result, await state(frame))
  for (const method of ['lessons', 'tensors', 'narration', 'question', 'schema'])
    assert.deepEqual((await ask(method, [])).result, await frame.evaluate((name) => playground[name](), method), method)
  assert.deepEqual((await ask('schema', ['padding'])).result, await frame.evaluate(() => playground.schema('padding')))
  const version = await frame.evaluate(() => playground.version)
  assert.ok(version)
  assert.equal((await ask('version')).result, version)
  assert.equal((await ask('ready')).result, null)
  const { shape, data } = (await ask('tensor', ['output'])).result
  assert.ok(Array.isArray(data))
  assert.deepEqual({ shape, data }, await frame.evaluate(() => {
    const { shape, data } = playground.tensor('output')
    return { shape, data: Array.from(data) }
  }))
  const weight = { shape: [1, 1, 5, 5], data: Array.from({ length: 25 }, (_, i) => i / 8) }
  assert.equal((await ask('setTensor', ['weight', weight])).result.filter, 'custom')
  assert.deepEqual((await ask('tensor', ['weight'])).result, weight)
  await page.evaluate(() => ask('setTensor', ['bias', { shape: [1], data: new Float32Array([2.5]) }]))
  assert.deepEqual((await ask('tensor', ['bias'])).result.data, [2.5])
  assert.equal((await ask('play')).result.playing, true)
  assert.equal((await ask('pause')).result.playing, false)
  assert.equal((await ask('reset')).result.step, 0)
})

onHost('bytes travel as base64 and come back as they were; scripts and tables as texts', async (page, frame) => {
  const ask = (method, ...params) => page.evaluate(([name, list]) => ask(name, list), [method, params])
  const bytes = async (method, ...params) => Buffer.from((await ask(method, ...params)).result, 'base64')
  const train = (steps) => page.evaluate((n) => ask('train', { steps: n }), steps)
  await train(1)  // from then on the same nets are shown
  assert.deepEqual([...await bytes('npy', 'fc_bias')], await frame.evaluate(() => Array.from(playground.npy('fc_bias'))))
  assert.equal((await ask('csv', 'fc_bias')).result, await frame.evaluate(() => playground.csv('fc_bias')))
  assert.equal((await ask('code', 'numpy')).result, await frame.evaluate(() => playground.code('numpy')))
  const png = await bytes('png')
  assert.deepEqual([png.toString('latin1', 1, 4), png.readUInt32BE(16)], ['PNG', 1400])
  const weights = (await ask('weights', 'cnn')).result
  assert.deepEqual([...Buffer.from(weights, 'base64')], await frame.evaluate(() => Array.from(playground.weights('cnn'))))
  await train(1)
  assert.notEqual((await ask('weights', 'cnn')).result, weights)
  assert.ok((await ask('loadWeights', 'cnn', weights)).result.cnn.test_accuracy > 0)
  assert.equal((await ask('weights', 'cnn')).result, weights)
  for (const wrong of [[], ['cnn'], ['cnn', 7], ['cnn', '*'], ['cnn', 'AAAA'], ['rnn', weights]])
    assert.equal((await ask('loadWeights', ...wrong)).error?.code, -32602, JSON.stringify(wrong).slice(0, 40))
  assert.equal((await ask('npy', 'nothing')).error?.code, -32602)
  assert.equal((await ask('paste', '1 0 -1')).error?.code, -32602)
}, '#lesson=network&view=training')

onHost('training answers when its steps are done', async (page) => {
  const { result } = await page.evaluate(() => ask('train', { steps: 2 }))
  assert.equal(result.steps, 2)
  assert.deepEqual((await page.evaluate(() => ask('metrics'))).result, result)
}, '#lesson=network')

onHost('errors have the codes of the specification, and change nothing', async (page, frame) => {
  const before = await state(frame)
  const kBad = [
    ['{"jsonrpc": "2.0", "method": "step", "params": [', -32700],
    ['hello', -32700],
    [{ jsonrpc: '2.0', id: 1, method: 7 }, -32600],
    [{ jsonrpc: '1.0', id: 1, method: 'step' }, -32600],
    [{ jsonrpc: '2.0', id: 1 }, -32600],
    [{ jsonrpc: '2.0', id: { a: 1 }, method: 'step' }, -32600],
    [{ jsonrpc: '2.0', id: 1, method: 'step', params: 5 }, -32600],
    [[], -32600],
    ['[]', -32600],
    ['null', -32600],
    ...['nonsense', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'on', 'then', ''].map((method) =>
      [{ jsonrpc: '2.0', id: 1, method }, -32601]),
    [{ jsonrpc: '2.0', id: 1, method: 'setState', params: [{ stride: 2 }] }, -32602],
    [{ jsonrpc: '2.0', id: 1, method: 'setState' }, -32602],
    [{ jsonrpc: '2.0', id: 1, method: 'setState', params: { stride: 99 } }, -32602],
    [{ jsonrpc: '2.0', id: 1, method: 'setState', params: { stride: 2, nonsense: 1 } }, -32602],
    [{ jsonrpc: '2.0', id: 1, method: 'step', params: { n: 1 } }, -32602],
    [{ jsonrpc: '2.0', id: 1, method: 'step', params: ['x'] }, -32602],
    ['{"jsonrpc": "2.0", "id": 1, "method": "setState", "params": {"__proto__": {"stride": 2}}}', -32602],
    [{ jsonrpc: '2.0', id: 1, method: 'setTensor', params: ['weight', { shape: [1, 1, 5, 5], data: Array(25).fill(NaN) }] }, -32602],
  ]
  for (const [message, code] of kBad) {
    const answer = await page.evaluate(async (what) => {
      const known = replies().length
      post(what)
      await settled()
      return replies().slice(known)
    }, message).catch((error) => { throw new Error(`${JSON.stringify(message)}: ${error.message}`) })
    // Of a text the answer is a text.
    if (typeof message === 'string') continue
    assert.equal(answer.length, 1, JSON.stringify(message))
    assert.equal(answer[0].error?.code, code, JSON.stringify(message))
    assert.ok(answer[0].error.message)
    assert.deepEqual(await state(frame), before)
  }
  const texts = await page.evaluate(() => heard.map(({ data }) => data).filter((data) => typeof data === 'string').map((text) => JSON.parse(text)))
  assert.deepEqual(texts.map(({ error }) => error.code), kBad.filter(([message]) => typeof message === 'string').map(([, code]) => code))
  assert.deepEqual(await state(frame), before)
  const refused = await page.evaluate(() => ask('setState', { stride: 99 }))
  assert.equal(refused.error.data.name, 'RangeError')
  for (const part of ['stride', '99', '4']) assert.ok(refused.error.message.includes(part), refused.error.message)
})

onHost('notifications are carried out unanswered; a batch gets a batch', async (page, frame) => {
  await page.evaluate(async () => {
    post({ jsonrpc: '2.0', method: 'setState', params: { stride: 3 } })
    post({ jsonrpc: '2.0', method: 'setState', params: { stride: 99 } })
    post({ jsonrpc: '2.0', method: 'nonsense' })
    await settled()
  })
  assert.equal((await state(frame)).stride, 3)
  assert.deepEqual(await page.evaluate(() => replies()), [])
  await page.evaluate(async () => {
    post([{ jsonrpc: '2.0', id: 1, method: 'setState', params: { stride: 2 } }, { jsonrpc: '2.0', method: 'step', params: [1] }, 7,
          { jsonrpc: '2.0', id: 2, method: 'nonsense' }, { jsonrpc: '2.0', id: 3, method: 'getState' }])
    post([{ jsonrpc: '2.0', method: 'step' }])
    await settled()
  })
  const batches = await page.evaluate(() => heard.map(({ data }) => data).filter(Array.isArray))
  assert.equal(batches.length, 1)
  assert.deepEqual(batches[0].map(({ id, error }) => [id, error?.code]), [[1, undefined], [null, -32600], [2, -32601], [3, undefined]])
  assert.equal(batches[0][3].result.stride, 2)
})

onHost('events arrive as notifications, height in three forms', async (page, frame) => {
  await frame.evaluate(() => playground.step())
  await until(page, () => events('step').length > 0)
  const { step } = await state(frame)
  const [event] = await page.evaluate(() => events('step'))
  assert.deepEqual([event.step, event.row * 24 + event.col], [step, step])
  assert.equal((await page.evaluate(() => events('change'))).at(-1).step, step)
  assert.deepEqual(await page.evaluate(() => events('ready')), [{}])
  const { height } = (await page.evaluate(() => events('height'))).at(-1)
  assert.ok(height >= 480 && height <= 1000, String(height))
  const forms = await page.evaluate(() => heard.map(({ data }) => data))
  assert.ok(forms.some((data) => data.context === 'h5p' && data.action === 'hello'))
  assert.ok(forms.some((data) => data.context === 'h5p' && data.action === 'resize' && data.scrollHeight === height))
  assert.ok(forms.some((data) => data.subject === 'lti.frameResize' && data.height === height))
  // Giving the height asks for no other.
  const count = await page.evaluate(async (pixels) => {
    document.querySelector('iframe').height = pixels
    await settled()
    return events('height').length
  }, height)
  assert.equal(count, 1)
  await page.evaluate(() => { document.querySelector('iframe').width = 340 })
  await until(page, () => events('height').length === 2)
})

onHost('an opaque host hears the state once it has asked, and not before', async (page, inner) => {
  const middle = page.frames()[1]
  await inner.evaluate(() => playground.step())
  const kinds = () => middle.evaluate(async () => {
    await settled()
    return [...new Set(heard.map(({ data }) => data.method).filter(Boolean))].sort()
  })
  assert.deepEqual(await kinds(), ['height', 'ready'])
  assert.equal((await middle.evaluate(() => ask('getState'))).result.lesson, 'flatten')
  await inner.evaluate(() => playground.step())
  assert.deepEqual(await kinds(), ['change', 'height', 'ready', 'step'])
}, '#lesson=flatten', 'opaque.html')

onHost('strangers are not heard: a sibling frame, an opened window, the page itself', async (page, frame) => {
  const before = await state(frame)
  await page.evaluate(async () => {
    const sibling = document.createElement('iframe')
    sibling.src = 'stranger.html'
    document.body.append(sibling)
    await new Promise((done) => { sibling.onload = done })
    const target = document.querySelector('iframe').contentWindow
    sibling.contentWindow.target = target
    sibling.contentWindow.eval(`self.heard = 0; onmessage = () => { ++heard }
      target.postMessage({ jsonrpc: '2.0', id: 1, method: 'setState', params: { stride: 4 } }, '*')`)
    await settled()
    self.leaked = sibling.contentWindow.heard
  })
  await frame.evaluate(() => { self.postMessage({ jsonrpc: '2.0', id: 1, method: 'setState', params: { stride: 4 } }, '*') })
  await page.evaluate(() => settled())
  assert.equal(await page.evaluate(() => leaked), 0)
  assert.deepEqual(await page.evaluate(() => replies()), [])
  assert.deepEqual(await state(frame), before)
})

onPage('at top level nobody is heard', { before: drawNothing, at: '#lesson=convolution' }, async (page) => {
  const before = await state(page)
  await page.evaluate(async () => {
    postMessage({ jsonrpc: '2.0', id: 1, method: 'setState', params: { stride: 4 } }, '*')
    await new Promise((done) => setTimeout(done, 100))
  })
  assert.deepEqual(await state(page), before)
})

onHost('a flood and hostile objects change nothing and leave the page its frames', async (page, frame) => {
  const before = await state(frame)
  await frame.evaluate(() => {
    self.longest = 0
    let last = performance.now()
    const look = (now) => {
      longest = Math.max(longest, now - last)
      last = now
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.evaluate(async () => {
    const round = { jsonrpc: '2.0', id: 1, method: 'setState', params: {} }
    round.params.self = round
    let deep = {}
    for (let i = 0; i < 500; ++i) deep = { deep }
    const hostile = [round, { jsonrpc: '2.0', id: 2, method: 'setState', params: deep },
      { jsonrpc: '2.0', id: 3, method: 'setTensor', params: ['weight', { shape: [1, 1, 5, 5], data: { length: 4e9 } }] },
      { jsonrpc: '2.0', id: 4, method: 'setTensor', params: ['weight', { shape: [5e8], data: Array(4e9) }] },
      { jsonrpc: '2.0', id: 5, method: 'setTensor', params: ['weight', { shape: [1], data: new Float32Array(5e6) }] },
      { jsonrpc: '2.0', id: 6, method: 'setState', params: new Map([['stride', 2]]) },
      { jsonrpc: '2.0', id: 7, method: 'setState', params: { stride: new Date() } },
      { jsonrpc: '2.0', id: 8, method: 'x'.repeat(5e6) }, '['.repeat(1e6), new Blob(['x']), new ArrayBuffer(1e6), null, 0, true]
    for (const message of hostile) post(message)
    const kinds = [(i) => i, () => null, () => ({}), () => ({ jsonrpc: '2.0', result: 1 }), () => ({ context: 'h5p' }), (i) => ({ i }),
                   () => ({ jsonrpc: '2.0', method: '__proto__' }), () => new Map()]
    for (let i = 0; i < 1e6; ++i) {
      post(kinds[i % kinds.length](i))
      if (i % 20000 === 0) await new Promise((done) => setTimeout(done))
    }
  })
  const start = Date.now()
  assert.equal((await page.evaluate(() => ask('getState'))).result.lesson, 'convolution')
  const waited = Date.now() - start
  assert.deepEqual(await state(frame), before)
  const errors = await page.evaluate(() => replies().filter(({ error }) => error).map(({ error }) => error.code))
  assert.ok(errors.length >= 8, String(errors))
  const longest = await frame.evaluate(() => longest)
  console.log(`# after a million messages the next answer took ${waited} ms; the longest frame was ${Math.round(longest)} ms`)
  assert.ok(longest < 1500, `a frame of ${longest} ms`)
}, undefined, 'host.html', null)
