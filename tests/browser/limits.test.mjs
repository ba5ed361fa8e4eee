// The largest that the page allows, as the README says it: that much is taken, one more is refused with a sentence that says
// what is allowed, and nothing has changed.
import assert from 'node:assert/strict'
import { call, onSharedPage, refusal, set, state } from './support.mjs'

const kLessons = ['flatten', 'shuffle', 'convolution', 'pattern', 'locality', 'invariance', 'channels', 'stride', 'padding',
                  'parameters', 'pointwise', 'fc-as-conv', 'pooling', 'network']

async function refused(page, words, ...act) {
  const before = await state(page), error = await refusal(page, ...act)
  assert.ok(error, `${JSON.stringify(act).slice(0, 100)} was taken`)
  assert.equal(error.name, 'RangeError', error.message)
  for (const word of words) assert.ok(error.message.includes(word), `“${error.message}” does not say ${word}`)
  assert.deepEqual(await state(page), before)
}

// What the README names, by lesson: [key, largest].
const kNamed = { convolution: [['kernel_size', 7], ['stride', 4], ['padding', 3]], channels: [['out_channels', 4], ['layers', 2]], parameters: [['out_channels', 12]],
                 locality: [['layers', 3]], 'fc-as-conv': [['image_size', 56], ['kernel_size', 28]], network: [['batch_size', 256]] }

for (const lesson of kLessons)
  onSharedPage(`${lesson}: every number up to its largest, and no further`, lesson, async (page) => {
    const { largest, wrong } = await page.evaluate((id) => {
      const largest = {}, wrong = []
      for (const [key, { type, max, min }] of Object.entries(playground.schema())) {
        if (!['int', 'number'].includes(type)) continue
        largest[key] = max
        playground.setState({ lesson: id === 'flatten' ? 'stride' : 'flatten' })
        playground.setState({ lesson: id })
        if (playground.setState({ [key]: max })[key] !== max) wrong.push(`${key}: ${max} is not taken`)
        const before = JSON.stringify(playground.getState())
        for (const [value, said] of [[max + 1, max], [min - 1, min], [1e300, max]]) {
          let error = null
          try { playground.setState({ [key]: value }) } catch (caught) { error = caught }
          if (error?.name !== 'RangeError' || !error.message.includes(key) || !error.message.includes(said)) wrong.push(`${key} = ${value}: ${error?.message}`)
          if (JSON.stringify(playground.getState()) !== before) wrong.push(`${key} = ${value} changed something`)
        }
      }
      return { largest, wrong }
    }, lesson)
    assert.deepEqual(wrong, [])
    for (const [key, max] of kNamed[lesson] ?? []) assert.equal(largest[key], max, key)
  })

onSharedPage('own numbers: up to 1e15, of the shape that is there', 'convolution', async (page) => {
  const picture = (side, value = 0) => ({ shape: [1, side, side], data: Array(side * side).fill(value) })
  await call(page, 'setTensor', 'input', picture(28, 1e15))
  await refused(page, ['input'], 'setTensor', 'input', picture(28, 1.1e15))
  await refused(page, ['28'], 'setTensor', 'input', picture(29))
})

onSharedPage('a pasted matrix: up to 65536 numbers', 'convolution', async (page) => {
  const matrix = (rows, cols) => `${`${'1 '.repeat(cols)}\n`.repeat(rows)}`
  await refused(page, ['256x256'], 'paste', matrix(256, 256))  // read, but it fits nowhere here
  await refused(page, ['65536'], 'paste', matrix(256, 257))
  await refused(page, ['65536'], 'paste', '1 '.repeat(2 ** 20 + 1))
})

const kNet = 'flatten-linear10'
for (const [what, allowed, beyond, words] of [
  ['16 layers', `${'relu-'.repeat(14)}${kNet}`, `${'relu-'.repeat(15)}${kNet}`, '16'],
  ['64 channels', `conv64x1s4-${kNet}`, `conv65x1s4-${kNet}`, '64'],
  ['512 features', 'flatten-linear512-relu-linear10', 'flatten-linear513-relu-linear10', '512'],
  ['kernels of 32×32', `conv1x32p8-${kNet}`, `conv1x33p8-${kNet}`, '32'],
  ['strides of 4', `conv2x3s4-${kNet}`, `conv2x3s5-${kNet}`, '4'],
  ['a padding of 8', `conv2x3p8-${kNet}`, `conv2x3p9-${kNet}`, '8'],
  ['500,000 parameters', 'flatten-linear512-relu-linear150-relu-linear10', 'flatten-linear512-relu-linear200-relu-linear10', '500'],
  ['20 million multiply-adds', `conv16x5p2-relu-conv16x5p2-relu-pool4-${kNet}`, `conv64x5p2-relu-conv64x5p2-relu-pool4-${kNet}`, '20']])
  onSharedPage(`own layers: ${what}, and no more`, 'network', async (page) => {
    await set(page, { view: 'training', show: 'build' })
    assert.equal((await set(page, { stack: allowed })).stack, allowed)
    await refused(page, ['stack', words], 'setState', { stack: beyond })
  })

onSharedPage('training: up to 100,000 steps, an experiment up to 5,000', 'network', async (page) => {
  const sentence = (method, options) => page.evaluate(([name, given]) => playground[name](given).then(() => 'done', (e) => `${e.name} ${e.message}`), [method, options])
  assert.match(await sentence('train', { steps: 100001 }), /^RangeError .*100000/)
  assert.match(await sentence('experiment', { name: 'shuffled', steps: 5001 }), /^RangeError .*5000/)
})
