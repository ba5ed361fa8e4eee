// The page for teachers: every snippet on it is taken from it and run, on a page of another origin.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawNothing, onPage as onLoaded, open, serveAlso, theSite, until } from './support.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')
const kUnseen = { before: drawNothing, ready: false }
const onPage = (name, options, body) => onLoaded(name, { ...kUnseen, ...options }, body)
const kPage = '/teachers/index.html', kEnglish = '/teachers/en.html'
const at = (path) => async () => (await theSite()).origin + path
const snippets = (page) => page.evaluate(() => Object.fromEntries(
  [...document.querySelectorAll('[data-snippet]')].map((code) => [code.dataset.snippet, code.textContent])))

// What each snippet shows, by its name: `element` finds it, `state` is what it must be in.
const kShows = {
  frame: { element: 'iframe', state: { lesson: 'flatten', step: 323, lang: 'ko' } },
  element: { element: 'conv-playground', state: { lesson: 'pattern', lang: 'ko' } },
  lock: { element: 'conv-playground', state: { lesson: 'stride', stride: 3, hide: ['lessons', 'lang', 'theme', 'share'], lock: ['image', 'filter'] } },
  practice: { element: 'conv-playground', state: { lesson: 'padding', predict: true, seed: 4, lock: ['predict'] } },
  own: { element: 'conv-playground', state: { lesson: 'convolution', kernel_size: 3, filter: 'custom' } },
}
const kKernel = [-1, -1, 2, -1, 2, -1, 2, -1, -1]

async function host() {
  const { page, leave } = await open({ ...kUnseen, at: await at(kPage)() })
  const texts = await snippets(page)
  await leave()
  assert.deepEqual(Object.keys(texts), Object.keys(kShows))
  const body = Object.entries(texts).map(([name, text]) => `<div data-from="${name}">${text}</div>`).join('\n')
  const server = await serveAlso({ 'host.html': `<!doctype html><meta charset=utf-8><link rel=icon href=data:,><body>${body}` })
  return `${server.origin}/host.html`
}

onPage('each snippet runs on a page of another origin, and shows what it says', { at: host, patience: 90000,
  origins: async () => [(await theSite()).origin] }, async (page) => {
  for (const [name, { element, state }] of Object.entries(kShows)) {
    const place = page.locator(`[data-from=${name}]`)
    await place.scrollIntoViewIfNeeded()
    const inner = element === 'iframe' ? place.locator('iframe') : place.locator('conv-playground >> iframe')
    const frame = await (await inner.elementHandle()).contentFrame()
    await until(frame, () => self.playground)
    await frame.evaluate(() => playground.ready)
    if (name === 'own') await until(frame, () => playground.getState().filter === 'custom')
    const now = await frame.evaluate(() => playground.getState())
    assert.deepEqual(Object.fromEntries(Object.keys(state).map((key) => [key, now[key]])), state, name)
    assert.deepEqual(now.warnings, [])
    if (name === 'own') assert.deepEqual(await frame.evaluate(() => [...playground.tensor('weight').data]), kKernel)
    if (name === 'practice') {
      await frame.evaluate(() => playground.answer(-12345))
      await until(page, () => document.getElementById('score').textContent === '0 / 1')
    }
  }
})

onPage('below each snippet stands what it makes, and a button copies it', { at: at(kPage), patience: 90000 }, async (page) => {
  // The first ones are the snippet's own element; the two with a script do here, too, what the script says.
  const texts = await snippets(page)
  for (const name of ['frame', 'element', 'lock'])
    assert.ok(texts[name].includes((await page.evaluate((id) => document.querySelector(`.live[data-from=${id}] > *`).getAttribute(
      id === 'frame' ? 'title' : 'lesson'), name))), name)
  for (const name of ['practice', 'own']) {
    const live = page.locator(`.live[data-from=${name}]`)
    await live.scrollIntoViewIfNeeded()
    const frame = await (await live.locator('conv-playground >> iframe').elementHandle()).contentFrame()
    await until(frame, () => self.playground)
    await frame.evaluate(() => playground.ready)
    assert.equal((await frame.evaluate(() => playground.getState())).lesson, kShows[name].state.lesson)
    if (name === 'practice') await frame.evaluate(() => playground.answer(-12345))
    else await until(frame, (kernel) => String([...playground.tensor('weight').data]) === String(kernel), kKernel)
  }
  await until(page, () => document.getElementById('score').textContent === '0 / 1')
  await until(page, () => /\d/.test(document.querySelector('.version').textContent))
  // The copy button gives the text with this site's own address in it.
  await page.evaluate(() => { document.execCommand = (what) => { self.copied = [what, String(getSelection())]; return true } })
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: (text) => { self.copied = ['clipboard', text] } } }))
  await page.locator('figure button').nth(1).click()
  const [, text] = await page.evaluate(() => copied)
  assert.equal(text, (await snippets(page)).element)
  assert.ok(text.includes(`${(await theSite()).origin}/embed.js`))
})

onPage('English says the same with the same snippets, commands exist, axe finds nothing', { at: at(kEnglish) }, async (page) => {
  const { page: korean, close } = await open({ ...kUnseen, at: await at(kPage)(), viewport: { width: 360, height: 640 } })
  assert.equal(await korean.evaluate(() => document.documentElement.scrollWidth), 360)
  const plain = (text) => text.replace(/lang=("?)(ko|en)/g, 'lang=$1xx').replace(/title="[^"]*"/, '').replace(/<p>.*?<output/, '<p><output')
  const outline = (of) => of.evaluate(() => [...document.body.querySelectorAll('h1, h2, pre, .live, li, main a')].map((node) => node.tagName))
  const [ours, theirs] = [await snippets(page), await snippets(korean)]
  assert.deepEqual(Object.values(ours).map(plain), Object.values(theirs).map(plain))
  assert.deepEqual(await outline(page), await outline(korean))
  for (const each of [page, korean]) {
    const help = execFileSync('sh', [join(root, 'web/play.sh'), '--help'], { encoding: 'utf8' })
    for (const command of await each.evaluate(() => [...document.querySelectorAll('[data-shell]')].map((code) => code.textContent)))
      assert.ok(help.includes(`\n  ${command.replace(/^sh web\/play\.sh /, '')} `), command)
    // The program's frames have tests of their own.
    await each.evaluate(() => { for (const frame of document.querySelectorAll('iframe, conv-playground')) frame.remove() })
    await each.evaluate(axe)
    const found = await each.evaluate(async () => (await axe.run()).violations.map(({ id, nodes }) => [id, nodes[0].html]))
    assert.deepEqual(found, [])
  }
  await close()
})
