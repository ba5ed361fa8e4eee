// The experiments through the page's public API and by clicks: the numbers that the unit tests pin, native and wasm.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { onPage, set, state, tensor, unseen, until } from './support.mjs'

const pinned = JSON.parse(await readFile(new URL('../pinned_training.json', import.meta.url), 'utf8'))

onPage('experiments give the results that the unit tests pin, native and wasm', { ...unseen, at: '#lesson=network', patience: 60000 }, async (page) => {
  for (const results of pinned.experiments) {
    const { name, steps } = results
    assert.deepEqual(await page.evaluate((options) => playground.experiment(options), { name, steps }), results)
    const { view, experiment } = await state(page)
    assert.deepEqual([view, experiment], ['experiments', name])
  }
  const map = await tensor(page, 'tried.sample.0')
  assert.deepEqual(map.shape, [4, 3, 32, 32])
})

onPage('an experiment that is left before its end says so, and its promise fails', { ...unseen, at: '#lesson=network' }, async (page) => {
  const said = page.evaluate(() => playground.experiment({ name: 'shuffled', steps: 1000 }).then(() => '', (e) => e.message))
  await until(page, () => playground.results().progress > 0)
  await set(page, { experiment: 'pooling' })
  assert.match(await said, /shuffled.*stopped/)
  const refused = await page.evaluate(() => playground.experiment({ steps: 0 }).then(() => '', (e) => `${e.name} ${e.message}`))
  assert.match(refused, /^RangeError .*1 … 5000/)
})
