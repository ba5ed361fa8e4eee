// window.playground: the public methods over the program's functions. Answers never wait for a frame.
;(() => {
  'use strict'
  const listeners = new Map(
    ['ready', 'change', 'step', 'answer', 'height', 'error'].map((name) => [name, new Set()]))

  // Calls `run` with a UTF-8 copy of each text in the program's memory.
  function withTexts(module, texts, run) {
    const pointers = texts.map((text) => {
      const size = module.lengthBytesUTF8(text) + 1
      const pointer = module._malloc(size)
      module.stringToUTF8(text, pointer, size)
      return pointer
    })
    try { return run(...pointers) } finally { pointers.forEach((pointer) => module._free(pointer)) }
  }

  function emit(event, detail) {
    for (const listener of [...listeners.get(event)]) {
      // One listener's mistake must not keep the others from hearing.
      try { listener(detail) } catch (mistake) { setTimeout(() => { throw mistake }) }
    }
  }

  // The program that answers; set once it has started.
  let module = null
  let afterCall = () => {}

  function running() {
    if (!module) throw new Error('playground: await playground.ready first')
    return module
  }

  function deliver() {
    const events = JSON.parse(module.UTF8ToString(module._pg_events()))
    for (const { event, detail } of events) emit(event, detail)
    if (events.length) afterCall()
  }

  // JSON turns NaN and the infinities into null; a refusal should name them.
  const nameNonFinite = (_, value) => typeof value === 'number' && !Number.isFinite(value) ? String(value) : value

  const kinds = { RangeError, TypeError }
  function call(method, ...params) {
    const m = running()
    const answer = JSON.parse(withTexts(m, [method, JSON.stringify(params, nameNonFinite)], (name, json) =>
      m.UTF8ToString(m._pg_call(name, json))))
    if (answer.error) throw new (kinds[answer.error.name] ?? Error)(answer.error.message)
    deliver()
    return answer.result
  }

  function tensor(name) {
    const m = running()
    const pointer = withTexts(m, [String(name)], (text) => m._pg_tensor(text))
    if (!pointer) return call('tensor', String(name))  // which throws the sentence
    const at = m._pg_tensor_shape() >> 2
    const shape = Array.from(m.HEAP32.subarray(at, at + m._pg_tensor_rank()))
    const size = shape.reduce((product, n) => product * n, 1)
    return { shape, data: m.HEAPF32.slice(pointer >> 2, (pointer >> 2) + size) }
  }

  let settle
  const ready = new Promise((resolve, reject) => { settle = { resolve, reject } })
  ready.catch(() => {})  // the page says it, too; a page that never asks has no unhandled rejection

  const playground = {
    ready,
    version: '',
    lessons: () => call('lessons'),
    schema: (lesson) => lesson === undefined ? call('schema') : call('schema', lesson),
    getState: () => call('getState'),
    setState: (partial) => call('setState', partial),
    step: (n = 1) => call('step', n),
    play: () => call('play'),
    pause: () => call('pause'),
    reset: () => call('reset'),
    tensors: () => call('tensors'),
    tensor,
    setTensor(name, value) {
      // Something that only claims a length is no list; it is refused as it is.
      const list = (numbers) => Array.isArray(numbers) || ArrayBuffer.isView(numbers) ? Array.from(numbers) : numbers
      return call('setTensor', name, value && typeof value === 'object' ? { shape: list(value.shape), data: list(value.data) } : value)
    },
    paste: (text) => call('paste', text),
    question: () => call('question'),
    answer: (given) => call('answer', given),
    reveal: () => call('reveal'),
    narration: () => call('narration'),
    metrics: () => call('metrics'),
    on(event, listener) {
      if (!listeners.has(event)) throw new RangeError(`playground.on: '${event}'; ${[...listeners.keys()].join(', ')}`)
      if (typeof listener !== 'function') throw new TypeError('playground.on: (event, function)')
      listeners.get(event).add(listener)
      return () => { listeners.get(event).delete(listener) }
    },
  }
  self.playground = playground

  // For the page's own scripts.
  self.__conv_page = {
    withTexts, emit, deliver, settle, call, running,
    redraw: () => afterCall(),
    attach(started, after) {
      module = started
      afterCall = after
      playground.version = call('version')
    },
  }
})()
