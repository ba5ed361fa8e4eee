// What the browser tests share: the site's folder, a static server, Chromium, and pages that fail their test on a
// console error, a content-security violation, a request to another host, a cookie, or anything else that is kept.
//   CONV_DIST or DIST               the built site (default ../../dist)
//   CONV_SCREENSHOTS or ARTIFACTS   where pictures go (default ../../build/screenshots)
//   CHROMIUM                        the browser (default /usr/bin/chromium)
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { dirname, extname, join, normalize, resolve } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const here = dirname(fileURLToPath(import.meta.url))
export const dist = resolve(process.env.CONV_DIST || process.env.DIST || join(here, '../../dist'))
export const screenshots = resolve(
  process.env.CONV_SCREENSHOTS || process.env.ARTIFACTS || join(here, '../../build/screenshots'))

const kTypes = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.mjs': 'text/javascript', '.svg': 'image/svg+xml', '.png': 'image/png', '.txt': 'text/plain' }

// --- servers ---------------------------------------------------------------------------------------------------
// Serves the site on a free port of 127.0.0.1, as the plainest static host would: no CORS headers, no cache.
// `files` replaces what is on the disk: a text, null (missing), or a function from the bytes to other bytes. `root`: another
// folder than the site.
export async function serve(files = {}, root = dist) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)).slice(1) || 'index.html'
    const other = files[path]
    let body = null
    try {
      body = typeof other === 'string' ? other : other === null ? null : await readFile(join(root, path))
    } catch { /* a 404 */ }
    if (typeof other === 'function') body = other(body)
    const type = kTypes[extname(path)] ?? 'application/octet-stream'
    response.writeHead(body === null ? 404 : 200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' })
    response.end(body ?? 'not found')
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((closed) => { server.closeAllConnections(); server.close(closed) }),
  }
}

export const firstHalf = (bytes) => bytes.subarray(0, bytes.length >> 1)

// --- the browser: one for each test file -------------------------------------------------------------------------
const kFlags = ['--enable-unsafe-swiftshader', '--use-gl=angle', '--use-angle=swiftshader', '--disable-quic',
                '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
                '--use-fake-device-for-media-stream']
let browser, site
const closing = []
after(async () => {
  await browser?.close()
  for (const close of closing) await close()
})

const theBrowser = async () => browser ??= await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true, chromiumSandbox: false, args: kFlags })

// The site as it is; started when first asked for.
export async function theSite() {
  if (!site) {
    site = await serve()
    closing.push(site.close)
  }
  return site
}

// Another server, closed after the file's tests.
export async function serveAlso(files, root) {
  const server = await serve(files, root)
  closing.push(server.close)
  return server
}

// --- pages -------------------------------------------------------------------------------------------------------
// A test on a page that has been loaded for it alone. Options, all optional:
//   at        path and hash on the site, or a whole address; a function may await servers and return either
//   lang, viewport, theme ('light' | 'dark'), motion ('reduce'), touch, permissions (['camera']), origins (allowed besides the site's own)
//   before    a function that runs in every frame before the page's own scripts
//   asked     called with the address of each request
//   expect    patterns of console errors that belong to the test
//   patience  ms, where the usual is too little
//   ready     false: do not wait for the playground (the page is no playground, or one that must fail)
//   fresh     true: in a profile of its own, with service workers, whose processes have shown nothing yet
const kPatience = 80000  // ms a test may take; a page that hangs fails its own test alone
export function onPage(name, options, body) {
  test(name, { timeout: options.patience ?? kPatience }, async () => {
    const opened = await open(options)
    try {
      await body(opened.page)
      await noProblems(opened)
      await opened.leave()
    } finally { await opened.close() }
  })
}

