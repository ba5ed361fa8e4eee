// The camera, where it is allowed: what lies in the middle of its picture is the input, several times a second, until it
// is kept or put away. The camera's own picture is neither stored nor sent; the cells made of it are the input, and so in
// the state, the address and `change`, as those of any other picture.
;(() => {
  'use strict'
  const kEvery = 150  // ms between two looks
  const { redraw } = self.__conv_page
  const { answers, attempt, locked, put, refuse, say, tell } = self.__conv_own

  const panel = document.getElementById('camera'), video = panel.querySelector('video')
  const [keep, close] = panel.querySelectorAll('button')
  let stream = null, looking = 0, before = null, opening = false

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
    if (locked() || stream || opening) return
    opening = true
    let opened
    try {
      opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
    } catch (error) {
      refuse(error.name === 'NotAllowedError' || error.name === 'SecurityError' ? 'own.camera.refused' : 'own.camera.none')
    } finally { opening = false }
    stream = opened
    const { image } = self.playground.getState()
    before = image === 'custom' ? self.playground.tensor('input') : image
    keep.textContent = say('own.camera.keep')
    close.textContent = say('own.camera.close')
    panel.setAttribute('aria-label', say('own.camera'))
    panel.hidden = false
    video.srcObject = stream
    stream.getTracks().forEach((track) => track.addEventListener('ended', () => { if (stream === opened) stop() }))
    await video.play().catch(() => {})  // put away meanwhile
    if (stream !== opened) return
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
    if (typeof before === 'string') self.playground.setState({ image: before })
    else self.playground.setTensor('input', before)
  }))
  // Before the keys of what is not the canvas are kept from the program.
  self.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && panel.contains(document.activeElement)) close.click()
  }, { capture: true })
  answers.camera = () => attempt(open)
})()
