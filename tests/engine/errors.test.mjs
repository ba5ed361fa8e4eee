// Mistaken and hostile callers: a sentence that says what is wrong, and the net as it was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pcg32, byName, createEngine, randomFloats } from './support.mjs'

const nn = await createEngine()
const kConv = { type: 'Conv2d', out_channels: 4, kernel_size: 3 }
const make = (layers, input = [3, 8, 8], seed = 1) => nn.sequential({ input, seed, layers })
const small = () => make([kConv, { type: 'ReLU' }, { type: 'Flatten' }, { type: 'Linear', out_features: 5 }])

const refused = (call, type, ...words) => assert.throws(call, (error) => {
  assert.ok(error instanceof type, `${error}`)
  for (const word of words) assert.ok(error.message.includes(word), `"${error.message}" does not say "${word}"`)
  return true
})
// The net gives the same output after each call that failed.
function unharmed(net, calls, x = randomFloats(192, new Pcg32(1))) {
  const output = net.forward(x), parameters = byName(net)
  for (const call of calls) {
    call()
    assert.deepEqual(net.forward(x), output)
    assert.deepEqual(byName(net), parameters)
  }
}

test('shapes that do not fit name the layer and the shapes', () => {
  refused(() => make([kConv, { type: 'Linear', out_features: 5 }]), RangeError, 'Layer 1 (Linear)', '4x6x6', 'Flatten')
  refused(() => make([{ ...kConv, kernel_size: 9 }]), RangeError, 'Layer 0 (Conv2d)', '9x9', '3x8x8')
  refused(() => make([{ type: 'ReLU' }, { type: 'MaxPool2d', kernel_size: 9 }]), RangeError, 'Layer 1 (MaxPool2d)', '3x8x8')
  refused(() => make([{ type: 'Flatten' }, kConv]), RangeError, 'Layer 1 (Conv2d)', '192')
  refused(() => make([{ type: 'Softmax' }]), RangeError, 'Layer 0 (Softmax)', '3x8x8')
  refused(() => make([{ type: 'AvgPool2d', kernel_size: 2, padding: 2 }]), RangeError, 'Layer 0 (AvgPool2d)', 'padding')
})

test('unknown types, options and values', () => {
  refused(() => make([{ type: 'Conv3d' }]), TypeError, 'Layer 0', 'Conv3d', 'Conv2d')
  refused(() => make([{ type: 'constructor' }]), TypeError, 'Layer 0')
  refused(() => make([{}]), TypeError, 'Layer 0')
  refused(() => make([kConv, null]), TypeError, 'Layer 1')
  refused(() => make([kConv, , kConv]), TypeError, 'Layer 1')
  refused(() => make([{ ...kConv, kernal_size: 3 }]), TypeError, 'Layer 0 (Conv2d)', 'kernal_size', 'kernel_size')
  refused(() => make([{ type: 'ReLU', inplace: true }]), TypeError, 'Layer 0 (ReLU)', 'inplace')
  refused(() => make([{ type: 'Conv2d', kernel_size: 3 }]), TypeError, 'Layer 0 (Conv2d)', 'out_channels')
  refused(() => make([{ ...kConv, bias: 1 }]), TypeError, 'bias')
  refused(() => make([{ ...kConv, padding: 'same' }]), TypeError, 'padding', 'same')
  refused(() => make([{ ...kConv, kernel_size: [3, 3, 3] }]), TypeError, 'kernel_size')
  for (const key of ['out_channels', 'kernel_size', 'stride', 'padding'])
    for (const value of [-1, 1.5, NaN, Infinity, 2 ** 31, 1e300, 2147483647])
      refused(() => make([{ ...kConv, [key]: value }]), RangeError, 'Layer 0 (Conv2d)')
  for (const value of [0, -1, 0.5, NaN, 2 ** 40]) refused(() => make([{ type: 'MaxPool2d', kernel_size: value }]), RangeError, 'Layer 0')
  for (const value of [3n, '3', {}, [3], null, true]) refused(() => make([{ ...kConv, stride: value }]), TypeError, 'stride')
  for (const input of [[], [1, 2, 3, 4], [0, 8, 8], [-1], [1.5], [NaN], [2 ** 31], [2 ** 20, 2 ** 20], [65536, 65536, 65536]])
    refused(() => make([], input), RangeError, 'input')
  for (const input of [null, 5, 'x', { length: 3 }, ['3'], new BigInt64Array(1)]) refused(() => make([], input), TypeError, 'input')
  for (const seed of [-1, 0.5, NaN, 2 ** 60]) refused(() => make([], [1], seed), RangeError, 'seed')
  refused(() => make([], [1], '1'), TypeError, 'seed')
  refused(() => nn.sequential(), TypeError)
  refused(() => nn.sequential({ input: [1] }), TypeError, 'layers')
  refused(() => nn.sequential({ input: [1], layers: [], batch: 4 }), TypeError, 'batch')
  refused(() => make(Array(5000).fill({ type: 'ReLU' })), RangeError, 'layers')
})

