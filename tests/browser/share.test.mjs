// The dialog that makes a link and two snippets; links through lessons; the host's own scrolling.
import assert from 'node:assert/strict'
import { drawNothing, frames, onPage as onLoaded, ready, serveAlso, set, state, theSite, until } from './support.mjs'

const onPage = (name, options, body) => onLoaded(name, { before: drawNothing, viewport: { width: 800, height: 600 }, ...options }, body)

const texts = (page) => page.locator('#sharing textarea').evaluateAll((fields) => fields.map((field) => field.value))
const dialog = (page) => page.locator('#sharing')

onPage('the dialog builds link, frame and element from the state, with what is hidden and locked', { at: '#lesson=stride&stride=3&step=7', viewport: { width: 1280, height: 800 } }, async (page) => {
  await page.mouse.move(1242, 29)
  await frames(page)
  await page.mouse.click(1242, 29)
  await dialog(page).waitFor()
  const [link, frame, element] = await texts(page)
  assert.match(link, /index\.html#lesson=stride&.*stride=3/)
  assert.match(link, /step=7/)
  await page.getByLabel('language and theme').check()
  await page.getByLabel('sizes and other numbers').check()
  await page.getByLabel('the lesson’s first picture').check()
  const [changed] = await texts(page)
  assert.match(changed, /hide=lang,theme/)
  assert.match(changed, /lock=[\w,]*stride/)
  assert.doesNotMatch(changed, /step=/)
  assert.ok(frame.includes(`src="${link.replaceAll('&', '&amp;')}"`), frame)
  assert.match(element, /embed\.js"><\/script>\n<conv-playground lesson="stride".* stride="3".*><\/conv-playground>/)
  // The link is true, and so is the element.
  await page.goto(changed.replace('index.html', 'index.html?'))
  await page.evaluate(() => playground.ready)
  const opened = await state(page)
  assert.deepEqual([opened.stride, opened.hide, opened.lock.includes('stride'), opened.warnings], [3, ['lang', 'theme'], true, []])
})

onPage('it names the licences of the third-party parts', {}, async (page) => {
  await page.evaluate(() => document.getElementById('share').click())
  const link = dialog(page).getByRole('link')
  assert.equal(await link.innerText(), 'Third-party parts and their licences')
  const answer = await page.request.get(await link.evaluate((a) => a.href))
  assert.equal(answer.status(), 200)
  for (const part of ['imgui', 'sdl2', 'pretendard', 'musl', 'Emscripten']) assert.match(await answer.text(), new RegExp(`^==== ${part} `, 'm'))
})

onPage('it works by keyboard, copies, and gives the focus back', { at: '#lesson=padding&lang=ko' }, async (page) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(() => document.getElementById('share').focus())
  await page.keyboard.press('Enter')
  await dialog(page).waitFor()
  assert.match(await dialog(page).innerText(), /공유/)
  assert.doesNotMatch(await dialog(page).innerText(), /page\./)
  const copy = dialog(page).getByRole('button', { name: /^복사/ })
  await copy.first().focus()
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), (await texts(page))[0])
  await page.keyboard.press('Escape')
  assert.equal(await dialog(page).isVisible(), false)
  assert.equal(await page.evaluate(() => document.activeElement.id), 'share')
})

onPage('a hidden one cannot be opened; nothing scrolls the page', { at: '#hide=share', viewport: { width: 320, height: 480 } }, async (page) => {
  assert.equal(await page.locator('#share').isVisible(), false)
  await set(page, { hide: [] })
  await page.evaluate(() => document.getElementById('share').click())
  await dialog(page).waitFor()
  const { wide, high, scrolls } = await page.evaluate(() => {
    const box = document.getElementById('sharing').getBoundingClientRect()
    return { wide: box.width, high: box.height, scrolls: document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth }
  })
  assert.ok(wide <= 320 && high <= 480)
  assert.equal(scrolls, false)
})

onPage('opened again before the browser has told of its closing, it keeps what is in it', { at: '#lesson=padding' }, async (page) => {
  const tabs = await page.evaluate(async () => {
    const opener = document.getElementById('share'), dialog = document.getElementById('sharing')
    opener.click()
    const told = new Promise((done) => dialog.addEventListener('close', done, { once: true }))
    dialog.close()
    opener.click()
    await told
    return dialog.open && dialog.querySelectorAll('[role=tab]').length
  })
  assert.equal(tabs, 3)
})

