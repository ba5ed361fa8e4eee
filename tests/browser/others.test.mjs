// The core of what the tests in Chromium check, in Firefox and in WebKit (the engine of Safari): it starts, draws, steps and
// trains with the very numbers of engine.mjs, keeps its state in the address, and answers the keyboard, a reader of the text
// and the page that embeds it.
//
// Not run there, and why: touch, pinch, camera, clipboard, printing and the clock of the page, which only Chromium's own
// protocol can drive; how a page looks, which the pixels of the views' own tests say; and, in WebKit, that the console stays
// empty, which WebDriver does not tell.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { find, firefox, webkit } from './other_browsers.mjs'
import { look } from './picture_support.mjs'
import { bits, dist, seeded, serveAlso, theSite } from './support.mjs'

const kBrowsers = [
  ['Firefox', firefox, [[process.env.FIREFOX, 'firefox-esr', 'firefox'], ['Xvfb']]],
  ['WebKit', webkit, [[process.env.WEBKIT_DRIVER, 'WebKitWebDriver'], ['Xvfb']]]]

const { default: createEngine } = await import(pathToFileURL(join(dist, 'engine.mjs')))
const nn = await createEngine({ wasm: await readFile(join(dist, 'engine.wasm')) })
const pinned = JSON.parse(await readFile(new URL('../pinned_training.json', import.meta.url), 'utf8'))

const tensor = (browser, name) => browser.evaluate((id) => {
  const { shape, data } = playground.tensor(id)
  return { shape, data: Array.from(data) }
}, name)
const set = (browser, partial) => browser.evaluate((keys) => playground.setState(keys), partial)
const state = (browser) => browser.evaluate(() => playground.getState())
const settled = (browser) => browser.evaluate(() => new Promise((done) => setTimeout(done, 400)))
const until = (browser, check, ...args) => browser.evaluate(`async (...args) => {
  for (let tries = 0; tries < 160; ++tries) {
    if (await (${check})(...args)) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(${JSON.stringify(`never true: ${check}`)})
}`, ...args)

