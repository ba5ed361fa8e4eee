// ConvNetJS: plain JavaScript on Float64Arrays, one sample at a time, HWC volumes.
import convnetjs from 'convnetjs'
import { permute } from '../workloads.mjs'

const { Net, Vol, Trainer, ConvLayer, PoolLayer, FullyConnLayer, ReluLayer, SoftmaxLayer } = convnetjs
const layer = { conv: ConvLayer, maxpool: PoolLayer, fc: FullyConnLayer, softmax: SoftmaxLayer }

export async function init() {}

export async function make(w) {
  const net = new Net()
  net.layers = w.layers.flatMap(({ op, k, stride, pad, relu, in: [c, h, wd], out, w: wt, b }) => {
    const l = new layer[op]({ sx: k, stride, pad, filters: out[0], in_depth: c, in_sx: wd, in_sy: h })
    if (wt) {
      const [fh, fw] = op === 'conv' ? [k, k] : [h, wd], n = c * fh * fw
      const hwc = permute(wt, [out[0], c, fh, fw], [0, 2, 3, 1])
      l.filters.forEach((f, i) => f.w.set(hwc.subarray(i * n, i * n + n)))
      l.biases.w.set(b)
    }
    return relu ? [l, new ReluLayer({ in_depth: out[0], in_sx: out[2], in_sy: out[1] })] : [l]
  })
  const [n, c, h, wd] = w.shape, size = c * h * wd, hwc = permute(w.x, w.shape, [0, 2, 3, 1])
  const xs = Array.from({ length: n }, (_, i) => {
    const v = new Vol(wd, h, c, 0)
    v.w.set(hwc.subarray(i * size, i * size + size))
    return v
  })
  const dispose = () => {}
  if (!w.train) {
    const forward = () => net.forward(xs[0], false)
    const output = () => {
      const y = forward()
      return permute(y.w, [1, y.sy, y.sx, y.depth], [0, 3, 1, 2])
    }
    return { run() { forward() }, output, dispose }
  }
  const trainer = new Trainer(net, { method: 'sgd', learning_rate: w.lr, momentum: 0, batch_size: n })
  const step = () => xs.reduce((sum, x, i) => sum + trainer.train(x, w.labels[i]).cost_loss, 0) / n
  return { run() { step() }, output: () => [step()], dispose }
}
