// engine.mjs does what CONTRACT says.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Pcg32, byName, createBestEngine, createEngine, dist, hash, naiveForward, naiveLoss, randomFloats, simd, size,
  url } from './support.mjs'

const nn = await createEngine()
const kLeNet = {
  input: [3, 32, 32], seed: 1, layers: [
    { type: 'Conv2d', out_channels: 16, kernel_size: 5, stride: 1, padding: 2, bias: true },
    { type: 'ReLU' }, { type: 'MaxPool2d', kernel_size: 2 }, { type: 'AvgPool2d', kernel_size: 2 },
    { type: 'Flatten' }, { type: 'Linear', out_features: 10 }] }

test('createEngine takes a URL, bytes or a module', async () => {
  const bytes = await readFile(url)
  for (const wasm of [url, url.href, bytes, new Uint8Array(bytes).buffer, new WebAssembly.Module(bytes)]) {
    const engine = await createBestEngine({ wasm })
    assert.equal(engine.simd, simd)
    assert.match(engine.version, /^\d+\.\d+\.\d+$/)
  }
  for (const wasm of [null, 5, {}]) await assert.rejects(createBestEngine({ wasm }), TypeError)
  await assert.rejects(createBestEngine({ wasm: bytes.subarray(0, 1000) }))
  await assert.rejects(createBestEngine({ wasm: new URL('missing.wasm', url) }))
})

test('createEngine takes the best variant that is there and that runs here', async () => {
  let runs = existsSync(join(dist, 'engine-relaxed.wasm'))
  try {
    if (runs) new WebAssembly.Module(await readFile(join(dist, 'engine-relaxed.wasm')))
  } catch {
    runs = false
  }
  assert.equal((await createBestEngine()).simd, runs ? 'relaxed' : 'simd128')
})

test('engine.mjs with engine.wasm alone works, too', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'engine-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const name of ['engine.mjs', 'engine.wasm']) await copyFile(join(dist, name), join(folder, name))
  const { default: create } = await import(pathToFileURL(join(folder, 'engine.mjs')).href)
  assert.equal((await create()).simd, 'simd128')
})

test('engine.wasm asks for next to nothing from outside', async () => {
  const names = WebAssembly.Module.imports(new WebAssembly.Module(await readFile(url))).map(({ kind, name }) => `${kind} ${name}`)
  for (const name of names)
    assert.ok(['function emscripten_notify_memory_growth', 'function proc_exit'].includes(name), name)
})

test('summary and parameters', () => {
  const net = nn.sequential(kLeNet)
  assert.deepEqual(net.summary(), [
    { type: 'Conv2d', output_shape: [16, 32, 32], params: 1216, macs: 16 * 1024 * 75 },
    { type: 'ReLU', output_shape: [16, 32, 32], params: 0, macs: 0 },
    { type: 'MaxPool2d', output_shape: [16, 16, 16], params: 0, macs: 0 },
    { type: 'AvgPool2d', output_shape: [16, 8, 8], params: 0, macs: 0 },
    { type: 'Flatten', output_shape: [1024], params: 0, macs: 0 },
    { type: 'Linear', output_shape: [10], params: 10250, macs: 10240 }])
  const parameters = net.parameters()
  assert.deepEqual(parameters.map(({ name, shape }) => [name, shape]),
    [['0.weight', [16, 3, 5, 5]], ['0.bias', [16]], ['5.weight', [10, 1024]], ['5.bias', [10]]])
  for (const { shape, data } of parameters) assert.equal(data.length, size(shape))
  parameters[0].data.fill(9)  // copies
  parameters[0].shape[0] = 9
  assert.notEqual(net.parameters()[0].data[0], 9)
  assert.equal(net.parameters()[0].shape[0], 16)
})

test('the seed decides the parameters, as PyTorch draws them', () => {
  const [weight, bias] = nn.sequential(kLeNet).parameters(), rng = new Pcg32(1), bound = Math.fround(1 / Math.sqrt(75))
  assert.deepEqual(weight.data, randomFloats(1200, rng, bound))
  assert.deepEqual(bias.data, randomFloats(16, rng, bound))
  const of = (seed) => hash(nn.sequential({ ...kLeNet, seed }).parameters().map(({ data }) => data))
  assert.equal(of(1), of(1))
  assert.notEqual(of(1), of(2))
  assert.notEqual(of(1), of(2 ** 32 + 1))
})

