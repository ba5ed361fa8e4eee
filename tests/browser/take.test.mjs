// What is taken away from the screen: the dialog's tabs, the picture at twice the resolution, and the sheet of paper.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { call, frames, onPage, onSharedPage, ready, serveAlso, set, state, theSite, until } from './support.mjs'

const source = (module) => readFileSync(createRequire(import.meta.url).resolve(module), 'utf8')
const axe = source('axe-core/axe.min.js'), jsqr = source('jsqr/dist/jsQR.js')

const kView = { width: 640, height: 480 }  // every frame is drawn in software
const kDrawn = { viewport: kView }         // a shared page that shows what it draws
const strings = JSON.parse(readFileSync(new URL('../../web/strings/en.json', import.meta.url)))

const openDialog = async (frame) => {
  await frame.evaluate(() => document.getElementById('share').click())
  await frame.locator('#sharing').waitFor()
}
const showTab = (frame, i) => frame.locator('#sharing [role=tab]').nth(i).click()
const violations = (page) => page.evaluate(async () => (await axe.run('#sharing')).violations
  .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`))

async function downloaded(page, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#sharing').getByRole('button', { name }).click()])
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
}

onSharedPage('tabs by keyboard: a script and each tensor to copy and to save', 'convolution', async (page) => {
  await openDialog(page)
  const selected = () => page.evaluate(() => [...document.querySelectorAll('#sharing [role=tab]')].map((tab) =>
    [tab.getAttribute('aria-selected'), tab.tabIndex, document.getElementById(tab.getAttribute('aria-controls')).hidden, tab === document.activeElement]))
  await page.locator('#sharing [role=tab]').first().focus()
  await page.keyboard.press('ArrowLeft')
  assert.deepEqual(await selected(), [['false', -1, true, false], ['false', -1, true, false], ['true', 0, false, true]])
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  assert.deepEqual(await selected(), [['false', -1, true, false], ['true', 0, false, true], ['false', -1, true, false]])

  const script = page.locator('#sharing-panel-1 textarea')
  assert.equal(await script.inputValue(), await call(page, 'code', 'pytorch'))
  await page.getByLabel('NumPy alone').check()
  const file = await downloaded(page, 'Download .py')
  assert.equal(file.name, 'convolution_numpy.py')
  assert.equal(file.bytes.toString(), await call(page, 'code', 'numpy'))
  const rows = await page.locator('#sharing tr').evaluateAll((list) => list.map((row) => row.children[0].textContent + ' ' + row.children[1].textContent))
  assert.deepEqual(rows, await page.evaluate(() => playground.tensors().map((name) => `${name} ${playground.tensor(name).shape.join('×')}`)))
  const npy = await downloaded(page, 'Download weight.npy'), csv = await downloaded(page, 'Download output.csv')
  assert.equal(npy.name, 'convolution_weight.npy')
  assert.deepEqual([...npy.bytes], await page.evaluate(() => Array.from(playground.npy('weight'))))
  assert.equal(csv.bytes.toString(), await call(page, 'csv', 'output'))
  await page.keyboard.press('Escape')
  assert.equal(await page.locator('#sharing').isVisible(), false)
}, kDrawn)

onSharedPage('in 320×480, in both languages and on a projector: all fits, can be hit and has no axe violation', 'pooling', async (page) => {
  await page.setViewportSize({ width: 320, height: 480 })
  await page.evaluate(axe)
  for (const [theme, lang] of [['dark', 'ko'], ['projector', 'en']]) {
    await set(page, { theme, lang })
    await openDialog(page)
    for (const tab of [0, 1, 2]) {
      await showTab(page, tab)
      if (tab === 2) await until(page, () => document.querySelector('#sharing img').naturalWidth > 0)
      const bad = await page.evaluate(() => {
        const panel = document.querySelector('#sharing .panel:not([hidden])')
        const small = [...document.querySelectorAll('#sharing button, #sharing fieldset label')].filter((node) => {
          const { left, right, height, width } = node.getBoundingClientRect()
          return node.offsetParent && (height < 40 || width < 40 || left < 8 || right > 312)
        })
        return [...small.map((node) => node.outerHTML.slice(0, 120)), ...(panel.scrollWidth > panel.clientWidth ? ['wider than the dialog'] : [])]
      })
      assert.deepEqual(bad, [], `tab ${tab}`)
      assert.deepEqual(await violations(page), [], `tab ${tab}`)
      assert.doesNotMatch(await page.locator('#sharing').innerText(), /page\.|\{/)
    }
    await page.keyboard.press('Escape')
  }
}, kDrawn)

onPage('a sandboxed frame says that it cannot save, and copies', {
  at: async () => (await serveAlso({ 'host.html': `<!doctype html><meta charset=utf-8><link rel=icon href=data:,>
    <iframe sandbox="allow-scripts" src="${(await theSite()).origin}/index.html#lesson=channels&lang=en" width=700 height=600></iframe>` })).origin + '/host.html',
  ready: false, origins: async () => [(await theSite()).origin] }, async (page) => {
  const frame = page.frames()[1]
  await ready(frame)
  await page.context().grantPermissions(['clipboard-read'])
  await openDialog(frame)
  await showTab(frame, 1)
  assert.match(await frame.locator('#sharing-panel-1').innerText(), /does not let it save files/)
  assert.equal(await frame.getByRole('button', { name: /^Download/ }).count(), 0)
  await frame.getByRole('button', { name: 'Copy as .csv: weight', exact: true }).click()
  await frame.getByRole('button', { name: 'Copy as .csv: weight', exact: true }).filter({ hasText: 'Copied' }).waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await call(frame, 'csv', 'weight'))
  await showTab(frame, 2)
  await until(frame, () => document.querySelector('#sharing img').naturalWidth > 0)
  assert.match(await frame.locator('#sharing-panel-2').innerText(), /right click or a long press/)
  await frame.getByRole('button', { name: 'Close' }).click()
  assert.equal(await frame.locator('#sharing').isVisible(), false)
})

// --- the picture -------------------------------------------------------------------------------------------------
// Gives the page decode(): the RGBA of a PNG.
const withDecode = (page) => page.evaluate(() => {
  self.decode = async (base64) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const context = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height }).getContext('2d')
    context.drawImage(image, 0, 0)
    return context.getImageData(0, 0, image.width, image.height)
  }
})
onSharedPage('png(): what a screen with twice the pixels would show, a caption under it, and nothing changes', 'stride', async (page) => {
  await withDecode(page)
  await page.setViewportSize(kView)
  await set(page, { step: 7 })
  // What a screen with twice the pixels shows.
  const session = await page.context().newCDPSession(page)
  const withPixels = async (ratio) => {
    await session.send('Emulation.setDeviceMetricsOverride', { ...kView, deviceScaleFactor: ratio, mobile: false })
    await page.evaluate(() => dispatchEvent(new Event('resize')))
    await until(page, (width) => document.getElementById('canvas').width === width, ratio * kView.width)
    await frames(page, 8)
  }
  await withPixels(2)
  const { data: sharp } = await session.send('Page.captureScreenshot')
  await withPixels(1)
  const before = { shot: (await page.screenshot()).toString('base64'), state: await state(page) }
  await page.evaluate(() => {
    self.heard = []
    for (const event of ['change', 'step', 'answer', 'error']) playground.on(event, () => heard.push(event))
  })
  const made = Buffer.from(await page.evaluate(async () => Array.from(await playground.png()))).toString('base64')
  const { size, css, off, blown, inks } = await page.evaluate(async ([png, sharp, plain]) => {
    const [made, wanted, once] = [await decode(png), await decode(sharp), await decode(plain)]
    const { clientWidth: w, clientHeight: h } = document.getElementById('canvas')
    // Mean difference of the views, in levels: to the sharp screen, and from the plain one enlarged.
    let off = 0, blown = 0
    for (let y = 0; y < 2 * h; ++y)
      for (let x = 0; x < 2 * w; ++x)
        for (let c = 0; c < 3; ++c) {
          const value = made.data[4 * (y * 2 * w + x) + c]
          off += Math.abs(value - wanted.data[4 * (y * 2 * w + x) + c])
          blown += Math.abs(value - once.data[4 * ((y >> 1) * w + (x >> 1)) + c])
        }
    const inks = new Set()
    for (let i = 4 * 2 * w * 2 * h; i < made.data.length; i += 4) inks.add(made.data[i])
    return { size: [made.width, made.height], css: [w, h], off: off / (12 * w * h), blown: blown / (12 * w * h), inks: inks.size }
  }, [made, sharp, before.shot])
  assert.equal(size[0], 2 * css[0])
  assert.ok(size[1] > 2 * css[1] + 2 * 60 && size[1] < 2 * css[1] + 2 * 200, `${size}`)
  assert.ok(off < 0.05, `${off} levels from the sharp screen`)
  assert.ok(blown > 1 && blown > 20 * off, `${blown} levels from the plain screen, enlarged`)
  assert.ok(inks > 10, 'text in the caption')

  await frames(page, 8)
  assert.equal((await page.screenshot()).toString('base64'), before.shot)
  assert.deepEqual([await state(page), await page.evaluate(() => heard)], [before.state, []])
}, kDrawn)

// --- on paper ----------------------------------------------------------------------------------------------------
onSharedPage('on paper: question, view, narration, formula, link, and a QR code that says the same link', 'padding', async (page) => {
  await withDecode(page)
  await page.setViewportSize(kView)
  await set(page, { padding: 1, step: 5 })
  await page.evaluate(jsqr)
  await page.mouse.move(5, 5)  // somebody is there
  await until(page, () => self.qrcode)
  const prepare = () => page.evaluate(() => { dispatchEvent(new Event('beforeprint')) })
  await prepare()
  await page.emulateMedia({ media: 'print' })
  const link = await page.locator('#paper .link').innerText()
  assert.match(link, /#lesson=padding&step=5&padding=1$/)
  const seen = await page.locator('#paper svg').screenshot()
  const read = await page.evaluate(async (png) => {
    const { data, width, height } = await decode(png)
    return jsQR(data, width, height)?.data
  }, seen.toString('base64'))
  assert.equal(read, link)
  const { text, picture } = await page.evaluate(() => ({
    text: document.body.innerText,
    picture: [document.querySelector('#paper canvas').width, document.querySelector('#paper canvas').getBoundingClientRect().height] }))
  assert.equal(picture[0], 2 * kView.width)
  assert.ok(picture[1] > 100)
  for (const part of [strings['padding.question'], await call(page, 'narration'), link]) assert.ok(text.includes(part), part)
  assert.match(text, /⌊\(28 \+ 2·1 − 5\) \/ 1⌋ \+ 1 = 26/)

  // Through the browser's own printing, which leaves nothing behind.
  await page.emulateMedia({ media: null })
  await page.evaluate(() => { document.getElementById('paper').replaceChildren() })
  await frames(page)
  const paper = (await page.pdf({ format: 'A4' })).toString('latin1')
  assert.ok(paper.includes(`/Width ${2 * kView.width}\n`), 'the picture is in the file')
  assert.equal(await page.locator('#paper > *').count(), 0)

  await page.evaluate(() => {
    playground.setState({ lesson: 'channels' })
    const { shape, data } = playground.tensor('input')
    playground.setTensor('input', { shape, data: data.map((_, i) => (i * 37 % 256) / 256) })
  })
  await prepare()
  await page.emulateMedia({ media: 'print' })
  assert.ok((await page.locator('#paper .link').innerText()).length > 2953)
  assert.match(await page.locator('#paper').innerText(), /too long for a QR code/)
  assert.equal(await page.locator('#paper svg').count(), 0)
  await page.emulateMedia({ media: null })
}, kDrawn)
