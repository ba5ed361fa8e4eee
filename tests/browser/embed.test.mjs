// embed.js: <conv-playground> on a page of another origin, one and many of them; what a frame costs while nothing happens.
import assert from 'node:assert/strict'
import { drawNothing, onPage, serveAlso, theSite, until } from './support.mjs'

const kPolicy = "default-src 'none'; script-src 'unsafe-inline' ORIGIN; frame-src ORIGIN; img-src data:; style-src 'unsafe-inline'"
async function course(body, policy = '') {
  const site = (await theSite()).origin
  const server = await serveAlso({ 'course.html': `<!doctype html><html><meta charset=utf-8>${policy &&
    `<meta http-equiv="Content-Security-Policy" content="${policy.replaceAll('ORIGIN', site)}">`}<link rel=icon href=data:,>` +
    `<style>body { margin: 0 } .gap { height: 4000px } .half { display: inline-block; width: 600px }</style>` +
    `<script src="${site}/embed.js"></script><body>${body}</body></html>` })
  return `${server.origin}/course.html`
}
const onCourse = (name, body, test, { policy, ...options } = {}) =>
  onPage(name, { ...options, at: () => course(body, policy), ready: false, origins: async () => [(await theSite()).origin] }, test)
const kUnseen = { before: drawNothing }, kSmall = { viewport: { width: 480, height: 600 } }  // what is drawn in software takes long
const frameOf = (page, i) => page.frames().filter((frame) => frame !== page.mainFrame())[i]

// CPU seconds that each process of the browser has used, by its id.
async function used(page) {
  const session = await page.context().browser().newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return new Map(processInfo.map(({ id, cpuTime }) => [id, cpuTime]))
}
// First, while the browser has nothing else to tidy up. The bound of one holds for five together, and so for each.
const kIdle = 5
onCourse(`ten idle seconds with ${kIdle} of it`, '<conv-playground lesson=flatten style="height:480px;width:320px;display:inline-block"></conv-playground>'.repeat(kIdle), async (page) => {
  await page.evaluate(() => Promise.all([...document.querySelectorAll('conv-playground')].map((el) => el.ready)))
  await page.waitForTimeout(2500)
  const before = await used(page)
  await page.waitForTimeout(10000)
  let seconds = 0
  for (const [id, time] of await used(page)) seconds += time - (before.get(id) ?? 0)
  console.log(`# ten idle seconds with ${kIdle} of it: ${seconds.toFixed(2)} s of CPU in all processes of the browser`)
  assert.ok(seconds < 0.5, `${seconds} s`)
}, { fresh: true })

onCourse('attributes are the state, methods are promises, events arrive both ways', `
  <template><conv-playground id=a lesson=padding lang=ko padding=2 hide="theme,lang" data-x=1></conv-playground></template>`, async (page) => {
  await page.evaluate(() => {
    document.body.append(document.importNode(document.querySelector('template').content, true))
    self.el = document.querySelector('conv-playground')
    self.heard = []
    for (const name of ['ready', 'change', 'step', 'height']) el.addEventListener(name, ({ detail }) => heard.push([name, detail]))
    return el.ready
  })
  const state = await page.evaluate(() => el.getState())
  assert.deepEqual([state.lesson, state.lang, state.padding, state.hide, state.warnings], ['padding', 'ko', 2, ['theme', 'lang'], []])
  assert.deepEqual(await page.evaluate(() => el.getState()), await frameOf(page, 0).evaluate(() => playground.getState()))
  await page.evaluate(() => { self.off = el.on('step', ({ step }) => { self.stepped = step }) })
  assert.equal((await page.evaluate(() => el.step(-2))).step, await page.evaluate(() => stepped))
  const tensor = await page.evaluate(async () => {
    const { shape, data } = await el.tensor('output')
    return [shape, data instanceof Float32Array, data.length]
  })
  assert.deepEqual(tensor, [[1, 28, 28], true, 784])
  assert.equal(await page.evaluate(async () => new TextDecoder().decode((await el.npy('bias')).subarray(1, 6))), 'NUMPY')
  assert.match(await page.evaluate(() => el.loadWeights('cnn', 'AAAA').catch((error) => error.message)), /Uint8Array/)
  assert.match(await page.evaluate(() => el.version), /\d/)
  assert.equal((await page.evaluate(() => el.lessons())).length, 14)
  const refused = await page.evaluate(() => el.setState({ padding: 99 }).catch((error) => [error.constructor.name, error.message]))
  assert.equal(refused[0], 'RangeError')
  assert.match(refused[1], /padding.*99/)
  const names = new Set(await page.evaluate(() => heard.map(([name]) => name)))
  for (const name of ['ready', 'change', 'step', 'height']) assert.ok(names.has(name), name)
  // It is as high as it asked to be.
  const [height, asked, scrolls] = await page.evaluate(() => [el.offsetHeight, heard.findLast(([name]) => name === 'height')[1].height,
                                                             document.documentElement.scrollWidth > innerWidth])
  assert.equal(height, asked)
  assert.equal(scrolls, false)
  assert.equal(await page.evaluate(() => { try { el.on('nonsense', () => {}) } catch (error) { return error.name } }), 'RangeError')
}, { ...kUnseen, policy: kPolicy })

