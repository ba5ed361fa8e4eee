// LiteRT.js (TensorFlow Lite), wasm accelerator: XNNPACK, NHWC, one thread. Its loader takes the relaxed SIMD build where
// the browser has it. The input stays in the wasm heap, as a result does until it is read; nets read theirs back.
import { loadAndCompile, loadLiteRt, supportsFeature, Tensor } from '@litertjs/core'
import { toTflite } from '../tflite.mjs'
import { permute } from '../workloads.mjs'

export async function init() {
  if (!await supportsFeature('relaxedSimd')) throw new Error('expected relaxed SIMD')
  await loadLiteRt(new URL('/peers/node_modules/@litertjs/core/wasm/', location).href)
}

export async function make(w) {
  if (w.train) throw new Error('no training in LiteRT.js')
  const model = await loadAndCompile(toTflite(w), { accelerator: 'wasm', cpuOptions: { numThreads: 1 } })
  const [n, c, h, wd] = w.shape, [co, ho, wo] = w.layers.at(-1).out, net = w.layers.length > 1
  const x = new Tensor(permute(w.x, w.shape, [0, 2, 3, 1]), w.layers[0].op === 'fc' ? [n, c] : [n, h, wd, c])
  const run = async (read) => {
    const [y] = await model.run(x), out = read && y.toTypedArray()
    y.delete()
    return out
  }
  return {
    run: () => run(net),
    output: async () => permute(await run(true), [n, ho, wo, co], [0, 3, 1, 2]),
    dispose() {
      x.delete()
      model.delete()
    },
  }
}
