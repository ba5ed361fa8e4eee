// The learner's own data through the page: drawn, chosen, dropped, pasted; and what is refused.
import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { deflateSync } from 'node:zlib'
import { crc32 } from '../../cmake/crc32.mjs'
import { dist, frames, onPage as onLoaded, onSharedPage, ready, set, state, tensor, theSite, unseen, until } from './support.mjs'

const onPage = (name, options, body) => onLoaded(name, { ...unseen, ...options }, body)
const kPointed = { viewport: { width: 1280, height: 800 } }  // where the places are those of a mouse

// --- pictures, made here ----------------------------------------------------------------------------------------
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}
// A PNG of width × height with the colour that `at(x, y)` gives; `claims`: the size that its head tells.
function png(width, height, at, claims = [width, height]) {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(claims[0], 0)
  head.writeUInt32BE(claims[1], 4)
  head.set([8, 2, 0, 0, 0], 8)
  const raw = Buffer.alloc(height * (1 + 3 * width))
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x) raw.set(at(x, y), y * (1 + 3 * width) + 1 + 3 * x)
  return Buffer.concat([Buffer.from('89504E470D0A1A0A', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))])
}
// `file`: its bytes, or the path of one that is on the disk.
const choose = async (page, file, name = 'mine.png', mimeType = 'image/png') => {
  await page.evaluate(() => { document.getElementById('notice').hidden = true })
  await page.setInputFiles('#own-image', typeof file === 'string' ? file : { name, mimeType, buffer: file })
  await page.waitForFunction(() => !document.getElementById('notice').hidden)
  return page.evaluate(() => document.querySelector('#notice p').textContent)
}
// A thick dark 1 on grey paper, 84 high and wider than high: cropped in the middle.
const one = png(120, 84, (x, y) => x >= 54 && x < 66 && y >= 12 && y < 72 ? [20, 20, 20] : [200, 200, 200])
const oneIs = (data) => {
  for (let row = 0; row < 28; ++row)
    for (let col = 0; col < 28; ++col) {
      const ink = row >= 4 && row < 24 && col >= 12 && col < 16
      assert.equal(data[row * 28 + col], ink ? 255 / 256 : 0, `${row}, ${col}`)
    }
}

// --- drawing ----------------------------------------------------------------------------------------------------
onPage('a digit drawn with the mouse is the input, is answered by both nets, travels in the URL, and Back undoes it', { ...kPointed, at: '#lesson=network&view=draw' }, async (page) => {
  await page.evaluate(() => playground.setTensor('input', { shape: [1, 28, 28], data: Array(784).fill(0) }))
  await frames(page, 6)
  await page.waitForTimeout(700)
  const blank = await tensor(page, 'answer_cnn')
  // The pad is the large square below the controls; where exactly, drawing tells.
  await page.mouse.move(330, 240)
  await page.mouse.down()
  for (let i = 1; i <= 20; ++i) await page.mouse.move(330 + 4 * i, 240 + 10 * i)
  await page.mouse.up()
  await until(page, () => playground.tensor('input').data.filter((v) => v > 0.9).length > 8)
  const drawn = await tensor(page, 'input')
  assert.ok(drawn.data.every((v) => v >= 0 && v < 1 && Number.isInteger(v * 256)))
  for (const net of ['answer_cnn', 'answer_fc']) {
    const sum = (await tensor(page, net)).data.reduce((a, b) => a + b)
    assert.ok(Math.abs(sum - 1) < 1e-5)
  }
  assert.notDeepEqual((await tensor(page, 'answer_cnn')).data, blank.data)
  assert.equal((await state(page)).image, 'custom')
  await until(page, () => location.hash.includes('input=1x28x28.u8.') && playground.getState().input === /input=([^&]*)/.exec(location.hash)[1])
  await page.goBack()
  await until(page, () => playground.tensor('input').data.every((v) => v === 0))
  assert.equal((await state(page)).view, 'draw')
})

// --- pictures ---------------------------------------------------------------------------------------------------
onSharedPage('a chosen picture is cropped, scaled, turned grey and inverted, and the page says so', 'flatten', async (page) => {
  const said = await choose(page, one)
  assert.match(said, /120×84.*28×28.*inverted/s)
  oneIs((await tensor(page, 'input')).data)
  assert.equal((await state(page)).image, 'custom')
  // Light on dark is not inverted and gives the same.
  const night = png(84, 84, (x, y) => x >= 36 && x < 48 && y >= 12 && y < 72 ? [250, 250, 250] : [30, 30, 30])
  assert.match(await choose(page, night), /not inverted/)
  oneIs((await tensor(page, 'input')).data)
  // Where the input has colours, they stay.
  await set(page, { lesson: 'channels' })
  const { shape } = await tensor(page, 'input')
  assert.deepEqual(shape, [3, 32, 32])
  await choose(page, png(64, 64, (x) => x < 32 ? [255, 0, 64] : [0, 128, 32]))
  const { data } = await tensor(page, 'input')
  assert.deepEqual([0, 31].flatMap((col) => [0, 1, 2].map((c) => data[c * 1024 + 5 * 32 + col] * 256)), [255, 0, 64, 0, 128, 32])
})

