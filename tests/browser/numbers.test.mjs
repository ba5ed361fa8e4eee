// The numbers that the page shows, against plain loops in double precision written here.
import assert from 'node:assert/strict'
import { bits, integer, onSharedPage, pick, seeded, set, state, tensor } from './support.mjs'

const kFilters = ['vertical-edge', 'horizontal-edge', 'diagonal-edge', 'outline', 'blur', 'sharpen', 'identity']

// conv2d of one channel by one filter: outputs, and for each Σ|w·x| + |b|, the scale of its rounding.
function convolve({ input, weight, bias }, { stride, padding }) {
  const [, height, width] = input.shape, k = weight.shape[3]
  const rows = Math.floor((height + 2 * padding - k) / stride) + 1
  const cols = Math.floor((width + 2 * padding - k) / stride) + 1
  const values = [], scales = []
  for (let row = 0; row < rows; ++row)
    for (let col = 0; col < cols; ++col) {
      let sum = bias.data[0], scale = Math.abs(sum)
      for (let r = 0; r < k; ++r)
        for (let c = 0; c < k; ++c) {
          const product = pixel(input, row * stride - padding + r, col * stride - padding + c) * weight.data[r * k + c]
          sum += product
          scale += Math.abs(product)
        }
      values.push(sum)
      scales.push(scale)
    }
  return { rows, cols, values, scales }
}

function pixel({ shape: [, height, width], data }, row, col) {
  return row >= 0 && row < height && col >= 0 && col < width ? data[row * width + col] : 0
}

// One random state: what to set, and which cells to visit (all of them when `everything`).
function draw(random, { everything = false, variants = false }) {
  const kernel_size = integer(random, 1, 7)
  const state = { lesson: 'convolution', image: `digit-${integer(random, 0, 9)}`, kernel_size,
                  filter: pick(random, kFilters), stride: variants ? integer(random, 1, 4) : 1,
                  padding: variants ? integer(random, 0, 3) : 0 }
  const tensors = {}
  const size = 10 ** integer(random, -3, 3)
  const numbers = (count) => Array.from({ length: count }, () => Math.fround((random() * 2 - 1) * size))
  if (random() < 0.5) tensors.input = { shape: [1, 28, 28], data: numbers(784) }
  if (random() < 0.5) tensors.weight = { shape: [1, 1, kernel_size, kernel_size], data: numbers(kernel_size ** 2) }
  tensors.bias = { shape: [1], data: numbers(1) }
  return { state, tensors, cells: Array.from({ length: 6 }, () => random()), everything }
}

// Runs in the page: sets each state and reads what is shown, stepping to the cells as a learner would.
const readAll = (draws) => draws.map(({ state, tensors, cells, everything }) => {
  const plain = (name) => { const { shape, data } = playground.tensor(name); return { shape, data: Array.from(data) } }
  playground.setState({ lesson: 'flatten' })
  playground.setState(state)
  for (const [name, value] of Object.entries(tensors)) playground.setTensor(name, value)
  const { steps } = playground.setState({ step: 0 })
  const heard = []
  const stop = playground.on('step', (detail) => heard.push(detail))
  const targets = everything ? Array.from({ length: steps }, (_, i) => i) : cells.map((c) => Math.floor(c * steps))
  const visits = targets.map((target) => {
    const before = playground.getState().step, events = heard.length
    const after = everything && target > 0 ? playground.step() : playground.step(target - before)
    return { target, step: after.step, moved: after.step !== before, event: heard[events],
             events: heard.length - events, window: plain('window'), products: plain('products') }
  })
  stop()
  return { steps, visits, input: plain('input'), weight: plain('weight'), bias: plain('bias'), output: plain('output') }
})

