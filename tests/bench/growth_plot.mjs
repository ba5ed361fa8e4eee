// The picture of growth.mjs: a row for each of its convolutions, a column for each size that grows, a line for each
// kernel; upwards the share of the mul+add peak. SVG that draws its own background, light or dark as the reader's.
const kWidth = 232, kHeight = 132, kGapX = 20, kGapY = 62, kLeft = 78, kTop = 70
const kNames = { side: 'side of the input', channels: 'channels', filters: 'filters', batch: 'batch' }

const kStyle = `
svg { font: 12px system-ui, sans-serif; --paper: #fff; --ink: #1f2328; --soft: #59636e; --grid: #d8dee4; --low: #cf222e }
.k1 { --line: #0969da } .k3 { --line: #8250df } .k5 { --line: #b35900 }
@media (prefers-color-scheme: dark) {
svg { --paper: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --grid: #30363d; --low: #ff7b72 }
.k1 { --line: #58a6ff } .k3 { --line: #bc8cff } .k5 { --line: #f0883e } }
.paper { fill: var(--paper) } text { fill: var(--ink) } .soft { fill: var(--soft); font-size: 11px }
.grid { stroke: var(--grid); fill: none } .half { stroke: var(--soft); stroke-dasharray: 4 3; fill: none }
.k1 path, .k3 path, .k5 path { stroke: var(--line); fill: none; stroke-width: 1.5 }
circle { fill: var(--line); stroke: var(--line) } .free { fill: var(--paper) }
.low { fill: none; stroke: var(--low); stroke-width: 2 } .middle { text-anchor: middle } .end { text-anchor: end }`

const at = (x) => +x.toFixed(1)
const label = (x, y, name, text) => `<text x="${at(x)}" y="${at(y)}"${name && ` class="${name}"`}>${text}</text>`

function marks({ promised, low }, x, y) {
  const dot = `<circle cx="${at(x)}" cy="${at(y)}" r="2.5"${promised ? '' : ' class="free"'}/>`
  return low ? `${dot}<circle cx="${at(x)}" cy="${at(y)}" r="6" class="low"/>` : dot
}

function panel({ size, curves }, left, top, best) {
  const values = curves[0].map((point) => point[size]), low = Math.log2(values[0]), high = Math.log2(values.at(-1))
  const x = (value) => left + 8 + (Math.log2(value) - low) / (high - low) * (kWidth - 16)
  const y = (share) => top + kHeight * (1 - Math.min(1, share))
  const grid = [0, 0.5, 1].map((share) => `M${left} ${at(y(share))}h${kWidth}`).join('')
  const ticks = values.filter((value) => Number.isInteger(Math.log2(value)))
    .map((value) => label(x(value), top + kHeight + 15, 'soft middle', value))
  const lines = curves.map((curve) => `<g class="k${curve[0].kernel}">` +
    `<path d="M${curve.map((point) => `${at(x(point[size]))} ${at(y(point.share))}`).join('L')}"/>` +
    `${curve.map((point) => marks(point, x(point[size]), y(point.share))).join('')}</g>`)
  return [`<path class="grid" d="${grid}"/>`, `<path class="half" d="M${left} ${at(y(best / 2))}h${kWidth}"/>`, ...ticks, ...lines].join('\n')
}

export function plot({ panels, best, peak, columns }) {
  const titles = [...new Set(panels.map(({ title }) => title))]
  const left = (size) => kLeft + columns.indexOf(size) * (kWidth + kGapX), top = (title) => kTop + titles.indexOf(title) * (kHeight + kGapY)
  const width = left(columns.at(-1)) + kWidth + 12, height = top(titles.at(-1)) + kHeight + 72
  const rows = titles.flatMap((title) => [
    label(12, top(title) - 12, '', title),
    ...[0, 50, 100].map((share) => label(kLeft - 6, top(title) + kHeight * (1 - share / 100) + 4, 'soft end', `${share}%`))])
  const legend = [1, 3, 5].map((k, i) => `<g class="k${k}"><path d="M${kLeft + 70 * i} 36h22"/>` +
    `<circle cx="${kLeft + 70 * i + 11}" cy="36" r="2.5"/>${label(kLeft + 70 * i + 28, 40, '', `${k}×${k}`)}</g>`)
  const key = height - 14
  const notes = `<circle cx="${kLeft + 3}" cy="${key - 4}" r="2.5" class="k1"/>${label(kLeft + 12, key, 'soft', 'C·K² ≥ 64 and 8 filters or more')}` +
    `<circle cx="${kLeft + 203}" cy="${key - 4}" r="2.5" class="k1 free"/>${label(kLeft + 212, key, 'soft', 'other sizes')}` +
    `<circle cx="${kLeft + 303}" cy="${key - 4}" r="6" class="low"/>${label(kLeft + 314, key, 'soft', 'below half of the best (dashed) where more is promised')}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    '<title>Speed of engine.wasm’s convolutions as sizes grow</title>', `<style>${kStyle}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    label(kLeft, 20, '', `engine.wasm in Chromium, one thread: share of the mul+add peak (${peak.toFixed(0)} GFLOP/s here); from 32×32 inputs, batch 1`),
    ...legend, ...rows, ...columns.flatMap((size) => titles.map((title) =>
      label(left(size) + kWidth / 2, top(title) + kHeight + 29, 'soft middle', kNames[size]))),
    ...panels.map((one) => panel(one, left(one.size), top(one.title), best)), notes, '</svg>', ''].join('\n')
}