onPage('the reader’s own picture and numbers travel in the link', { at: '#lesson=convolution' }, async (page) => {
  const input = Array.from({ length: 784 }, (_, i) => (i * 37 % 256) / 256), weight = Array.from({ length: 25 }, (_, i) => Math.fround(i / 7 - 1))
  await page.evaluate(([x, w]) => {
    playground.setTensor('input', { shape: [1, 28, 28], data: x })
    playground.setTensor('weight', { shape: [1, 1, 5, 5], data: w })
    document.getElementById('share').click()
  }, [input, weight])
  const [link] = await texts(page)
  assert.ok(link.length < 1700, `${link.length} characters`)
  await page.goto(link.replace('index.html', 'index.html?'))
  await page.evaluate(() => playground.ready)
  assert.deepEqual(await page.evaluate(() => ['input', 'weight'].map((name) => Array.from(playground.tensor(name).data))), [input, weight])
})

onPage('back and forward go through the lessons', { at: '#lesson=flatten' }, async (page) => {
  for (const lesson of ['stride', 'pooling']) {
    await set(page, { lesson })
    await until(page, (id) => location.hash.includes(`lesson=${id}`), lesson)
  }
  const at = async (move, lesson) => {
    await page.evaluate(move)
    await until(page, (id) => playground.getState().lesson === id, lesson)
  }
  await at(() => history.back(), 'stride')
  await at(() => history.back(), 'flatten')
  await at(() => history.forward(), 'stride')
  await at(() => history.forward(), 'pooling')
})

onPage('an address of a megabyte is refused with a line', { at: '#lesson=padding' }, async (page) => {
  await page.evaluate(() => { location.hash = `#lesson=padding&padding=1&weight=${'A'.repeat(1e6)}` })
  await until(page, () => playground.getState().warnings.length > 0)
  const { padding, warnings } = await state(page)
  assert.deepEqual([padding, warnings.length], [1, 1])
  assert.ok(warnings[0].length < 400)
  assert.equal(await page.locator('#notice').isVisible(), true)
})

// --- the host ------------------------------------------------------------------------------------------------
const tall = async () => {
  const site = (await theSite()).origin
  const server = await serveAlso({ 'tall.html': `<!doctype html><meta name=viewport content="width=device-width"><link rel=icon href=data:,>` +
    `<body style="margin:0"><iframe src="${site}/index.html#lesson=padding" width=360 height=560></iframe><div style="height:3000px">` })
  return `${server.origin}/tall.html`
}
const inFrame = (name, options, body) => onPage(name, { ...options, at: tall, ready: false, origins: async () => [(await theSite()).origin] }, async (page) => {
  await ready(page.frames()[1])
  await body(page, page.frames()[1])
})
inFrame('the wheel over a frame scrolls the host, also when the canvas is active', { viewport: { width: 800, height: 700 } }, async (page) => {
  const wheel = async () => {
    await page.evaluate(() => scrollTo(0, 0))
    await page.mouse.move(180, 300)
    await page.mouse.wheel(0, 200)
    await until(page, () => scrollY > 100)
  }
  await wheel()
  await page.evaluate(() => scrollTo(0, 0))
  await page.mouse.click(20, 200)
  await wheel()
})
inFrame('a finger scrolls the host until the canvas is active, and then not', { viewport: { width: 400, height: 700 }, touch: true }, async (page, frame) => {
  const session = await page.context().newCDPSession(page)
  const swipe = async () => {
    const touch = (type, y) => session.send('Input.dispatchTouchEvent', { type, touchPoints: y === null ? [] : [{ x: 180, y }] })
    await touch('touchStart', 400)
    for (let y = 380; y >= 200; y -= 20) await touch('touchMove', y)
    await touch('touchEnd', null)
    await page.waitForTimeout(300)
    return page.evaluate(() => scrollY)
  }
  // Back at the top, and what a swipe set in motion has come to rest.
  const rest = async () => {
    for (let looks = 0; looks < 3;) {
      await page.evaluate(() => scrollTo(0, 0))
      await page.waitForTimeout(150)
      looks = await page.evaluate(() => scrollY) === 0 ? looks + 1 : 0
    }
  }
  assert.ok(await swipe() > 50)
  await rest()
  for (let i = 0; i < 5 && await frame.evaluate(() => document.activeElement.id !== 'canvas'); ++i) {
    await page.touchscreen.tap(20, 250)
    await page.waitForTimeout(300)
  }
  assert.equal(await frame.evaluate(() => document.activeElement.id), 'canvas')
  await rest()
  assert.equal(await swipe(), 0)
})
onPage('nothing plays by itself where motion is not wanted', { at: '#lesson=padding&playing=1', motion: 'reduce' }, async (page) =>
  assert.equal((await state(page)).playing, false))
onPage('elsewhere it does', { at: '#lesson=padding&playing=1' }, async (page) => assert.equal((await state(page)).playing, true))
