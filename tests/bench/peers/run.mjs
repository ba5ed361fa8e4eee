// Our engine and its peers in one Chromium, side by side:
//
//   node tests/bench/peers/run.mjs              all workloads, all engines; fifteen minutes, on a machine that is idle
//     --markdown        prints the table for the README, too
//     --agree           no timing: do all variants of ours give the peers' numbers? Exit status 1 if not
//     --workloads res-conv,first   --engines ours,litert   only these
//     --repeats 7       rounds      --ms 500   length of a turn      --out FILE   all samples as JSON
//     --dist DIR        the built site (default dist/ of this tree)
//
// A run of a net takes its input from and gives its result to JavaScript. A single operator's input and result stay
// where the engine likes them (onnxruntime-web's API has no such thing: it copies both, and that is counted).
// Weights are prepacked. `first` is the time from an empty page to the first Tiny VGG result, and the bytes it took.
//
// An engine has a page, a process, of its own for each workload. All make their model, are checked against the first
// one's result and warmed up; then they take turns, A B C A B C. ms is the median turn, × the median over the rounds
// of the ratio to the best peer in that round, so that what slows the whole machine cancels.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { gzipSync } from 'node:zlib'
import { Missing, browse, findDist, main, median, number, packages, quantile } from '../support.mjs'
import { agree } from './agree.mjs'
import { bundle, engines, isOurs } from './bundles.mjs'
import { markdown, rows, summary } from './report.mjs'
import { build, mayTransform, names } from './workloads.mjs'

const choose = (list, there, what) => {
  const chosen = list?.split(',') ?? there, wrong = chosen.filter((name) => !there.includes(name))
  if (wrong.length) throw new Missing(`There is no ${what} ${wrong.join(', ')}; there are ${there.join(', ')}.`)
  return chosen
}
// Where nothing can be transformed the Winograd variants are the same code as the others.
const differs = (engine, workload) => !engine.includes('winograd') || workload === 'first' || mayTransform(workload)
const maxdiff = (a, b) => a.length === b.length ? a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0) : Infinity
const sentence = (error) => error.message.split('\n')[0].replace(/^page.evaluate: (Error: )?/, '')

async function measure(workload, { browser, chosen, repeats, ms, peaks }) {
  const { flops } = build(workload), pages = {}, result = {}
  let reference
  for (const engine of chosen) {
    const page = await browser.open('peers/page.mjs')
    try {
      await page.call('setup', engine, workload)
      const output = await page.call('output')
      reference ??= output
      const difference = maxdiff(output, reference)
      if (!(difference < 1e-3)) throw new Error(`its result is off by ${difference}`)
      await page.call('warm', 2 * ms)
      pages[engine] = page
      result[engine] = { samples: [], difference }
    } catch (error) {
      result[engine] = { error: sentence(error) }
      await page.close()
    }
  }
  for (let i = 0; i < repeats; ++i) {
    const [page] = Object.values(pages)
    if (page) peaks.push(await page.call('peaks'))
    for (const [engine, page] of Object.entries(pages)) result[engine].samples.push(await page.call('sample', ms))
  }
  for (const page of Object.values(pages)) await page.close()
  for (const row of Object.values(result)) if (row.samples && flops) row.gflops = flops / median(row.samples) / 1e6
  return result
}

async function first({ browser, chosen, repeats }) {
  const result = {}
  for (let i = 0; i < repeats; ++i) for (const engine of chosen) {
    const row = result[engine] ??= { samples: [] }, page = await browser.open('peers/page.mjs'), urls = []
    page.page.on('request', (request) => urls.push(request.url()))
    try {
      row.samples.push(await page.call('first', engine))
      row.bytes = urls.filter((url) => url.startsWith(browser.origin))
        .reduce((sum, url) => sum + gzipSync(readFileSync(browser.file(url)), { level: 9 }).length, 0)
    } catch (error) { row.error = sentence(error) }
    await page.close()
  }
  return result
}

// Adds medians and ratios to the best peer (without one, to the best).
function compare(result) {
  const done = Object.entries(result).filter(([, row]) => row.samples?.length && !row.error)
  for (const [, row] of done) {
    row.ms = median(row.samples)
    row.spread = (quantile(row.samples, 0.75) - quantile(row.samples, 0.25)) / row.ms
  }
  const peers = done.filter(([engine]) => !isOurs(engine)), fastest = (list) => list.reduce((a, b) => b[1].ms < a[1].ms ? b : a, list[0])
  const best = fastest(peers.length ? peers : done)?.[1]
  for (const [, row] of done) row.ratio = median(row.samples.map((ms, i) => ms / best.samples[i]))
}

await main({
  markdown: { type: 'boolean' }, agree: { type: 'boolean' }, workloads: { type: 'string' }, engines: { type: 'string' },
  repeats: { type: 'string', default: '7' }, ms: { type: 'string', default: '500' }, out: { type: 'string' },
}, async (options) => {
  const dist = findDist(options.dist), there = engines(dist)
  const chosen = choose(options.engines, there, 'engine')
  const workloads = choose(options.workloads, [...names, 'first'], 'workload')
  const repeats = number(options.repeats, 'repeats', 1), ms = number(options.ms, 'ms', 1)
  packages('peers')
  const browser = await browse(dist)
  try {
    await bundle(there)
    if (!there.includes('ours-relaxed')) console.log('There is no engine-relaxed.wasm: this build had no compiler for it.')
    if (options.agree) return await agree(browser, there)
    const results = { machine: cpus()[0]?.model, chromium: browser.version, repeats, ms, peaks: [], workloads: {} }
    for (const name of workloads) {
      const given = { browser, repeats, ms, peaks: results.peaks, chosen: chosen.filter((engine) => differs(engine, name)) }
      const result = results.workloads[name] = await (name === 'first' ? first(given) : measure(name, given))
      compare(result)
      console.log(rows(name, result))
    }
    console.log(summary(results))
    if (options.markdown) console.log(`\n${markdown(results)}`)
    if (options.out) writeFileSync(options.out, JSON.stringify(results, null, 1) + '\n')
  } finally {
    await browser.close()
  }
})
