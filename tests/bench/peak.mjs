// The most that one core can do in WebAssembly: twelve independent chains of f32x4 multiply-adds that never leave the
// registers. The module is assembled here, so that no binary needs to be kept. For a page, after warmUp():
//   muladd()   GFLOP/s of f32x4.mul and f32x4.add, the bound of SIMD128
//   fma()      GFLOP/s of f32x4.relaxed_madd; 0 where there is no relaxed SIMD
const kChains = 12  // with both factors and a product that is under way they just fit into 16 registers
const kV128 = 0x7b, kI32 = 0x7f, kF32 = 0x7d

const leb = (n) => n < 128 ? [n] : [n & 127 | 128, ...leb(n >> 7)]
const vector = (items) => [...leb(items.length), ...items.flat()]
const section = (id, body) => [id, ...vector(body)]
const simd = (op) => [0xfd, ...leb(op)]
const get = (local) => [0x20, local], set = (local) => [0x21, local]
const splat = (x) => [0x43, ...new Uint8Array(Float32Array.of(x).buffer), ...simd(0x13)]

// chains(n: i32) → f32: n times acc = acc · a + b for each chain; with these a and b every acc stays near 5000.
export function peakModule(relaxed) {
  const n = 0, a = kChains + 1, b = kChains + 2
  const chains = Array.from({ length: kChains }, (_, i) => i + 1)
  const step = (acc) => relaxed ? [...get(acc), ...get(a), ...get(b), ...simd(0x105), ...set(acc)]
    : [...get(acc), ...get(a), ...simd(0xe6), ...get(b), ...simd(0xe4), ...set(acc)]
  const code = [
    ...vector([[kChains + 2, kV128]]),
    ...chains.flatMap((acc) => [...splat(acc), ...set(acc)]), ...splat(0.9999), ...set(a), ...splat(0.5), ...set(b),
    0x03, 0x40, ...chains.flatMap(step),                                        // loop
    ...get(n), 0x41, 1, 0x6b, 0x22, n, 0x0d, 0, 0x0b,                           // br_if (n -= 1), end
    ...get(1), ...chains.slice(1).flatMap((acc) => [...get(acc), ...simd(0xe4)]), // a sum that needs every chain
    ...simd(0x1f), 0, 0x0b]
  const name = [...new TextEncoder().encode('chains')]
  return Uint8Array.of(0, ...new TextEncoder().encode('asm'), 1, 0, 0, 0,
    ...section(1, vector([[0x60, ...vector([kI32]), ...vector([kF32])]])), ...section(3, vector([0])),
    ...section(7, vector([[...vector(name), 0, 0]])), ...section(10, vector([vector(code)])))
}

const instance = (bytes) => WebAssembly.validate(bytes) && new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.chains
let plain, relaxed

export function warmUp() {
  plain ??= instance(peakModule(false))
  relaxed ??= instance(peakModule(true))
  for (const start = performance.now(); performance.now() - start < 200;) [plain, relaxed].forEach((run) => run && run(1e4))
}

// The best of three: a share of the core that something else took is no peak.
function rate(run, n) {
  if (!run) return 0
  return Math.max(...[1, 2, 3].map(() => {
    const start = performance.now()
    run(n)
    return n * kChains * 4 * 2 / (performance.now() - start) / 1e6
  }))
}
export const muladd = (n = 5e6) => rate(plain, n)
export const fma = (n = 5e6) => rate(relaxed, n)
