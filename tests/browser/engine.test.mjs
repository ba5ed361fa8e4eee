// engine.mjs in Chromium: in a page and in a module worker, against a convolution written here in double
// precision; the two give the same bits.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bits, dist, onPage, seeded, serveAlso } from './support.mjs'

const random = seeded(5)
const draw = (n) => Array.from({ length: n }, () => random() * 2 - 1)
const job = { input: draw(3 * 9 * 9), weight: draw(10 * 3 * 5 * 5), bias: draw(10) }

// Runs in the page and in the worker: one convolution with padding 2, and one training step.
const work = `async ({ input, weight, bias }, address) => {
  const { default: createEngine } = await import(address)
  const nn = await createEngine()
  const conv = { type: 'Conv2d', out_channels: 10, kernel_size: 5, padding: 2 }
  const net = nn.sequential({ input: [3, 9, 9], seed: 1, layers: [conv] })
  net.load({ '0.weight': Float32Array.from(weight), '0.bias': Float32Array.from(bias) })
  const output = Array.from(net.forward(Float32Array.from(input)))
  const trained = nn.sequential({ input: [3, 9, 9], seed: 1,
    layers: [conv, { type: 'ReLU' }, { type: 'Flatten' }, { type: 'Linear', out_features: 4 }] })
  const { loss } = trained.train_step(Float32Array.from(input), [2], { lr: 0.1 })
  return { simd: nn.simd, output, loss }
}`

function naive({ input, weight, bias }) {
  const out = []
  for (let o = 0; o < 10; ++o) for (let y = 0; y < 9; ++y) for (let x = 0; x < 9; ++x) {
    let sum = Math.fround(bias[o]), size = Math.abs(sum)
    for (let c = 0; c < 3; ++c) for (let r = 0; r < 5; ++r) for (let q = 0; q < 5; ++q) {
      const row = y + r - 2, col = x + q - 2
      if (row < 0 || row > 8 || col < 0 || col > 8) continue
      const product = Math.fround(input[(c * 9 + row) * 9 + col]) * Math.fround(weight[((o * 3 + c) * 5 + r) * 5 + q])
      sum += product
      size += Math.abs(product)
    }
    out.push({ sum, size })
  }
  return out
}

const empty = async () => `${(await serveAlso({ 'empty.html': '<!doctype html><link rel="icon" href="data:,">' })).origin}/empty.html`

onPage('the engine computes in a page and in a worker, the same bits', { at: empty, ready: false }, async (page) => {
  const address = new URL('/engine.mjs', page.url()).href
  const inPage = await page.evaluate(([source, given, from]) => (0, eval)(`(${source})`)(given, from), [work, job, address])
  const inWorker = await page.evaluate(([source, given, from]) => new Promise((resolve, reject) => {
    const code = `onmessage = async ({ data }) => { try { postMessage(await (${source})(...data)) }
      catch (error) { postMessage({ error: String(error) }) } }`
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' })
    worker.onmessage = ({ data }) => data.error ? reject(new Error(data.error)) : resolve(data)
    worker.postMessage([given, from])
  }), [work, job, address])
  assert.equal(inPage.simd, existsSync(join(dist, 'engine-relaxed.wasm')) ? 'relaxed' : 'simd128')
  assert.deepEqual(bits(inWorker.output), bits(inPage.output))
  assert.equal(inWorker.loss, inPage.loss)
  assert.ok(inPage.loss > 0)
  naive(job).forEach(({ sum, size }, i) =>
    assert.ok(Math.abs(inPage.output[i] - sum) <= 1e-5 * size, `output ${i}: ${inPage.output[i]}, not ${sum}`))
})
