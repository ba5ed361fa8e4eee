// The camera, where it is allowed: what lies in the middle of its picture is the input, several times a second, until it
// is kept or put away. Nothing of it is stored or sent.
;(() => {
  'use strict'
  const kEvery = 150  // ms between two looks
  const { redraw } = self.__conv_page
  const { answers, attempt, locked, put, refuse, say, tell } = self.__conv_own

  const panel = document.getElementById('camera'), video = panel.querySelector('video')
  const [keep, close] = panel.querySelectorAll('button')
  let stream = null, looking = 0, before = null

  function stop() {
    clearInterval(looking)
    stream?.getTracks().forEach((track) => track.stop())
    stream = video.srcObject = null
    panel.hidden = true
    document.getElementById('canvas').focus({ preventScroll: true })
  }

  // A lesson that has been left, or a picture that may not be changed, ends it.
  function look() {
    const { view } = self.playground.getState()
    if (view !== 'draw' || locked()) return stop()
    if (!video.videoWidth || document.hidden) return
    put({ width: video.videoWidth, height: video.videoHeight, source: video })
    redraw()
  }

  async function open() {
    if (locked() || stream) return
    let opened
    try {
      opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
    } catch (error) {
      refuse(error.name === 'NotAllowedError' || error.name === 'SecurityError' ? 'own.camera.refused' : 'own.camera.none')
    }
    stream = opened
    const { shape, data } = self.playground.tensor('input')
    before = { shape, data }
    keep.textContent = say('own.camera.keep')
    close.textContent = say('own.camera.close')
    panel.setAttribute('aria-label', say('own.camera'))
    panel.hidden = false
    video.srcObject = stream
    stream.getTracks().forEach((track) => track.addEventListener('ended', stop))
    await video.play()
    looking = setInterval(look, kEvery)
    keep.focus({ preventScroll: true })
  }

  keep.addEventListener('click', () => attempt(() => {
    const said = video.videoWidth ? put({ width: video.videoWidth, height: video.videoHeight, source: video }) : ''
    stop()
    if (said) tell(said)
  }))
  close.addEventListener('click', () => attempt(() => {
    stop()
    self.playground.setTensor('input', before)
  }))
  // Before the keys of what is not the canvas are kept from the program.
  self.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && panel.contains(document.activeElement)) close.click()
  }, { capture: true })
  answers.camera = () => attempt(open)
})()
