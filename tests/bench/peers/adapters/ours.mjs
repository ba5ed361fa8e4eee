// Our engine, SIMD128: the variant that the page uses.
import { adapter } from './_ours.mjs'

export const { init, make } = adapter('engine.wasm', false)
