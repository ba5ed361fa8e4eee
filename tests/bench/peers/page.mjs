// The in-page half of run.mjs: one engine, one workload a page.
import * as peak from '../peak.mjs'
import { build } from './workloads.mjs'

let job, workload, chunk
const now = () => performance.now()

// Runs batches of n until `ms` have passed and there were at least `least` runs; → ms a run.
async function during(ms, n, least) {
  let runs = 0
  const start = now()
  do {
    for (let i = 0; i < n; ++i) {
      const running = job.run()
      if (running?.then) await running
    }
    runs += n
  } while (now() - start < ms || runs < least)
  return (now() - start) / runs
}

export async function setup(engine, name) {
  const { init, make } = await import(`/bundles/${engine}.js`)
  await init()
  job = await make(workload = build(name))
}

// The result in canonical layout; for training, the losses of three steps.
export async function output() {
  if (!workload.train) return new Float32Array(await job.output())
  return Float32Array.of(...await job.output(), ...await job.output(), ...await job.output())
}

// Until the compilers are done; then a batch is as many runs as take 20 ms, so that reading the clock costs nothing.
export async function warm(ms) {
  await during(ms / 2, 1, 2)
  chunk = Math.max(1, Math.floor(20 / await during(ms / 2, 1, 1)))
}
export const sample = (ms) => during(ms, chunk, 1)

// ms from nothing loaded to the first Tiny VGG result in hand.
export async function first(engine) {
  const w = build('tinyvgg'), start = now()
  const { init, make } = await import(`/bundles/${engine}.min.js`)
  await init()
  await (await make(w)).output()
  return now() - start
}

let warmed
export function peaks() {
  if (!warmed) peak.warmUp()
  warmed = true
  return { muladd: peak.muladd(), fma: peak.fma() }
}
