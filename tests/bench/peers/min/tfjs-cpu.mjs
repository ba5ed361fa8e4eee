// The smallest tfjs-cpu bundle for Tiny VGG; see tfjs-wasm.mjs.
import '@tensorflow/tfjs-core/dist/base_side_effects.js'
import { enableProdMode, fused, maxPool, registerKernel, reshape, setBackend, softmax, tensor, tidy } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu/dist/base.js'
import { _fusedMatMulConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/_FusedMatMul.js'
import { fusedConv2DConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/FusedConv2D.js'
import { identityConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Identity.js'
import { maxPoolConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/MaxPool.js'
import { reshapeConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Reshape.js'
import { softmaxConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Softmax.js'
import { make as tfjs } from '../adapters/_tfjs.mjs'

export async function init() {
  [_fusedMatMulConfig, fusedConv2DConfig, identityConfig, maxPoolConfig, reshapeConfig, softmaxConfig].forEach(registerKernel)
  enableProdMode()
  await setBackend('cpu')
}

export const make = tfjs({ fused, maxPool, reshape, softmax, tensor, tidy })
