// Where the window is drawn, cell by cell, on the pixels of a screenshot: no reference picture, but a picture whose
// values alone say where the window must be. The input is 1 under the window of the step, as the formula of the sizes has
// it, and 0 elsewhere; so the middle of every cell within the frame on the screen is of the colour of 1. A frame one
// cell off leaves a row or a column of them out.
import assert from 'node:assert/strict'
import { decode, framesIn, reader } from './picture_support.mjs'
import { frames, onSharedPage, set, tensor } from './support.mjs'

const kWindow = [0x9C, 0x52, 0x00]                  // the colour `product` of shaders/README.md
const kInk = [0x14, 0x17, 0x1C], kTolerance = 30  // a value of 1; the sum of three channels' differences
const near = (a, b) => a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0) <= kTolerance

// How many cells are full within the frame that is drawn around the most of them.
async function seen(page, kernel) {
  await frames(page)
  const picture = decode(await page.screenshot()), at = reader(picture)
  return Math.max(0, ...framesIn(picture, kWindow, 3 * kernel).map(({ left, top, right, bottom }) => {
    const wide = right - left + 1, cell = (wide - 2) / kernel  // a pixel of the line at each side
    if (Math.abs(wide - (bottom - top + 1)) > 1) return 0
    let full = 0
    for (let row = 0; row < kernel; ++row)
      for (let col = 0; col < kernel; ++col)
        full += near(at(Math.round(left + 1 + (col + 0.5) * cell), Math.round(top + 1 + (row + 0.5) * cell)), kInk)
    return full
  }))
}

for (const [name, lesson, keys] of [
  ['convolution', 'convolution', { kernel_size: 3, step: 200 }], ['the last step', 'convolution', { kernel_size: 5, step: 575 }],
  ['stride 2', 'stride', { kernel_size: 3, stride: 2, step: 45 }], ['padding 1', 'padding', { kernel_size: 3, padding: 1, step: 333 }]])
  onSharedPage(`the window stands on its cells: ${name}`, lesson, async (page) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })  // it is there at once
    const { step, kernel_size: kernel, stride = 1, padding = 0 } = await set(page, { ...keys, theme: 'light' })
    const { shape: [, rows, cols] } = await tensor(page, 'input'), { shape: [, , across] } = await tensor(page, 'output')
    const row = Math.floor(step / across) * stride - padding, col = step % across * stride - padding
    const data = Array.from({ length: rows * cols }, (_, i) => {
      const r = Math.floor(i / cols) - row, c = i % cols - col
      return +(r >= 0 && c >= 0 && r < kernel && c < kernel)
    })
    await page.evaluate(([rows, cols, data]) => playground.setTensor('input', { shape: [1, rows, cols], data }), [rows, cols, data])
    assert.equal(await seen(page, kernel), kernel * kernel)
    // One cell off is seen: a column, a row.
    for (const off of [step % across ? -1 : 1, row > 0 ? -across : across]) {
      await set(page, { step: step + off })
      const full = await seen(page, kernel)
      assert.ok(full > 0 && full <= kernel * (kernel - 1), `${full} cells`)
    }
  }, { viewport: { width: 1024, height: 768 } })
