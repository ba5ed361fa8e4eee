// What the tests of engine.mjs share: the built engine (DIST, default ../../dist; ENGINE_WASM, the variant, default
// engine.wasm), seeded numbers, and the layers as naive loops in double precision.
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
export const dist = resolve(process.env.DIST || join(here, '../../dist'))
export const { default: createBestEngine } = await import(pathToFileURL(join(dist, 'engine.mjs')).href)
const variant = process.env.ENGINE_WASM || 'engine.wasm'
export const url = pathToFileURL(join(dist, variant))
export const simd = variant === 'engine-relaxed.wasm' ? 'relaxed' : 'simd128'
export const createEngine = () => createBestEngine({ wasm: url })

// PCG32 as engine/rng.h has it.
export class Pcg32 {
  constructor(seed, stream = 54n) {
    this.increment = BigInt.asUintN(64, stream << 1n | 1n)
    this.state = 0n
    this.next()
    this.state = BigInt.asUintN(64, this.state + BigInt(seed))
    this.next()
  }
  next() {
    const old = this.state
    this.state = BigInt.asUintN(64, old * 6364136223846793005n + this.increment)
    const xorshifted = Number(BigInt.asUintN(32, (old >> 18n ^ old) >> 27n)), rotation = Number(old >> 59n)
    return (xorshifted >>> rotation | xorshifted << (-rotation & 31)) >>> 0
  }
  // The floats of uniform(−bound, bound), rounded where C++ rounds.
  uniform(bound) {
    const f = Math.fround
    return f(-bound + f(f(bound - -bound) * f((this.next() >>> 8) * 2 ** -24)))
  }
}
export const randomFloats = (n, rng, bound = 1) => Float32Array.from({ length: n }, () => rng.uniform(bound))

// FNV-1a, 64 bits, of the bytes of some arrays.
export function hash(arrays) {
  let h = 14695981039346656037n
  for (const a of arrays)
    for (const byte of new Uint8Array(a.buffer, a.byteOffset, a.byteLength))
      h = BigInt.asUintN(64, (h ^ BigInt(byte)) * 1099511628211n)
  return h
}

export const size = (shape) => shape.reduce((n, side) => n * side, 1)
const side = (n, kernel, stride, padding) => Math.floor((n + 2 * padding - kernel) / stride) + 1

// One layer on one sample: {shape, data}.
function layerForward(layer, { shape, data }, weight, bias) {
  if (layer.type === 'ReLU') return { shape, data: data.map((x) => Math.max(x, 0)) }
  if (layer.type === 'Flatten') return { shape: [size(shape)], data }
  if (layer.type === 'Softmax') {
    const top = Math.max(...data), e = data.map((x) => Math.exp(x - top)), sum = e.reduce((a, b) => a + b)
    return { shape, data: e.map((x) => x / sum) }
  }
  if (layer.type === 'Linear') {
    const out = Array.from({ length: layer.out_features }, (_, o) =>
      data.reduce((sum, x, i) => sum + x * weight[o * data.length + i], bias ? bias[o] : 0))
    return { shape: [layer.out_features], data: out }
  }
  const [C, H, W] = shape, { padding = 0 } = layer
  const [KH, KW] = [layer.kernel_size].flat().length === 2 ? layer.kernel_size : [layer.kernel_size, layer.kernel_size]
  const conv = layer.type === 'Conv2d', stride = layer.stride ?? (conv ? 1 : KH)
  const O = conv ? layer.out_channels : C, h = side(H, KH, stride, padding), w = side(W, KW, stride, padding)
  const out = []
  for (let o = 0; o < O; ++o)
    for (let y = 0; y < h; ++y)
      for (let x = 0; x < w; ++x) {
        let sum = conv && bias ? bias[o] : 0, best = -Infinity
        for (let c = conv ? 0 : o; c < (conv ? C : o + 1); ++c)
          for (let ky = 0; ky < KH; ++ky)
            for (let kx = 0; kx < KW; ++kx) {
              const row = y * stride - padding + ky, column = x * stride - padding + kx
              if (row < 0 || row >= H || column < 0 || column >= W) continue
              const pixel = data[(c * H + row) * W + column]
              sum += conv ? pixel * weight[((o * C + c) * KH + ky) * KW + kx] : pixel
              best = Math.max(best, pixel)
            }
        out.push(layer.type === 'MaxPool2d' ? best : conv ? sum : sum / (KH * KW))
      }
  return { shape: [O, h, w], data: out }
}

// A net on a batch; `parameters` by name. The outputs of all samples, one after the other.
export function naiveForward({ input, layers }, parameters, x) {
  const out = [], n = size(input)
  for (let b = 0; b * n < x.length; ++b) {
    let at = { shape: input, data: Array.from(x.subarray(b * n, (b + 1) * n)) }
    layers.forEach((layer, i) => { at = layerForward(layer, at, parameters[`${i}.weight`], parameters[`${i}.bias`]) })
    out.push(...at.data)
  }
  return out
}

// Softmax cross-entropy of scores, mean over the batch.
export function naiveLoss(scores, labels) {
  const classes = scores.length / labels.length
  return labels.reduce((total, label, b) => {
    const row = scores.slice(b * classes, (b + 1) * classes), top = Math.max(...row)
    return total + Math.log(row.reduce((sum, s) => sum + Math.exp(s - top), 0)) + top - row[label]
  }, 0) / labels.length
}

export const byName = (net) => Object.fromEntries(net.parameters().map(({ name, data }) => [name, data]))
