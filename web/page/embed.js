// <script src="…/embed.js"> defines <conv-playground lesson="padding" lang="ko">: the playground in a frame of its own.
//
// Attributes are state keys, with values as in the playground's address; one that is changed later is set, one that is
// removed goes back to its default. The frame is as high as the playground wants it at its width, unless the page's own
// style gives the element a height. It is loaded when it comes near the screen, or when a method is called.
//
//   const el = document.querySelector('conv-playground')
//   await el.ready                                    // like playground.ready
//   await el.setState({ stride: 2 })                  // every method of window.playground, as a promise; await el.version
//   const off = el.on('answer', (detail) => …)        // or el.addEventListener('answer', ({ detail }) => …)
//
// What is said to it is only believed from the frame's own window.
;(() => {
  'use strict'
  if (customElements.get('conv-playground')) return
  const site = new URL('.', document.currentScript.src).href
  const kMethods = ['lessons', 'schema', 'getState', 'step', 'play', 'pause', 'reset', 'tensors', 'tensor', 'setTensor',
                    'question', 'answer', 'reveal', 'narration', 'metrics', 'paste', 'code', 'csv', 'npy', 'png', 'weights',
                    'loadWeights', 'results']
  const kObject = ['setState', 'train', 'experiment']  // whose parameter is an object
  const kBytes = ['npy', 'png', 'weights']  // what these give, as base64
  const kEvents = ['ready', 'change', 'step', 'answer', 'height', 'error']
  // Attributes that belong to HTML, not to the playground.
  const kForeign = /^(id|class|style|title|slot|part|is|role|dir|tabindex|hidden|name|on.*|data-.*|aria-.*)$/
  const kErrors = { RangeError, TypeError }
  const keysOf = (element) => [...element.attributes].filter(({ name }) => !kForeign.test(name))
  const encode = (text) => encodeURIComponent(text).replace(/%2C/g, ',')

  // The value of an attribute, by the key's entry in the schema; what cannot be read is handed on, to be refused by name.
  function valueOf(key, text) {
    if (text === null) return key.default
    if (key.type === 'bool') return ['', '1', 'true'].includes(text) ? true : ['0', 'false'].includes(text) ? false : text
    if (key.type === 'list') return text.split(',').filter(Boolean)
    if (['int', 'number'].includes(key.type)) return text.trim() && Number.isFinite(Number(text)) ? Number(text) : text
    return text
  }

  function toBase64(bytes) {
    const list = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes
    if (!(list instanceof Uint8Array)) throw new TypeError('conv-playground.loadWeights: (net, Uint8Array)')
    let characters = ''
    for (const byte of list) characters += String.fromCharCode(byte)
    return btoa(characters)
  }

  class ConvPlayground extends HTMLElement {
    #frame = document.createElement('iframe')
    #calls = new Map()
    #last = 0
    #ready = null
    #style = new CSSStyleSheet()  // a host's content security policy does not forbid this kind
    #isReady = false
    #near = new IntersectionObserver((entries) => { if (entries.at(-1).isIntersecting) this.#load() }, { rootMargin: '300px' })
    #attributes = new MutationObserver((records) => this.#follow(new Set(records.map((record) => record.attributeName))))
    #hear = (event) => this.#receive(event)

    constructor() {
      super()
      this.#arm()
      this.#frame.allow = 'fullscreen; clipboard-write; camera'
      this.#style.replaceSync(':host { display: block; height: 640px } :host([hidden]) { display: none } ' +
                              'iframe { display: block; width: 100%; height: 100%; border: 0 }')
      const shadow = this.attachShadow({ mode: 'open' })
      shadow.adoptedStyleSheets = [this.#style]
      shadow.append(this.#frame)
    }

    #arm() {
      this.#isReady = false
      this.#ready = {}
      this.#ready.promise = new Promise((resolve, reject) => Object.assign(this.#ready, { resolve, reject }))
      this.#ready.promise.catch(() => {})
    }

    connectedCallback() {
      self.addEventListener('message', this.#hear)
      this.#near.observe(this)
      this.#attributes.observe(this, { attributes: true })
    }

    // A frame that is moved loads anew, with what its attributes say.
    disconnectedCallback() {
      self.removeEventListener('message', this.#hear)
      this.#near.disconnect()
      this.#attributes.disconnect()
      this.#frame.removeAttribute('src')
      if (this.#isReady) this.#arm()
      for (const { reject } of this.#calls.values()) reject(new Error('conv-playground: removed from its page'))
      this.#calls.clear()
    }

    get ready() {
      this.#load()
      return this.#ready.promise
    }
    get version() { return this.#call('version') }

    on(event, listener) {
      if (!kEvents.includes(event)) throw new RangeError(`conv-playground.on: '${event}'; ${kEvents.join(', ')}`)
      if (typeof listener !== 'function') throw new TypeError('conv-playground.on: (event, function)')
      const heard = (custom) => listener(custom.detail)
      this.addEventListener(event, heard)
      return () => this.removeEventListener(event, heard)
    }

    #load() {
      if (this.#frame.hasAttribute('src') || !this.isConnected) return
      this.#near.disconnect()
      this.#frame.title = this.title || 'Convolution Playground'
      const bare = ({ name, value }) => `${encode(name)}=${encode(value === '' ? '1' : value)}`
      this.#frame.src = `${site}index.html#${keysOf(this).map(bare).join('&')}`
    }

    async #call(method, params) {
      this.#load()
      if (!this.isConnected) throw new Error('conv-playground: not in a page yet')
      await this.#ready.promise
      return new Promise((resolve, reject) => {
        const id = ++this.#last
        this.#frame.contentWindow.postMessage({ jsonrpc: '2.0', id, method, params }, this.#target)
        this.#calls.set(id, { resolve, reject })
      })
    }

    // A page opened by a double click has no origin to name.
    get #target() { return site.startsWith('file:') ? '*' : new URL(site).origin }

    #receive({ source, data }) {
      if (!source || source !== this.#frame.contentWindow || data?.jsonrpc !== '2.0') return
      if (data.method) return this.#event(data.method, data.params)
      const call = this.#calls.get(data.id)
      if (!call) return
      this.#calls.delete(data.id)
      if (!data.error) return call.resolve(data.result)
      call.reject(new (kErrors[data.error.data?.name] ?? Error)(data.error.message))
    }

    #event(name, detail) {
      if (!kEvents.includes(name)) return
      if (name === 'height') this.#style.cssRules[0].style.height = `${detail.height}px`
      if (name === 'error' && !this.#isReady) this.#ready.reject(new Error(detail.message))
      if (name === 'ready') {
        this.#isReady = true
        this.#ready.resolve()
      }
      this.dispatchEvent(new CustomEvent(name, { detail }))
    }

    async #follow(names) {
      if (names.has('title')) this.#frame.title = this.title || 'Convolution Playground'
      const changed = [...names].filter((name) => !kForeign.test(name))
      if (!changed.length || !this.#frame.hasAttribute('src')) return
      try {
        const lesson = names.has('lesson') && this.getAttribute('lesson')
        const schema = await this.schema(...(lesson ? [lesson] : []))
        const partial = {}
        for (const name of changed) partial[name] = valueOf(schema[name] ?? {}, this.getAttribute(name))
        await this.setState(partial)
      } catch (error) {
        this.dispatchEvent(new CustomEvent('error', { detail: { message: error.message } }))
      }
    }

    static {
      for (const method of [...kMethods, ...kObject])
        this.prototype[method] = async function (...params) {
          if (method === 'loadWeights') params[1] = toBase64(params[1])
          const result = await this.#call(method, kObject.includes(method) ? params[0] ?? {} : params)
          if (kBytes.includes(method)) return Uint8Array.from(atob(result), (character) => character.charCodeAt(0))
          return method === 'tensor' ? { shape: result.shape, data: Float32Array.from(result.data) } : result
        }
    }
  }
  customElements.define('conv-playground', ConvPlayground)
})()
