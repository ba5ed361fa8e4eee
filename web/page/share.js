// The dialog that shares and gives away what is on the screen: a tab each for the link (here), for code and data
// (take.js) and for picture and paper (picture.js). What is under a tab is made when it is shown first.
;(() => {
  'use strict'
  const playground = self.playground
  const make = (name, properties = {}, ...children) => {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(properties))
      if (key === 'role' || key.includes('-')) made.setAttribute(key, value)
      else made[key] = value
    made.append(...children)
    return made
  }
  const escaped = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')

  // For the keyboard; in a frame Tab goes from the canvas straight on into the page around.
  const opener = make('button', { id: 'share', type: 'button', tabIndex: self.parent === self ? 0 : -1 })
  const dialog = make('dialog', { id: 'sharing', 'aria-labelledby': 'sharing-title' })
  document.body.append(opener, dialog)
  let words = {}, hashNow = () => ''
  const say = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)

  // --- what the tabs share -------------------------------------------------------------------------------------
  // A button that says for a moment what it has done.
  function button(key, act, done, properties = {}) {
    const made = make('button', { type: 'button', textContent: say(key), ...properties })
    made.addEventListener('click', async () => {
      if (!await act() || !done) return
      made.textContent = say(done)
      setTimeout(() => { made.textContent = say(key) }, 2000)
    })
    return made
  }

  // The text of `field` to the clipboard. What is selected may be copied in every frame; writing there may not, and trying
  // to is a console error. Where both fail the text is selected, and the reader's own keys copy it.
  async function copy(field) {
    field.select()
    if (document.execCommand('copy')) return true
    return navigator.clipboard?.writeText(field.value).then(() => true, () => false)
  }
  // The same of a text that nothing shows.
  async function copyText(value) {
    const before = document.activeElement, field = make('textarea', { className: 'away', value })
    dialog.append(field)
    field.focus()
    const copied = await copy(field)
    field.remove()
    before.focus()
    return copied
  }
  const copyOf = (field, label) =>
    button('page.share.copy', () => copy(field), 'page.share.copied', { 'aria-label': `${say('page.share.copy')}: ${label}` })

  // Sandboxed frames save nothing, and are not told so. A double-clicked file has no origin either, but may.
  const sealed = () => self.parent !== self && self.origin === 'null' && location.protocol !== 'file:'
  function download(name, content, type) {
    const link = make('a', { href: URL.createObjectURL(new Blob([content], { type })), download: name })
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60000)
  }

  // --- link and embed ------------------------------------------------------------------------------------------
  // A tick-box and the control names it stands for; `numbers` are those that the lesson counts with.
  const kHide = [['page.share.lessons', ['lessons']], ['page.share.settings', ['lang', 'theme']], ['page.share.modes', ['predict', 'lecture']],
                 ['page.share.transport', ['transport']], ['page.share.sharing', ['share']]]
  const kLock = [['page.share.lessons', ['lessons']], ['page.share.image', ['image']], ['page.share.filter', ['filter']],
                 ['page.share.numbers', 'numbers']]
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
  const address = (list) => `${location.href.split('#')[0]}#${list.map((entry) => entry.join('=')).join('&')}`

  function texts(list) {
    const link = address(list)
    const attributes = list.map(([key, value]) => ` ${key}="${escaped(decodeURIComponent(value))}"`).join('')
    return [
      ['page.share.link', link],
      ['page.share.frame', `<iframe src="${escaped(link)}" title="${escaped(say('app.title'))}" width="100%" height="640" ` +
                           'loading="lazy" allow="fullscreen"></iframe>'],
      ['page.share.element', `<script src="${escaped(new URL('embed.js', link).href)}"></script>\n` +
                             `<conv-playground${attributes}></conv-playground>`],
    ]
  }

  function group(legend, boxes) {
    return make('fieldset', {}, make('legend', { textContent: say(legend) }),
      ...boxes.map(({ box, key }) => make('label', {}, box, ' ', say(key))))
  }
  const radios = (name, keys) =>
    keys.map((key, i) => ({ key, box: make('input', { type: 'radio', name, checked: i === 0 }) }))
  const field = (label, text, properties) =>
    make('label', {}, make('span', { textContent: label }), Object.assign(text, { readOnly: true, spellcheck: false }, properties))

  function linkPart(panel) {
    const state = playground.getState(), schema = playground.schema()
    const controls = new Set(schema.lock.values)
    const numbers = Object.keys(schema).filter((key) => schema[key].type === 'int' && key !== 'step' && controls.has(key))
    const ticks = [...names('hide', kHide, numbers), ...names('lock', kLock, numbers)].filter(({ list }) => list.length)
    for (const tick of ticks)
      tick.box = make('input', { type: 'checkbox', checked: tick.list.every((name) => state[tick.kind].includes(name)) })
    const starts = radios('start', ['page.share.here', 'page.share.beginning'])

    const fields = texts([]).map(([key], i) => {
      const text = make('textarea')
      return { text, row: make('div', { className: 'field' }, field(say(key), text, { rows: i === 0 ? 2 : 3 }), copyOf(text, say(key))) }
    })
    const fill = () => texts(entries(ticks, starts[0].box.checked)).forEach(([, text], i) => { fields[i].text.value = text })
    fill()
    panel.addEventListener('change', fill)
    panel.append(
      fields[0].row,
      group('page.share.start', starts),
      group('page.share.hide', ticks.filter(({ kind }) => kind === 'hide')),
      group('page.share.lock', ticks.filter(({ kind }) => kind === 'lock')),
      ...fields.slice(1).map(({ row }) => row),
      make('p', { className: 'note', textContent: say('page.share.note') }),
      make('p', { className: 'note' }, make('a', { href: 'licences.txt', target: '_blank', rel: 'noopener', textContent: say('page.share.licences') })))
  }

  // --- the dialog ----------------------------------------------------------------------------------------------
  const parts = [{ key: 'page.share.tab', fill: linkPart }]

  function open() {
    const { theme } = playground.getState()
    dialog.classList.toggle('dark', theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches))
    dialog.classList.toggle('projector', theme === 'projector')
    const panels = parts.map((_, i) =>
      make('div', { id: `sharing-panel-${i}`, className: 'panel', role: 'tabpanel', 'aria-labelledby': `sharing-tab-${i}`, hidden: true }))
    const show = (chosen) => tabs.forEach((tab, i) => {
      tab.setAttribute('aria-selected', i === chosen)
      tab.tabIndex = i === chosen ? 0 : -1
      panels[i].hidden = i !== chosen
      if (i === chosen && !panels[i].firstChild) parts[i].fill(panels[i])
    })
    const tabs = parts.map(({ key }, i) => {
      const tab = make('button', { id: `sharing-tab-${i}`, type: 'button', role: 'tab', 'aria-controls': panels[i].id, textContent: say(key) })
      tab.addEventListener('click', () => show(i))
      return tab
    })
    const list = make('div', { role: 'tablist', 'aria-labelledby': 'sharing-title' }, ...tabs)
    dialog.replaceChildren(
      make('header', {}, make('h2', { id: 'sharing-title', textContent: say('page.share.title') }),
        button('page.close', () => dialog.close())),
      list, ...panels)
    show(0)
    if (!dialog.open) dialog.showModal()
    tabs[0].focus()
  }

  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close() })  // beside it
  dialog.addEventListener('close', () => { if (!dialog.open) dialog.replaceChildren() })  // told late: it may be open again
  // Before the keys of what is not the canvas are kept from the program.
  self.addEventListener('keydown', (event) => {
    const tabs = [...dialog.querySelectorAll('[role=tab]')], at = tabs.indexOf(document.activeElement), last = tabs.length - 1
    if (at < 0) return
    const to = { ArrowRight: at < last ? at + 1 : 0, ArrowLeft: at > 0 ? at - 1 : last, Home: 0, End: last }[event.key]
    if (to === undefined) return
    event.preventDefault()
    tabs[to].focus()
    tabs[to].click()
  }, { capture: true })
  opener.addEventListener('click', open)

  self.__conv_share = {
    open, parts, make, say, button, copyOf, copyText, field, group, radios, sealed, download,
    link: () => address(entries([], true)),
    // The page's words in the present language, and the address of the present state.
    follow(state, inLanguage, hash) {
      words = inLanguage
      hashNow = hash
      opener.textContent = say('page.share.title')
      opener.hidden = state.hide.includes('share') || state.lock.includes('share')
    },
  }
})()
