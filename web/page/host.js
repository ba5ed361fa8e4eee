// What the program needs from the page around it: frames, the address bar, the text mirror, the notice line,
// and a canvas that takes wheel, touch and keys only while it is active.
self.__conv_host = (module, fail, dark) => {
  'use strict'
  const { attach, deliver, emit, withTexts } = self.__conv_page
  const playground = self.playground
  const canvas = document.getElementById('canvas')
  const texts = self.__conv_strings
  const framed = self.parent !== self

  // --- frames: one at a time, only when something changes, and none while nobody sees an embedded page ---------
  let pending = false, last = 0, broken = false
  const resting = self.__conv_rest(module, canvas, () => schedule(), (lost) => notify(lost ? texts[lang]['page.lost'] : shown))
  function draw(now) {
    pending = false
    if (broken) return
    if (resting()) {
      last = 0
      return
    }
    const seconds = last ? Math.max(0, now - last) / 1000 : 0
    last = now
    let more
    try {
      more = module._pg_frame(seconds)
      deliver()
    } catch (error) {
      broken = true
      fail(error)
      return
    }
    self.__conv_training()
    if (module._pg_take_share()) self.__conv_share.open()
    self.__conv_mirror.follow()
    self.__conv_requests()
    if (more) schedule()
    else last = 0
  }
  function schedule() {
    if (pending || resting()) return
    pending = true
    requestAnimationFrame(draw)
  }
  for (const type of ['pointermove', 'pointerdown', 'pointerup', 'pointerleave', 'keydown', 'keyup', 'keypress', 'focus',
                      'blur', 'touchstart', 'touchmove', 'touchend', 'mouseup', 'resize', 'visibilitychange'])
    self.addEventListener(type, schedule, { capture: true, passive: true })
  const still = matchMedia('(prefers-reduced-motion: reduce)')
  const followMotion = () => { module._pg_reduced_motion(still.matches ? 1 : 0); schedule() }
  still.addEventListener('change', followMotion)
  followMotion()
  dark.addEventListener('change', () => { module._pg_dark(dark.matches ? 1 : 0); schedule() })

  // The focus ring is for those who got here by keyboard.
  self.addEventListener('keydown', (event) => {
    if (event.key === 'Tab') document.documentElement.classList.add('keyboard')
  }, { capture: true })
  self.addEventListener('pointerdown', () => document.documentElement.classList.remove('keyboard'), { capture: true })
  // SDL looks at the canvas's size when the window is resized; the notice line resizes it, too.
  new ResizeObserver(() => self.dispatchEvent(new Event('resize'))).observe(canvas)

  self.__conv_pinch(module, canvas, schedule)  // before the shield below, which keeps touches from a canvas at rest

  // --- the canvas is active from a click or focus until Esc or blur ---------------------------------------
  const active = () => document.activeElement === canvas
  const shield = (types, keep) => {
    for (const type of types)
      self.addEventListener(type, (event) => { if (!keep(event)) event.stopImmediatePropagation() }, { capture: true, passive: true })
  }
  shield(['wheel'], () => false)  // nothing here scrolls: the page around does
  shield(['touchstart', 'touchmove', 'touchend', 'touchcancel'], (event) => event.target === canvas && (active() || !framed))
  shield(['keydown', 'keyup', 'keypress'], (event) => event.target === canvas && event.key !== 'Tab')
  // A finger activates with a tap, not with the touch that may begin a scroll of the page around.
  canvas.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch' || !framed) canvas.focus({ preventScroll: true })
  })
  canvas.addEventListener('click', () => canvas.focus({ preventScroll: true }))
  canvas.addEventListener('keydown', (event) => { if (event.key === 'Escape' && framed) canvas.blur() })

  let shown = '', lang = ''

  // --- the address bar follows the state; in a frame never, it would fill the host's history -----------------
  // A lesson is a place in it to go back to, and so is what was drawn or dropped by hand, once the hand is off.
  let hash = '', lesson = '', urlTimer = 0, byHand = false, handOn = false
  const ownInput = (text) => /[#&]input=([^&]*)/.exec(text)?.[1] ?? ''
  self.addEventListener('pointerdown', () => { byHand = handOn = true }, { capture: true })
  for (const type of ['pointerup', 'pointercancel']) self.addEventListener(type, () => { handOn = false }, { capture: true })
  self.addEventListener('drop', () => { byHand = true }, { capture: true })
  function writeUrl() {
    urlTimer = 0
    const present = '#' + module.UTF8ToString(module._pg_hash())
    const now = /lesson=([\w-]+)/.exec(present)[1]
    // An address that has just come in and whose hashchange is on its way wins.
    if (present === hash || location.hash !== hash) return
    const drawn = byHand && ownInput(present) && ownInput(present) !== ownInput(hash)
    if (drawn && handOn) return followUrl()
    try {
      if ((lesson && now !== lesson) || drawn) history.pushState(null, '', present)
      else history.replaceState(null, '', present)
    } catch { /* an opaque origin may refuse; the state itself is not in danger */ }
    hash = present
    lesson = now
    byHand = handOn
  }
  function followUrl() {
    if (framed || urlTimer) return
    urlTimer = setTimeout(writeUrl, 500)
  }
  self.addEventListener('hashchange', () => {
    if (location.hash === hash) return
    clearTimeout(urlTimer)
    urlTimer = 0
    withTexts(module, [location.hash], (text) => module._pg_apply_hash(text))
    hash = location.hash
    shown = null  // the same mistake in a new address is said again
    deliver()
    lesson = playground.getState().lesson
  })

  // --- the notice line and the text mirror ---------------------------------------------------------------
  const notice = document.getElementById('notice')

  function notify(sentence) {
    notice.querySelector('p').textContent = sentence
    notice.hidden = !sentence
  }
  function mirror(state) {
    const warnings = state.warnings.join(' ')
    if (warnings !== shown) {
      shown = warnings
      notify(warnings)
    }
    if (state.lang !== lang) {
      lang = state.lang
      document.documentElement.lang = lang
      document.title = texts[lang]['app.title']
      canvas.setAttribute('aria-label', texts[lang]['page.canvas'])
      notice.querySelector('button').textContent = texts[lang]['page.close']
    }
    self.__conv_share.follow(state, texts[lang], self.__conv_page.hash)
    self.__conv_mirror.change(state)
  }
  notice.querySelector('button').addEventListener('click', () => { notice.hidden = true; canvas.focus() })

  self.__conv_page.hash = () => module.UTF8ToString(module._pg_hash())
  attach(module, schedule)
  self.__conv_mirror.start(module)
  let playing = false
  playground.on('change', (state) => {
    // What passed before play() is not played.
    if (state.playing && !playing) last = performance.now()
    playing = state.playing
    mirror(state)
    followUrl()
  })
  const state = playground.getState()
  // An address may start the steps, but not against the reader's own wish.
  if (still.matches && state.playing) playground.pause()
  mirror(state)
  lesson = state.lesson
  hash = location.hash
  if (!framed) canvas.focus({ preventScroll: true })
  document.documentElement.classList.toggle('framed', framed)
  // The first frame: what goes wrong in it goes to the caller, there is no page yet.
  module._pg_frame(0)
  deliver()
  self.__conv_height(notice)
  schedule()
}