const kNets = {
  'five by five': kLeNet,
  'strides, an oblong kernel, no bias': { input: [2, 13, 9], layers: [
    { type: 'Conv2d', out_channels: 5, kernel_size: [3, 2], stride: 2, padding: 1, bias: false }, { type: 'ReLU' },
    { type: 'Conv2d', out_channels: 7, kernel_size: 1 }, { type: 'MaxPool2d', kernel_size: 3, stride: 2, padding: 1 },
    { type: 'Flatten' }, { type: 'Linear', out_features: 6, bias: false }, { type: 'Softmax' }] },
  'an image-sized kernel': { input: [1, 28, 28], layers: [{ type: 'Conv2d', out_channels: 10, kernel_size: 28 }] },
  'averages that overlap': { input: [4, 7, 8], layers: [{ type: 'AvgPool2d', kernel_size: 3, stride: 1, padding: 1 }] },
  'a vector': { input: [33], layers: [{ type: 'Linear', out_features: 9 }, { type: 'ReLU' }, { type: 'Linear', out_features: 3 }] },
  'nothing': { input: [2, 3, 4], layers: [] },
}
for (const [name, description] of Object.entries(kNets))
  test(`forward agrees with naive loops in double precision: ${name}`, () => {
    const net = nn.sequential(description), rng = new Pcg32(7)
    for (const batch of [1, 3]) {
      const x = randomFloats(batch * size(description.input), rng), y = net.forward(x, batch)
      const expected = naiveForward(description, byName(net), x)
      assert.equal(y.length, expected.length)
      y.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 2e-6, `${i}: ${value} instead of ${expected[i]}`))
    }
  })

test('winograd is an option: as good as the usual way, and on by default with relaxed SIMD alone', () => {
  const description = { input: [16, 30, 29], seed: 1, layers: [{ type: 'Conv2d', out_channels: 20, kernel_size: 3, padding: 1 }] }
  const x = randomFloats(2 * 16 * 30 * 29, new Pcg32(9))
  const [slow, fast, usual] = [false, true, undefined].map((winograd) => nn.sequential({ ...description, winograd }))
  const parameters = byName(slow), y = fast.forward(x, 2)
  const magnitudes = Object.fromEntries(Object.entries(parameters).map(([name, data]) => [name, data.map(Math.abs)]))
  const expected = naiveForward(description, parameters, x), bounds = naiveForward(description, magnitudes, x.map(Math.abs))
  y.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= 1e-5 * bounds[i], `${i}: ${value}, not ${expected[i]}`))
  assert.notDeepEqual(y, slow.forward(x, 2))  // or the option does nothing
  assert.deepEqual(usual.forward(x, 2), simd === 'relaxed' ? y : slow.forward(x, 2))
  for (const winograd of [1, 'yes', null]) assert.throws(() => nn.sequential({ ...description, winograd }), /winograd must be true or false/)
})

test('input, run and output are forward without copies', () => {
  const net = nn.sequential(kLeNet), x = randomFloats(2 * 3072, new Pcg32(3)), expected = net.forward(x, 2)
  const input = net.input(2)
  assert.equal(input.length, 2 * 3072)
  input.set(x)
  net.run(2)
  const output = net.output()
  assert.deepEqual(output, expected)
  assert.equal(output.buffer, input.buffer)
  net.input(2).fill(0)
  net.run(2)
  assert.notDeepEqual(net.output(), expected)
  assert.deepEqual(net.forward(Array.from(x), 2), expected)
  assert.deepEqual(net.forward(Float64Array.from(x), 2), expected)
  net.input(2).set(x)
  assert.deepEqual(net.forward(net.input(2), 2), expected)
})

test('load and parameters are inverse to each other', () => {
  const net = nn.sequential(kLeNet), other = nn.sequential({ ...kLeNet, seed: 5 }), x = randomFloats(3072, new Pcg32(4))
  assert.notDeepEqual(net.forward(x), other.forward(x))
  other.load(byName(net))
  assert.deepEqual(net.forward(x), other.forward(x))
})

