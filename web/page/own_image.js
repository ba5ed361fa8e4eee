// The learner's own data: a picture that is chosen, dropped or pasted becomes the lesson's input, a pasted matrix its
// input or kernel. The browser decodes the picture, after its head has been looked at: what is no picture, is damaged or
// too large is refused with a sentence, and nothing changes. What was done is said in the line at the top.
;(() => {
  'use strict'
  const kMostBytes = 32 << 20, kMostPixels = 50e6
  const kWork = 512  // the side of the square that is averaged into cells
  const { call, running, redraw } = self.__conv_page
  const texts = self.__conv_strings ?? {}

  const say = (key, values = {}) =>
    texts[self.playground.getState().lang][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)
  class Refusal extends Error {}
  const refuse = (key, values) => { throw new Refusal(say(key, values)) }

  const notice = document.getElementById('notice')
  let fading = 0
  function tell(sentence, lasting) {
    clearTimeout(fading)
    notice.querySelector('p').textContent = sentence
    notice.hidden = false
    if (!lasting) fading = setTimeout(() => { notice.hidden = true }, 12000)
  }

  // --- what the file's head says: [width, height], or null when it is none of the three kinds ----------------------
  function png(view) {
    return view.getUint32(0) === 0x89504E47 && view.getUint32(12) === 0x49484452 ? [view.getUint32(16), view.getUint32(20)] : null
  }
  function webp(view) {
    if (view.getUint32(0) !== 0x52494646 || view.getUint32(8) !== 0x57454250) return null
    const three = (at) => view.getUint16(at, true) | view.getUint8(at + 2) << 16
    const kind = view.getUint32(12)
    if (kind === 0x56503858) return [three(24) + 1, three(27) + 1]                                    // VP8X
    if (kind === 0x56503820) return [view.getUint16(26, true) & 0x3FFF, view.getUint16(28, true) & 0x3FFF]  // VP8
    const bits = view.getUint32(21, true)                                                              // VP8L
    return [(bits & 0x3FFF) + 1, (bits >>> 14 & 0x3FFF) + 1]
  }
  function jpeg(view) {
    if (view.getUint16(0) !== 0xFFD8) return null
    for (let at = 2; ;) {
      if (view.getUint8(at) !== 0xFF) return [0, 0]
      const kind = view.getUint8(at + 1)
      if (kind === 0xFF) { ++at; continue }  // a fill byte
      const frame = kind >= 0xC0 && kind <= 0xCF && kind !== 0xC4 && kind !== 0xC8 && kind !== 0xCC
      if (frame) return [view.getUint16(at + 7), view.getUint16(at + 5)]
      at += 2 + view.getUint16(at + 2)
    }
  }
  // [0, 0]: it is one of them, but cut off or damaged.
  function size(buffer) {
    const view = new DataView(buffer)
    for (const read of [png, webp, jpeg])
      try {
        const found = read(view)
        if (found) return found
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        if (read === jpeg && buffer.byteLength > 3) return [0, 0]
      }
    return null
  }

  // --- picture → numbers ------------------------------------------------------------------------------------------
  // The mean colour, 0 … 255, of each cell of the square in the middle, on white paper; [3][rows·cols]. The picture is a
  // bitmap, or { width, height, source }.
  function cells(picture, rows, cols) {
    const { width, height, source = picture } = picture
    const side = Math.min(width, height), work = Math.max(Math.min(side, kWork), rows, cols)
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = work
    const context = canvas.getContext('2d', { willReadFrequently: true })
    context.fillStyle = '#fff'
    context.fillRect(0, 0, work, work)
    context.imageSmoothingQuality = 'high'
    context.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, work, work)
    const { data } = context.getImageData(0, 0, work, work)
    const planes = [0, 1, 2].map(() => new Float64Array(rows * cols))
    const counts = new Float64Array(rows * cols)
    for (let y = 0; y < work; ++y)
      for (let x = 0; x < work; ++x) {
        const cell = Math.floor(y * rows / work) * cols + Math.floor(x * cols / work), at = 4 * (y * work + x)
        ++counts[cell]
        for (let c = 0; c < 3; ++c) planes[c][cell] += data[at + c]
      }
    for (const plane of planes) plane.forEach((sum, cell) => { plane[cell] = sum / counts[cell] })
    return planes
  }

  const byte = (value) => Math.min(255, Math.max(0, Math.round(value)))

  // Ink is 1 and paper 0, as in the digits: what lies along the edge is the paper.
  function inked([red, green, blue], rows, cols) {
    const grey = red.map((r, i) => 0.299 * r + 0.587 * green[i] + 0.114 * blue[i])
    const edge = [...grey].filter((_, i) =>
      i < cols || i >= (rows - 1) * cols || i % cols === 0 || i % cols === cols - 1).sort((a, b) => a - b)
    const paper = edge[edge.length >> 1], inverted = paper > 127
    const ink = grey.map((value) => Math.max(0, inverted ? paper - value : value - paper))
    const most = Math.max(...ink)
    // An even picture is not stretched into noise.
    const scale = most > 24 ? 255 / most : 1
    return { inverted, values: ink.map((value) => byte(value * scale)) }
  }

  async function decode(blob) {
    const name = blob.name || blob.type || '?'
    if (blob.size > kMostBytes) refuse('own.too_heavy', { from: Math.ceil(blob.size / (1 << 20)), allowed: kMostBytes >> 20 })
    const found = size(await blob.arrayBuffer())
    if (!found) refuse('own.not_image', { name: name.slice(0, 60) })
    const [width, height] = found
    if (width * height > kMostPixels) refuse('own.too_large', { from: `${width}×${height}`, allowed: kMostPixels / 1e6 })
    try {
      if (!width || !height) throw new Error('no size')
      return await createImageBitmap(blob)
    } catch { return refuse('own.damaged', { name: name.slice(0, 60) }) }
  }

  // The picture becomes the input; what was done with it, in words.
  function put(picture) {
    const { shape } = self.playground.tensor('input'), [channels, rows, cols] = shape
    const from = `${picture.width}×${picture.height}`, to = `${cols}×${rows}`
    if (channels !== 1 && channels !== 3) refuse('own.nowhere', { to: shape.join('×') })
    const planes = cells(picture, rows, cols)
    const grey = channels === 1 && inked(planes, rows, cols)
    const data = grey ? grey.values : planes.flatMap((plane) => Array.from(plane, byte))
    self.playground.setTensor('input', { shape, data: Array.from(data, (value) => value / 256) })
    return grey ? say('own.done.grey', { from, to, inverted: say(grey.inverted ? 'own.inverted' : 'own.kept') })
                : say('own.done.rgb', { from, to })
  }

  async function take(blob) {
    const bitmap = await decode(blob)
    try { tell(put(bitmap)) } finally { bitmap.close() }
  }

  // Whatever is refused says why; nothing else has happened.
  async function attempt(work) {
    try { await work() } catch (error) {
      if (!(error instanceof Refusal || error instanceof RangeError || error instanceof TypeError)) throw error
      tell(error.message, true)
    }
    redraw()
  }
  const locked = () => {
    const { lock, hide } = self.playground.getState()
    return [...lock, ...hide].includes('input')
  }
  const takeImage = (blob) => { if (!locked()) attempt(() => take(blob)) }
  const takeText = (text) => attempt(() => tell(call('paste', text)))

  // --- choose, drop, paste ----------------------------------------------------------------------------------------
  const chooser = Object.assign(document.createElement('input'), { type: 'file', id: 'own-image', hidden: true,
                                                                   accept: 'image/png,image/jpeg,image/webp' })
  document.body.append(chooser)
  chooser.addEventListener('change', () => {
    const [file] = chooser.files
    chooser.value = ''  // the same file may be chosen again
    if (file) takeImage(file)
  })

  const started = () => { try { return Boolean(running()) } catch { return false } }
  self.addEventListener('dragover', (event) => event.preventDefault())
  self.addEventListener('drop', (event) => {
    event.preventDefault()  // else the browser would leave for the file
    if (!started()) return
    const [file] = event.dataTransfer.files
    const text = event.dataTransfer.getData('text')
    if (file) takeImage(file)
    else if (text) takeText(text)
  })
  // The canvas's own handler of keys would keep the browser from pasting.
  self.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'v') event.stopImmediatePropagation()
  }, { capture: true })
  self.addEventListener('paste', (event) => {
    if (!started() || event.target.closest?.('input, textarea')) return
    const [file] = event.clipboardData.files
    const text = event.clipboardData.getData('text')
    if (!file && !text) return
    event.preventDefault()
    if (file) takeImage(file)
    else takeText(text)
  })

  // --- what was asked for on the canvas ------------------------------------------------------------------------------
  const answers = { own_image: () => { if (!locked()) chooser.click() } }
  self.__conv_requests = () => {
    const module = running(), [name, what] = module.UTF8ToString(module._pg_request()).split('.')
    answers[name]?.(what)
  }
  self.__conv_own = { answers, attempt, locked, put, refuse, say, tell }
})()
