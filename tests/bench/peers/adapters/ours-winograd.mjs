// Our engine, SIMD128, 3×3 convolutions by Winograd's algorithm where it wins.
import { adapter } from './_ours.mjs'

export const { init, make } = adapter('engine.wasm', true)
