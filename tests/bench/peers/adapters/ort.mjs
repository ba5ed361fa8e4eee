// onnxruntime-web, wasm execution provider (the npm build: SIMD, no relaxed SIMD), one thread.
// Its API copies the input into and the output out of the wasm heap on every run.
import * as ort from 'onnxruntime-web/wasm'
import { toOnnx } from '../onnx.mjs'

export async function init() {
  ort.env.wasm.numThreads = 1
  const wasm = '/peers/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm'
  ort.env.wasm.wasmPaths = { wasm: new URL(wasm, location).href }
}

export async function make(w) {
  if (w.train) throw new Error('no training in onnxruntime-web')
  const session = await ort.InferenceSession.create(toOnnx(w), { executionProviders: ['wasm'], graphOptimizationLevel: 'all' })
  const dims = w.layers[0].op === 'fc' ? w.shape.slice(0, 2) : w.shape
  const feeds = { x: new ort.Tensor('float32', w.x, dims) }
  return {
    run: () => session.run(feeds),
    output: async () => (await session.run(feeds)).y.data,
    dispose: () => session.release(),
  }
}