onSharedPage('JPEG and WebP, too, as the browser itself writes them', 'convolution', async (page) => {
  for (const type of ['image/jpeg', 'image/webp']) {
    const bytes = await page.evaluate(async (t) => {
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = 56
      const context = canvas.getContext('2d')
      context.fillStyle = '#fff'
      context.fillRect(0, 0, 56, 56)
      context.fillStyle = '#000'
      context.fillRect(16, 16, 24, 24)
      const blob = await new Promise((done) => canvas.toBlob(done, t, 1))
      return [...new Uint8Array(await blob.arrayBuffer())]
    }, type)
    await choose(page, Buffer.from(bytes), 'square', type)
    const { data } = await tensor(page, 'input')
    assert.ok(data[14 * 28 + 14] > 0.97 && data[14 * 28 + 4] < 0.03 && data[2 * 28 + 14] < 0.03, type)
  }
})

onSharedPage('what is no picture, damaged or too large is refused with a sentence, and nothing changes', 'flatten', async (page) => {
  await set(page, { lang: 'ko' })
  const before = await page.evaluate(() => JSON.stringify([playground.getState(), [...playground.tensor('input').data]]))
  const bomb = png(1, 1, () => [0, 0, 0], [10000, 10000])
  const folder = mkdtempSync(join(tmpdir(), 'own-')), large = join(folder, 'large.png')  // which the browser reads by itself
  const written = openSync(large, 'w')
  ftruncateSync(written, 33 << 20)
  closeSync(written)
  for (const [bytes, sentence] of [
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), /PNG, JPEG, WebP 이미지가 아닙니다/],
    [Buffer.alloc(0), /이미지가 아닙니다/],
    [one.subarray(0, 20), /손상|아닙니다/],
    [Buffer.concat([one.subarray(0, 33), Buffer.alloc(99, 7)]), /손상/],
    [Buffer.from('FFD8FFE000104A464946', 'hex'), /손상/],
    [Buffer.from('RIFF____WEBPVP8 short'), /손상|아닙니다/],
    [bomb, /너무 큽니다\(10000×10000/],
    [large, /너무 큽니다\(33 MB/],
  ]) {
    assert.match(await choose(page, bytes, '<b>x</b>.png'), sentence)
    assert.equal(await page.evaluate(() => JSON.stringify([playground.getState(), [...playground.tensor('input').data]])), before)
  }
  rmSync(folder, { recursive: true })
  await set(page, { lock: ['input'] })
  await page.setInputFiles('#own-image', { name: 'a.png', mimeType: 'image/png', buffer: one })
  await page.waitForTimeout(300)
  assert.equal((await state(page)).image, 'digit-3')
})

onPage('the tile with the plus opens the browser\'s own chooser', { ...kPointed, at: '#lesson=flatten' }, async (page) => {
  const chooser = page.waitForEvent('filechooser')
  await page.mouse.move(1235, 101)
  await frames(page)
  await page.mouse.click(1235, 101)
  await (await chooser).setFiles({ name: 'mine.png', mimeType: 'image/png', buffer: one })
  await until(page, () => playground.getState().image === 'custom')
  oneIs((await tensor(page, 'input')).data)
})

// --- drop and paste ---------------------------------------------------------------------------------------------
const transfer = (page, event, target, items) => page.evaluate(async ([type, where, { bytes, text }]) => {
  const data = new DataTransfer()
  if (bytes) data.items.add(new File([new Uint8Array(bytes)], 'mine.png', { type: 'image/png' }))
  if (text !== undefined) data.setData('text/plain', text)
  const made = type === 'paste' ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
                                : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
  document.getElementById('notice').hidden = true
  document.getElementById(where).dispatchEvent(made)
}, [event, target, items])
const said = async (page) => {
  await page.waitForFunction(() => !document.getElementById('notice').hidden)
  return page.evaluate(() => document.querySelector('#notice p').textContent)
}

