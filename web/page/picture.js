// The picture to take away: playground.png(), the view drawn with two pixels for each CSS pixel, with what it shows and
// the link below it; the dialog's tab of picture and paper.
;(() => {
  'use strict'
  const { running, redraw } = self.__conv_page
  const { parts, make, say, button, sealed, download, link } = self.__conv_share
  const playground = self.playground
  const kScale = 2
  const kEdge = 14, kGap = 6, kMostLines = 6  // of the caption, in the screen's pixels
  const side = (width) => width < 860 ? 14 : 28  // as the program's own margin
  const kType = 'Pretendard, system-ui, sans-serif'
  // Paper, ink and what is less important, as the program draws them.
  const kPaper = { light: ['#FBFAF7', '#1C2430', '#59626E'], dark: ['#14181F', '#ECEAE4', '#A7B0BC'], projector: ['#FFFFFF', '#000000', '#2B2F36'] }

  // What a picture or a sheet of paper says: {title, lesson, question, lead, narration, link}.
  function words() {
    const module = running(), { title, lesson, question, lead } = JSON.parse(module.UTF8ToString(module._pg_mirror()))
    return { title, lesson, question, lead, narration: playground.narration(), link: link() }
  }
  const firstSentence = (text) => /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text

  // A canvas with the view alone, twice as many pixels across as the one on the screen has CSS pixels.
  function view() {
    const module = running(), from = module._pg_picture(kScale)
    if (!from) throw new Error(say('page.picture.failed'))
    const width = module._pg_picture_width(), height = module._pg_picture_height()
    const canvas = make('canvas', { width, height })
    const pixels = new Uint8ClampedArray(module.HEAPU8.buffer, from, 4 * width * height)
    canvas.getContext('2d').putImageData(new ImageData(pixels.slice(), width, height), 0, 0)
    module._pg_picture_done()
    redraw()
    return canvas
  }

  // The lines of `text` no wider than `most`; a word that is, as a link, is cut.
  function lines(context, text, most) {
    const wide = (part) => context.measureText(part.trimEnd()).width > most
    const made = ['']
    for (const part of text.split(/(?<=\s)/).flatMap((word) => wide(word) ? [...word] : [word])) {
      if (wide(made.at(-1) + part)) made.push('')
      made[made.length - 1] += part
    }
    return made
  }

  function captioned(picture, { question, narration, link }) {
    const { theme } = playground.getState()
    const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
    const [paper, ink, second] = kPaper[theme] ?? kPaper[dark ? 'dark' : 'light']
    const canvas = make('canvas', { width: picture.width, height: 1 }), context = canvas.getContext('2d')
    const width = picture.width / kScale, left = side(width)
    const set = (font, colour, text) => {
      context.font = font
      return { font, colour, lines: lines(context, text, width - 2 * left) }
    }
    const blocks = [set(`700 15px ${kType}`, ink, question), set(`15px ${kType}`, ink, firstSentence(narration)),
                    set(`12px ${kType}`, second, link)]
    // A learner's own picture makes a link of more than a thousand characters, which nobody types.
    if (blocks[2].lines.length > kMostLines) blocks[2] = set(`12px ${kType}`, second, say('page.picture.long_link'))
    const step = 20, height = blocks.reduce((sum, block) => sum + kGap + step * block.lines.length, 2 * kEdge - kGap)
    canvas.height = picture.height + kScale * height
    context.fillStyle = paper
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(picture, 0, 0)
    context.setTransform(kScale, 0, 0, kScale, 0, picture.height)
    context.textBaseline = 'middle'
    let y = kEdge
    for (const block of blocks) {
      context.font = block.font
      context.fillStyle = block.colour
      for (const line of block.lines) {
        context.fillText(line, left, y + step / 2)
        y += step
      }
      y += kGap
    }
    return canvas
  }

  const blob = () => new Promise((resolve, reject) => captioned(view(), words()).toBlob((made) =>
    made ? resolve(made) : reject(new Error(say('page.picture.failed')))))
  playground.png = async () => new Uint8Array(await (await blob()).arrayBuffer())

  // --- the tab ---------------------------------------------------------------------------------------------------
  const address = (made) => new Promise((resolve) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result)
    reader.onerror = () => resolve('')
    reader.readAsDataURL(made)
  })

  // Trying to without being allowed to is a console error.
  const mayCopy = () => navigator.clipboard && self.ClipboardItem && document.featurePolicy?.allowsFeature('clipboard-write') !== false

  function picturePart(panel) {
    const { lesson } = playground.getState(), { question, narration } = words()
    const shown = make('img', { alt: `${question} ${firstSentence(narration)}`, hidden: true })
    const note = make('p', { className: 'note', role: 'status' })
    const tell = (key) => { note.textContent = say(key) }
    const made = blob()
    made.then(address).then((url) => Object.assign(shown, { src: url, hidden: false }), (error) => { note.textContent = error.message })
    const copy = () => navigator.clipboard.write([new ClipboardItem({ 'image/png': made })]).then(() => true, () => {
      tell('page.picture.copy_by_hand')
      return false
    })
    const all = []
    if (mayCopy()) all.push(button('page.picture.copy', copy, 'page.share.copied'))
    else tell('page.picture.copy_by_hand')
    if (sealed()) tell('page.picture.sealed')
    else all.push(button('page.picture.save', () => made.then((png) => download(`${lesson}.png`, png, 'image/png'), () => {})),
                  button('page.print', () => self.__conv_print()))
    panel.append(make('div', { className: 'preview' }, shown), make('p', { className: 'row' }, ...all), note)
  }
  parts.push({ key: 'page.picture.tab', fill: picturePart })

  self.__conv_picture = { view, words }
})()
