// Two fingers, and the wheel with Ctrl, make the cells of a tensor larger and leave the page as it is.
import assert from 'node:assert/strict'
import { drawNothing, frames, onPage as onLoaded, ready, serveAlso, state, theSite, until } from './support.mjs'

const onPage = (name, options, body) => onLoaded(name, { before: drawNothing, ...options }, body)
const kPhone = { width: 360, height: 640 }

// Two fingers as the browser's own input, spread around a place to `ratio` times their distance.
async function pinch(page, x, y, ratio) {
  const devtools = await page.context().newCDPSession(page)
  const touch = (type, touchPoints) => devtools.send('Input.dispatchTouchEvent', { type, touchPoints })
  const at = (apart) => [{ x: x - apart, y, id: 1 }, { x: x + apart, y, id: 2 }]
  await touch('touchStart', at(15).slice(0, 1))
  await touch('touchStart', at(15))
  for (let i = 1; i <= 8; ++i) await touch('touchMove', at(15 * ratio ** (i / 8)))
  await touch('touchEnd', [])
}
const scale = (page) => page.evaluate(() => visualViewport.scale)

// The step that a tap on the output map goes to.
async function tapped(page, frame, x, y) {
  await frame.evaluate(() => playground.setState({ step: 0 }))
  await page.touchscreen.tap(x, y)
  await until(frame, () => playground.getState().step !== 0)
  return (await state(frame)).step
}

// Where the middle of a cell of the output map is in a page of this size, and a cell's side.
const kOnPhone = { x: 233.9, y: 337.7, cell: 4.81 }, kInFrame = { x: 232.7, y: 201.6, cell: 4.67 },
      kOnDesktop = { x: 1000.6, y: 392.8, cell: 16.22 }

// How many columns lie between that cell and the place three of its sides to the right: three, or one once it is enlarged
// by three around its middle.
const columns = async (page, frame, { x, y, cell }) => await tapped(page, frame, x + 3 * cell, y) - await tapped(page, frame, x, y)

onPage('two fingers enlarge the tensor below them, not the page', { at: '#lesson=convolution', touch: true, viewport: kPhone }, async (page) => {
  const { x, y } = kOnPhone
  await page.mouse.move(5, 5)
  await frames(page)
  const before = await tapped(page, page, x, y)
  assert.equal(await columns(page, page, kOnPhone), 3)
  await pinch(page, x, y, 3)
  assert.equal(await columns(page, page, kOnPhone), 1)
  assert.equal(await tapped(page, page, x, y), before)
  assert.equal(await scale(page), 1)
})

// A page of somebody else, higher than the window, with the playground as its second part.
async function host() {
  const src = `${(await theSite()).origin}/index.html#lesson=convolution`
  const server = await serveAlso({ 'host.html': `<!doctype html><link rel=icon href=data:,><meta name=viewport content="width=device-width">
    <body style="margin:0"><iframe src="${src}" width=100% height=500 style="border:0;display:block"></iframe><div style="height:3000px">below</div>` })
  return `${server.origin}/host.html`
}

onPage('in a frame, too, also while it is at rest', {
  at: host, ready: false, touch: true, viewport: kPhone, origins: async () => [(await theSite()).origin],
}, async (page) => {
  const frame = page.frames()[1]
  await ready(frame)
  const { x, y } = kInFrame
  await page.mouse.move(5, 5)
  await frames(page)
  await page.touchscreen.tap(x, y)
  await until(frame, () => document.activeElement.id === 'canvas')
  await frames(frame)
  assert.equal(await columns(page, frame, kInFrame), 3)
  await frame.evaluate(() => document.activeElement.blur())
  await pinch(page, x, y, 3)
  assert.deepEqual([await scale(page), await page.evaluate(() => scrollY)], [1, 0])
  await page.touchscreen.tap(x, y)
  await until(frame, () => document.activeElement.id === 'canvas')
  await frames(frame)
  assert.equal(await columns(page, frame, kInFrame), 1)
  // At rest one finger scrolls the host page; two never zoom it.
  const allowed = () => frame.evaluate(() => getComputedStyle(document.getElementById('canvas')).touchAction)
  assert.equal(await allowed(), 'none')
  await frame.evaluate(() => document.activeElement.blur())
  assert.equal(await allowed(), 'pan-x pan-y')
})

onPage('the wheel with Ctrl enlarges the tensor, and is the browser\'s elsewhere', { at: '#lesson=convolution' }, async (page) => {
  const wheel = (x, y, ctrlKey) => page.evaluate(([clientX, clientY, ctrl]) => !document.getElementById('canvas').dispatchEvent(
    new WheelEvent('wheel', { clientX, clientY, deltaY: -60, ctrlKey: ctrl, bubbles: true, cancelable: true })), [x, y, ctrlKey])
  const at = async (x) => {
    await page.evaluate(() => playground.setState({ step: 0 }))
    await page.mouse.click(x, kOnDesktop.y)
    await until(page, () => playground.getState().step !== 0)
    return (await state(page)).step
  }
  await page.mouse.move(5, 5)
  await frames(page)
  const { x, y, cell } = kOnDesktop
  const before = await at(x)
  assert.equal(await at(x + 2 * cell), before + 2)
  for (let i = 0; i < 3; ++i) assert.equal(await wheel(x, y, true), true)
  assert.deepEqual([await at(x), await at(x + 2 * cell)], [before, before + 1])  // 3.3 times as large
  assert.equal(await wheel(x, 20, true), false)
  assert.equal(await wheel(x, y, false), false)
})
