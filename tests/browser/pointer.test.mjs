// A real mouse, keyboard and finger. Where things stand is found by using them, not by looking at pixels.
import assert from 'node:assert/strict'
import { drawNothing, frames, onPage as onLoaded, ready, serveAlso, set, state, tensor, theSite, until } from './support.mjs'

const onPage = (name, options, body) => onLoaded(name, { before: drawNothing, ...options }, body)
const stepIs = (page, step) => until(page, (n) => playground.getState().step === n, step)

async function click(page, x, y) {
  await page.mouse.click(x, y)
  await frames(page, 8)  // a field opens after three that the page has drawn
}

// The first point of a grid over the lesson's pictures for which `use` (given the point) finds something; each row
// is tried from the fraction `from` of the width on, where it is likeliest.
async function find(page, from, use) {
  const { width, height } = page.viewportSize()
  for (let row = 0; row < 6; ++row)
    for (let col = 0; col < 24; ++col) {
      const x = (from + col / 24) % 1 * width, y = height * (0.3 + row / 15)
      const found = await use(x, y)
      if (found) return { x, y, found }
    }
  assert.fail('nothing on the page answers')
}

onPage('space, arrows, Home and End step the lesson from the moment it is ready', { at: '#lesson=convolution&speed=0.25&step=100' }, async (page) => {
  for (const [key, step] of [['ArrowRight', 101], ['ArrowRight', 102], ['ArrowLeft', 101], ['End', 575],
                             ['Home', 0], ['ArrowDown', 24], ['ArrowUp', 0]]) {
    await page.keyboard.press(key)
    await stepIs(page, step).catch(async () => assert.equal((await state(page)).step, step, key))
  }
  await page.keyboard.press('Space')
  await until(page, () => playground.getState().playing)
  await page.keyboard.press('Space')
  await until(page, () => !playground.getState().playing)
})

onPage('a click on an output cell goes to its window', { at: '#lesson=convolution&step=0&kernel_size=3' }, async (page) => {
  const cell = async (x, y) => {
    await set(page, { step: 0 })
    await click(page, x, y)
    const { step } = await state(page)
    return step > 0 && { step, row: Math.floor(step / 26), col: step % 26 }
  }
  const { x, y, found } = await find(page, 0.94, cell)
  // Along a line of the screen only the column changes, by cells of one size; down the screen only the row.
  const steps = [0, 1, 2, 3]
  const across = [], down = []
  for (const i of steps) across.push(await cell(x - 40 * i, y))
  for (const i of steps) down.push(await cell(x, y + 40 * i))
  const wide = found.col - across[3].col, high = down[3].row - found.row
  assert.ok(wide >= 3 && Math.abs(wide - high) <= 1, `${wide} columns, ${high} rows in 120 pixels`)
  for (const i of steps) {
    assert.equal(across[i].row, found.row)
    assert.equal(down[i].col, found.col)
    assert.ok(Math.abs(found.col - across[i].col - i * wide / 3) <= 1 && Math.abs(down[i].row - found.row - i * high / 3) <= 1)
  }
  // The step's numbers are those of the cell that was clicked.
  const at = await cell(x, y), window = await tensor(page, 'window'), input = await tensor(page, 'input')
  window.data.forEach((value, tap) =>
    assert.equal(value, input.data[(at.row + Math.floor(tap / 3)) * 28 + at.col + tap % 3]))
})

onPage('a number typed into a kernel cell is the kernel\'s, and nonsense is not', { at: '#lesson=convolution' }, async (page) => {
  const type = async (text, key) => {
    // What is in the field is selected: the first character replaces it.
    await page.keyboard.type(text)
    await frames(page, 8)
    await page.keyboard.press(key)
    await frames(page, 8)
  }
  const kernel = async () => Array.from((await tensor(page, 'weight')).data)
  const before = await kernel()
  const { x, y, found } = await find(page, 0.56, async (x, y) => {
    await click(page, x, y)
    await type('-0.375', 'Enter')
    const now = await kernel(), changed = now.findIndex((v, i) => v !== before[i])
    return changed >= 0 && { now, changed }
  })
  assert.deepEqual(found.now, before.map((v, i) => i === found.changed ? -0.375 : v))
  const { filter, kernel_size } = await state(page)
  assert.deepEqual([filter, kernel_size], ['custom', 5])

  for (const nonsense of ['abc', 'inf', '']) {
    await click(page, x, y)
    await type(nonsense || '  ', 'Enter')
    assert.deepEqual(await kernel(), found.now, nonsense)
    await page.keyboard.press('Escape')
    await frames(page, 4)
  }
  await click(page, x, y)
  await type('2', 'Escape')
  assert.deepEqual(await kernel(), found.now, 'Esc cancels')
  await click(page, x, y)
  await type('1.5', 'Enter')
  assert.equal((await kernel())[found.changed], 1.5)
  // The keys are the lesson's again.
  const { step } = await state(page)
  await page.keyboard.press('ArrowRight')
  await stepIs(page, step + 1)
})

