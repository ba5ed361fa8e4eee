// The workloads: float32 nets as layer lists, weights and inputs drawn from a seeded generator, so that
// every engine computes the same thing. Canonical layouts: activations NCHW, conv weights OIHW,
// fc weights [out][in] with `in` in CHW order.
const conv = (cout, k, o) => ({ op: 'conv', cout, k, stride: 1, pad: 0, ...o })
const fc = (cout, o) => ({ op: 'fc', cout, ...o })
const pool = { op: 'maxpool', k: 2, stride: 2 }, softmax = { op: 'softmax' }, relu = { relu: true }

const nets = {
  'seed-conv': { shape: [1, 3, 32, 32], layers: [conv(10, 5, { pad: 2 })] },
  'res-conv': { shape: [1, 64, 56, 56], layers: [conv(64, 3, { pad: 1 })] },
  'stride-conv': { shape: [1, 64, 56, 56], layers: [conv(128, 3, { pad: 1, stride: 2 })] },
  'pointwise': { shape: [1, 64, 56, 56], layers: [conv(256, 1)] },
  'fc-small': { shape: [1, 3072, 1, 1], layers: [fc(10)] },
  'fc-large': { shape: [1, 4096, 1, 1], layers: [fc(1000)] },
  'maxpool': { shape: [1, 64, 112, 112], layers: [pool] },
  // CNN Explainer's Tiny VGG
  'tinyvgg': { shape: [1, 3, 64, 64], layers: [conv(10, 3, relu), conv(10, 3, relu), pool,
    conv(10, 3, relu), conv(10, 3, relu), pool, fc(10), softmax] },
  'lenet': { shape: [1, 1, 28, 28], layers: [conv(6, 5, { pad: 2, relu: true }), pool, conv(16, 5, relu), pool,
    fc(120, relu), fc(84, relu), fc(10)] },
  // ConvNetJS's CIFAR-10 demo net; one step = forward, backward, SGD update
  'train-cifar': { train: true, shape: [32, 3, 32, 32], layers: [conv(16, 5, { pad: 2, relu: true }), pool,
    conv(20, 5, { pad: 2, relu: true }), pool, conv(20, 5, { pad: 2, relu: true }), pool, fc(10), softmax] },
  'train-fc': { train: true, shape: [32, 3072, 1, 1], layers: [fc(10), softmax] },
}
export const names = Object.keys(nets)
// Where Winograd's algorithm may be chosen: 3×3, stride 1.
export const mayTransform = (name) => nets[name].layers.some(({ op, k, stride }) => op === 'conv' && k === 3 && stride === 1)

// → { name, train, lr, shape, x, labels, layers: [{ op, k, stride, pad, relu, in, out, w, b }], flops }
// in/out are [C, H, W]. flops counts 2 per multiply-add of conv and fc; a training step counts
// forward + weight gradients + input gradients (none for the first layer).
export function build(name) {
  const { train = false, shape, layers } = nets[name]
  const fill = (n, scale) => Float32Array.from({ length: n }, () => (rand() * 2 - 1) * scale)
  let seed = [...name].reduce((s, c) => s * 31 + c.charCodeAt(0) | 0, 7)
  const rand = () => {  // mulberry32
    let t = seed = seed + 0x6D2B79F5 | 0
    t = Math.imul(t ^ t >>> 15, t | 1)
    t ^= t + Math.imul(t ^ t >>> 7, t | 61)
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32
  }
  const size = (a) => a.reduce((p, d) => p * d, 1)
  let dims = shape.slice(1), flops = 0
  const built = layers.map((l, i) => {
    const [c, h, w] = dims, fan = l.op === 'fc' ? size(dims) : c * l.k * l.k
    const side = (n) => Math.floor((n + 2 * (l.pad ?? 0) - l.k) / l.stride) + 1
    const out = { conv: [l.cout, side(h), side(w)], maxpool: [c, side(h), side(w)], fc: [l.cout, 1, 1], softmax: dims }[l.op]
    const r = { ...l, in: dims, out }
    if (l.cout) {
      r.w = fill(l.cout * fan, Math.sqrt((l.relu ? 6 : 3) / fan))
      r.b = fill(l.cout, 0.1)
      flops += 2 * shape[0] * size(out) * fan * (train ? (i ? 3 : 2) : 1)
    }
    dims = out
    return r
  })
  const labels = Int32Array.from({ length: shape[0] }, (_, i) => i % dims[0])
  return { name, train, lr: 0.01, shape, x: fill(size(shape), 1), labels, layers: built, flops }
}

// Transposes a 4-D array; order [2, 3, 1, 0] makes OIHW into HWIO, [0, 2, 3, 1] makes NCHW into NHWC.
export function permute(a, dims, order) {
  const stride = [dims[1] * dims[2] * dims[3], dims[2] * dims[3], dims[3], 1]
  const [d, s] = [order.map((i) => dims[i]), order.map((i) => stride[i])], out = new Float32Array(a.length)
  let o = 0
  for (let i = 0; i < d[0]; i++) for (let j = 0; j < d[1]; j++)
    for (let k = 0; k < d[2]; k++) for (let l = 0; l < d[3]; l++)
      out[o++] = a[i * s[0] + j * s[1] + k * s[2] + l * s[3]]
  return out
}
