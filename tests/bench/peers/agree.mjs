// Do all variants of our engine give the numbers of others? Single operators and nets are compared with onnxruntime-web,
// operators with sums in double precision written here, too, and the losses of three training steps with tfjs-cpu.
import { isOurs } from './bundles.mjs'
import { build, names } from './workloads.mjs'

const kClose = 1e-5

// A single operator's output in double precision, and the size of what was added: |b| + Σ|w·x|. A maximum adds nothing.
function naive({ x, layers: [{ op, k, stride, pad, in: [channels, height, width], out, w, b }] }) {
  const [filters, rows, columns] = out, sums = [], sizes = []
  const conv = op !== 'fc', kh = conv ? k : height, kw = conv ? k : width, step = conv ? stride : 1, margin = pad ?? 0
  const pooled = op === 'maxpool'
  for (let o = 0; o < filters; ++o) for (let y = 0; y < rows; ++y) for (let z = 0; z < columns; ++z) {
    let sum = pooled ? -Infinity : b[o], size = pooled ? 0 : Math.abs(b[o])
    for (let c = pooled ? o : 0; c < (pooled ? o + 1 : channels); ++c) for (let r = 0; r < kh; ++r) {
      const row = y * step + r - margin
      if (row < 0 || row >= height) continue
      for (let q = 0; q < kw; ++q) {
        const column = z * step + q - margin
        if (column < 0 || column >= width) continue
        const value = x[(c * height + row) * width + column]
        if (pooled) { sum = Math.max(sum, value); continue }
        const product = value * w[((o * channels + c) * kh + r) * kw + q]
        sum += product
        size += Math.abs(product)
      }
    }
    sums.push(sum)
    sizes.push(size)
  }
  return { sums, sizes }
}

// The largest |a - b|, in units of `sizes` where they are given: equal is 0, a difference where nothing was added ∞.
function difference(a, b, sizes) {
  if (a.length !== b.length) return Infinity
  let most = 0
  for (let i = 0; i < a.length; ++i) {
    const off = Math.abs(a[i] - b[i]), relative = off === 0 ? 0 : off / (sizes ? sizes[i] : 1)
    if (!(relative <= most)) most = relative  // NaN stays
  }
  return most
}

export async function agree(browser, engines) {
  const output = async (engine, workload) => {
    const page = await browser.open('peers/page.mjs')
    try {
      await page.call('setup', engine, workload)
      return await page.call('output')
    } finally { await page.close() }
  }
  let failed = 0
  // comparisons: [with what, difference]
  const check = (what, unit, ...comparisons) => {
    const good = comparisons.every(([, off]) => off <= kClose)
    if (!good) ++failed
    console.log(`${good ? 'ok' : 'not ok'} ${what.padEnd(36)} ${comparisons.map(([to, off]) =>
      `${off === 0 ? 'equal' : off.toExponential(1)} ${to}`).join(', ')}${unit}`)
  }
  for (const name of names) {
    const workload = build(name), exact = workload.layers.length === 1 && naive(workload)
    const peer = workload.train ? 'tfjs-cpu' : 'ort', theirs = await output(peer, name)
    const unit = !exact ? '' : workload.layers[0].w ? ', of |b| + Σ|w·x|' : ''
    const toExact = (result) => exact ? [['to double precision', difference(result, exact.sums, exact.sizes)]] : []
    if (exact) check(`${name}: ${peer}`, unit, ...toExact(theirs))
    for (const engine of engines.filter(isOurs)) {
      const ours = await output(engine, name)
      check(`${name}: ${engine}`, unit, [`to ${peer}${workload.train ? ', losses of three steps' : ''}`,
        difference(ours, theirs, exact.sizes)], ...toExact(ours))
    }
  }
  console.log(failed ? `${failed} differ by more than ${kClose.toExponential()}.` : `All agree within ${kClose.toExponential()}.`)
  if (failed) process.exitCode = 1
}