onPage('a locked kernel cannot be typed into', { at: '#lesson=convolution&lock=weight,step' }, async (page) => {
  const before = await tensor(page, 'weight')
  for (let x = 660; x < 820; x += 40) {
    await click(page, x, 230)
    await page.keyboard.type('7')
    await page.keyboard.press('Enter')
  }
  await frames(page, 5)
  assert.deepEqual(await tensor(page, 'weight'), before)
})

onPage('playing goes at the speed that was set', { at: '#lesson=flatten&step=0' }, async (page) => {
  for (const [speed, wait] of [[16, 1500], [2, 1600]]) {
    const [steps, seconds] = await page.evaluate(([speed, wait]) => new Promise((done) => {
      playground.setState({ speed, step: 0 })
      playground.play()
      const from = performance.now()
      setTimeout(() => done([playground.pause().step, (performance.now() - from) / 1000]), wait)
    }), [speed, wait])
    assert.ok(steps <= speed * seconds + 1, `${steps} steps in ${seconds} s at ${speed} a second`)
    assert.ok(steps >= speed * seconds * 0.5 - 1, `${steps} steps in ${seconds} s at ${speed} a second`)
  }
})

// A host page, twice as high as the window, with a button before and after the frame.
async function host(hash) {
  const src = `${(await theSite()).origin}/index.html${hash}`
  const server = await serveAlso({ 'host.html': `<!doctype html><link rel=icon href=data:,>
    <meta name=viewport content="width=device-width"><body style="margin:0;height:3000px">
    <button id=before>before</button><br><iframe src="${src}" width=100% height=500 style="border:0;display:block"></iframe>
    <button id=after>after</button>` })
  return `${server.origin}/host.html`
}
const framed = async (page) => {
  await ready(page.frames()[1])
  return page.frames()[1]
}

onPage('Tab goes into the framed canvas and leaves it on the other side', { at: () => host('#lesson=convolution&step=7'), ready: false }, async (page) => {
  const frame = await framed(page)
  await page.focus('#before')
  await page.keyboard.press('Tab')
  assert.equal(await frame.evaluate(() => document.activeElement.id), 'text-version')
  await page.keyboard.press('Tab')
  assert.equal(await frame.evaluate(() => document.activeElement.tagName), 'CANVAS')
  await page.keyboard.press('ArrowRight')
  await stepIs(frame, 8)
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'after')
  // Back up the page one comes through the text, and out of it with Escape and the canvas.
  await page.keyboard.press('Shift+Tab')
  assert.equal(await frame.evaluate(() => Boolean(document.activeElement.closest('#mirror'))), true)
  await page.keyboard.press('Escape')
  assert.equal(await frame.evaluate(() => document.activeElement.tagName), 'CANVAS')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'before')
})

onPage('an inactive frame leaves the host\'s keys alone', { at: () => host('#lesson=convolution&step=7'), ready: false }, async (page) => {
  const frame = await framed(page)
  await page.focus('#before')
  await page.keyboard.press('End')
  await until(page, () => scrollY > 1000)
  assert.equal((await state(frame)).step, 7)
})

onPage('the wheel over the framed canvas scrolls the host, before and after a click into it', { at: () => host('#lesson=convolution'), ready: false }, async (page) => {
  const frame = await framed(page)
  await page.mouse.move(600, 300)
  await page.mouse.wheel(0, 120)
  await until(page, () => scrollY >= 100)
  await page.evaluate(() => scrollTo(0, 0))
  await page.mouse.click(20, 200)
  assert.equal(await frame.evaluate(() => document.activeElement.tagName), 'CANVAS')
  await page.mouse.wheel(0, 120)
  await until(page, () => scrollY >= 100)
})

onPage('a finger that drags over the framed canvas scrolls the host', {
  at: () => host('#lesson=convolution'), ready: false, touch: true, viewport: { width: 420, height: 800 },
}, async (page) => {
  await framed(page)
  const devtools = await page.context().newCDPSession(page)
  const drag = async (y) => {
    await page.evaluate(() => scrollTo(0, 0))
    const touch = (type, touchPoints) => devtools.send('Input.dispatchTouchEvent', { type, touchPoints })
    await touch('touchStart', [{ x: 200, y, id: 1 }])
    for (let i = 1; i <= 10; ++i) await touch('touchMove', [{ x: 200, y: y - 25 * i, id: 1 }])
    await touch('touchEnd', [])
    await page.waitForTimeout(300)
    return page.evaluate(() => scrollY)
  }
  assert.ok(await drag(700) > 100, 'below the frame the finger scrolls')
  assert.ok(await drag(400) > 100, 'over the frame the host did not move')
})

onPage('a tap on the page of its own plays and pauses', { at: '#lesson=convolution&step=5&speed=0.25', touch: true, viewport: { width: 420, height: 800 } }, async (page) => {
  // The buttons stand along the bottom; the middle one plays.
  for (let x = 20; x < 240 && !(await state(page)).playing; x += 33) {
    await page.touchscreen.tap(x, 775)
    await page.waitForTimeout(150)
  }
  assert.equal((await state(page)).playing, true)
})