// The same on one page that the tests of the file share, set to the defaults of `lesson` before each; a third of
// the time for tests that need nothing else. The first one's options open it; without any nobody looks at it.
let shared
export function onSharedPage(name, lesson, body, options = unseen) {
  test(name, { timeout: options.patience ?? kPatience }, async () => {
    shared ??= await open(options)
    shared.problems().length = 0
    await plain(shared.page, options)
    await shared.page.evaluate((id) => {
      playground.pause()
      for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close()
      document.getElementById('canvas').focus()
      for (const other of playground.lessons()) if (other.id !== id) playground.setState({ lesson: other.id })
      playground.setState({ lesson: id, lang: 'en', theme: 'auto', predict: false, lecture: false, hide: [], lock: [], speed: 4 })
    }, lesson)
    try {
      await body(shared.page)
      await noProblems(shared)
    } catch (error) {  // the next one gets a page that is in order
      await shared.close()
      shared = null
      throw error
    }
  })
}

export async function noProblems({ page, problems }) {
  // A late complaint counts, too.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 20)))
  assert.deepEqual(problems(), [])
  assert.deepEqual(await page.context().cookies(), [], 'a cookie')
  for (const frame of page.frames()) assert.deepEqual(await frame.evaluate(kept), [], `kept by ${frame.url()}`)
}

// In a page or a frame: what it has written into the browser's storage; the copy for when there is no network is the site's own files.
async function kept() {
  const found = []
  for (const name of ['localStorage', 'sessionStorage'])
    try { if (self[name].length) found.push(name) } catch { /* an origin that has none */ }
  try { found.push(...(await indexedDB.databases()).map(({ name }) => `indexedDB ${name}`)) } catch { /* the same */ }
  return found
}

// A new context, its processes and their first page take two thirds of a load's time; so the page that a test has left in
// order is emptied and loads the next one's address, where that wants the same of its context.
const kWaiting = 4  // most of them
const waiting = []

