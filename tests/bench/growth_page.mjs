// The in-page half of growth.mjs: one convolution of engine.wasm, timed between two measurements of the peak.
import * as peak from './peak.mjs'

let nn
export async function setup() {
  const { default: createEngine } = await import('/ours/engine.mjs')
  nn = await createEngine({ wasm: new URL('/ours/engine.wasm', location).href })
  peak.warmUp()
}

// → GFLOP/s of the engine, and of multiplications and additions at that time. Every position counts, as if the padding
// were multiplied, too.
export function measure({ side, channels, kernel, filters, batch }, ms) {
  const conv = { type: 'Conv2d', out_channels: filters, kernel_size: kernel, padding: (kernel - 1) / 2 }
  const net = nn.sequential({ input: [channels, side, side], seed: 1, layers: [conv] })
  const input = net.input(batch), flops = 2 * batch * filters * channels * kernel ** 2 * side ** 2
  for (let i = 0; i < input.length; ++i) input[i] = (i * 7919 % 2001) / 1000 - 1
  net.run(batch)
  const before = peak.muladd(1e6)
  let runs = 0
  const start = performance.now()
  do { net.run(batch); ++runs } while (performance.now() - start < ms)
  const gflops = runs * flops / (performance.now() - start) / 1e6
  const after = peak.muladd(1e6)
  net.delete()
  return { gflops, peak: (before + after) / 2 }
}