for (const [name, launch, needed] of kBrowsers) {
  const missing = needed.find((names) => !find(...names))
  const skip = missing ? `${missing.filter(Boolean)[0]} is not installed: nothing is known about ${name} from this run` : false
  let browser, opening
  const inBrowser = (what, body) => test(`${name}: ${what}`, { skip, timeout: 120000 }, async () => {
    browser = await (opening ??= launch())
    await body(browser, (await theSite()).origin)
    assert.deepEqual(browser.complaints(), [])
  })
  after(async () => { await (await opening)?.close() })
  const open = async (browser, address) => {
    await browser.goto('about:blank')  // another hash alone would load nothing
    await browser.goto(address)
    await browser.evaluate(() => playground.ready)
  }

  inBrowser('the lesson of the address is there, in its language, and drawn', async (browser, site) => {
    await open(browser, `${site}/index.html#lesson=stride&stride=3&padding=1&lang=ko`)
    const { lesson, stride, padding, lang, warnings } = await state(browser)
    assert.deepEqual([lesson, stride, padding, lang, warnings], ['stride', 3, 1, 'ko', []])
    assert.equal(await browser.evaluate(() => document.title), '합성곱 놀이터')
    await settled(browser)
    const { colours, busy } = look(await browser.screenshot())
    assert.ok(colours > 40 && busy > 20, `${colours} colours, ${busy} of 64 blocks`)
  })

  inBrowser('the numbers are those of engine.mjs, to the bit', async (browser) => {
    const random = seeded(11)
    for (const [lesson, keys, channels] of [['convolution', { kernel_size: 5, padding: 2, stride: 2 }, 1], ['channels', { kernel_size: 3, out_channels: 4 }, 3]]) {
      await set(browser, { lesson, ...keys })
      const { shape } = await tensor(browser, 'input')
      await browser.evaluate((sizes, data) => playground.setTensor('input', { shape: sizes, data }), shape,
                             Array.from({ length: shape.reduce((a, b) => a * b) }, () => random() * 2 - 1))
      const [input, weight, bias, output] = await Promise.all(['input', 'weight', 'bias', 'output'].map((id) => tensor(browser, id)))
      assert.equal(input.shape[0], channels)
      const { stride = 1, padding = 0, kernel_size } = await state(browser)
      const net = nn.sequential({ input: input.shape, layers: [{ type: 'Conv2d', out_channels: weight.shape[0], kernel_size, stride, padding }] })
      net.load({ '0.weight': Float32Array.from(weight.data), '0.bias': Float32Array.from(bias.data) })
      assert.deepEqual(bits(output.data), bits(net.forward(Float32Array.from(input.data))))
      net.delete()
    }
  })

  inBrowser('training gives the metrics that the unit tests pin', async (browser) => {
    await set(browser, pinned.state)
    assert.deepEqual(await browser.evaluate((steps) => playground.train({ steps }), pinned.steps), pinned.metrics)
  })

  inBrowser('what is set stands in the address, and the address gives it back', async (browser, site) => {
    await open(browser, `${site}/index.html#lesson=pooling`)
    const wanted = await set(browser, { pool: 'avg', kernel_size: 3, stride: 2, step: 17, lang: 'en', theme: 'dark' })
    await until(browser, () => /pool=avg/.test(location.hash) && /step=17/.test(location.hash))
    const address = await browser.evaluate(() => location.href)
    await open(browser, address)
    assert.deepEqual(await state(browser), wanted)
  })

  inBrowser('the keyboard steps the lesson, and reaches it as text', async (browser, site) => {
    await open(browser, `${site}/index.html#lesson=convolution&step=30&lang=en`)
    await browser.evaluate(() => document.getElementById('canvas').focus())
    await browser.press('ArrowRight')
    await until(browser, () => playground.getState().step === 31)
    await browser.press('End')
    await until(browser, () => playground.getState().step === playground.getState().steps - 1)
    await browser.press('Home')
    await until(browser, () => playground.getState().step === 0)
    await browser.evaluate(() => document.getElementById('text-version').focus())
    await browser.press('Enter')
    await until(browser, () => document.getElementById('mirror').contains(document.activeElement))
    const text = await browser.evaluate(() => document.getElementById('mirror').innerText)
    assert.match(text, /Convolution/)
    await until(browser, () => document.querySelectorAll('#mirror table').length > 0 && document.querySelectorAll('#mirror select').length > 0)
    await browser.evaluate(() => playground.step(5))
    await until(browser, (before) => document.getElementById('mirror').innerText !== before, text)
  })

  inBrowser('a page of another origin embeds it, asks and hears', async (browser, site) => {
    const host = await serveAlso({ 'host.html': '<!doctype html><link rel=icon href=data:,><iframe width=600 height=480 src="' +
      `${site}/index.html#lesson=padding&lang=en"></iframe>` })
    await browser.goto(`${host.origin}/host.html`)
    const { answer, refused, heard } = await browser.evaluate(async () => {
      const frame = document.querySelector('iframe').contentWindow, waiting = new Map(), heard = []
      let open
      const opened = new Promise((resolve) => { open = resolve })
      addEventListener('message', ({ data, source }) => {
        if (source !== frame || data?.jsonrpc !== '2.0') return
        if (data.method === 'ready') open()
        if (data.method) heard.push(data.method)
        else waiting.get(data.id)?.(data)
      })
      const ask = (id, method, params) => new Promise((resolve) => {
        waiting.set(id, resolve)
        frame.postMessage({ jsonrpc: '2.0', id, method, params }, '*')
      })
      // It may have become ready before anybody listened.
      const again = setInterval(() => ask('is it there', 'getState', []).then(open), 300)
      await opened
      clearInterval(again)
      const answer = await ask(1, 'setState', { padding: 2, step: 3 }), refused = await ask(2, 'setState', { padding: 99 })
      await new Promise((done) => setTimeout(done, 200))
      return { answer: answer.result, refused: refused.error, heard }
    })
    assert.deepEqual([answer.padding, answer.step], [2, 3])
    assert.equal(refused.code, -32602)
    assert.match(refused.message, /padding/)
    assert.ok(heard.includes('change'), `${heard}`)
  })

  inBrowser('a WebGL context lost and given back draws the same', async (browser, site) => {
    await open(browser, `${site}/index.html#lesson=channels&lang=en`)
    await settled(browser)
    const before = look(await browser.screenshot())
    const back = await browser.evaluate(async () => {
      const canvas = document.getElementById('canvas'), gl = canvas.getContext('webgl2'), loss = gl.getExtension('WEBGL_lose_context')
      const lost = new Promise((done) => canvas.addEventListener('webglcontextlost', () => setTimeout(done), { once: true }))
      const restored = new Promise((done) => canvas.addEventListener('webglcontextrestored', () => setTimeout(done), { once: true }))
      loss.loseContext()
      await lost
      loss.restoreContext()
      await restored
      return !gl.isContextLost()
    })
    assert.equal(back, true)
    await settled(browser)
    assert.deepEqual(look(await browser.screenshot()), before)
  })

  inBrowser('without SIMD it says so and shows the picture', async (browser, site) => {
    const bare = await serveAlso({ 'index.html': (bytes) => bytes.toString().replace('<script src="boot.js">', '<script src="bare.js"></script>$&'),
                                   'bare.js': 'WebAssembly.validate = () => false' })
    await browser.goto(`${bare.origin}/index.html#lesson=padding&lang=en`)
    await until(browser, () => document.querySelector('#still img')?.naturalWidth > 0)
    assert.match(await browser.evaluate(() => document.querySelector('#status p').textContent), /SIMD/)
    assert.match(await browser.evaluate(() => document.querySelector('#still img').src), /stills\/padding-en-/)
  })
}