async function make({ lang = 'en', touch = false, permissions = [], scale = 1, fresh = false, before }) {
  const context = await (await theBrowser()).newContext({
    locale: { en: 'en-GB', ko: 'ko-KR' }[lang] ?? lang, hasTouch: touch, permissions, deviceScaleFactor: scale,
  })
  const made = { context, permissions, test: null }  // what the test that has it allows, and notes
  context.on('console', (message) => {
    if (message.type() === 'error') made.test?.note(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => made.test?.note(`uncaught: ${error.error().message}`))
  context.on('request', (request) => made.test?.request(request.url()))
  await context.exposeBinding('__note_violation', (source, what) => made.test?.note(`content security: ${what}`))
  await context.addInitScript(() => document.addEventListener('securitypolicyviolation',
    (event) => self.__note_violation(`${event.violatedDirective} ${event.blockedURI}`)))
  // A copy of the site for each page would cost a second of its own, and answer the next one.
  if (!fresh) await context.addInitScript(() => {
    if (self.ServiceWorkerContainer) ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('not in this test'))
  })
  if (before) await context.addInitScript(before)
  made.page = await context.newPage()
  return made
}

// Leaves nothing of a test in its page: its other pages, address, history, listeners, permissions, mouse.
async function empty({ context, page, permissions }) {
  for (const other of context.pages()) if (other !== page) await other.close()
  for (const event of ['console', 'dialog', 'download', 'filechooser', 'pageerror', 'popup', 'request', 'response'])
    page.removeAllListeners(event)
  await page.mouse.move(-1, -1)
  await page.goto('about:blank')
  await page.unrouteAll()
  await context.clearPermissions()
  if (permissions.length) await context.grantPermissions(permissions)
  const session = await context.newCDPSession(page)
  await session.send('Page.resetNavigationHistory')
  await session.detach()
}

// What `options` say of the screen, and nothing else that a test has emulated.
async function plain(page, { viewport = { width: 1280, height: 800 }, theme = 'light', motion = null }) {
  await page.setViewportSize(viewport)
  await page.emulateMedia({ colorScheme: theme, media: null, reducedMotion: motion, forcedColors: null, contrast: null })
}

export async function open(options = {}) {
  const own = (await theSite()).origin
  const at = typeof options.at === 'function' ? await options.at() : options.at ?? ''
  const address = /^\w+:/.test(at) ? at : `${own}/index.html${at}`
  const allowed = [own, ...(options.origins ? await options.origins() : []), new URL(address).origin]
  const { lang, touch, permissions, scale, fresh, before } = options
  const kind = JSON.stringify([lang ?? 'en', touch, permissions, scale, `${before ?? ''}`])
  const known = fresh ? -1 : waiting.findIndex((made) => made.kind === kind)
  const made = known < 0 ? await make(options) : waiting.splice(known, 1)[0]
  const { page } = made, problems = []
  const note = (text) => {
    if (!(options.expect ?? []).some((pattern) => pattern.test(text))) problems.push(text)
  }
  const request = (url) => {
    options.asked?.(url)
    const local = /^(data|blob|about):/.test(url) || (url.startsWith('file:') && address.startsWith('file:'))
    if (!local && !allowed.includes(new URL(url).origin)) problems.push(`request to another host: ${url}`)
  }
  made.test = { note, request }
  let left = false
  const close = async () => { if (!left) await made.context.close() }
  const leave = async () => {
    if (fresh) return
    made.test = null
    await empty(made)
    left = true
    waiting.push(Object.assign(made, { kind }))
    if (waiting.length > kWaiting) await waiting.shift().context.close()
  }
  try {
    await plain(page, options)
    page.setDefaultTimeout(20000)
    await page.goto(address)
    if (options.ready !== false) await ready(page)
  } catch (error) {
    await close()
    throw error
  }
  return { page, problems: () => problems, leave, close }
}

// Waits until a page or a frame is ready; throws what it rejects with.
export const ready = (frame) => frame.evaluate(() => playground.ready)

// As `before`: the page does all but the drawing, where nobody looks at the pixels; most of a frame's time goes there.
export const drawNothing = () => {
  WebGL2RenderingContext.prototype.drawElements = WebGL2RenderingContext.prototype.drawArrays = () => {}
}

// Options of a page that nobody looks at.
export const unseen = { before: drawNothing, viewport: { width: 400, height: 300 } }

// Calls a method of window.playground in a page or a frame.
export const call = (frame, method, ...params) =>
  frame.evaluate(([name, list]) => playground[name](...list), [method, params])
export const state = (frame) => call(frame, 'getState')
export const set = (frame, partial) => call(frame, 'setState', partial)

// A tensor with its numbers as a Float32Array on this side, too.
export async function tensor(frame, name) {
  const { shape, data } = await frame.evaluate((id) => {
    const { shape, data } = playground.tensor(id)
    return { shape, data: Array.from(data) }
  }, name)
  return { shape, data: Float32Array.from(data) }
}

// What a refused call throws: its class and its sentence; null when it does not throw.
export const refusal = (frame, method, ...params) => frame.evaluate(([name, list]) => {
  try { playground[name](...list) } catch (error) { return { name: error.name, message: error.message } }
  return null
}, [method, params])

// Lets the page draw `n` frames.
export const frames = (page, n = 4) => page.evaluate((count) => new Promise((done) => {
  const next = () => count-- > 0 ? requestAnimationFrame(next) : done()
  next()
}), n)

// Waits until `check` (in the page) is true of `argument`.
export const until = (frame, check, argument) => frame.waitForFunction(check, argument, { timeout: 8000 })

// --- numbers -----------------------------------------------------------------------------------------------------
// The same numbers in every run (mulberry32): a function that draws from [0, 1).
export function seeded(seed) {
  return () => {
    seed = seed + 0x6D2B79F5 | 0
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed)
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
    return ((t ^ t >>> 14) >>> 0) / 4294967296
  }
}
export const integer = (random, from, to) => from + Math.floor(random() * (to - from + 1))
export const pick = (random, list) => list[integer(random, 0, list.length - 1)]

// The bits of float32 numbers: equal bits, not merely equal values.
export const bits = (numbers) => Array.from(new Uint32Array(Float32Array.from(numbers).buffer))
