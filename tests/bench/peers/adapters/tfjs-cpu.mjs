// TensorFlow.js, plain JavaScript (cpu) backend.
import * as tf from '@tensorflow/tfjs'
import { make as tfjs } from './_tfjs.mjs'

export async function init() {
  tf.enableProdMode()
  await tf.setBackend('cpu')
}

export const make = tfjs(tf)
