// Loads the program from classic scripts, so that it also starts from a double click and in a sandboxed
// frame, where neither fetch nor module scripts work. What can go wrong is said in one sentence.
;(() => {
  'use strict'
  const { browserLanguage, lang, say, Trouble, loadScript, unpack } = self.__conv_files

  const status = document.getElementById('status')
  const bar = status.querySelector('i')
  document.documentElement.lang = lang
  status.querySelector('p').textContent = say('page.loading')

  function fail(trouble) {
    const sentence = trouble instanceof Trouble ? trouble.message
      : say('page.crashed', { detail: String(trouble?.message ?? trouble).slice(0, 200) })
    status.hidden = false
    status.classList.add('failed')
    status.querySelector('p').textContent = sentence
    loadScript('stills/stills.js').catch(() => {})  // a picture; the sentence stands without it, too
    self.__conv_page.emit('error', { message: sentence })
    self.__conv_page.settle.reject(new Error(sentence))
  }

  // The smallest module that uses SIMD (one v128 instruction).
  const simdProbe = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0,
                                    65, 0, 253, 15, 253, 98, 11])

  function check() {
    if (typeof WebAssembly !== 'object' || typeof DecompressionStream !== 'function') throw new Trouble('page.no_wasm')
    if (!WebAssembly.validate(simdProbe)) throw new Trouble('page.no_simd')
  }

  // The context is the one that the program draws with: it asks for these same attributes later, and to make another for
  // a look would take as long again.
  function takeContext() {
    const attributes = { alpha: false, depth: false, stencil: false, antialias: false }
    if (!document.getElementById('canvas').getContext('webgl2', attributes)) throw new Trouble('page.no_webgl2')
  }

  const files = { wasm: 'playground.wasm.js', data: 'playground.data.js',
                  'font-regular': 'playground.font.js', 'font-bold': 'playground.font.js' }

  async function boot() {
    if (!self.__conv_strings) throw new Trouble('page.missing')
    check()
    const steps = new Set(['playground.js', ...Object.values(files)])
    let done = 0
    const advance = () => { bar.style.width = `${Math.round(100 * ++done / (steps.size + 2))}%` }
    const loaded = Promise.all([...steps].map((file) => loadScript(file).then(advance)))
    loaded.catch(() => {})  // it is waited for below
    takeContext()
    await loaded
    const assets = {}
    await Promise.all(Object.entries(files).map(async ([name, file]) => { assets[name] = await unpack(name, file) }))
    if (typeof createPlayground !== 'function') throw new Trouble('page.damaged', { file: 'playground.js' })
    advance()

    const module = await createPlayground({
      canvas: document.getElementById('canvas'),
      wasmBinary: assets.wasm,
      print: () => {},
      onAbort: (detail) => fail(new Trouble('page.crashed', { detail: String(detail).slice(0, 200) })),
    }).catch(() => { throw new Trouble('page.damaged', { file: files.wasm }) })
    delete assets.wasm

    // The page's own words in the same type, also where the system has no Hangul.
    for (const [name, weight] of [['font-regular', '400'], ['font-bold', '700']])
      document.fonts.add(new FontFace('Pretendard', assets[name].slice().buffer, { weight }))

    const { withTexts } = self.__conv_page
    for (const [name, bytes] of Object.entries(assets)) {
      const pointer = module._malloc(bytes.length)
      module.HEAPU8.set(bytes, pointer)
      withTexts(module, [name], (text) => module._pg_asset(text, pointer, bytes.length))
      module._free(pointer)
    }
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const problem = withTexts(module, [browserLanguage(), location.hash], (language, hash) =>
      module.UTF8ToString(module._pg_start(language, hash, dark.matches ? 1 : 0)))
    if (problem) {
      const [key, detail] = problem.split('\t')
      throw new Trouble(key, { file: files[detail] ?? `playground.${detail}.js`, detail })
    }
    advance()
    self.__conv_host(module, fail, dark)
    status.hidden = true
    self.__conv_page.settle.resolve()
    self.__conv_page.emit('ready', {})
  }

  boot().catch(fail)
})()