test('what no memory holds is refused, and everything goes on', () => {
  const net = small()
  unharmed(net, [
    () => refused(() => make([{ type: 'Linear', out_features: 2 ** 19 }], [2000]), RangeError, 'memory'),
    () => refused(() => make([{ type: 'Linear', out_features: 2147483647 }], [2147483647]), RangeError),
    () => refused(() => make([{ ...kConv, padding: 2 ** 20 }], [1, 1, 1]), RangeError, 'Layer 0 (Conv2d)'),
    () => refused(() => make([{ ...kConv, padding: 8000 }], [1, 1, 1]), RangeError, 'memory'),
    () => refused(() => net.input(2147483647), RangeError, 'memory', '3x8x8'),
    () => refused(() => net.input(2 ** 21), RangeError, 'memory'),
    () => refused(() => net.run(2 ** 22), RangeError, 'memory'),
  ])
})

test('wrong lengths and types of x and labels', () => {
  const net = small(), x = new Float32Array(192)
  unharmed(net, [
    () => refused(() => net.forward(new Float32Array(191)), RangeError, '1x3x8x8', '192', '191'),
    () => refused(() => net.forward(x, 2), RangeError, '2x3x8x8', '384'),
    () => refused(() => net.forward(new Float32Array(0)), RangeError),
    () => [0, -1, 1.5, NaN, 2 ** 31, Infinity].forEach((n) => refused(() => net.forward(x, n), RangeError, 'batch')),
    () => [0, -1, 1.5, NaN, 2 ** 31].forEach((n) => refused(() => net.input(n), RangeError, 'batch')),
    () => ['1', 1n, null, {}].forEach((n) => refused(() => net.run(n), TypeError, 'batch')),
    () => [undefined, null, 5, 'x', {}, { length: 192 }, new BigInt64Array(192), new ArrayBuffer(768)]
      .forEach((bad) => refused(() => net.forward(bad), TypeError, 'x')),
    () => refused(() => net.forward(Array(192).fill('1')), TypeError, 'x'),
    () => refused(() => net.train_step(x, []), RangeError, 'labels'),
    () => refused(() => net.train_step(x, [1, 2]), RangeError, '2x3x8x8'),
    () => [5, -1, 0.5, NaN, 2 ** 31, 2 ** 40].forEach((l) => refused(() => net.train_step(x, [l]), RangeError, 'Label 0', '4')),
    () => refused(() => net.train_step(new Float32Array(384), [1, 7]), RangeError, 'Label 1', '7'),
    () => [undefined, null, 3, 'abc', { length: 1, 0: 1 }, BigInt64Array.of(1n), ['1'], [1n]]
      .forEach((bad) => refused(() => net.train_step(x, bad), TypeError, 'abel')),
    () => [NaN, Infinity, -1, 1e39].forEach((lr) => refused(() => net.train_step(x, [1], { lr }), RangeError, 'lr')),
    () => refused(() => net.train_step(x, [1], { momentum: '0' }), TypeError, 'momentum'),
    () => refused(() => net.train_step(x, [1], { learning_rate: 1 }), TypeError, 'learning_rate'),
    () => refused(() => net.train_step(x, [1], null), TypeError),
  ])
  const spatial = make([kConv])
  unharmed(spatial, [() => refused(() => spatial.train_step(x, [0]), RangeError, '4x6x6')])
  const fixed = make([{ type: 'Flatten' }])
  refused(() => fixed.train_step(x, [0]), RangeError, 'no parameters')
})

