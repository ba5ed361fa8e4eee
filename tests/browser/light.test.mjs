// Light: what the first lesson needs, by file, and how soon it is there.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { dist, frames, open, state } from './support.mjs'

const kBudget = 600 * 1024  // bytes of everything, gzipped
const kSoon = 1000          // ms from navigation, served from this machine
const kSlowMachine = 6      // the program is compiled and drawn without a graphics card, maybe on one busy core

// Whatever the browser asks the server for until the lesson stands and the page is at rest.
test('what the first lesson needs, by file and gzipped, stays within its budget', { timeout: 40000 }, async (t) => {
  const files = new Set()
  const { page, close } = await open({ fresh: true, ready: false, asked: (url) => { if (url.startsWith('http')) files.add(new URL(url).pathname.slice(1)) } })
  try {
    await page.evaluate(() => playground.ready)
    await frames(page, 10)
    assert.equal((await state(page)).lesson, 'flatten')
    let raw = 0, packed = 0
    const line = (name, a, b) => t.diagnostic(`${name.padEnd(24)}${(a / 1024).toFixed(1).padStart(8)} KB${(b / 1024).toFixed(1).padStart(8)} KB gzipped`)
    for (const file of [...files].sort()) {
      const bytes = readFileSync(join(dist, file)), zipped = gzipSync(bytes, { level: 9 }).length
      line(file, bytes.length, zipped)
      raw += bytes.length
      packed += zipped
    }
    line(`${files.size} files`, raw, packed)
    for (const needed of ['index.html', 'playground.wasm.js', 'playground.data.js', 'playground.font.js']) assert.ok(files.has(needed), needed)
    assert.ok(packed <= kBudget, `${packed} bytes`)
  } finally { await close() }
})

// The best of a few fresh profiles: a machine that is busy with something else now and then is no fault of the page.
test('words and a bar are there within a second of navigation, the first lesson soon after', { timeout: 40000 }, async (t) => {
  const times = [], best = (which) => Math.min(...times.map((time) => time[which]))
  while (times.length < 5 && !(times.length && best('words') <= kSoon && best('lesson') <= kSoon)) {
    const { page, close } = await open({ fresh: true, ready: false })
    try {
      times.push(await page.evaluate(async () => {
        await playground.ready
        const lesson = await new Promise((drawn) => requestAnimationFrame(() => drawn(performance.now())))
        return { words: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity, lesson }
      }))
    } finally { await close() }
  }
  for (const { words, lesson } of times) t.diagnostic(`words after ${words.toFixed(0)} ms, the first lesson after ${lesson.toFixed(0)} ms`)
  assert.ok(best('words') <= kSoon)
  assert.ok(best('lesson') <= kSlowMachine * kSoon)
})
