// Hours of learning in time-lapse: random actions in every lesson, by the methods, the mouse and the keyboard, with training
// and experiments on and off, languages and themes changing. Memory stays flat, nothing is left in the graphics memory, and
// the console stays empty.
//
//   LOAD_HOURS=8 node --test load.test.mjs     so many hours of a learner's time (default: 0.15)
//   LOAD_SEED=2                                other actions (default 1)
//
// A learner does something every four seconds. For the page 250 ms pass from frame to frame, the most that it takes for
// passed, so an action has sixteen frames; those in which nothing would change are left out, as in the page. The numbers are
// computed and sent to the graphics card as always, but nothing is filled there: software would spend the time on that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { open } from './support.mjs'

const kHours = Number(process.env.LOAD_HOURS || 0.15), kSeed = Number(process.env.LOAD_SEED || 1)
const kActionSeconds = 4, kSamples = 8, kGrowth = 1.05
// A short run still sees the browser compile what is done for the first time.
const kHeapGrowth = kHours >= 4 ? kGrowth : 1.1

// In the page, before its scripts: the time-lapse, the objects of WebGL that are alive, and the program's memory.
function watch() {
  const waiting = []
  let now = 1e7  // later than the real clock
  self.requestAnimationFrame = (callback) => waiting.push(callback)
  const channel = new MessageChannel()
  let arrived = () => {}
  channel.port1.onmessage = () => arrived()
  const task = () => new Promise((done) => { arrived = done; channel.port2.postMessage(0) })
  self.drawn = 0
  self.pass = async (seconds) => {
    for (let t = 0; t < seconds; t += 0.25) {
      now += 250
      const due = waiting.splice(0)
      if (!due.length) continue
      self.drawn += 1
      for (const callback of due) callback(now)
      await task()
    }
  }

  self.alive = {}
  for (const kind of ['Buffer', 'Framebuffer', 'Program', 'Query', 'Renderbuffer', 'Sampler', 'Shader', 'Texture', 'TransformFeedback', 'VertexArray']) {
    const { [`create${kind}`]: create, [`delete${kind}`]: remove } = WebGL2RenderingContext.prototype
    const there = new Set()
    Object.defineProperty(self.alive, kind, { enumerable: true, get: () => there.size })
    WebGL2RenderingContext.prototype[`create${kind}`] = function (...args) {
      const made = create.apply(this, args)
      if (made) there.add(made)
      return made
    }
    WebGL2RenderingContext.prototype[`delete${kind}`] = function (object) {
      there.delete(object)
      return remove.call(this, object)
    }
  }
  for (const name of ['clear', 'drawElements', 'drawArrays']) WebGL2RenderingContext.prototype[name] = () => {}
  const instantiate = WebAssembly.instantiate
  WebAssembly.instantiate = async (...args) => {
    const made = await instantiate(...args)
    for (const value of Object.values((made.instance ?? made).exports)) if (value instanceof WebAssembly.Memory) self.programMemory = value
    return made
  }
}

