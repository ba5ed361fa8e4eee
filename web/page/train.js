// Training in the page: window.playground.train(), and what the buttons of the lesson `network` ask for. It goes on in
// slices, so that the page stays responsive; the digits are loaded when they are first needed. Nothing is trained while
// the tab is hidden.
;(() => {
  'use strict'
  const kSlice = 10      // milliseconds
  const kPiece = 2e6     // multiply-adds between two looks at the clock
  const { withTexts, call, running, redraw, emit } = self.__conv_page
  const { loadScript, unpack, say } = self.__conv_files

  async function load() {
    const file = 'playground.digits.js', module = running()
    await loadScript(file)
    const parts = self.__conv_assets?.digits?.parts ?? []
    let done = 0
    await Promise.all(parts.map(async (part) => {
      await loadScript(part)
      module._pg_note_digits(++done / (parts.length + 1))
      redraw()
    }))
    const bytes = await unpack('digits', file)
    const pointer = module._malloc(bytes.length)
    module.HEAPU8.set(bytes, pointer)
    const sentence = withTexts(module, ['digits'], (name) => module.UTF8ToString(module._pg_asset(name, pointer, bytes.length)))
    module._free(pointer)
    if (sentence) throw new Error(sentence)
  }

  let loaded = null
  const digits = () => loaded ??= load().catch((trouble) => {
    loaded = null  // who asks next may try again
    running()._pg_note_digits_failed()  // nothing is wanted until then, and the lesson says so
    redraw()
    throw trouble
  })

  // A task of its own each time: input and frames come in between. (A timer would wait 4 ms.)
  const channel = new MessageChannel()
  let resume = () => {}
  channel.port1.onmessage = () => resume()
  const nextTask = () => new Promise((resolve) => {
    resume = resolve
    if (!document.hidden) channel.port2.postMessage(0)
    else document.addEventListener('visibilitychange', () => resolve(nextTask()), { once: true })
  })

  async function work() {
    await digits()
    for (let more = true; more;) {
      await nextTask()
      const module = running(), until = performance.now() + kSlice, before = module._pg_revision()
      do more = module._pg_train(kPiece) !== 0; while (more && performance.now() < until)
      if (!more || module._pg_revision() !== before) redraw()
    }
  }

  // One worker at a time, until there is nothing to do.
  let working = null
  const finish = () => working ??= work().finally(() => { working = null })

  // After each frame: whoever pressed a button waits for no promise.
  self.__conv_training = () => {
    if (working || !running()._pg_wants_training()) return
    finish().catch((trouble) => emit('error', { message: trouble.message }))
  }

  async function run(options) {
    const goal = call('train', options)
    await finish()
    const metrics = call('metrics')
    if (metrics.steps < goal) throw new Error(say('page.train_stopped', { steps: goal }))
    return metrics
  }

  // `change` of the nets, once they can be there, and a promise of the metrics after it.
  self.__conv_trained = async (change) => {
    await digits()
    change()
    await finish()
    return call('metrics')
  }

  async function tryOut(options) {
    const { name } = call('experiment', options)
    await finish()
    const results = call('results')
    if (results.name !== name || !results.done) throw new Error(say('page.experiment_stopped', { name }))
    return results
  }

  let last = Promise.resolve()
  const inTurn = (work) => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
  // A promise of the results of an experiment.
  self.playground.experiment = (options = {}) => inTurn(() => tryOut(options))
  self.playground.results = () => call('results')
  // A promise of the metrics after `steps` more steps; several calls wait for each other.
  self.playground.train = (options) => inTurn(() => run(options))
})()
