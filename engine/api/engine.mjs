// The engine of the Convolution Playground without the page: small convolutional nets, forward and backward, in
// WebAssembly SIMD. Runs in a browser page, a worker, Node 18 and through a bundler; engine.wasm lies beside this file.
//
//   const nn = await createEngine()               // or {wasm: URL | bytes | WebAssembly.Module}; the best there is
//   nn.version, nn.simd                           // simd: 'simd128' | 'relaxed' | 'scalar'
//   const net = nn.sequential({ input: [3, 32, 32], seed: 1, layers: [
//     { type: 'Conv2d', out_channels: 16, kernel_size: 5, padding: 2 }, { type: 'ReLU' },
//     { type: 'MaxPool2d', kernel_size: 2 }, { type: 'Flatten' }, { type: 'Linear', out_features: 10 } ] })
//   net.summary()                                 // [{type, output_shape, params, macs}], of one sample
//   net.parameters()                              // [{name: '0.weight', shape, data}], copies
//   net.load({ '0.weight': Float32Array, … })     // all of them or none; finite
//   net.forward(x, batch = 1)                     // Float32Array, a copy; x is N×C×H×W
//   net.input(batch)  net.run(batch)  net.output()   // the same without copies, see below
//   net.train_step(x, labels, { lr, momentum, weight_decay })   // {loss, accuracy}, both before the update
//   net.delete()
//
// Layers have PyTorch's names, defaults and meaning: Conv2d {out_channels, kernel_size (a number or [height, width]),
// stride = 1, padding = 0, bias = true}, Linear {out_features, bias = true}, MaxPool2d and AvgPool2d {kernel_size,
// stride = kernel_size, padding = 0}, ReLU, Flatten, Softmax. Parameters are drawn from the seed (an integer, default
// 0) as PyTorch draws them. train_step: softmax cross-entropy of the net's output (before a Softmax at its very end),
// mean over the batch; lr defaults to 0.01, the others to 0.
//
// engine.wasm (simd128) gives the same bits on every machine. engine-relaxed.wasm is taken instead where it is there and
// the machine has relaxed SIMD: faster, with fused multiply-add, so its last bits depend on the machine; pass {wasm} to
// choose. sequential({…, winograd: true}) computes 3×3 convolutions with stride 1 by Winograd's algorithm where that
// wins: up to 2.6 times as fast, each output within 1e-5 · (|b| + the largest Σ|w·x| among the 4×4 computed with it). It
// is on by default with relaxed SIMD, and off without.
//
// input() and output() are views into the engine's memory: valid until the next call that returns a view or creates a
// net. (A training step with more samples than any before may take more memory; views end then, too.)
//
// A mistake throws a RangeError or TypeError that names layer or tensor and shapes, and leaves the net as it was.

const kTypes = {  // in the order of nn::Layer
  Conv2d: ['out_channels', 'kernel_size', 'stride', 'padding', 'bias'],
  Linear: ['out_features', 'bias'],
  MaxPool2d: ['kernel_size', 'stride', 'padding'],
  AvgPool2d: ['kernel_size', 'stride', 'padding'],
  ReLU: [], Flatten: [], Softmax: [],
}
const kTypeNames = Object.keys(kTypes)
const kInt32 = 2147483647

// --- what callers give ------------------------------------------------------------------------------------------
const show = (value) => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (value === null || ['undefined', 'number', 'boolean', 'bigint'].includes(typeof value)) return String(value)
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}

function integer(value, what, low, high) {
  if (typeof value !== 'number') throw new TypeError(`${what} must be a whole number, not ${show(value)}.`)
  if (!Number.isInteger(value) || value < low || value > high)
    throw new RangeError(`${what} must be a whole number from ${low} to ${high}, not ${value}.`)
  return value
}

function number(value, what) {
  if (typeof value !== 'number') throw new TypeError(`${what} must be a number, not ${show(value)}.`)
  if (!(value >= 0 && value < 3e38)) throw new RangeError(`${what} must be finite and not negative, not ${value}.`)
  return value
}

