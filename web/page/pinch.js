// Two fingers, or the wheel with Ctrl (which is also how a trackpad's pinch arrives), make the cells of the figure below
// them larger; the page keeps its size. And whether the page is used by touch at all.
self.__conv_pinch = (module, canvas, redraw) => {
  'use strict'
  const listen = (type, listener) => self.addEventListener(type, listener, { capture: true, passive: false })
  const place = ({ clientX, clientY }) => {
    const { left, top } = canvas.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }
  // Where two fingers are: their middle and how far they are from one another.
  function hands({ targetTouches }) {
    const [a, b] = [place(targetTouches[0]), place(targetTouches[1])]
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) }
  }

  let held = null  // where the fingers were last; null: none is on the canvas since
  let over = true  // one of the two is off again
  function begin(event) {
    if (event.target !== canvas || event.targetTouches.length < 2) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (held || event.targetTouches.length > 2) return
    held = hands(event)
    over = false
    module._pg_begin_pinch(held.x, held.y)
    redraw()
  }
  function move(event) {
    if (!held || event.target !== canvas) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (over) return
    const now = hands(event)
    module._pg_pinch(held.x, held.y, now.x, now.y, now.apart / held.apart)
    held = now
    redraw()
  }
  // The program is told of fingers that go, so that it does not take one for still pressed.
  function end(event) {
    if (!held || event.target !== canvas) return
    if (event.targetTouches.length < 2 && !over) {
      over = true
      module._pg_end_pinch()
    }
    if (event.targetTouches.length === 0) held = null
    redraw()
  }
  listen('touchstart', begin)
  listen('touchmove', move)
  listen('touchend', end)
  listen('touchcancel', end)

  listen('wheel', (event) => {
    if (!event.ctrlKey || event.target !== canvas) return
    const at = place(event)
    if (!module._pg_begin_pinch(at.x, at.y)) return
    event.preventDefault()
    const lines = event.deltaMode === 1 ? 16 : 1
    module._pg_pinch(at.x, at.y, at.x, at.y, Math.exp(-Math.max(-60, Math.min(60, event.deltaY * lines)) / 150))
    module._pg_end_pinch()
    redraw()
  })

  // What can be pressed grows with the first touch, once the finger is off: nothing moves from under it.
  let fingers = false
  const byTouch = () => {
    if (fingers) return
    fingers = true
    module._pg_fingers(1)
    redraw()
  }
  if (matchMedia('(pointer: coarse)').matches) byTouch()
  self.addEventListener('pointerup', ({ pointerType }) => { if (pointerType === 'touch') setTimeout(byTouch, 200) })
}
