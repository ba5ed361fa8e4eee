// The height at which the page looks best in the width it has, told to the page around it, which may give it: as our own
// event, in the form of H5P's resizer, and as LTI's frameResize. It depends on the width alone (and on the notice line),
// so that giving it never asks for another.
self.__conv_height = (notice) => {
  'use strict'
  const { emit } = self.__conv_page
  const parent = self.parent
  let told = 0

  function best() {
    const width = self.innerWidth
    const page = width < 860 ? Math.min(780, Math.max(560, 1.7 * width)) : Math.min(800, Math.max(600, 0.6 * width))
    return Math.round(page) + (notice.hidden ? 0 : notice.offsetHeight)
  }
  function tell(again) {
    const height = best()
    if (height === told && again !== true) return
    told = height
    emit('height', { height })
    if (parent === self) return
    parent.postMessage({ context: 'h5p', action: 'resize', scrollHeight: height, clientHeight: self.innerHeight }, '*')
    parent.postMessage({ subject: 'lti.frameResize', height }, '*')
  }

  if (parent !== self) {
    // H5P's resizer answers `hello`, and says `resize` when its own page's width has changed.
    self.addEventListener('message', ({ source, data }) => {
      if (source === parent && data?.context === 'h5p' && ['hello', 'resize'].includes(data.action)) tell(true)
    })
    parent.postMessage({ context: 'h5p', action: 'hello' }, '*')
  }
  self.addEventListener('resize', tell)
  new ResizeObserver(tell).observe(notice)
  tell()
}
