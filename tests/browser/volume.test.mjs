// Volumes in perspective, on the pixels of a screenshot. Where all weights are 0, red is nowhere on the page but in full
// cells of the first plane of a photograph; from where four of these are seen follows where a plane in perspective shows any other.
// Without perspective within the plane, or with a cell mixed up, they are seen elsewhere.
import assert from 'node:assert/strict'
import { decode, reader } from './picture_support.mjs'
import { frames, onSharedPage, set } from './support.mjs'

const kSide = 32
const isRed = ([r, g, b]) => r > 165 && r - g > 90 && r - b > 90  // the lines between red cells, too

// The middles of the areas of red; those that only lines between cells keep apart are one.
function redAreas(picture) {
  const at = reader(picture), { width, height } = picture, seen = new Uint8Array(width * height), areas = []
  for (let start = 0; start < seen.length; ++start) {
    if (seen[start] || !isRed(at(start % width, Math.floor(start / width)))) continue
    const open = [start]
    let x = 0, y = 0, count = 0
    seen[start] = 1
    while (open.length) {
      const i = open.pop(), col = i % width, row = Math.floor(i / width)
      x += col + 0.5, y += row + 0.5, ++count
      for (const [c, r] of [[col - 1, row], [col + 1, row], [col, row - 1], [col, row + 1]]) {
        const next = r * width + c
        if (c < 0 || r < 0 || c >= width || r >= height || seen[next] || !isRed(at(c, r))) continue
        seen[next] = 1
        open.push(next)
      }
    }
    const near = areas.find((area) => Math.hypot(area.x - x / count, area.y - y / count) < 9)
    if (!near) areas.push({ x: x / count, y: y / count, count })
    else Object.assign(near, { x: (near.x * near.count + x) / (near.count + count), y: (near.y * near.count + y) / (near.count + count), count: near.count + count })
  }
  return areas.filter(({ count }) => count > 6)
}

// The projective map that takes four points to four others: eight equations, solved by elimination.
function homography(from, to) {
  const rows = from.flatMap(([x, y], i) => {
    const [u, v] = to[i]
    return [[x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]]
  })
  for (let i = 0; i < 8; ++i) {
    const best = rows.slice(i).reduce((most, row, k) => (Math.abs(row[i]) > Math.abs(rows[most][i]) ? k + i : most), i)
    ;[rows[i], rows[best]] = [rows[best], rows[i]]
    for (let k = 0; k < 8; ++k) {
      const factor = k === i ? 0 : rows[k][i] / rows[i][i]
      for (let j = i; j < 9; ++j) rows[k][j] -= factor * rows[i][j]
    }
  }
  const [a, b, c, d, e, f, g, h] = rows.map((row, i) => row[8] / row[i])
  return ([x, y]) => [(a * x + b * y + c) / (g * x + h * y + 1), (d * x + e * y + f) / (g * x + h * y + 1)]
}

for (const [turn, tilt] of [[32, 16], [-45, 30], [40, -35]])
  onSharedPage(`the cells of a plane turned by ${turn}° and ${tilt}° are where perspective has them`, 'channels', async (page) => {
    // Blocks of 2×2 full cells: four near the corners, and three more.
    const corners = [[1, 1], [29, 1], [29, 29], [1, 29]], others = [[15, 15], [6, 22], [24, 8]]
    const data = new Array(3 * kSide * kSide).fill(0)
    for (const [col, row] of [...corners, ...others])
      for (const i of [0, 1, kSide, kSide + 1]) data[row * kSide + col + i] = 1
    await set(page, { turn, tilt, apart: 60, step: 110, out_channels: 1, theme: 'light' })
    await page.evaluate((data) => {
      playground.setTensor('input', { shape: [3, 32, 32], data })
      playground.setTensor('weight', { shape: [1, 3, 3, 3], data: new Array(27).fill(0) })
      playground.setTensor('bias', { shape: [1], data: [0] })
    }, data)
    await page.mouse.move(2, 2)
    await frames(page)
    const areas = redAreas(decode(await page.screenshot()))
    assert.equal(areas.length, 7)
    // The corners of the quadrilateral, clockwise from the upper left.
    const middle = { x: areas.reduce((s, { x }) => s + x, 0) / 7, y: areas.reduce((s, { y }) => s + y, 0) / 7 }
    const farthest = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([sx, sy]) =>
      areas.reduce((a, b) => (sx * (b.x - middle.x) + sy * (b.y - middle.y) > sx * (a.x - middle.x) + sy * (a.y - middle.y) ? b : a)))
    assert.equal(new Set(farthest).size, 4)
    const map = homography(corners.map(([x, y]) => [x + 1, y + 1]), farthest.map(({ x, y }) => [x, y]))
    for (const [col, row] of others) {
      const [x, y] = map([col + 1, row + 1])
      const nearest = Math.min(...areas.map((area) => Math.hypot(area.x - x, area.y - y)))
      assert.ok(nearest < 0.8, `the block at ${col}, ${row} is ${nearest} pixels from ${x}, ${y}`)
    }
  }, { viewport: { width: 1280, height: 800 } })
