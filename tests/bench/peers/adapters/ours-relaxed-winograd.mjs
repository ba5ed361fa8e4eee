// Our engine with relaxed SIMD and Winograd's algorithm: what it does by default where there is relaxed SIMD.
import { adapter } from './_ours.mjs'

export const { init, make } = adapter('engine-relaxed.wasm', true)
