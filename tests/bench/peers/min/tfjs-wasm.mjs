// The smallest tfjs-wasm bundle for Tiny VGG, composed as tfjs-custom-module does: core without gradients and
// chained ops, and only the kernels in use. (run.mjs makes '@tensorflow/tfjs-core' resolve to core's dist/base here.)
import '@tensorflow/tfjs-core/dist/base_side_effects.js'
import { enableProdMode, fused, maxPool, registerKernel, reshape, setBackend, softmax, tensor, tidy } from '@tensorflow/tfjs-core'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm/dist/base.js'
import { _fusedMatMulConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/_FusedMatMul.js'
import { fusedConv2DConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/FusedConv2D.js'
import { maxPoolConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/MaxPool.js'
import { reshapeConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Reshape.js'
import { softmaxConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Softmax.js'
import { make as tfjs } from '../adapters/_tfjs.mjs'

export async function init() {
  [_fusedMatMulConfig, fusedConv2DConfig, maxPoolConfig, reshapeConfig, softmaxConfig].forEach(registerKernel)
  setWasmPaths(new URL('/peers/node_modules/@tensorflow/tfjs-backend-wasm/dist/', location).href)
  enableProdMode()
  await setBackend('wasm')
}

export const make = tfjs({ fused, maxPool, reshape, softmax, tensor, tidy })
