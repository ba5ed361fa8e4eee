// The copy for when there is no network, the policy that ships with the page, the example course page.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { dist, drawNothing, frames, noProblems, onPage, open, serve, state, theSite, unseen, until } from './support.mjs'

let stopped, site
const inControl = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() =>
  navigator.serviceWorker.controller ? null : new Promise((done) => { navigator.serviceWorker.oncontrollerchange = () => done() })))
const copies = (page) => page.evaluate(() => caches.keys())

onPage('after one visit the page works with the server stopped', {
  at: async () => { stopped = await serve(); return `${stopped.origin}/index.html#lesson=padding&padding=2` },
  expect: [/ERR_CONNECTION|Failed to load/], fresh: true,
}, async (page) => {
  await inControl(page)
  await stopped.close()
  await page.goto(page.url().replace(/#.*/, '?again#lesson=stride&stride=3'))
  await page.evaluate(() => playground.ready)
  assert.deepEqual([(await state(page)).stride, (await state(page)).warnings], [3, []])
  await page.evaluate(() => playground.setState({ lesson: 'network' }))
  assert.equal((await page.evaluate(() => playground.train({ steps: 1 }))).steps, 1)  // what is loaded later is there, too
})

const kChanged = {}
onPage('a new version replaces the copy of the former one, whole', {
  at: async () => { site = await serve(kChanged); return `${site.origin}/index.html` }, fresh: true,
}, async (page) => {
  await inControl(page)
  const [first] = await copies(page)
  kChanged['sw.js'] = (bytes) => bytes.toString().replace(/kVersion = '\w+'/, "kVersion = 'another'")
  kChanged['index.html'] = (bytes) => bytes.toString().replace('<head>', '<head><meta name="version" content="another">')
  // With a network the newest page is there at once.
  await page.reload()
  assert.equal(await page.evaluate(() => document.querySelector('[name=version]').content), 'another')
  await page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()))
  await until(page, async (former) => { const names = await caches.keys(); return names.length === 1 && names[0] !== former }, first)
  await site.close()
})

onPage('a frame keeps no copy, nor does a double-clicked page', { at: pathToFileURL(join(dist, 'index.html')).href, fresh: true }, async (page) => {
  assert.equal(await page.evaluate(async () => {
    try { return (await navigator.serviceWorker.getRegistrations()).length } catch { return 0 }
  }), 0)
})

onPage('the policy allows no other script, and the page has none inside', { expect: [/content security: script-src eval/, /unsafe-eval/] }, async (page) => {
  const { policy, inline } = await page.evaluate(() => ({
    policy: document.querySelector('meta[http-equiv="Content-Security-Policy"]').content,
    inline: [...document.querySelectorAll('*')].filter((node) => (node.localName === 'script' && !node.src) ||
      [...node.attributes].some(({ name }) => name.startsWith('on'))).map((node) => node.outerHTML) }))
  assert.deepEqual(inline, [])
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /script-src 'self' file: 'wasm-unsafe-eval';/)
  // In a task of the page's own: what a test evaluates itself may.
  assert.equal(await page.evaluate(() => new Promise((done) => setTimeout(() => {
    try { done(new Function('return 1')()) } catch (error) { done(error.name) }
  }))), 'EvalError')
})

// What the tests of all files look for at their end, they find. One page keeps and forgets one thing after the other.
test('a page that keeps something is found', { timeout: 40000 }, async (t) => {
  const opened = await open({ ...unseen, ready: false })
  try {
    for (const [what, write, forget] of [
      ['a cookie', () => { document.cookie = 'seen=1; path=/' }, () => { document.cookie = 'seen=; path=/; max-age=0' }],
      ['localStorage', () => { localStorage.seen = 1 }, () => localStorage.clear()],
      ['sessionStorage', () => { sessionStorage.seen = 1 }, () => sessionStorage.clear()],
      ['indexedDB', () => new Promise((done) => { indexedDB.open('seen').onsuccess = ({ target }) => done(target.result.close()) }),
       () => new Promise((done) => { indexedDB.deleteDatabase('seen').onsuccess = () => done() })]])
      await t.test(what, async () => {
        await opened.page.evaluate(write)
        await assert.rejects(noProblems(opened), new RegExp(what))
        await opened.page.evaluate(forget)
        await noProblems(opened)
      })
  } finally { await opened.close() }
})

test('the page cannot tell another host anything', { timeout: 40000 }, async (t) => {
  let told = 0
  const other = createServer((_, answer) => { ++told; answer.end() }).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const opened = await open({ ...unseen, ready: false })
  try {
    for (const [what, ask] of [['fetch', (url) => fetch(url).catch(() => {})], ['a picture', (url) => { new Image().src = url }],
                               ['a beacon', (url) => { navigator.sendBeacon(url, 'x') }]])
      await t.test(what, async () => {
        await noProblems(opened)
        await opened.page.evaluate(ask, `http://127.0.0.1:${other.address().port}/seen`)
        await frames(opened.page)
        await assert.rejects(noProblems(opened), /content security/)
        assert.equal(told, 0)
        opened.problems().length = 0
      })
  } finally {
    await opened.close()
    other.close()
  }
})

for (const [file, lang, words] of [['index.html', 'ko', /합성곱/], ['en.html', 'en', /Convolution/]])
  onPage(`the example course page works (${lang})`, { at: async () => `${(await theSite()).origin}/example/${file}`, ready: false, before: drawNothing }, async (page) => {
    assert.match(await page.title(), words)
    assert.equal(await page.locator('conv-playground').count(), 3)
    await page.locator('#edges').click()
    await until(page, async () => (await document.getElementById('slide').getState()).filter === 'horizontal-edge')
    const states = await page.evaluate(() => Promise.all([...document.querySelectorAll('conv-playground')].map((el) => el.getState())))
    assert.deepEqual(states.map((one) => [one.lesson, one.lang, one.warnings]),
                     ['flatten', 'convolution', 'padding'].map((lesson) => [lesson, lang, []]))
    await page.evaluate(async () => {
      const quiz = document.getElementById('quiz')
      for (let i = 0; i < 50 && !await quiz.question(); ++i) await quiz.step(1)
      await quiz.answer(1)
    })
    await until(page, () => document.querySelectorAll('#answers tr').length === 1)
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)
  })