function object(value, what, keys) {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${what} must be an object, not ${show(value)}.`)
  for (const key of keys ? Object.keys(value) : [])
    if (!keys.includes(key))
      throw new TypeError(`${what} has no option ${show(key)}; it has ${keys.length ? keys.join(', ') : 'none'}.`)
  return value
}

// The length that a typed array really has, whatever properties it pretends to have; undefined for anything else.
const kTyped = Object.getPrototypeOf(Float32Array.prototype)
const typeOf = Object.getOwnPropertyDescriptor(kTyped, Symbol.toStringTag).get
const lengthOf = Object.getOwnPropertyDescriptor(kTyped, 'length').get
const bufferOf = Object.getOwnPropertyDescriptor(kTyped, 'buffer').get
const isNumbers = (value) => typeOf.call(value) !== undefined && !typeOf.call(value).startsWith('Big')

// A Float32Array with those numbers: itself, or a copy of anything else made of numbers.
function floats(value, what) {
  if (typeOf.call(value) === 'Float32Array') return value
  if (isNumbers(value)) return new Float32Array(value)
  if (!Array.isArray(value)) throw new TypeError(`${what} must be a Float32Array, not ${show(value)}.`)
  const copy = new Float32Array(value.length)
  for (let i = 0; i < copy.length; ++i) {
    const x = value[i]
    if (typeof x !== 'number') throw new TypeError(`${what} must be numbers, but has ${show(x)} at ${i}.`)
    copy[i] = x
  }
  return copy
}

function readLayer(layer, i, winograd) {
  object(layer, `Layer ${i}`)
  const type = layer.type
  if (typeof type !== 'string' || !Object.hasOwn(kTypes, type))
    throw new TypeError(`Layer ${i} has the unknown type ${show(type)}; there are ${kTypeNames.join(', ')}.`)
  const name = `Layer ${i} (${type})`
  object(layer, name, ['type', ...kTypes[type]])
  const option = (key, low, fallback) => {
    const value = layer[key]
    return value === undefined && fallback !== undefined ? fallback : integer(value, `${name}: ${key}`, low, kInt32)
  }
  const bias = () => {
    const value = layer.bias
    if (value === undefined || typeof value === 'boolean') return value === false ? 0 : 1
    throw new TypeError(`${name}: bias must be true or false, not ${show(value)}.`)
  }
  const id = kTypeNames.indexOf(type)
  if (type === 'Conv2d') {
    let size = layer.kernel_size
    if (!Array.isArray(size)) size = [size, size]
    if (size.length !== 2) throw new TypeError(`${name}: kernel_size must be a number or [height, width].`)
    const [height, width] = [...size].map((side) => integer(side, `${name}: kernel_size`, 1, kInt32))
    return [id, option('out_channels', 1), height, width, option('stride', 1, 1), option('padding', 0, 0), bias(), +winograd]
  }
  if (type === 'Linear') return [id, option('out_features', 1), bias(), 0, 0, 0, 0, 0]
  if (!type.endsWith('Pool2d')) return [id, 0, 0, 0, 0, 0, 0, 0]
  return [id, option('kernel_size', 1), option('stride', 1, 0), option('padding', 0, 0), 0, 0, 0, 0]
}

function readNet(description, simd) {
  object(description, 'The description of a net', ['input', 'seed', 'layers', 'winograd'])
  const { input, seed = 0, layers, winograd = simd === 'relaxed' } = description
  if (!Array.isArray(input) && !isNumbers(input))
    throw new TypeError(`input must be [channels, height, width], not ${show(input)}.`)
  if (!(input.length >= 1 && input.length <= 3))
    throw new RangeError(`input must have one to three sizes, [channels, height, width], not ${input.length}.`)
  const sizes = Array.from(input, (size) => integer(size, 'Each size in input', 1, kInt32))
  if (!Array.isArray(layers)) throw new TypeError(`layers must be an array, not ${show(layers)}.`)
  integer(seed, 'seed', 0, Number.MAX_SAFE_INTEGER)
  if (typeof winograd !== 'boolean') throw new TypeError(`winograd must be true or false, not ${show(winograd)}.`)
  const rows = Array.from(layers, (layer, i) => readLayer(layer, i, winograd))
  return { sizes, seed, ints: [sizes.length, ...sizes, ...rows.flat()], types: rows.map(([id]) => kTypeNames[id]) }
}

// --- the module -------------------------------------------------------------------------------------------------
async function moduleFrom(wasm) {
  if (wasm instanceof WebAssembly.Module) return wasm
  if (wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm)) return WebAssembly.compile(wasm)
  if (typeof wasm !== 'string' && !(wasm instanceof URL))
    throw new TypeError(`wasm must be a URL or bytes, not ${show(wasm)}.`)
  const url = String(wasm)
  if (url.startsWith('file:') && globalThis.process?.versions?.node) {
    const fs = 'node:fs/promises'
    const { readFile } = await import(/* webpackIgnore: true */ /* @vite-ignore */ fs)
    return WebAssembly.compile(await readFile(new URL(url)))
  }
  const response = await fetch(url)
  if (!response.ok) throw new Error(`The engine could not be loaded from ${url} (${response.status}).`)
  return WebAssembly.compile(await response.arrayBuffer())
}

// The variants beside this file, the best first.
const kVariants = {
  relaxed: () => new URL('./engine-relaxed.wasm', import.meta.url),
  simd128: () => new URL('./engine.wasm', import.meta.url),
}
// A function of one instruction of relaxed SIMD.
const hasRelaxed = () => WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1,
  0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11))
async function bestModule() {
  if (kVariants.relaxed && hasRelaxed()) {
    try {
      return await moduleFrom(kVariants.relaxed())
    } catch {
      // It was not copied along; the other will do.
    }
  }
  return moduleFrom(kVariants.simd128())
}

export default async function createEngine({ wasm } = {}) {
  const module = await (wasm === undefined ? bestModule() : moduleFrom(wasm))
  const imports = {}
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    (imports[from] ??= {})[name] = name === 'emscripten_notify_memory_growth' ? () => {} : () => {
      throw new Error(`engine.wasm called ${name}.`)
    }
  const { exports } = await WebAssembly.instantiate(module, imports)
  exports._initialize?.()
  return Object.freeze(engine(exports))
}

function engine(wasm) {
  let dead = false
  // A trap is an assertion or memory that ran out in the middle of something: nothing can be relied on after it.
  const call = (name, ...args) => {
    if (dead) throw new RangeError('This engine ran out of memory; make a new one with createEngine().')
    try {
      return wasm[name](...args)
    } catch (error) {
      dead = true
      throw new RangeError(`The engine ran out of memory and can't go on (${error.message}).`)
    }
  }
  const text = (pointer) => {
    const bytes = new Uint8Array(wasm.memory.buffer)
    return new TextDecoder().decode(bytes.slice(pointer, bytes.indexOf(0, pointer)))
  }
  const fail = () => { throw new RangeError(text(call('nn_error'))) }
  const ok = (result) => result || fail()
  const view = (pointer, length) => new Float32Array(wasm.memory.buffer, pointer, length)
  const result = (count) => [...new Float64Array(wasm.memory.buffer, call('nn_result'), count)]
  const stage = (ints) => {
    const pointer = ok(call('nn_stage', 4 * ints.length))
    new Int32Array(wasm.memory.buffer, pointer, ints.length).set(ints)
  }
  const size = (shape) => shape.reduce((n, side) => n * side, 1)
  const key = {}

  class Sequential {
    #net; #inputShape; #summary; #parameters; #ran = 0; #outputSize; #place = 0

    constructor(secret, { sizes, seed, ints, types }) {
      if (secret !== key) throw new TypeError('Nets are made by nn.sequential().')
      stage(ints)
      this.#net = ok(call('nn_sequential', ints.length, seed >>> 0, Math.floor(seed / 2 ** 32)))
      this.#inputShape = sizes
      this.#summary = types.map((type, i) => {
        ok(call('nn_summary', this.#net, i))
        const [rank, a, b, c, params, macs] = result(6)
        return { type, output_shape: [a, b, c].slice(0, rank), params, macs }
      })
      this.#outputSize = size(this.#summary.at(-1)?.output_shape ?? sizes)
      this.#parameters = []
      for (let i = 0; call('nn_parameter', this.#net, i); ++i) {
        const [layer, isBias, rank, ...sides] = result(7)
        this.#parameters.push({ name: `${layer}.${isBias ? 'bias' : 'weight'}`, shape: sides.slice(0, rank) })
      }
    }

    #alive() {
      if (!this.#net) throw new RangeError('This net has been deleted.')
    }
    // Numbers of `batch` samples, which stay readable when the memory grows.
    #samples(x, batch) {
      const values = floats(x, 'x'), wanted = batch * size(this.#inputShape), length = lengthOf.call(values)
      if (length !== wanted)
        throw new RangeError(`x must have ${batch}x${this.#inputShape.join('x')} = ${wanted} numbers, not ${length}.`)
      return bufferOf.call(values) === wasm.memory.buffer ? new Float32Array(values) : values
    }
    #parameterData(i) {
      return view(ok(call('nn_parameter', this.#net, i)), size(this.#parameters[i].shape))
    }

    summary() {
      this.#alive()
      return this.#summary.map((row) => ({ ...row, output_shape: [...row.output_shape] }))
    }

    parameters() {
      this.#alive()
      return this.#parameters.map(({ name, shape }, i) =>
        ({ name, shape: [...shape], data: this.#parameterData(i).slice() }))
    }

    load(tensors) {
      this.#alive()
      object(tensors, 'What is loaded')
      const known = this.#parameters.map(({ name }) => name)
      const other = Object.keys(tensors).find((name) => !known.includes(name))
      if (other !== undefined)
        throw new RangeError(`The net has no parameter '${other}'; it has ${known.join(', ') || 'none'}.`)
      const values = this.#parameters.map(({ name, shape }) => {
        const what = `The parameter '${name}' (${shape.join('x')})`
        if (!Object.hasOwn(tensors, name)) throw new RangeError(`${what} is missing.`)
        const data = new Float32Array(floats(tensors[name], what))
        if (data.length !== size(shape))
          throw new RangeError(`${what} has ${size(shape)} numbers, but ${data.length} were given.`)
        const bad = data.findIndex((x) => !Number.isFinite(x))
        if (bad >= 0) throw new RangeError(`${what} is given ${data[bad]} at ${bad}; all numbers must be finite.`)
        return data
      })
      this.#alive()  // a getter may have deleted it
      values.forEach((data, i) => this.#parameterData(i).set(data))
    }

    input(batch = 1) {
      this.#alive()
      const pointer = ok(call('nn_input', this.#net, integer(batch, 'batch', 1, kInt32)))
      if (pointer !== this.#place) this.#ran = 0  // new memory: what was computed is gone
      this.#place = pointer
      return view(pointer, batch * size(this.#inputShape))
    }

    run(batch = 1) {
      this.#alive()
      ok(call('nn_run', this.#net, integer(batch, 'batch', 1, kInt32)))
      this.#ran = batch
    }

    output() {
      this.#alive()
      if (!this.#ran) throw new RangeError('There is no output yet: call run() first.')
      return view(ok(call('nn_output', this.#net)), this.#ran * this.#outputSize)
    }

    forward(x, batch = 1) {
      this.#alive()
      const values = this.#samples(x, integer(batch, 'batch', 1, kInt32))
      this.#alive()
      this.input(batch).set(values)
      this.run(batch)
      return this.output().slice()
    }

    train_step(x, labels, options = {}) {
      this.#alive()
      object(options, 'The options of train_step', ['lr', 'momentum', 'weight_decay'])
      const { lr = 0.01, momentum = 0, weight_decay = 0 } = options
      const rates = [number(lr, 'lr'), number(momentum, 'momentum'), number(weight_decay, 'weight_decay')]
      if (!Array.isArray(labels) && !isNumbers(labels))
        throw new TypeError(`labels must be an array of whole numbers, not ${show(labels)}.`)
      if (labels.length === 0) throw new RangeError('labels must have one number for each sample, and is empty.')
      const classes = Array.from(labels, (label, i) => integer(label, `Label ${i}`, 0, this.#outputSize - 1))
      const values = this.#samples(x, classes.length)
      this.#alive()
      stage(classes)
      view(ok(call('nn_train_input', this.#net, classes.length, rates[1])), values.length).set(values)
      ok(call('nn_train_step', this.#net, classes.length, ...rates))
      this.#ran = classes.length
      const [loss, accuracy] = result(2)
      return { loss, accuracy }
    }

    delete() {
      if (this.#net) call('nn_delete', this.#net)
      this.#net = 0
    }
  }

  const simd = text(call('nn_simd'))
  return {
    version: text(call('nn_version')),
    simd,
    sequential: (description) => new Sequential(key, readNet(description, simd)),
  }
}