// In the page: what a learner may do. `act(n)` does n things.
function learner(seed, actionSeconds) {
  const random = () => {
    seed = seed + 0x6D2B79F5 | 0
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed)
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
    return ((t ^ t >>> 14) >>> 0) / 4294967296
  }
  const below = (n) => Math.floor(random() * n), pick = (list) => list[below(list.length)]
  const canvas = document.getElementById('canvas')
  // What hands files to the browser, which asks a person first.
  const withoutFiles = ['share', 'weights', 'picture_from']
  const keyOf = { ' ': 'Space' }
  const mouse = (type, x, y) => canvas.dispatchEvent(new MouseEvent(type, { clientX: x, clientY: y, bubbles: true, view: self, buttons: type === 'mousemove' ? 0 : 1 }))
  const at = () => [below(innerWidth), below(innerHeight)]

  const doings = {
    lesson: () => playground.setState({ lesson: pick(playground.lessons()).id, hide: withoutFiles }),
    key() {
      const schema = playground.schema(), name = pick(Object.keys(schema)), { type, min, max, values } = schema[name]
      if (['lesson', 'hide', 'lock', 'input', 'weight', 'bias', 'stack'].includes(name)) return
      const value = { int: () => min + below(max - min + 1), number: () => min + random() * (max - min), bool: () => random() < 0.5, choice: () => pick(values) }[type]
      if (value) playground.setState({ [name]: value() })
    },
    look: () => playground.setState({ lang: pick(['ko', 'en']), theme: pick(['light', 'dark', 'projector', 'auto']) }),
    stack: () => playground.getState().stack !== undefined && playground.setState({ stack: pick(['flatten-linear10', 'conv4x5-relu-pool4-flatten-linear10', 'conv8x3p1-relu-pool2-conv8x3-relu-flatten-linear10']) }),
    steps: () => playground.step(below(40) - 15),
    play: () => playground.play(),
    pause: () => playground.pause(),
    reset: () => playground.reset(),
    numbers() {
      const name = pick(['input', 'weight', 'bias'])
      if (!playground.tensors().includes(name)) return
      const { shape, data } = playground.tensor(name)
      playground.setTensor(name, { shape, data: data.map(() => below(256) / 256) })
    },
    paste: () => playground.paste('0 1 0\n1 -4 1\n0 1 0'),
    answer() {
      const question = playground.question()
      if (question) playground.answer(below(20))
      else playground.setState({ predict: random() < 0.5 })
    },
    reveal: () => playground.question() && playground.reveal(),
    read() { playground.narration(); playground.code(pick(['numpy', 'pytorch'])); playground.csv(pick(playground.tensors())); playground.npy(pick(playground.tensors())) },
    picture: () => playground.png(),
    train: () => playground.train({ steps: 1 + below(3) }),
    weights: () => playground.weights(pick(['cnn', 'fc'])),
    experiment: () => random() < 0.1 && playground.experiment({ name: pick(['shuffled', 'shifted', 'pooling']), steps: 1 }),
    point: () => mouse('mousemove', ...at()),
    click() { const [x, y] = at(); mouse('mousemove', x, y); mouse('mousedown', x, y); mouse('mouseup', x, y) },
    drag() { const [x, y] = at(); mouse('mousemove', x, y); mouse('mousedown', x, y); for (let i = 1; i < 6; ++i) mouse('mousemove', x + 9 * i, y + 4 * i); mouse('mouseup', x + 45, y + 20) },
    press() {
      const key = pick([' ', 'ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'Home', 'End', 'PageDown', 'Escape'])
      canvas.focus()
      for (const type of ['keydown', 'keyup']) canvas.dispatchEvent(new KeyboardEvent(type, { key, code: keyOf[key] ?? key, bubbles: true, cancelable: true }))
    },
    address: () => { location.hash = `lesson=${pick(playground.lessons()).id}&step=${below(99)}&nonsense=1&hide=${withoutFiles}` },
  }
  const often = ['lesson', 'key', 'key', 'key', 'steps', 'play', 'numbers', 'point', 'click', 'click', 'drag', 'press', 'press', 'train']
  const names = [...Object.keys(doings), ...often]
  self.done = {}
  self.act = async (count) => {
    for (let i = 0; i < count; ++i) {
      const name = pick(names)
      self.done[name] = (self.done[name] ?? 0) + 1
      // What a lesson has not, or what was stopped by the next action, is refused with a sentence.
      try { Promise.resolve(doings[name]()).catch(() => {}) } catch (error) {
        if (!['RangeError', 'TypeError', 'Error'].includes(error.name)) throw error
      }
      if (!playground.getState().hide.includes('share')) playground.setState({ hide: withoutFiles })
      await self.pass(actionSeconds)
    }
  }
  // Every lesson in every view, so that what is made once has been made; and the state in which memory is compared.
  self.everything = async () => {
    for (const { id } of playground.lessons()) {
      playground.setState({ lesson: id, hide: withoutFiles })
      const { view, show, experiment } = playground.schema()
      for (const one of view?.values ?? [undefined]) {
        if (one) playground.setState({ view: one })
        await self.pass(1)
        for (const [key, values] of [['show', show?.values], ['experiment', experiment?.values]])
          for (const value of values ?? []) { playground.setState({ [key]: value }); await self.pass(1) }
      }
    }
  }
  self.rest = async () => {
    playground.setState({ lesson: 'network', hide: [], lock: [], predict: false, lecture: false, lang: 'en', theme: 'light', speed: 4 })
    playground.reset()
    playground.setState({ lesson: 'flatten' })
    playground.reset()
    playground.play()
    await self.pass(30)  // what is not drawn any more is given back after a while
    playground.reset()
    await new Promise((done) => setTimeout(done, 600))  // the address is written
    await self.pass(2)
  }
}

test(`${kHours} h of learning: memory is flat, and nothing is left in the graphics memory`, { timeout: Math.max(120000, kHours * 1800000) }, async (t) => {
  const messages = []
  const { page, problems, close } = await open({ fresh: true, before: watch, ready: false, viewport: { width: 900, height: 600 } })
  try {
    page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`))
    await page.evaluate(async () => { const timer = setInterval(() => self.pass(0.25), 5); await playground.ready; clearInterval(timer) })
    await page.evaluate(`(${learner})(${kSeed}, ${kActionSeconds})`)
    const session = await page.context().newCDPSession(page)
    const sample = async () => {
      await page.evaluate(() => self.rest())
      for (let i = 0; i < 3; ++i) await session.send('HeapProfiler.collectGarbage')
      const { usedSize } = await session.send('Runtime.getHeapUsage'), { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
      return { ...await page.evaluate(() => ({ wasm: self.programMemory.buffer.byteLength, ...self.alive })), heap: usedSize, nodes, listeners: jsEventListeners }
    }
    const tell = (what, { wasm, heap, ...objects }) => t.diagnostic(`${what}: program ${(wasm / 1048576).toFixed(1)} MB, JavaScript ${(heap / 1048576).toFixed(2)} MB, ` +
      Object.entries(objects).filter(([, n]) => n).map(([name, n]) => `${n} ${name}`).join(', '))

    const actions = Math.round(kHours * 3600 / kActionSeconds), began = Date.now()
    const act = async (count) => { for (let left = count; left > 0; left -= 50) await page.evaluate((n) => self.act(n), Math.min(50, left)) }
    await page.evaluate(() => self.everything())
    await act(Math.round(actions / 2))
    const warm = await sample(), samples = []
    tell('after the first half', warm)
    for (let i = 0; i < kSamples; ++i) {
      await act(Math.round(actions / 2 / kSamples))
      samples.push(await sample())
      tell(`sample ${i + 1} of ${kSamples}`, samples[i])
    }
    const { drawn, done } = await page.evaluate(() => ({ drawn: self.drawn, done: self.done }))
    t.diagnostic(`${actions} actions (${Object.entries(done).map(([name, n]) => `${n} ${name}`).join(', ')}), ${drawn} frames, ${((Date.now() - began) / 1000).toFixed(0)} s`)
    assert.deepEqual(messages, [])
    assert.deepEqual(problems(), [])
    for (const what of Object.keys(warm)) {
      const most = Math.max(...samples.map((one) => one[what]))
      const allowed = what === 'heap' ? warm.heap * kHeapGrowth : ['wasm', 'nodes', 'listeners'].includes(what) ? warm[what] * kGrowth : warm[what]
      assert.ok(most <= allowed, `${what} grows from ${warm[what]} to ${most}`)
    }
  } finally { await close() }
})
