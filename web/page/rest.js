// The page's WebGL context. The browser may take it away at any time and give it back later; the page then stands still
// and goes on. An embedded page that nobody sees draws nothing, time does not pass for what plays, and after a while it
// gives its context back, since browsers keep about 16 for all pages together. It answers all the same. `tell`: shows a
// sentence, or none.
self.__conv_rest = (module, canvas, schedule, tell) => {
  'use strict'
  const kPatience = 1000    // milliseconds out of sight
  const kTooLong = 3000     // milliseconds without a context that was not given back
  const gl = canvas.getContext('webgl2')
  const extension = gl.getExtension('WEBGL_lose_context')
  let seen = true, given = false, lost = false, told = false, timer = 0, telling = 0

  const giveBack = () => {
    if (seen || gl.isContextLost() || !extension) return
    given = true
    extension.loseContext()
  }
  const takeAgain = () => {
    if (!seen || !given || !lost) return
    given = false
    extension.restoreContext()
  }
  if (self.parent !== self)
    new IntersectionObserver((entries) => {
      seen = entries.at(-1).isIntersecting
      clearTimeout(timer)
      if (!seen) timer = setTimeout(giveBack, kPatience)
      else {
        takeAgain()
        schedule()
      }
    }, { rootMargin: '50%' }).observe(canvas)

  canvas.addEventListener('webglcontextlost', (event) => {
    event.preventDefault()  // or it would never come back
    lost = true
    setTimeout(takeAgain)  // it may have come into sight in between; only after this event may one restore
    if (!given) telling = setTimeout(() => { told = true; tell(true) }, kTooLong)
  })
  canvas.addEventListener('webglcontextrestored', () => {
    lost = false
    clearTimeout(telling)
    if (told) tell(false)
    told = false
    if (gl.isContextLost()) return
    module._pg_renew_graphics()
    schedule()
  })

  return () => !seen || gl.isContextLost()
}
