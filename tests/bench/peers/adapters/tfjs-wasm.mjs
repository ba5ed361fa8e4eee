// TensorFlow.js, wasm backend (SIMD; one thread, as the page is not cross-origin isolated).
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { make as tfjs } from './_tfjs.mjs'

export async function init() {
  setWasmPaths(new URL('/peers/node_modules/@tensorflow/tfjs-backend-wasm/dist/', location).href)
  tf.enableProdMode()
  if (!await tf.setBackend('wasm')) throw new Error('no wasm backend')
  if (!await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT') || await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'))
    throw new Error('expected SIMD and no threads')
}

export const make = tfjs(tf)
