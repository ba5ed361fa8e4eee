// The project's own engine as it is in dist/: engine.mjs and the module that is asked for. Nets go through forward(),
// which copies input and output; single operators through run(), which does not.
export const adapter = (wasm, winograd) => {
  let nn
  const init = async () => {
    const { default: createEngine } = await import('/ours/engine.mjs')
    nn = await createEngine({ wasm: new URL(`/ours/${wasm}`, location).href })
  }
  async function make(w) {
    const [n, ...input] = w.shape, params = {}, layers = []
    for (const { op, cout, k, stride, pad: padding = 0, relu, w: weight, b } of w.layers) {
      if (op === 'fc' && !layers.some(({ type }) => type === 'Flatten')) layers.push({ type: 'Flatten' })
      if (weight) Object.assign(params, { [`${layers.length}.weight`]: weight, [`${layers.length}.bias`]: b })
      if (op === 'conv') layers.push({ type: 'Conv2d', out_channels: cout, kernel_size: k, stride, padding })
      if (op === 'maxpool') layers.push({ type: 'MaxPool2d', kernel_size: k, stride })
      if (op === 'fc') layers.push({ type: 'Linear', out_features: cout })
      if (op === 'softmax' && !w.train) layers.push({ type: 'Softmax' })  // the training loss takes logits
      if (relu) layers.push({ type: 'ReLU' })
    }
    const net = nn.sequential({ input, layers, winograd })
    net.load(params)
    const dispose = () => net.delete()
    if (w.train) {
      const step = () => net.train_step(w.x, w.labels, { lr: w.lr }).loss
      return { run() { step() }, output: () => [step()], dispose }
    }
    const output = () => net.forward(w.x, n)
    if (w.layers.length > 1) return { run() { output() }, output, dispose }
    net.input(n).set(w.x)
    return { run: () => net.run(n), output, dispose }
  }
  return { init, make }
}
