// On paper: what is asked, the view, what the step says, the link and a QR code of it, and under them the text mirror.
// Browsers wait for nothing between `beforeprint` and the paper: all is drawn there and then, and the library for the QR
// code has come before.
;(() => {
  'use strict'
  const { make, say } = self.__conv_share
  const { view, words } = self.__conv_picture
  const { loadScript } = self.__conv_files
  const kQuiet = 4                      // the empty cells around a QR code
  const kCell = 0.45, kLeast = 30       // millimetres: what a telephone can still tell apart; the whole
  const paper = make('section', { id: 'paper' })
  document.getElementById('mirror').before(paper)

  let loading = null
  const library = () => loading ??= loadScript('qrcode.js').catch(() => { loading = null })

  // The QR code of `text`, as well protected as its length allows; null when none holds it.
  function code(text) {
    for (const level of ['M', 'L'])
      try {
        const made = self.qrcode(0, level)
        made.addData(text)
        made.make()
        return made
      } catch { /* the library throws a text when there are too many characters */ }
    return null
  }
  function drawn(made) {
    const count = made.getModuleCount(), size = count + 2 * kQuiet
    let path = ''
    for (let row = 0; row < count; ++row)
      for (let col = 0; col < count; ++col) if (made.isDark(row, col)) path += `M${col + kQuiet} ${row + kQuiet}h1v1h-1z`
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    shape.setAttribute('d', path)
    svg.setAttribute('viewBox', `0 0 ${size} ${size}`)
    svg.setAttribute('shape-rendering', 'crispEdges')
    svg.style.width = svg.style.height = `${Math.max(kLeast, size * kCell)}mm`
    svg.append(shape)
    return svg
  }

  function fill() {
    const { title, lesson, question, lead, narration, link } = words()
    const line = (name, textContent, className = '') => textContent ? [make(name, { textContent, className })] : []
    let picture = []
    // Without a picture, when the browser has taken the graphics away, the words are still worth their paper.
    try { picture = [view()] } catch { /* as said */ }
    const qr = self.qrcode && code(link)
    paper.replaceChildren(...line('p', title, 'name'), ...line('h1', lesson), ...line('p', question, 'ask'), ...line('p', lead),
      ...picture, ...line('p', narration),
      make('div', { className: 'address' }, ...(qr ? [drawn(qr)] : []),
        make('div', {}, ...line('p', link, 'link'), ...line('p', self.qrcode && !qr ? say('page.print.no_qr') : ''))))
  }
  self.playground.ready.then(() => {
    self.addEventListener('beforeprint', fill)
    self.addEventListener('afterprint', () => paper.replaceChildren())
    // A frame rarely prints; a page of its own is ready for it once somebody is there.
    const kSigns = ['pointermove', 'pointerdown', 'keydown']
    const somebody = () => {
      for (const sign of kSigns) self.removeEventListener(sign, somebody, true)
      library()
    }
    if (self.parent === self) for (const sign of kSigns) self.addEventListener(sign, somebody, true)
  }, () => {})
  self.__conv_print = async () => {
    await library()
    self.print()
  }
})()