test('nets do not disturb each other', () => {
  const nets = [1, 2, 3].map((seed) => nn.sequential({ ...kLeNet, seed })), x = randomFloats(3072, new Pcg32(4))
  const before = nets.map((net) => net.forward(x))
  nets[1].delete()
  nets[0].train_step(x, [3], { lr: 0.1 })
  assert.notDeepEqual(nets[0].forward(x), before[0])
  assert.deepEqual(nets[2].forward(x), before[2])
})

test('train_step goes down the gradient that finite differences find', () => {
  const description = { input: [2, 6, 7], seed: 3, layers: [
    { type: 'Conv2d', out_channels: 3, kernel_size: 3, padding: 1 }, { type: 'ReLU' }, { type: 'MaxPool2d', kernel_size: 2 },
    { type: 'Flatten' }, { type: 'Linear', out_features: 4 }] }
  const net = nn.sequential(description), x = randomFloats(3 * 84, new Pcg32(8)), labels = [1, 3, 0]
  const before = byName(net), lr = 0.5
  const parameters = Object.fromEntries(Object.entries(before).map(([name, data]) => [name, Array.from(data)]))
  const loss = () => naiveLoss(naiveForward(description, parameters, x), labels)
  const scores = net.forward(x, 3)
  const step = net.train_step(x, Int32Array.from(labels), { lr, momentum: 0.9, weight_decay: 0 })
  assert.ok(Math.abs(step.loss - loss()) < 1e-6)
  const hits = labels.filter((label, b) => label === scores.slice(4 * b, 4 * b + 4).indexOf(Math.max(...scores.slice(4 * b, 4 * b + 4))))
  assert.ok(Math.abs(step.accuracy - hits.length / 3) < 1e-6)
  const after = byName(net)
  for (const [name, values] of Object.entries(parameters))
    for (let i = 0; i < values.length; ++i) {
      const old = values[i]
      values[i] = old + 1e-5
      const above = loss()
      values[i] = old - 1e-5
      const gradient = (above - loss()) / 2e-5
      values[i] = old
      const found = (before[name][i] - after[name][i]) / lr
      assert.ok(Math.abs(found - gradient) < 2e-6 + 1e-5 * Math.abs(gradient), `${name} ${i}: ${found} instead of ${gradient}`)
    }
})

test('the pinned training run has the bits of the native build', { skip: simd === 'relaxed' }, () => {
  // tests/unit/engine/net_support.h: SmallRun, and the constants of trainer_test.cpp.
  const net = nn.sequential({ input: [2, 9, 8], seed: 5, layers: [
    { type: 'Conv2d', out_channels: 5, kernel_size: 3, padding: 1 }, { type: 'ReLU' }, { type: 'MaxPool2d', kernel_size: 2 },
    { type: 'Conv2d', out_channels: 7, kernel_size: 3 }, { type: 'ReLU' }, { type: 'AvgPool2d', kernel_size: 2, stride: 1 },
    { type: 'Flatten' }, { type: 'Linear', out_features: 3 }] })
  const x = randomFloats(12 * 144, new Pcg32(19)), labels = Array.from({ length: 12 }, (_, b) => b % 3)
  for (let i = 0; i < x.length; ++i)
    if (Math.floor(Math.floor(i % 144 / 8) % 9 / 3) === labels[Math.floor(i / 144)]) x[i] += 0.5
  let step
  for (let i = 0; i < 60; ++i) step = net.train_step(x, labels, { lr: 0.1, momentum: 0.9, weight_decay: 1e-3 })
  assert.equal(new Uint32Array(Float32Array.of(step.loss).buffer)[0], 0x3695317b)
  assert.equal(step.accuracy, 1)
  assert.equal(hash(net.parameters().map(({ data }) => data)), 14416492924574004986n)
})

test('a final Softmax is left out by the loss', () => {
  const layers = [{ type: 'Linear', out_features: 3 }], x = randomFloats(8, new Pcg32(2))
  const bare = nn.sequential({ input: [4], layers }), soft = nn.sequential({ input: [4], layers: [...layers, { type: 'Softmax' }] })
  for (let i = 0; i < 3; ++i) assert.deepEqual(soft.train_step(x, [0, 2]), bare.train_step(x, [0, 2]))
  assert.deepEqual(byName(soft), byName(bare))
})
