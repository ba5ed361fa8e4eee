// Starting: everywhere it must, and with one plain sentence where it cannot.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { decode, reader } from './picture_support.mjs'
import { dist, firstHalf, frames, onPage, ready, screenshots, serveAlso, state, tensor, theSite, until } from './support.mjs'

onPage('a double click on index.html is enough', { at: `${pathToFileURL(join(dist, 'index.html'))}#lesson=convolution&stride=2` }, async (page) => {
  const { lesson, stride, warnings } = await state(page)
  assert.deepEqual([lesson, stride, warnings], ['convolution', 2, []])
  assert.equal((await tensor(page, 'output')).data.length, 144)
})

// A page of another origin that shows the site in a frame.
async function host(attributes, hash) {
  const frame = `<iframe ${attributes} src="${(await theSite()).origin}/index.html${hash}" width=600 height=480></iframe>`
  const server = await serveAlso({ 'host.html': `<!doctype html><link rel=icon href=data:,><body>${frame}` })
  return `${server.origin}/host.html`
}

onPage('a sandboxed frame of another origin, without CORS headers, becomes ready', {
  at: () => host('sandbox="allow-scripts"', '#lesson=convolution&padding=1&lang=ko'), ready: false,
}, async (page) => {
  const frame = page.frames()[1]
  await ready(frame)
  assert.equal(await frame.evaluate(() => self.origin), 'null')
  const { padding, lang } = await state(frame)
  assert.deepEqual([padding, lang], [1, 'ko'])
  const answer = await frame.evaluate(() => {
    return [playground.step(-1).step, innerWidth, innerHeight]
  })
  assert.deepEqual(answer, [397, 600, 480])
})

onPage('a frame that is far below the fold becomes ready and answers', {
  at: () => host('style="margin-top:5000px"', '#lesson=flatten'), ready: false,
}, async (page) => {
  await ready(page.frames()[1])
  assert.equal((await page.frames()[1].evaluate(() => playground.step())).step, 324)
})

for (const [lang, script, title] of [['ko', /[가-힣]/, '합성곱 놀이터'], ['en', /Playground/, 'Convolution Playground']])
  onPage(`a browser in ${lang} gets title, language and words of its own`, { lang }, async (page) => {
    assert.equal((await state(page)).lang, lang)
    assert.equal(await page.title(), title)
    assert.equal(await page.evaluate(() => document.documentElement.lang), lang)
    assert.match(await page.evaluate(() => document.querySelector('canvas').getAttribute('aria-label')), script)
  })

onPage('a browser in a language that we do not have gets English', { lang: 'fr-FR' }, async (page) =>
  assert.equal((await state(page)).lang, 'en'))

