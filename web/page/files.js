// What the page's scripts share about files: loading them as classic scripts, unpacking what is in them, and the
// sentences for what goes wrong, in the language that is asked for before the program runs.
;(() => {
  'use strict'
  const texts = self.__conv_strings ?? {}
  // Should even the file with the sentences be missing, the page itself holds this one.
  const withoutStrings = document.getElementById('without-strings').innerHTML.replace(/\{file\}/g, 'playground.strings.js')
  const browserLanguage = () =>
    (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2)).find((code) => texts[code]) ?? 'en'
  const asked = /(?:^|[#&])lang=(\w+)/.exec(location.hash)?.[1]
  const lang = texts[asked] ? asked : browserLanguage()
  const say = (key, values = {}) =>
    (texts[lang]?.[key] ?? withoutStrings).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? '')

  class Trouble extends Error {
    constructor(key, values) { super(say(key, values)) }
  }

  const loadScript = (file) => new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = file
    script.onload = resolve
    script.onerror = () => reject(new Trouble('page.missing', { file }))
    document.head.append(script)
  })

  // In a program of its own, whose memory goes with it.
  let unpacker
  async function unlzma(packed, length) {
    unpacker ??= unpack('unlzma').then((bytes) => WebAssembly.compile(bytes))
    const module = await unpacker
    const { exports } = await WebAssembly.instantiate(module, { env: { emscripten_notify_memory_growth() {} } })
    exports._initialize()
    const from = exports.malloc(packed.length), to = exports.malloc(length)
    new Uint8Array(exports.memory.buffer).set(packed, from)
    if (!exports.unlzma(from, packed.length, to, length)) throw new RangeError('no .lzma file of that length')
    return new Uint8Array(exports.memory.buffer, to, length).slice()
  }

  // The raw bytes of a packed asset, or the sentence that its file is damaged.
  async function unpack(name, file) {
    const packed = self.__conv_assets?.[name]
    const damaged = new Trouble('page.damaged', { file })
    if (!packed) throw damaged
    const text = packed.gzip ?? packed.pieces.join('')
    let bytes
    try {
      const binary = atob(text), gzip = new Uint8Array(binary.length)
      for (let i = 0; i < gzip.length; ++i) gzip[i] = binary.charCodeAt(i)
      const stream = new Blob([gzip]).stream().pipeThrough(new DecompressionStream('gzip'))
      bytes = new Uint8Array(await new Response(stream).arrayBuffer())
      if (packed.lzma) bytes = await unlzma(bytes, packed.bytes)
    } catch { throw damaged }
    if (bytes.length !== packed.bytes) throw damaged
    packed.gzip = packed.pieces = ''  // the text is not needed any more
    return bytes
  }

  self.__conv_files = { browserLanguage, lang, say, Trouble, loadScript, unpack }
})()
