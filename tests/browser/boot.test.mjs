// Starting: everywhere it must, and with one plain sentence where it cannot.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { dist, firstHalf, onPage, ready, serveAlso, state, tensor, theSite, until } from './support.mjs'

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

// --- what cannot start says so ---------------------------------------------------------------------------------
const kExpected = [/404/, /Failed to load resource/, /SyntaxError|Unexpected|Invalid or unexpected|missing \)/, /Refused|MIME/]

// The sentence is visible, in the language asked for, holds `words`, and ready rejects with the very same.
async function saysWhy(page, lang, words) {
  const reason = await page.evaluate(() => Promise.race([
    playground.ready.then(() => 'became ready', (error) => error.message),
    new Promise((done) => setTimeout(() => done('said nothing'), 8000))]))
  const status = page.locator('[role=status]')
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
