// The dialog that makes a link, a frame and a <conv-playground> of the present state, for a course page.
;(() => {
  'use strict'
  const playground = self.playground
  const make = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties)
    made.append(...children)
    return made
  }
  const escaped = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
  // A tick-box and the control names it stands for; `numbers` are those that the lesson counts with.
  const kHide = [['page.share.lessons', ['lessons']], ['page.share.settings', ['lang', 'theme']], ['page.share.modes', ['predict', 'lecture']],
                 ['page.share.transport', ['transport']], ['page.share.sharing', ['share']]]
  const kLock = [['page.share.lessons', ['lessons']], ['page.share.image', ['image']], ['page.share.filter', ['filter']],
                 ['page.share.numbers', 'numbers']]

  // For the keyboard; in a frame Tab goes from the canvas straight on into the page around.
  const opener = make('button', { id: 'share', type: 'button', tabIndex: self.parent === self ? 0 : -1 })
  const dialog = make('dialog', { id: 'sharing' })
  document.body.append(opener, dialog)
  let say = (key) => key, hashNow = () => ''

  const names = (kind, known, numbers) => known.map(([key, list]) => ({ kind, key, list: list === 'numbers' ? numbers : list }))

  // The present state's address, entry by entry, but for what the ticks say.
  function entries(ticks, fromHere) {
    const list = hashNow().split('&').map((part) => part.split('='))
      .filter(([key]) => !['playing', 'hide', 'lock'].includes(key) && (fromHere || key !== 'step'))
    const state = playground.getState()
    for (const kind of ['hide', 'lock']) {
      const mine = ticks.filter((tick) => tick.kind === kind)
      const others = state[kind].filter((name) => !mine.some(({ list }) => list.includes(name)))
      const all = [...others, ...mine.filter(({ box }) => box.checked).flatMap(({ list }) => list)]
      if (all.length) list.push([kind, all.join(',')])
    }
    return list
  }

  function texts(list) {
    const page = location.href.split('#')[0]
    const link = `${page}#${list.map((entry) => entry.join('=')).join('&')}`
    const attributes = list.map(([key, value]) => ` ${key}="${escaped(decodeURIComponent(value))}"`).join('')
    return [
      ['page.share.link', link],
      ['page.share.frame', `<iframe src="${escaped(link)}" title="${escaped(say('app.title'))}" width="100%" height="640" ` +
                           'loading="lazy" allow="fullscreen"></iframe>'],
      ['page.share.element', `<script src="${escaped(new URL('embed.js', page).href)}"></script>\n` +
                             `<conv-playground${attributes}></conv-playground>`],
    ]
  }

  async function copy(field, button) {
    field.select()
    try {
      await navigator.clipboard.writeText(field.value)
    } catch {
      if (!document.execCommand('copy')) return  // the text is selected; the reader's own keys copy it
    }
    button.textContent = say('page.share.copied')
    setTimeout(() => { button.textContent = say('page.share.copy') }, 2000)
  }

  function group(legend, boxes) {
    return make('fieldset', {}, make('legend', { textContent: say(legend) }),
      ...boxes.map(({ box, key }) => make('label', {}, box, ' ', say(key))))
  }

  function open() {
    const state = playground.getState(), schema = playground.schema()
    dialog.classList.toggle('dark', state.theme === 'dark' || (state.theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches))
    const controls = new Set(schema.lock.values)
    const numbers = Object.keys(schema).filter((key) => schema[key].type === 'int' && key !== 'step' && controls.has(key))
    const ticks = [...names('hide', kHide, numbers), ...names('lock', kLock, numbers)].filter(({ list }) => list.length)
    for (const tick of ticks)
      tick.box = make('input', { type: 'checkbox', checked: tick.list.every((name) => state[tick.kind].includes(name)) })
    const starts = ['page.share.here', 'page.share.beginning'].map((key, i) =>
      ({ key, box: make('input', { type: 'radio', name: 'start', checked: i === 0 }) }))

    const fields = texts([]).map(([key], i) => {
      const field = make('textarea', { readOnly: true, rows: i === 0 ? 2 : 3, spellcheck: false })
      const button = make('button', { type: 'button', autofocus: i === 0, textContent: say('page.share.copy') })
      button.setAttribute('aria-label', `${say('page.share.copy')}: ${say(key)}`)
      button.addEventListener('click', () => { copy(field, button) })
      return { field, row: make('div', { className: 'field' }, make('label', {}, make('span', { textContent: say(key) }), field), button) }
    })
    const fill = () => texts(entries(ticks, starts[0].box.checked)).forEach(([, text], i) => { fields[i].field.value = text })
    fill()

    const heading = make('h2', { id: 'sharing-title', textContent: say('page.share.title') })
    const close = make('button', { textContent: say('page.close') })
    const form = make('form', { method: 'dialog' },
      make('header', {}, heading, close),
      fields[0].row,
      group('page.share.start', starts),
      group('page.share.hide', ticks.filter(({ kind }) => kind === 'hide')),
      group('page.share.lock', ticks.filter(({ kind }) => kind === 'lock')),
      ...fields.slice(1).map(({ row }) => row),
      make('p', { className: 'note', textContent: say('page.share.note') }))
    form.addEventListener('change', fill)
    dialog.setAttribute('aria-labelledby', 'sharing-title')
    dialog.replaceChildren(form)
    if (!dialog.open) dialog.showModal()
  }

  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close() })  // beside it
  opener.addEventListener('click', open)

  self.__conv_share = {
    open,
    // The page's words in the present language, and the address of the present state.
    follow(state, words, hash) {
      say = (key) => words[key] ?? key
      hashNow = hash
      opener.textContent = say('page.share.title')
      opener.hidden = state.hide.includes('share') || state.lock.includes('share')
    },
  }
})()