onCourse('attributes that change are set, ones that go return to their default, bad ones are told', `
  <conv-playground lesson=stride stride=3></conv-playground>`, async (page) => {
  await page.evaluate(() => {
    self.el = document.querySelector('conv-playground')
    self.errors = []
    el.addEventListener('error', ({ detail }) => errors.push(detail.message))
    return el.ready
  })
  const follows = (change, check) => page.evaluate(change).then(() => until(page, async (source) => eval(source)(await el.getState()), check))
  await follows(() => { el.setAttribute('stride', '4'); el.setAttribute('predict', '') }, '(s) => s.stride === 4 && s.predict')
  await follows(() => { el.setAttribute('hide', 'lang,theme'); el.removeAttribute('predict') }, '(s) => s.hide.length === 2 && !s.predict')
  await follows(() => { el.setAttribute('lesson', 'pooling'); el.setAttribute('pool', 'avg'); el.removeAttribute('stride') }, "(s) => s.lesson === 'pooling' && s.pool === 'avg' && s.stride === 2")
  await page.evaluate(() => { el.setAttribute('stride', 'many') })
  await until(page, () => errors.length === 1)
  const [message] = await page.evaluate(() => errors)
  assert.match(message, /stride/)
  assert.match(message, /many/)
  await page.evaluate(() => { el.className = 'x'; el.setAttribute('data-y', '2'); el.title = 'Stride' })
  await until(page, () => el.shadowRoot.querySelector('iframe').title === 'Stride')
  assert.equal((await page.evaluate(() => errors)).length, 1)
}, kUnseen)

onCourse('several live on one page, apart; what is far below loads when it is near, or asked', `
  <conv-playground class=half lesson=padding></conv-playground><conv-playground class=half lesson=stride></conv-playground>
  <div class=gap></div><conv-playground lesson=pooling></conv-playground><div class=gap></div><conv-playground lesson=channels></conv-playground>`, async (page) => {
  const all = (run) => page.evaluate(`Promise.all([...document.querySelectorAll('conv-playground')].map(${run}))`)
  await page.evaluate(() => Promise.all([...document.querySelectorAll('.half')].map((el) => el.ready)))
  assert.deepEqual(await all("(el) => el.shadowRoot.querySelector('iframe').hasAttribute('src')"), [true, true, false, false])
  await page.evaluate(() => document.querySelector('.half').setState({ padding: 3 }))
  assert.deepEqual(await page.evaluate(() => Promise.all([...document.querySelectorAll('.half')].map(async (el) => (await el.getState()).padding))), [3, 0])
  assert.equal((await page.evaluate(() => [...document.querySelectorAll('conv-playground')].at(-1).step(1))).lesson, 'channels')
  await page.evaluate(() => document.querySelectorAll('conv-playground')[2].scrollIntoView())
  await page.evaluate(() => document.querySelectorAll('conv-playground')[2].ready)
  // Taken out and put back, it starts from its attributes.
  const again = await page.evaluate(async () => {
    const el = document.querySelector('.half')
    el.remove()
    document.body.prepend(el)
    return (await el.getState()).padding
  })
  assert.equal(again, await page.evaluate(async () => (await document.querySelector('.half').schema()).padding.default))
}, kUnseen)