function check(draws, answers) {
  assert.equal(answers.length, draws.length)
  answers.forEach((answer, i) => {
    const { state, tensors } = draws[i], where = JSON.stringify(state)
    for (const [name, value] of Object.entries(tensors)) assert.deepEqual(answer[name], value, where)
    const expected = convolve(answer, state)
    assert.deepEqual(answer.output.shape, [1, expected.rows, expected.cols], where)
    assert.equal(answer.steps, expected.rows * expected.cols, where)
    assert.equal(answer.output.data.length, answer.steps, where)
    answer.output.data.forEach((value, at) => {
      const off = Math.abs(value - expected.values[at])
      assert.ok(off <= 1e-5 * expected.scales[at], `${where} cell ${at}: ${value}, not ${expected.values[at]}`)
    })
    for (const visit of answer.visits) checkVisit(answer, state, expected, visit, where)
  })
}

function checkVisit(answer, { stride, padding, kernel_size: k }, { cols, scales }, visit, where) {
  const { target } = visit, row = Math.floor(target / cols), col = target % cols
  const at = `${where} step ${target}`
  assert.equal(visit.step, target, at)
  assert.deepEqual(visit.window.shape, [1, k, k], at)
  assert.deepEqual(visit.products.shape, [1, k, k], at)
  let sum = answer.bias.data[0]
  for (let tap = 0; tap < k * k; ++tap) {
    const x = pixel(answer.input, row * stride - padding + Math.floor(tap / k), col * stride - padding + tap % k)
    assert.equal(visit.window.data[tap], x, `${at} tap ${tap}`)
    assert.equal(visit.products.data[tap] + 0, Math.fround(x * answer.weight.data[tap]) + 0, `${at} tap ${tap}`)
    sum += visit.products.data[tap]
  }
  assert.ok(Math.abs(sum - answer.output.data[target]) <= 1e-5 * scales[target], `${at}: products add up to ${sum}`)
  assert.equal(visit.events, visit.moved ? 1 : 0, at)
  if (visit.moved) {
    const { step, row: r, col: c, value } = visit.event
    assert.deepEqual({ step, r, c }, { step: target, r: row, c: col }, at)
    assert.equal(Math.fround(value), answer.output.data[target], at)
  }
}

onSharedPage('200 random states of the convolution agree with a naive convolution', 'convolution', async (page) => {
  const random = seeded(2024)
  const draws = Array.from({ length: 200 }, () => draw(random, {}))
  check(draws, await page.evaluate(readAll, draws))
})

onSharedPage('every cell of a state shows its own window, products and sum', 'convolution', async (page) => {
  const random = seeded(7)
  const draws = Array.from({ length: 3 }, () => draw(random, { everything: true }))
  check(draws, await page.evaluate(readAll, draws))
})

onSharedPage('strides and paddings agree with the naive convolution', 'convolution', async (page) => {
  const random = seeded(99)
  const draws = Array.from({ length: 60 }, () => draw(random, { variants: true }))
  check(draws, await page.evaluate(readAll, draws))
})

onSharedPage('stepping back shows the very numbers that stepping forward showed', 'convolution', async (page) => {
  const { there, back } = await page.evaluate(() => {
    const read = () => [playground.getState().step, ...playground.tensor('window').data, ...playground.tensor('products').data]
    playground.setState({ kernel_size: 3, step: 0 })
    const there = [], back = []
    for (let i = 0; i < 60; ++i) { there.push(read()); playground.step() }
    for (let i = 0; i < 60; ++i) { playground.step(-1); back.unshift(read()) }
    return { there, back }
  })
  assert.deepEqual(back, there)
  assert.equal(there[59][0], 59)
})

