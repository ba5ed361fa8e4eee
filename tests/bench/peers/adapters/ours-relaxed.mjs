// Our engine with relaxed SIMD (fused multiply-add).
import { adapter } from './_ours.mjs'

export const { init, make } = adapter('engine-relaxed.wasm', false)