// How much of the canvas is not the paper's colour.
const drawn = (frame) => frame.evaluate(() => new Promise((done) => requestAnimationFrame(() => {
  const canvas = document.querySelector('canvas')
  const copy = Object.assign(document.createElement('canvas'), { width: 100, height: 100 })
  dispatchEvent(new PointerEvent('pointermove'))
  requestAnimationFrame(() => {
    const context = copy.getContext('2d')
    context.drawImage(canvas, 0, 0, 100, 100)
    const { data } = context.getImageData(0, 0, 100, 100)
    let other = 0
    for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i] - data[0]) > 20) ++other
    done(other)
  })
})))

onCourse('out of sight it neither draws nor plays, gives its context back, and comes back as it was', `
  <conv-playground lesson=convolution step=0></conv-playground><div class=gap></div>`, async (page) => {
  await page.evaluate(() => document.querySelector('conv-playground').ready)
  const frame = frameOf(page, 0)
  await until(frame, () => playground.play() && true)
  await until(frame, () => playground.getState().step > 1)
  await page.evaluate(() => scrollTo(0, 4000))
  const lost = () => document.querySelector('canvas').getContext('webgl2').isContextLost()
  await frame.waitForFunction(lost, null, { polling: 100, timeout: 8000 })
  const before = await frame.evaluate(() => playground.getState().step)
  await page.waitForTimeout(700)
  assert.equal(await frame.evaluate(() => playground.getState().step), before)
  assert.equal((await page.evaluate(() => document.querySelector('conv-playground').setState({ stride: 2 }))).stride, 2)
  await page.evaluate(() => scrollTo(0, 0))
  await frame.waitForFunction(() => !document.querySelector('canvas').getContext('webgl2').isContextLost(), null, { timeout: 8000 })
  await until(frame, (step) => playground.getState().step !== step, before)
  await frame.evaluate(() => playground.pause())
  await page.waitForTimeout(300)
  assert.ok(await drawn(frame) > 500, `${await drawn(frame)}`)
}, kSmall)

onCourse('twenty on one page: each draws when it is in sight, and no context is taken away', Array.from({ length: 20 }, (_, i) =>
  `<conv-playground lesson=${['padding', 'stride', 'flatten', 'pooling'][i % 4]}></conv-playground><div style="height:600px"></div>`).join(''), async (page) => {
  const complaints = []
  page.on('console', (message) => { if (/too many active/i.test(message.text())) complaints.push(message.text()) })
  for (const i of [...Array(20).keys(), 0, 9]) {
    await page.evaluate((n) => {
      const el = document.querySelectorAll('conv-playground')[n]
      el.scrollIntoView({ block: 'center' })
      return el.ready
    }, i)
    const handle = await page.evaluateHandle((n) => document.querySelectorAll('conv-playground')[n].shadowRoot.querySelector('iframe'), i)
    const frame = await handle.contentFrame()
    await frame.waitForFunction(() => !document.querySelector('canvas').getContext('webgl2').isContextLost(), null, { timeout: 8000 })
    if (i % 4 === 0 || i === 9) {
      await page.waitForTimeout(150)
      assert.ok(await drawn(frame) > 300, `number ${i} drew ${await drawn(frame)}`)
    }
  }
  assert.deepEqual(complaints, [])
}, { ...kSmall, patience: 150000 })