async function picture(page, name) {
  await mkdir(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`) })
}

// --- what cannot start says so ---------------------------------------------------------------------------------
const kExpected = [/404/, /Failed to load resource/, /SyntaxError|Unexpected|Invalid or unexpected|missing \)/, /Refused|MIME/]

// The sentence is visible, in the language asked for, holds `words`, and ready rejects with the very same.
async function saysWhy(page, lang, words) {
  const reason = await page.evaluate(() => Promise.race([
    playground.ready.then(() => 'became ready', (error) => error.message),
    new Promise((done) => setTimeout(() => done('said nothing'), 8000))]))
  const status = page.locator('[role=status] p')
  assert.equal(await status.isVisible(), true, reason)
  const shown = (await status.innerText()).trim()
  assert.equal(reason, shown)
  assert.equal(lang === 'ko', /[가-힣]/.test(shown), shown)
  for (const word of words) assert.ok(shown.includes(word), shown)
  assert.doesNotMatch(shown, /[{}]|undefined|\bpage\./, shown)
  assert.equal(await page.evaluate(() => document.documentElement.lang), lang)
}

const kFiles = ['playground.wasm.js', 'playground.data.js', 'playground.font.js', 'playground.js']
kFiles.forEach((file, i) => {
  for (const [what, change, lang] of [['missing', null, i % 2 ? 'ko' : 'en'], ['cut in the middle', firstHalf, i % 2 ? 'en' : 'ko']])
    onPage(`${file} ${what}: the page says so (${lang})`, {
      at: async () => `${(await serveAlso({ [file]: change })).origin}/index.html`, lang, expect: kExpected, ready: false,
    }, (page) => saysWhy(page, lang, [file]))
})

// A well-formed script whose packed bytes are not those that were packed.
const spoiled = (bytes) => {
  const text = bytes.toString(), at = text.indexOf('H4sI') + 400
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}
onPage('a data file with one wrong character: the page says so', {
  at: async () => `${(await serveAlso({ 'playground.data.js': spoiled })).origin}/index.html`, ready: false,
}, (page) => saysWhy(page, 'en', ['playground.data.js']))

for (const file of ['playground.strings.js', 'page.js'])
  onPage(`${file} missing: a sentence says that something is wrong`, {
    at: async () => `${(await serveAlso({ [file]: null })).origin}/index.html`, ready: false, expect: [...kExpected, /./],
  }, async (page) => {
    await until(page, () => {
      const shown = document.body.innerText.trim()
      return /\S+ \S+ \S+ \S+/.test(shown) && !/Loading|[{}]/.test(shown)
    })
  })

// The first to ask decides how a context is made, whatever the next one asks for.
onPage('one WebGL context is made, as the program wants it', {
  before: () => {
    self.asked = []
    const real = HTMLCanvasElement.prototype.getContext
    HTMLCanvasElement.prototype.getContext = function (kind, attributes) {
      if (kind === 'webgl2') self.asked.push([this.id, attributes])
      return real.call(this, kind, attributes)
    }
  },
}, async (page) => {
  const asked = await page.evaluate(() => self.asked)
  assert.deepEqual([...new Set(asked.map(([id]) => id))], ['canvas'])
  const [first, program] = asked.map(([, attributes]) => attributes).filter((attributes) => attributes)
  const { majorVersion, minorVersion, ...wanted } = program
  assert.deepEqual(first, wanted)
})

const kLacking = {
  'WebGL2': () => {
    const real = HTMLCanvasElement.prototype.getContext
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind === 'webgl2' ? null : real.call(this, kind, ...rest) }
  },
  'WebAssembly': () => { delete self.WebAssembly },
  'SIMD': () => { WebAssembly.validate = () => false },
}
Object.entries(kLacking).forEach(([what, before], i) => {
  const lang = i % 2 ? 'en' : 'ko'
  onPage(`without ${what} the page says so (${lang})`, { before, lang, ready: false }, (page) => saysWhy(page, lang, [what]))
})

// The picture of `lesson` is drawn and in sight below the sentence, with its title and what it is about.
async function showsStill(page, lesson, lang, theme) {
  await until(page, () => document.querySelector('#still img')?.complete)
  const { source, size, top, below, words, alt } = await page.evaluate(() => {
    const picture = document.querySelector('#still img'), box = picture.getBoundingClientRect()
    return { source: picture.src, size: [picture.naturalWidth, picture.naturalHeight], top: box.top, alt: picture.alt,
             below: document.getElementById('status').getBoundingClientRect().bottom, words: document.getElementById('still').innerText }
  })
  assert.match(source, new RegExp(`/stills/${lesson}-${lang}-${theme}\\.png$`))
  assert.ok(size[0] >= 600 && size[1] >= 500, `${size}`)
  assert.ok(top >= below && top < page.viewportSize().height / 2, `${top}`)
  assert.equal(/[가-힣]/.test(alt), lang === 'ko')
  assert.equal(/[가-힣]/.test(words), lang === 'ko')
}

for (const [what, lang, theme, viewport] of [['WebGL2', 'ko', 'light', { width: 1280, height: 800 }], ['SIMD', 'en', 'dark', { width: 420, height: 800 }],
                                             ['WebAssembly', 'ko', 'dark', { width: 320, height: 480 }]])
  onPage(`without ${what} the lesson that the address names is there as a picture (${lang}, ${theme}, ${viewport.width})`, {
    at: '#lesson=stride&stride=3', before: kLacking[what], lang, theme, viewport, ready: false,
  }, async (page) => {
    await showsStill(page, 'stride', lang, theme)
    await picture(page, `still-${lang}-${theme}-${viewport.width}`)
    assert.equal(await page.locator('#still li').count(), 14)
    await page.locator('#still a').last().click()  // another lesson
    await until(page, () => document.querySelector('#still img').src.includes('/network-'))
    await showsStill(page, 'network', lang, theme)
    await page.evaluate(() => { location.hash = '#lesson=nonsense&theme=light' })
    await until(page, () => document.querySelector('#still img').src.includes('/flatten-'))
    await showsStill(page, 'flatten', lang, 'light')
    assert.equal(await page.evaluate(() => document.querySelector('main').scrollWidth <= innerWidth), true)
  })

// Drawn by the program's own views, so it is what a browser shows of the same state: a few in a hundred pixels apart, where
// letters and lines are smoothed in another way.
for (const [lesson, lang, theme] of [['channels', 'en', 'dark'], ['flatten', 'ko', 'light']])
  onPage(`the picture is what the page draws (${lesson}, ${lang}, ${theme})`, {
    at: `#lesson=${lesson}&theme=${theme}`, lang, viewport: { width: 640, height: 760 }, expect: [/favicon/],
  }, async (page) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.evaluate(() => {
      const keys = Object.keys(playground.schema()).filter((key) => !['lesson', 'seed', 'hide', 'lock', 'bias'].includes(key))
      for (const key of ['lessons', 'transport', 'share', ...keys])
        try { playground.setState({ hide: [...playground.getState().hide, key] }) } catch { /* no control has this name */ }
    })
    await frames(page, 8)
    const drawn = decode(await page.screenshot())
    await page.goto(`${(await theSite()).origin}/stills/${lesson}-${lang}-${theme}.png`)
    const still = decode(await page.screenshot())
    assert.deepEqual([still.width, still.height], [drawn.width, drawn.height])
    const a = reader(drawn), b = reader(still)
    let apart = 0
    for (let y = 0; y < drawn.height; ++y)
      for (let x = 0; x < drawn.width; ++x) {
        const [p, q] = [a(x, y), b(x, y)]
        apart += Math.abs(p[0] - q[0]) + Math.abs(p[1] - q[1]) + Math.abs(p[2] - q[2]) > 60
      }
    const share = apart / (drawn.width * drawn.height)
    assert.ok(share < 0.02, `${(100 * share).toFixed(1)} % of the pixels`)
  })