onSharedPage('edge filters find edges of the direction that they are named after', 'convolution', async (page) => {
  const half = (dark) => ({ shape: [1, 28, 28], data: Array.from({ length: 784 }, (_, i) => dark(Math.floor(i / 28), i % 28) ? 0 : 1) })
  await set(page, { kernel_size: 3 })
  const strength = async (image, filter) => {
    await page.evaluate(([value]) => playground.setTensor('input', value), [image])
    await set(page, { filter })
    const { data } = await tensor(page, 'output')
    return Math.max(...data) - Math.min(...data)
  }
  const upright = half((row, col) => col < 14), lying = half((row) => row < 14)
  assert.ok(await strength(upright, 'vertical-edge') > 0.5)
  assert.ok(await strength(upright, 'horizontal-edge') < 1e-6)
  assert.ok(await strength(lying, 'horizontal-edge') > 0.5)
  assert.ok(await strength(lying, 'vertical-edge') < 1e-6)
})

// --- the fully connected layer -----------------------------------------------------------------------------------
// Σ in float32, rounded after every product and every addition, the bias first.
function score({ x, w, b }, klass, order) {
  let sum = b[klass]
  for (const i of order) sum = Math.fround(sum + Math.fround(w[klass * x.length + i] * x[i]))
  return sum
}

function shuffled(random, n) {
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; --i) {
    const j = integer(random, 0, i)
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}

// The layer's numbers for the picture `image` (null: the present one).
async function layer(page, image = null) {
  const [x, w, b, scores] = await page.evaluate((id) => {
    if (id) playground.setState({ image: id })
    return ['flat', 'fc_weight', 'fc_bias', 'fc_scores'].map(playground.tensor).map(
      ({ shape, data }) => ({ shape, data: Array.from(data) }))
  }, image)
  assert.deepEqual([x, w, b, scores].map((read) => read.shape), [[784], [10, 784], [10], [10]])
  return { x: x.data, w: w.data, b: b.data, scores: scores.data }
}

onSharedPage('the scores are the same bits in strip order, column by column and in random orders', 'flatten', async (page) => {
  const random = seeded(5), strip = Array.from({ length: 784 }, (_, i) => i)
  const orders = [strip, strip.map((i) => i % 28 * 28 + Math.floor(i / 28)), [...strip].reverse(),
                  ...Array.from({ length: 4 }, () => shuffled(random, 784))]
  const seen = new Set()
  for (let digit = 0; digit < 10; ++digit) {
    const numbers = await layer(page, `digit-${digit}`)
    for (const order of orders)
      assert.deepEqual(bits(strip.slice(0, 10).map((klass) => score(numbers, klass, order))), bits(numbers.scores), `digit-${digit}`)
    seen.add(numbers.scores.join())
  }
  assert.equal(seen.size, 10, 'ten different pictures')
})

onSharedPage('digits and weights lie on the grids that make every sum exact', 'flatten', async (page) => {
  let right = 0
  for (let digit = 0; digit < 10; ++digit) {
    const { x, w, b, scores } = await layer(page, `digit-${digit}`)
    assert.ok(x.every((v) => Number.isInteger(v * 256) && v >= 0 && v <= 1), `digit-${digit}`)
    assert.ok(x.some((v) => v > 0.5), `digit-${digit} is not blank`)
    assert.ok(w.every((v) => Number.isInteger(v * 1024)) && b.every((v) => Number.isInteger(v * 1024)))
    for (let klass = 0; klass < 10; ++klass) {
      const bound = x.reduce((sum, v, i) => sum + Math.abs(v * w[klass * 784 + i]), Math.abs(b[klass]))
      assert.ok(bound < 64, `digit-${digit}, class ${klass}: ${bound}`)
    }
    if (scores.indexOf(Math.max(...scores)) === digit) ++right
  }
  // The classifier is a trained one: nobody's made-up weights get most of ten unseen digits right.
  assert.ok(right >= 8, `${right} of 10 digits are classified as what they are`)
})