test('load is all or nothing', () => {
  const net = small(), good = byName(small())
  for (const data of Object.values(good)) data.fill(0.25)
  const not = (name, data) => ({ ...good, [name]: data })
  unharmed(net, [
    () => refused(() => net.load(not('3.weight', new Float32Array(7))), RangeError, '3.weight', '5x144', '720', '7'),
    () => refused(() => net.load(not('3.bias', Float32Array.of(0, 1, NaN, 3, 4))), RangeError, '3.bias', 'NaN at 2'),
    () => refused(() => net.load(not('3.bias', [0, 1, 2, 3, 1e39])), RangeError, '3.bias', 'Infinity at 4'),
    () => refused(() => net.load(not('3.bias', 'abcde')), TypeError, '3.bias'),
    () => refused(() => net.load(not('3.bias', undefined)), TypeError, '3.bias'),
    () => refused(() => net.load(not('7.bias', new Float32Array(5))), RangeError, '7.bias', '3.bias'),
    () => refused(() => net.load({ '0.weight': good['0.weight'] }), RangeError, '0.bias', 'missing'),
    () => refused(() => net.load(Object.create(good)), RangeError, 'missing'),
    () => [undefined, null, 5, []].forEach((bad) => refused(() => net.load(bad), TypeError)),
  ])
  net.load(good)
  assert.deepEqual(byName(net), good)
})

test('a deleted net says so', () => {
  const net = small(), x = new Float32Array(192)
  net.run()
  net.delete()
  net.delete()
  for (const call of [() => net.summary(), () => net.parameters(), () => net.load({}), () => net.forward(x), () => net.input(1),
                      () => net.run(1), () => net.output(), () => net.train_step(x, [1])])
    refused(call, RangeError, 'deleted')
})

test('output before anything was computed', () => {
  const net = small()
  refused(() => net.output(), RangeError, 'run()')
  net.run(1)
  assert.equal(net.output().length, 5)
  net.input(500)
  refused(() => net.output(), RangeError, 'run()')
})

test('forged objects and methods of other objects', () => {
  const net = small(), x = new Float32Array(192)
  refused(() => new net.constructor({}, { ints: [1, 1] }), TypeError)
  for (const name of ['summary', 'parameters', 'load', 'forward', 'input', 'run', 'output', 'train_step', 'delete'])
    assert.throws(() => net[name].call({ ...net }, x, [1]), TypeError)
  unharmed(net, [
    () => refused(() => net.forward(Object.create(Float32Array.prototype, { length: { value: 192 } })), TypeError, 'x'),
    () => refused(() => net.forward(Object.defineProperty(new Float32Array(100000), 'length', { value: 192 })), RangeError, '100000'),
    () => refused(() => net.forward(new Proxy(x, {})), TypeError, 'x'),
    () => refused(() => net.train_step(x, new Proxy([1], { get: (t, k) => (k === 'length' ? 2 : t[k]) })), TypeError, 'Label 1'),
  ])
})

test('detached views, and callers that change their mind while they are read', () => {
  const net = small(), x = randomFloats(192, new Pcg32(1)), view = net.input(1), expected = net.forward(x)
  const big = nn.sequential({ input: [64, 512, 512], layers: [{ type: 'ReLU' }] })  // 128 MB: the memory grows
  assert.equal(view.length, 0)
  refused(() => net.forward(view), RangeError, '192')
  big.delete()
  assert.deepEqual(net.forward(x), expected)

  const doomed = small(), sly = Array.from(x)
  Object.defineProperty(sly, 5, { get: () => { doomed.delete(); return 0 }, enumerable: true })
  refused(() => doomed.forward(sly), RangeError, 'deleted')
  const shrinking = Array.from(x)
  Object.defineProperty(shrinking, 5, { get: () => { shrinking.length = 10; return 0 } })
  assert.throws(() => net.forward(shrinking), TypeError)
  const other = small(), tensors = byName(other)
  Object.defineProperty(tensors, '3.bias', { get: () => { other.delete(); return new Float32Array(5) }, enumerable: true })
  refused(() => other.load(tensors), RangeError, 'deleted')
  assert.deepEqual(net.forward(x), expected)
})

test('numbers of every kind go through without harm', () => {
  const net = small(), x = new Float32Array(192)
  for (const value of [NaN, Infinity, -Infinity, 3e38, 1e-45]) {
    net.forward(x.fill(value))
    net.train_step(x.fill(value), [1], { lr: 0 })
  }
  assert.equal(net.forward(x).length, 5)
})