// In a browser that has it all switched off, and where nothing is replaced by a test.
test('a Chromium without graphics says so and shows the picture', { timeout: 40000 }, async () => {
  const bare = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true, chromiumSandbox: false,
                                       args: ['--disable-gpu', '--disable-software-rasterizer', '--disable-3d-apis'] })
  try {
    const page = await bare.newPage({ locale: 'en-GB', colorScheme: 'light' })
    await page.goto(`${(await theSite()).origin}/index.html#lesson=pooling`)
    await saysWhy(page, 'en', ['WebGL2'])
    await showsStill(page, 'pooling', 'en', 'light')
  } finally { await bare.close() }
})

onPage('a double-clicked page that cannot run shows the picture, too', {
  at: `${pathToFileURL(join(dist, 'index.html'))}#lesson=padding`, before: kLacking.SIMD, ready: false,
}, (page) => showsStill(page, 'padding', 'en', 'light'))

onPage('without the pictures the sentence stands', {
  at: async () => `${(await serveAlso({ 'stills/stills.js': null })).origin}/index.html`, before: kLacking.SIMD, ready: false, expect: kExpected,
}, async (page) => {
  await saysWhy(page, 'en', ['SIMD'])
  assert.equal(await page.locator('#still').count(), 0)
})

const kAsked = []
onPage('a page that runs asks for no picture of it', { asked: (url) => kAsked.push(url) }, async () => {
  assert.deepEqual(kAsked.filter((url) => url.includes('still')), [])
})

onPage('the language of the address is the language of the sentence', {
  at: '#lesson=convolution&lang=ko', before: kLacking.SIMD, lang: 'en', ready: false,
}, (page) => saysWhy(page, 'ko', ['SIMD']))

onPage('a first frame that fails is no ready page', {
  before: () => { WebGL2RenderingContext.prototype.drawElements = () => { throw new Error('no more drawing') } }, ready: false,
}, (page) => saysWhy(page, 'en', ['no more drawing']))

onPage('before ready, methods say what to wait for', {
  at: async () => `${(await serveAlso({ 'playground.wasm.js': null })).origin}/index.html`, expect: kExpected, ready: false,
}, async (page) => {
  assert.match(await page.evaluate(() => { try { playground.getState() } catch (error) { return error.message } }), /ready/)
})

onPage('the page never scrolls at the size it is given', {}, async (page) => {
  for (const [width, height] of [[1280, 800], [420, 800], [320, 480], [2000, 500]]) {
    await page.setViewportSize({ width, height })
    const [scrolled, canvas] = await page.evaluate(() => {
      document.querySelector('[aria-live]').scrollIntoView()
      scrollTo(9999, 9999)  // what a screen reader or a search in the page may do
      const box = document.querySelector('canvas').getBoundingClientRect()
      return [[scrollX, scrollY], [box.width, box.height]]
    })
    assert.deepEqual([scrolled, canvas], [[0, 0], [width, height]])
  }
})