onSharedPage('the user\'s own picture is scored to rounding by the fully connected layer', 'flatten', async (page) => {
  const random = seeded(11), data = Array.from({ length: 784 }, () => Math.fround(random() * 2 - 1))
  await page.evaluate((input) => { playground.setTensor('input', input) }, { shape: [1, 28, 28], data })
  const { x, w, b, scores } = await layer(page)
  assert.deepEqual(x, data)
  for (let klass = 0; klass < 10; ++klass) {
    let sum = b[klass], scale = Math.abs(sum)
    for (let i = 0; i < 784; ++i) { sum += x[i] * w[klass * 784 + i]; scale += Math.abs(x[i] * w[klass * 784 + i]) }
    assert.ok(Math.abs(scores[klass] - sum) <= 1e-5 * scale, `class ${klass}`)
  }
})

onSharedPage('step i of flatten is flat index i on both sides', 'flatten', async (page) => {
  // Every pixel has a value of its own, so that a value says which pixel it is.
  const data = Array.from({ length: 784 }, (_, i) => (i + 1) / 1024)
  const seen = await page.evaluate((input) => {
    playground.setTensor('input', input)
    const { steps } = playground.setState({ step: 0 })
    return Array.from({ length: steps }, (_, i) => {
      playground.setState({ step: i })
      return { centre: playground.tensor('window').data[12], flat: playground.tensor('flat').data[i] }
    })
  }, { shape: [1, 28, 28], data })
  assert.deepEqual(seen, data.map((value) => ({ centre: value, flat: value })))
  const [input, weight, bias, output] = [await tensor(page, 'input'), await tensor(page, 'weight'),
                                         await tensor(page, 'bias'), await tensor(page, 'output')]
  const expected = convolve({ input, weight, bias }, { stride: 1, padding: 2 })
  assert.deepEqual(output.shape, [1, 28, 28])
  output.data.forEach((value, at) =>
    assert.ok(Math.abs(value - expected.values[at]) <= 1e-5 * expected.scales[at], `cell ${at}`))
})

// --- what a window is, and where it stands -----------------------------------------------------------------------
onSharedPage('a cell keeps its bits when everything outside its window is 0, and the scores do not', 'locality', async (page) => {
  const { step, kernel_size, padding } = await state(page)
  const input = await tensor(page, 'input'), before = await tensor(page, 'output'), scores = await tensor(page, 'fc_scores')
  const top = Math.floor(step / before.shape[2]) - padding, left = step % before.shape[2] - padding
  const inside = (i, from) => i >= from && i < from + kernel_size
  const data = Array.from(input.data, (x, i) => inside(Math.floor(i / 28), top) && inside(i % 28, left) ? x : 0)
  await page.evaluate((own) => { playground.setTensor('input', own) }, { shape: input.shape, data })
  assert.deepEqual(bits([(await tensor(page, 'output')).data[step]]), bits([before.data[step]]))
  assert.notDeepEqual(bits((await tensor(page, 'fc_scores')).data), bits(scores.data))
  assert.notDeepEqual(bits((await tensor(page, 'output')).data), bits(before.data))
})

onSharedPage('a moved picture moves its map, to the bit where the window is inside before and after', 'invariance', async (page) => {
  const { kernel_size: k, padding } = await set(page, { shift_x: 0, shift_y: 0 })
  const before = await tensor(page, 'output'), side = before.shape[2]
  const inside = (i) => i - padding >= 0 && i - padding + k <= 28
  for (const [dx, dy] of [[5, 0], [-3, 2], [6, -6]]) {
    await set(page, { shift_x: dx, shift_y: dy })
    const after = await tensor(page, 'output'), from = [], to = []
    for (let row = 0; row < side; ++row)
      for (let col = 0; col < side; ++col)
        if ([row, col, row + dy, col + dx].every(inside)) {
          from.push(before.data[row * side + col])
          to.push(after.data[(row + dy) * side + col + dx])
        }
    assert.equal(from.length, (29 - k - Math.abs(dx)) * (29 - k - Math.abs(dy)))
    assert.deepEqual(bits(to), bits(from), `${dx}, ${dy}`)
  }
})
