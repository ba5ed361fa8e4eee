// engine.mjs beside another's implementation, TensorFlow.js on its CPU backend: whole nets with the same weights, forward and
// two training steps with momentum, from which every parameter's gradient can be told.
//   forward     |Δ| ≤ 1e-5 · the largest |output|
//   the loss    |Δ| ≤ 1e-5 · the loss
//   gradients   |Δ| ≤ 1e-4 · the largest |gradient| of that tensor: what was summed up over batch and places in another order
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { dist, seeded } from './support.mjs'

// Its own bundles for Node have no gradients, and its modules are none that Node can load.
async function tensorFlow() {
  const folder = await mkdtemp(join(tmpdir(), 'tensorflow-')), outfile = join(folder, 'tf.cjs')
  try {
    await build({ stdin: { contents: `import '@tensorflow/tfjs-core/dist/register_all_gradients.js'; import '@tensorflow/tfjs-backend-cpu'; export * from '@tensorflow/tfjs-core'`, resolveDir: dirname(fileURLToPath(import.meta.url)) },
                  bundle: true, format: 'cjs', platform: 'node', mainFields: ['module', 'main'], outfile, logLevel: 'error' })
    return createRequire(import.meta.url)(outfile)
  } finally { await rm(folder, { recursive: true }) }
}
const tf = await tensorFlow()
const { default: createEngine } = await import(pathToFileURL(join(dist, 'engine.mjs')))
const nn = await createEngine({ wasm: await readFile(join(dist, 'engine.wasm')) })
const conv = (out_channels, kernel_size, more) => ({ type: 'Conv2d', out_channels, kernel_size, stride: 1, padding: 0, ...more })
const linear = (out_features) => ({ type: 'Linear', out_features })
const relu = { type: 'ReLU' }, flatten = { type: 'Flatten' }, max = { type: 'MaxPool2d', kernel_size: 2 }, avg = { type: 'AvgPool2d', kernel_size: 2 }

const kNets = {
  'small_cnn, the playground\'s own': { input: [1, 28, 28], layers: [conv(6, 5, { padding: 2 }), relu, max, conv(12, 3, { padding: 1 }), relu, max, flatten, linear(10)] },
  'LeNet': { input: [1, 28, 28], layers: [conv(6, 5, { padding: 2 }), relu, max, conv(16, 5), relu, max, flatten, linear(120), relu, linear(84), relu, linear(10)] },
  'Tiny VGG': { input: [3, 32, 32], layers: [conv(10, 3), relu, conv(10, 3), relu, max, conv(10, 3), relu, conv(10, 3), relu, max, flatten, linear(10)] },
  'strides, averages and odd sizes': { input: [3, 29, 23], layers: [conv(7, 3, { stride: 2, padding: 1 }), relu, avg, conv(9, [3, 1], { padding: 1 }), relu, conv(5, 1), flatten, linear(13)] },
  'two fully connected layers': { input: [1, 28, 28], layers: [flatten, linear(32), relu, linear(10)] },
}
const kBatch = 4, kRate = 0.05, kMomentum = 0.9

// The same net of TensorFlow.js: {variables: {name: …}, logits(x), read(name)}; there, images are N×H×W×C and kernels H×W×I×O.
function theirs({ layers }, parameters) {
  const shapeOf = Object.fromEntries(parameters.map(({ name, shape }) => [name, shape]))
  const variables = Object.fromEntries(parameters.map(({ name, shape, data }) => {
    const given = tf.tensor(data, shape)
    return [name, tf.variable(shape.length === 4 ? tf.transpose(given, [2, 3, 1, 0]) : shape.length === 2 ? tf.transpose(given) : given)]
  }))
  const logits = (x) => layers.reduce((t, { type, kernel_size: k, stride, padding: p }, i) => {
    const weight = variables[`${i}.weight`], bias = variables[`${i}.bias`]
    if (type === 'Conv2d') return tf.add(tf.conv2d(p ? tf.pad(t, [[0, 0], [p, p], [p, p], [0, 0]]) : t, weight, stride, 'valid'), bias)
    if (type === 'Linear') return tf.add(tf.matMul(t, weight), bias)
    if (type === 'MaxPool2d') return tf.maxPool(t, k, k, 'valid')
    if (type === 'AvgPool2d') return tf.avgPool(t, k, k, 'valid')
    if (type === 'Flatten') return tf.reshape(tf.transpose(t, [0, 3, 1, 2]), [t.shape[0], -1])  // in our order
    return tf.relu(t)
  }, x)
  const read = (name) => tf.tidy(() => {
    const t = variables[name], rank = shapeOf[name].length
    return (rank === 4 ? tf.transpose(t, [3, 2, 0, 1]) : rank === 2 ? tf.transpose(t) : t).dataSync().slice()
  })
  return { variables, logits, read }
}

const largest = (numbers) => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
function close(ours, other, share, what) {
  assert.equal(ours.length, other.length, what)
  const bound = share * largest(other)
  assert.ok(bound > 0, `${what}: nothing but zeros`)
  for (let i = 0; i < ours.length; ++i) assert.ok(Math.abs(ours[i] - other[i]) <= bound, `${what}, number ${i}: ${ours[i]}, theirs ${other[i]}, within ${bound}`)
}

for (const [name, description] of Object.entries(kNets))
  test(`the numbers of TensorFlow.js: ${name}`, { timeout: 60000 }, async () => {
    const random = seeded(name.length), [channels, height, width] = description.input
    const net = nn.sequential({ ...description, seed: 3 }), peer = theirs(description, net.parameters())
    const x = Float32Array.from({ length: kBatch * channels * height * width }, () => random() * 2 - 1)
    const theirX = tf.transpose(tf.tensor(x, [kBatch, channels, height, width]), [0, 2, 3, 1])
    const classes = description.layers.at(-1).out_features, labels = Array.from({ length: kBatch }, (_, i) => (i * 3 + 1) % classes)
    close(net.forward(x, kBatch), tf.tidy(() => peer.logits(theirX).dataSync()), 1e-5, 'output')

    const wanted = tf.oneHot(tf.tensor1d(labels, 'int32'), classes), optimizer = tf.train.momentum(kRate, kMomentum)
    for (const step of [1, 2]) {
      const before = net.parameters(), { loss } = net.train_step(x, labels, { lr: kRate, momentum: kMomentum })
      const theirLoss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(wanted, peer.logits(theirX)), true, Object.values(peer.variables)).dataSync()[0]
      assert.ok(Math.abs(loss - theirLoss) <= 1e-5 * theirLoss, `step ${step}: a loss of ${loss}, theirs ${theirLoss}`)
      net.parameters().forEach(({ name: parameter, data }, i) => {
        const moved = (after) => after.map((value, k) => (before[i].data[k] - value) / kRate)
        // A difference of parameters has their rounding in it: a bit of the largest, divided by the rate.
        const share = 1e-4 + 2 ** -22 * largest(data) / kRate / largest(moved(data))
        close(moved(data), moved(peer.read(parameter)), share * step, `step ${step}, ${parameter}`)
      })
    }
    net.delete()
  })