for (const event of ['drop', 'paste'])
  onSharedPage(`a picture or a matrix that is given by ${event}`, 'convolution', async (page) => {
    await transfer(page, event, 'canvas', { bytes: [...one] })
    await said(page)
    oneIs((await tensor(page, 'input')).data)
    await transfer(page, event, 'canvas', { text: '1\t0\t-1\n2\t0\t-2\n1\t0\t-1' })
    assert.match(await said(page), /kernel/)
    assert.deepEqual([...(await tensor(page, 'weight')).data], [1, 0, -1, 2, 0, -2, 1, 0, -1])
    assert.equal((await state(page)).kernel_size, 3)
    await transfer(page, event, 'canvas', { text: '1 2\n3 x' })
    assert.match(await said(page), /Row 1.*“x”/)
    assert.equal((await tensor(page, 'weight')).data[3], 2)
    oneIs((await tensor(page, 'input')).data)
  })

onSharedPage('Ctrl+V pastes what is on the clipboard', 'convolution', async (page) => {
  await page.evaluate(() => {
    const field = document.createElement('textarea')
    field.value = '[[0, 1], [1, 0]]'
    document.body.append(field)
    field.select()
    document.execCommand('copy')
    field.remove()
    document.getElementById('canvas').focus()
  })
  await page.keyboard.press('Control+v')
  await until(page, () => playground.getState().kernel_size === 2)
  assert.deepEqual([...(await tensor(page, 'weight')).data], [0, 1, 1, 0])
})

// --- elsewhere --------------------------------------------------------------------------------------------------
onPage('from a double click and in a sandboxed frame, too', { at: pathToFileURL(join(dist, 'index.html')).href + '#lesson=flatten&lang=en', expect: [/^console: Unsafe attempt to load URL/] }, async (page) => {
  await choose(page, one)
  oneIs((await tensor(page, 'input')).data)
})

onPage('in a sandboxed frame, too', { ready: false, at: async () => `${(await theSite()).origin}/licences.txt`, expect: [/sandbox/i, /favicon/] }, async (page) => {
  const { origin } = await theSite()
  await page.setContent(`<iframe sandbox="allow-scripts" src="${origin}/index.html#lesson=flatten&lang=en" width="900" height="640"></iframe>`)
  await page.waitForFunction(() => frames.length === 1)
  const frame = page.frames().find((other) => other !== page.mainFrame())
  await frame.waitForFunction(() => self.playground)
  await ready(frame)
  await frame.setInputFiles('#own-image', { name: 'mine.png', mimeType: 'image/png', buffer: one })
  await frame.waitForFunction(() => playground.getState().image === 'custom')
  oneIs((await tensor(frame, 'input')).data)
})

// --- the camera -------------------------------------------------------------------------------------------------
// The browser's own camera for tests shows a picture that moves.
onPage('the camera\'s picture is the input while it is looked at; kept it stays, put away the old one is back', { at: '#lesson=network&view=draw', permissions: ['camera'] }, async (page) => {
  const before = await tensor(page, 'input')
  const open = async () => {
    await until(page, () => document.querySelector('#mirror [data-control=camera]'))
    await page.evaluate(() => document.querySelector('#mirror [data-control=camera]').click())
    await until(page, () => !document.getElementById('camera').hidden && playground.getState().image === 'custom')
  }
  await open()
  const first = await tensor(page, 'input')
  assert.notDeepEqual([...first.data], [...before.data])
  await until(page, (old) => playground.tensor('input').data.some((x, i) => x !== old[i]), [...first.data])
  await page.keyboard.press('Escape')
  assert.deepEqual([...(await tensor(page, 'input')).data], [...before.data])
  assert.equal((await state(page)).image, 'digit-3')
  assert.equal(await page.evaluate(() => document.querySelector('#camera video').srcObject), null)
  await page.evaluate(() => playground.setState({ image: 'digit-3' }))
  await open()
  await page.keyboard.press('Enter')  // Keep has the focus
  await until(page, () => document.getElementById('camera').hidden && !document.getElementById('notice').hidden)
  assert.match(await page.textContent('#notice p'), /^Picture of 640×480/)
  const kept = await tensor(page, 'input')
  await page.waitForTimeout(400)
  assert.deepEqual([...(await tensor(page, 'input')).data], [...kept.data])
})

onPage('a camera that is not allowed is a sentence, and the digit stays', { at: '#lesson=network&view=draw' }, async (page) => {
  const before = await tensor(page, 'input')
  await page.evaluate(() => self.__conv_own.answers.camera())
  await until(page, () => !document.getElementById('notice').hidden)
  assert.match(await page.textContent('#notice p'), /camera/i)
  assert.deepEqual([...(await tensor(page, 'input')).data], [...before.data])
})
