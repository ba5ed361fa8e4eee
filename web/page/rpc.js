// window.playground for the page that embeds this one: JSON-RPC 2.0 over postMessage, one object (or its JSON text) a
// message. `params` is the object itself for setState, train and experiment, a positional array for all others; the bytes of
// npy, png, weights and loadWeights are base64 texts; events are notifications. Who may ask and who hears:
// - Only window.parent is heard. At top level nobody is.
// - An answer goes to the origin that asked.
// - Events go to the parent alone, addressed to its origin: the one the browser names (location.ancestorOrigins), else
//   that of the parent's first request. Before it is known, and to a parent without an origin of its own that has asked
//   nothing yet, only `ready` and `height` go out, which hold nothing of the state.
// Nothing of a message is trusted: it is copied within limits before anything looks at it.
;(() => {
  'use strict'
  const parent = self.parent
  if (parent === self) return
  const playground = self.playground

  const kObject = ['setState', 'train', 'experiment']
  const kMethods = new Set([...kObject, 'ready', 'version', 'lessons', 'schema', 'getState', 'step', 'play', 'pause', 'reset',
                            'tensors', 'tensor', 'setTensor', 'question', 'answer', 'reveal', 'narration', 'metrics', 'paste',
                            'code', 'csv', 'npy', 'png', 'weights', 'loadWeights', 'results'])
  const kMost = { values: 200000, depth: 8, characters: 4e6, batch: 1000, waiting: 1000 }
  const kParse = -32700, kRequest = -32600, kMethod = -32601, kParams = -32602, kRefused = -32000

  class Refusal extends Error {
    constructor(code, message) {
      super(message)
      this.code = code
    }
  }

  // A copy made of null, truth values, numbers, texts, arrays and objects without prototypes; whatever else a message
  // can hold, and more than the limits, is refused.
  function plain(value) {
    let values = kMost.values, characters = kMost.characters
    const copy = (from, depth) => {
      if (--values < 0 || depth > kMost.depth) throw new Refusal(kRequest, 'too large or too deep')
      if (typeof from === 'string' && (characters -= from.length) < 0) throw new Refusal(kRequest, 'too large')
      if (from === null || ['boolean', 'number', 'string'].includes(typeof from)) return from
      const numbers = ArrayBuffer.isView(from) && !(from instanceof DataView)
      if (Array.isArray(from) || numbers) {
        if (from.length > values) throw new Refusal(kRequest, 'too large')
        return Array.from(from, (item) => copy(typeof item === 'bigint' ? Number(item) : item ?? null, depth + 1))
      }
      if (typeof from !== 'object' || Object.getPrototypeOf(from) !== Object.prototype) throw new Refusal(kRequest, 'not JSON')
      const made = Object.create(null)
      for (const key in from) {
        if ((characters -= key.length) < 0) throw new Refusal(kRequest, 'too large')
        if (from[key] !== undefined) made[key] = copy(from[key], depth + 1)
      }
      return made
    }
    return copy(value, 0)
  }

  function text(bytes) {
    let characters = ''
    for (const byte of bytes) characters += String.fromCharCode(byte)
    return btoa(characters)
  }
  function bytes(base64) {
    try {
      if (typeof base64 === 'string') return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    } catch { /* no base64 */ }
    throw new TypeError('loadWeights: [net, base64]')
  }

  // The result, or a promise of it.
  function run(method, params) {
    if (!kMethods.has(method)) throw new Refusal(kMethod, `${method.slice(0, 60)}: ${[...kMethods].join(', ')}`)
    if (kObject.includes(method) ? !params || Array.isArray(params) : params && !Array.isArray(params))
      throw new Refusal(kParams, kObject.includes(method) ? `${method}: {…}` : `${method}: […]`)
    if (method === 'ready') return null
    const member = playground[method]
    if (typeof member !== 'function') return member
    if (method === 'loadWeights') return member(params?.[0], bytes(params?.[1]))
    const result = kObject.includes(method) ? member(params) : member(...params ?? [])
    if (method === 'png') return result.then(text)
    if (result instanceof Uint8Array) return text(result)
    return method === 'tensor' ? { shape: result.shape, data: Array.from(result.data) } : result
  }

  const failure = (error) => error instanceof Refusal ? { code: error.code, message: error.message }
    : { code: error instanceof RangeError || error instanceof TypeError ? kParams : kRefused, message: String(error?.message ?? error),
        data: { name: error?.name ?? 'Error' } }

  let started = false, waiting = 0
  const start = playground.ready.then(() => { started = true })
  start.catch(() => {})  // whoever asks gets the sentence

  // The response to one request; undefined when there is none. Never throws.
  async function respond(request) {
    let id = null, wanted = true
    try {
      const proper = request && typeof request === 'object' && !Array.isArray(request) && request.jsonrpc === '2.0'
      if (proper && 'id' in request) {
        if (request.id !== null && !['string', 'number'].includes(typeof request.id)) throw new Refusal(kRequest, 'id')
        id = request.id
      }
      if (!proper || typeof request.method !== 'string') throw new Refusal(kRequest, '{jsonrpc: "2.0", id, method, params}')
      if ('params' in request && (request.params === null || typeof request.params !== 'object')) throw new Refusal(kRequest, 'params')
      wanted = 'id' in request
      if (!started) {
        if (++waiting > kMost.waiting) throw new Refusal(kRefused, 'not ready')
        await start
      }
      const result = await run(request.method, request.params)
      return wanted ? { jsonrpc: '2.0', id, result: result ?? null } : undefined
    } catch (error) {
      return wanted ? { jsonrpc: '2.0', id, error: failure(error) } : undefined
    }
  }

  async function respondAll(batch) {
    if (!batch.length || batch.length > kMost.batch)
      return respond(null).then((refused) => ({ ...refused, error: { code: kRequest, message: `1 … ${kMost.batch}` } }))
    const responses = (await Promise.all(batch.map(respond))).filter(Boolean)
    return responses.length ? responses : undefined
  }

  // --- where things go ---------------------------------------------------------------------------------------
  const named = (origin) => origin && origin !== 'null' && !origin.startsWith('file:')
  const above = self.location.ancestorOrigins?.[0]
  let listener = named(above) ? above : ''  // who hears the events
  const target = (origin) => named(origin) ? origin : '*'  // '*' from here is the parent all the same
  const send = (message, to) => parent.postMessage(message, to)

  const kOpen = ['ready', 'height']
  for (const event of ['change', 'step', 'answer', 'error', ...kOpen])
    playground.on(event, (params) => {
      const to = kOpen.includes(event) ? '*' : listener
      if (to) send({ jsonrpc: '2.0', method: event, params }, to)
    })

  // --- what comes in -------------------------------------------------------------------------------------------
  const isObject = (data) => data !== null && typeof data === 'object'
  const isAnswer = (data) => Object.hasOwn(data, 'result') || Object.hasOwn(data, 'error')  // which nobody answers
  const isOurs = (data) => Array.isArray(data) || (isObject(data) && Object.hasOwn(data, 'jsonrpc') && !isAnswer(data))

  function read(data) {
    if (typeof data !== 'string') return plain(data)
    if (data.length > kMost.characters) throw new Refusal(kRequest, 'too large')
    let value
    try { value = JSON.parse(data) } catch { throw new Refusal(kParse, 'not JSON') }
    return plain(value)
  }

  async function hear(event) {
    const { data, origin } = event
    const text = typeof data === 'string'
    if (!text && !isOurs(data)) return
    let response
    try {
      const request = read(data)
      if (text && isObject(request) && isAnswer(request)) return
      // An empty or wrong request makes nobody a listener.
      if (!listener && request?.jsonrpc === '2.0' && kMethods.has(request.method)) listener = target(origin)
      response = await (Array.isArray(request) ? respondAll(request) : respond(request))
    } catch (error) {
      // Too large to be read, but whoever asked waits for an answer.
      const id = !text && isObject(data) && typeof data.id === 'number' ? data.id : null
      response = { jsonrpc: '2.0', id, error: failure(error) }
    }
    if (response) send(text ? JSON.stringify(response) : response, target(origin))
  }
  self.addEventListener('message', (event) => {
    if (event.source === parent) hear(event)
  })
})()
