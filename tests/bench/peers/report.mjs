// What run.mjs prints: text as it goes, and the table for the README.
import { median, show } from '../support.mjs'
import { isOurs } from './bundles.mjs'

// The time that our best variant may take, in the best peer's.
const kTargets = { 'seed-conv': 0.6, 'res-conv': 0.7, 'stride-conv': 0.8, 'pointwise': 0.75, 'fc-small': 0.5, 'fc-large': 1,
                   'maxpool': 0.8, 'tinyvgg': 0.5, 'lenet': 0.5, 'train-cifar': 0.05, 'train-fc': 0.2, 'first': 0.5 }
const kInWords = {
  'seed-conv': '10 filters 5×5 over 3×32²', 'res-conv': '64 filters 3×3 over 64×56²', 'stride-conv': '128 filters 3×3, stride 2, over 64×56²',
  'pointwise': '256 filters 1×1 over 64×56²', 'fc-small': '3072 → 10', 'fc-large': '4096 → 1000', 'maxpool': '2×2 over 64×112²',
  'tinyvgg': 'Tiny VGG, 3×64²', 'lenet': 'LeNet-5, 28²', 'train-cifar': 'a training step, 3 convolutions, batch 32',
  'train-fc': 'a training step, 3072 → 10, batch 32', 'first': 'first result in an empty page' }
const kSimd128 = ['ort', 'tfjs-wasm']  // the peers without relaxed SIMD; the ones in plain JavaScript are never faster

const done = (result, keep) => Object.entries(result).filter(([engine, { ms }]) => ms && keep(engine)).sort((a, b) => a[1].ms - b[1].ms)
const times = (x) => `${x.toFixed(x < 0.1 ? 3 : 2)}×`
const ratio = (a, b) => median(a.samples.map((ms, i) => ms / b.samples[i]))

export function rows(name, result) {
  const line = ([engine, row]) => row.ms
    ? `  ${engine.padEnd(22)}${show(row.ms).padStart(8)} ms ${`±${(100 * row.spread).toFixed(0)}%`.padStart(5)}` +
      `${row.gflops ? `${show(row.gflops).padStart(8)} GFLOP/s` : ' '.repeat(16)}${times(row.ratio).padStart(9)}` +
      (row.bytes ? `  ${(row.bytes / 1024).toFixed(0)} KB gzipped` : '')
    : `  ${engine.padEnd(22)}   none: ${row.error}`
  return [`${name}: ${kInWords[name]}`, ...Object.entries(result).map(line)].join('\n')
}

export function summary({ machine, chromium, peaks, workloads }) {
  const lines = [`${machine}, Chromium ${chromium}`]
  if (peaks.length) {
    const peak = (kind) => median(peaks.map((both) => both[kind]))
    lines.push(`peak of one core, median: ${show(peak('muladd'))} GFLOP/s, with relaxed SIMD ${show(peak('fma'))}`)
    const plain = workloads['res-conv']?.ours
    if (plain?.gflops) lines.push(`engine.wasm reaches ${(100 * plain.gflops / peak('muladd')).toFixed(0)}% of the mul+add peak in res-conv`)
  }
  const against = Object.entries(workloads).flatMap(([name, result]) => {
    const [peer] = done(result, (engine) => kSimd128.includes(engine))
    return peer && result.ours?.ms ? [`${name} ${times(ratio(result.ours, peer[1]))}`] : []
  })
  if (against.length) lines.push(`engine.wasm against the better of ${kSimd128.join(' and ')}: ${against.join(', ')}`)
  return lines.join('\n')
}

export function markdown(results) {
  const variants = { 'ours': 'SIMD128', 'ours-winograd': '+ Winograd', 'ours-relaxed': 'relaxed', 'ours-relaxed-winograd': '+ Winograd' }
  const table = Object.entries(results.workloads).map(([name, result]) => {
    const [peer] = done(result, (engine) => !isOurs(engine)), [best] = done(result, isOurs)
    const cell = (engine) => result[engine]?.ms ? `${show(result[engine].ms)}${peer ? ` (${times(result[engine].ratio)})` : ''}` : ''
    const met = peer && best && (best[1].ratio <= kTargets[name] ? 'met' : 'missed')
    return [`${name}: ${kInWords[name]}`, peer ? `${show(peer[1].ms)} ${peer[0]}` : '', ...Object.keys(variants).map(cell),
            peer && best ? `**${times(best[1].ratio)}**` : '', `≤ ${times(kTargets[name])}${met ? `, ${met}` : ''}`]
  })
  const head = ['ms', 'best peer', ...Object.values(variants), 'ours / best peer', 'target']
  const line = (cells) => `| ${cells.join(' | ')} |`
  const notes = summary(results).split('\n')
  return [line(head), line(head.map((_, i) => i ? '---:' : '---')), ...table.map(line), '', `${notes.join('; ')}.`].join('\n')
}
