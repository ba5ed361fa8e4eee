// How the time of a convolution grows: engine.wasm in Chromium, one size varied at a time.
//
//   node tests/bench/growth.mjs [--rounds 5] [--ms 40] [--only 3,10] [--out tests/bench/growth.svg] [--dist DIR]
//
// Three convolutions of 32×32 inputs, 3 → 10 channels (the notes' first layer), 16 → 16 and 64 → 64, each with 1×1, 3×3
// and 5×5 kernels; from there the side goes from 16 to 256, the channels from 1 to 256, the filters from 8 to 256 and
// the batch from 1 to 128. A point is the median over the rounds of the share of the mul+add peak, which is measured in
// the same page just before and after. With C·K² ≥ 64 and 8 filters or more, half of the best share is promised:
// points below are marked * (in the picture by a ring). --only CHANNELS,FILTERS runs one of the three.
import { writeFileSync } from 'node:fs'
import { plot } from './growth_plot.mjs'
import { Missing, browse, findDist, main, median, number } from './support.mjs'

const kBases = [[3, 10], [16, 16], [64, 64]].map(([channels, filters]) => ({ channels, filters, side: 32, batch: 1 }))
const kKernels = [1, 3, 5]
const kSweeps = {
  side: [16, 24, 32, 48, 64, 96, 128, 192, 256],
  channels: [1, 2, 3, 4, 8, 16, 32, 64, 128, 256],
  filters: [8, 10, 12, 16, 20, 32, 64, 128, 256],
  batch: [1, 2, 4, 8, 16, 32, 64, 128],
}
const promised = ({ channels, kernel, filters }) => channels * kernel ** 2 >= 64 && filters >= 8

// All rows of points, each with one size varied and the others as in its base.
const panelsOf = (bases) => bases.flatMap((base) => Object.keys(kSweeps).map((size) => ({
  base, title: title(base), size,
  curves: kKernels.map((kernel) => kSweeps[size].map((value) => {
    const point = { ...base, kernel, [size]: value }
    return { ...point, promised: promised(point) }
  })),
})))

// A round visits all points, so that what slows the machine for a while spoils no point in every round.
async function measure(page, points, rounds, ms) {
  const samples = points.map(() => [])
  for (let round = 0; round < rounds; ++round)
    for (const [i, point] of points.entries()) samples[i].push(await page.call('measure', point, ms))
  points.forEach((point, i) => Object.assign(point, {
    gflops: median(samples[i].map(({ gflops }) => gflops)), peak: median(samples[i].map(({ peak }) => peak)),
    share: median(samples[i].map(({ gflops, peak }) => gflops / peak)) }))
}

const title = ({ channels, filters }) => `${channels} → ${filters}`
function text({ base, size, curves }) {
  const cell = ({ gflops, share, low }) => `${gflops.toFixed(1)} ${(100 * share).toFixed(0)}%${low ? '*' : ''}`.padStart(12)
  return [`${title(base)}, ${size}`.padEnd(22) + curves[0].map((point) => String(point[size]).padStart(12)).join(''),
          ...curves.map((curve) => `  ${curve[0].kernel}×${curve[0].kernel}`.padEnd(22) + curve.map(cell).join(''))].join('\n')
}

await main({
  rounds: { type: 'string', default: '5' }, ms: { type: 'string', default: '40' }, only: { type: 'string' },
  out: { type: 'string' },
}, async (options) => {
  const rounds = number(options.rounds, 'rounds', 1), ms = number(options.ms, 'ms', 1)
  const bases = kBases.filter(({ channels, filters }) => !options.only || options.only === `${channels},${filters}`)
  if (!bases.length)
    throw new Missing(`--only takes one of ${kBases.map(({ channels, filters }) => `${channels},${filters}`).join(' ')}, not ${options.only}.`)
  const browser = await browse(findDist(options.dist))
  try {
    const page = await browser.open('growth_page.mjs'), panels = panelsOf(bases)
    const points = panels.flatMap(({ curves }) => curves.flat())
    await page.call('setup')
    await measure(page, points, rounds, ms)
    const best = points.reduce((a, b) => b.share > a.share ? b : a)
    for (const point of points) point.low = point.promised && point.share < best.share / 2
    console.log('GFLOP/s and share of the mul+add peak; * below half of the best although C·K² ≥ 64 and 8 filters or more')
    for (const panel of panels) console.log(text(panel))
    const peak = median(points.map((point) => point.peak)), low = points.filter((point) => point.low)
    console.log(`peak ${peak.toFixed(1)} GFLOP/s; best ${(100 * best.share).toFixed(0)}% of it`)
    console.log(low.length ? `${low.length} below half of the best:` : 'None is below half of the best where that is promised.')
    for (const { side, channels, filters, kernel, batch, share } of low)
      console.log(`  ${channels} → ${filters}, ${kernel}×${kernel}, ${side}×${side}, batch ${batch}: ${(100 * share).toFixed(0)}%`)
    if (options.out) writeFileSync(options.out, plot({ panels, best: best.share, peak, columns: Object.keys(kSweeps) }))
  } finally {
    await browser.close()
  }
})
