// Weights of the nets that are trained in the page: window.playground.weights() and loadWeights(), and the same as files.
;(() => {
  'use strict'
  const { withTexts, call, running, redraw } = self.__conv_page
  const { answers, attempt, tell, say } = self.__conv_own
  const kMostBytes = 32 << 20

  // The weights of the net 'cnn' or 'fc' as the bytes of a safetensors file.
  function weights(net) {
    const module = running()
    call('metrics')  // which throws where no nets are trained
    const pointer = withTexts(module, [String(net)], (name) => module._pg_weights(name))
    if (!pointer) throw new RangeError(module.UTF8ToString(module._pg_weights_why()))
    return module.HEAPU8.slice(pointer, pointer + module._pg_weights_size())
  }

  // A promise of the metrics with the weights of such a file; it is rejected, and all stays as it is, when the file is
  // not exactly that net's.
  async function loadWeights(net, bytes) {
    call('metrics')
    const file = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes
    if (!(file instanceof Uint8Array)) throw new TypeError('playground.loadWeights: (net, Uint8Array)')
    if (file.length > kMostBytes) throw new RangeError(say('own.too_heavy', { from: Math.ceil(file.length / (1 << 20)), allowed: kMostBytes >> 20 }))
    return self.__conv_trained(() => {
      const module = running(), pointer = module._malloc(file.length || 1)
      module.HEAPU8.set(file, pointer)
      const sentence = withTexts(module, [`weights.${net}`], (name) => module.UTF8ToString(module._pg_asset(name, pointer, file.length)))
      module._free(pointer)
      if (sentence) throw new RangeError(sentence)
    })
  }
  Object.assign(self.playground, { weights, loadWeights })

  const chooser = Object.assign(document.createElement('input'), { type: 'file', id: 'weights-file', hidden: true,
                                                                   accept: '.safetensors' })
  document.body.append(chooser)
  let chosenFor = 'cnn'
  chooser.addEventListener('change', () => {
    const [file] = chooser.files, net = chosenFor
    chooser.value = ''
    if (!file) return
    attempt(async () => {
      const metrics = await loadWeights(net, file.size > kMostBytes ? new Uint8Array(kMostBytes + 1) : new Uint8Array(await file.arrayBuffer()))
      tell(say('page.weights_loaded', { file: file.name.slice(0, 60), percent: (100 * metrics[net].test_accuracy).toFixed(1) }))
    })
  })

  answers.load_weights = (net) => {
    chosenFor = net
    chooser.click()
  }
  answers.save_weights = (net) => attempt(() => {
    const file = `${net}.safetensors`
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([weights(net)], { type: 'application/octet-stream' }))
    link.download = file
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60000)
    // A frame that may not download is not told so: the sentence names it.
    tell(say(self.parent !== self && self.origin === 'null' ? 'page.weights_saved.frame' : 'page.weights_saved', { file }))
    redraw()
  })
})()
