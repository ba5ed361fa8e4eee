// What the tfjs adapters share; tf holds the tfjs functions used (all of tfjs, or the few that inference takes).
// NHWC, the only layout of the wasm and cpu backends' convolution. Both compute eagerly, so a run is over when it
// returns; nets read their result back, single operators leave it in the engine.
import { permute } from '../workloads.mjs'

export const make = (tf) => async (w) => {
  const [n, c, h, wd] = w.shape, first = w.layers[0].op
  const x = tf.tensor(permute(w.x, w.shape, [0, 2, 3, 1]), first === 'fc' ? [n, c] : [n, h, wd, c])
  const params = w.layers.map(({ op, k, in: [ci, hi, wi], out: [co], w: wt, b }) => wt && [
    op === 'conv' ? tf.tensor(permute(wt, [co, ci, k, k], [2, 3, 1, 0]), [k, k, ci, co])
      : tf.tensor(permute(wt, [co, ci, hi, wi], [2, 3, 1, 0]), [hi * wi * ci, co]),
    tf.tensor(b)])
  const forward = () => w.layers.reduce((t, { op, k, stride, pad, relu }, i) => {
    const [p, bias] = params[i] ?? [], activation = relu ? 'relu' : 'linear'
    if (op === 'conv') return tf.fused.conv2d({ x: t, filter: p, strides: stride, pad, bias, activation })
    if (op === 'maxpool') return tf.maxPool(t, k, stride, 'valid')
    if (op === 'fc') return tf.fused.matMul({ a: t.shape.length > 2 ? tf.reshape(t, [n, -1]) : t, b: p, bias, activation })
    return w.train ? t : tf.softmax(t) // the training loss takes logits
  }, x)
  const dispose = () => [x, ...params.flat()].forEach((t) => t?.dispose())
  if (!w.train) {
    const net = w.layers.length > 1
    return {
      run() {
        const y = tf.tidy(forward)
        if (net) y.dataSync()
        y.dispose()
      },
      output: () => tf.tidy(() => {
        const y = forward()
        return (y.shape.length > 2 ? tf.transpose(y, [0, 3, 1, 2]) : y).dataSync()
      }),
      dispose,
    }
  }
  params.forEach((p, i) => { if (p) params[i] = p.map((t) => tf.variable(t)) })
  const labels = tf.cast(tf.oneHot(tf.tensor1d(w.labels, 'int32'), w.layers.at(-1).out[0]), 'float32')
  const sgd = tf.train.sgd(w.lr), loss = () => tf.losses.softmaxCrossEntropy(labels, forward())
  return {
    run: () => { sgd.minimize(loss) },
    output() {
      const cost = sgd.minimize(loss, true), value = cost.dataSync()
      cost.dispose()
      return value
    },
    dispose,
  }
}
