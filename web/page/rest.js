// What an embedded page does while nobody sees it: it draws nothing, time does not pass for what plays, and after a
// while it gives its WebGL context back, since browsers keep about 16 for all pages together. It answers all the same.
self.__conv_rest = (module, canvas, schedule) => {
  'use strict'
  const kPatience = 1000  // milliseconds out of sight
  const gl = canvas.getContext('webgl2')
  const extension = gl.getExtension('WEBGL_lose_context')
  let seen = true, given = false, lost = false, timer = 0

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
  new IntersectionObserver((entries) => {
    seen = entries.at(-1).isIntersecting
    clearTimeout(timer)
    if (!seen) timer = setTimeout(giveBack, kPatience)
    else {
      takeAgain()
      schedule()
    }
  }, { rootMargin: '50%' }).observe(canvas)

  // The browser may also take the context itself; then it says when there is one again.
  canvas.addEventListener('webglcontextlost', (event) => {
    event.preventDefault()
    lost = true
    setTimeout(takeAgain)  // it may have come into sight in between; only after this event may one restore
  })
  canvas.addEventListener('webglcontextrestored', () => {
    lost = false
    module._pg_renew_graphics()
    schedule()
  })

  return () => !seen || gl.isContextLost()
}
