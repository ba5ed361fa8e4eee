// The text mirror: the lesson beside the canvas as headings, tables and native controls, for a screen reader, for the
// keyboard and for print. web/app/mirror.h says what it is made of; every control calls the methods of
// window.playground. What stays keeps its element, so that focus, selection and what was opened stay, too.
;(() => {
  'use strict'
  const root = document.getElementById('mirror')
  const open = document.getElementById('text-version')
  const end = document.getElementById('text-end')
  const canvas = document.getElementById('canvas')
  const inside = () => root.contains(document.activeElement)

  // --- elements in place ---------------------------------------------------------------------------------
  const h = (tag, props, ...children) => ({ tag, props: props ?? {}, children: children.flat(2).filter(Boolean) })
  const made = new WeakMap()  // element -> {key, props}

  function setProp(node, name, value, before) {
    if (name.startsWith('on')) node[name] = value
    else if (name === 'checked') node.checked = value
    else if (value !== before) {
      if (value === undefined || value === null || value === false) node.removeAttribute(name)
      else node.setAttribute(name, value === true ? '' : value)
    }
  }

  function fill(node, { props, children }) {
    const before = made.get(node).props
    for (const name of new Set([...Object.keys(before), ...Object.keys(props)]))
      if (name !== 'key' && (name !== 'value' || node.tagName === 'OPTION')) setProp(node, name, props[name], before[name])
    if (children.some((child) => typeof child !== 'string')) patch(node, children)
    else if (node.textContent !== children.join('')) node.textContent = children.join('')
    made.get(node).props = props
    // What is being typed stays, unless the lesson has moved on or what was asked for is refused.
    const value = props.value
    if (value === undefined || node.tagName === 'OPTION' || node.value === String(value)) return
    if (before.value !== value || trouble || document.activeElement !== node) node.value = value
  }

  function patch(parent, wanted) {
    const old = new Map()
    for (const child of parent.children) old.set(made.get(child)?.key, child)
    const counts = {}
    const nodes = wanted.map((item) => {
      const n = counts[item.tag] = (counts[item.tag] ?? 0) + 1
      const key = `${item.tag} ${item.props.key ?? n}`
      const node = old.get(key) ?? document.createElement(item.tag)
      if (!old.delete(key)) made.set(node, { key, props: {} })
      return node
    })
    for (const gone of old.values()) gone.remove()
    let at = parent.firstChild
    nodes.forEach((node, i) => {
      if (node === at) at = at.nextSibling
      else parent.insertBefore(node, at)
      fill(node, wanted[i])
    })
  }

  // --- the page of text ----------------------------------------------------------------------------------
  let module = null, data = null, said = '', trouble = ''
  const places = new Map()  // by pane and figure: where each of its cells' axes stands
  const playground = self.playground
  const word = (key, values = {}) => data.words[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? '')

  // Does what a control asks for; what is refused is said, and the control shows what is true.
  function run(act) {
    trouble = ''
    try { act() } catch (refused) { trouble = refused.message }
    if (trouble || timer || module._pg_revision() !== revision) show()
  }
  const press = (key) => run(() => {
    const { withTexts, deliver, redraw } = self.__conv_page
    withTexts(module, [key], (text) => module._pg_press(text))
    deliver()
    redraw()
  })
  const button = (label, onclick, props) => h('button', { type: 'button', onclick, ...props }, label)
  const set = (changes) => run(() => playground.setState(changes))

  function control(c) {
    const disabled = c.locked, key = c.key
    if (c.kind === 'command') return button(c.label, () => press(key), { key, 'data-control': key, disabled })
    if (c.kind === 'requests')  // files and the camera: what the page itself does
      return c.requests.map(({ request, label }) => {
        const [name, what] = request.split('.')
        return button(`${c.label}: ${label}`, () => self.__conv_own.answers[name](what), { key: request, 'data-control': request, disabled })
      })
    if (c.kind === 'toggle')
      return h('label', { key }, h('input', { type: 'checkbox', 'data-control': key, checked: c.on, disabled,
        onchange: (event) => set({ [key]: event.target.checked }) }), h('span', null, c.label))
    if (c.kind === 'slider')
      return h('label', { key }, h('span', null, c.label), h('input', { type: 'range', 'data-control': key, min: 0, max: c.ticks, step: 1,
        value: c.tick, disabled, 'aria-valuetext': c.shown, oninput: ({ target }) => {
          const tick = Number(target.value)
          set({ [key]: tick === c.ticks ? c.max : c.min + tick * c.unit })
        } }), h('span', { key: 'shown' }, c.shown))
    return h('label', { key }, h('span', null, c.label), h('select', { 'data-control': key, disabled, value: c.selected,
      onchange: ({ target }) => { if (target.value >= 0) set(c.options[target.value].set) } },
      c.selected < 0 && h('option', { key: 'other', value: -1 }, c.other),
      c.options.map(({ label }, i) => h('option', { key: i, value: i }, label))))
  }

  const exact = (value) => String(Number(value.toFixed(4))).replace('-', '−')

  // One cell of a figure: where it stands, its number, and what can be done with it.
  function cells(id, caption, c) {
    if (!places.has(id)) places.set(id, [])
    const at = places.get(id)
    c.axes.forEach((axis, i) => {
      at[i] ??= Math.floor(c.start / axis.apart) % axis.count
      at[i] = Math.min(at[i], axis.count - 1)
    })
    const number = c.axes.reduce((sum, axis, i) => sum + at[i] * axis.apart, 0)
    const plane = Math.floor(number / c.size), cell = number % c.size
    const chosen = c.alike || plane === c.plane
    const value = () => {
      if (chosen && cell === c.hidden) return word('tooltip.hidden')
      if (chosen && c.computed >= 0 && cell >= c.computed) return c.waiting
      const { data: numbers } = playground.tensor(c.tensor)
      return Array.from({ length: c.colours }, (_, i) => exact(numbers[c.offset + number + i * c.size])).join(', ')
    }
    const change = (make) => {
      const tensor = playground.tensor(c.tensor), i = c.offset + number
      tensor.data[i] = make(tensor.data[i])
      playground.setTensor(c.tensor, tensor)
    }
    const act = c.act
    const submit = (event) => {
      event.preventDefault()
      if (act?.do === 'edit') {
        const field = event.target.querySelector('[data-value]'), text = field.value.trim().replace('−', '-')
        if (text && Number.isFinite(Number(text))) run(() => change(() => Number(text)))
        else run(() => { field.select(); throw new Error(word('edit.not_a_number', { value: field.value })) })
      } else if (act?.do === 'paint') {
        run(() => {
          change((x) => x === 0 ? 1 : 0)
          if (act.step >= 0) playground.setState({ step: act.step })
        })
      } else if (act?.do === 'pick') {
        set({ [act.keys[0]]: act.first + at[0], [act.keys[1]]: act.first + at[1] })
      } else if (act) {
        set({ ...act.set, ...(act.plane_key && { [act.plane_key]: plane }), ...(act.cell_key && { [act.cell_key]: cell }) })
      }
    }
    return h('details', { key: `cells ${id}` }, h('summary', null, word('mirror.cells', { figure: caption })),
      h('form', { onsubmit: submit },
        c.axes.map((axis, i) => h('label', { key: i }, h('span', null, axis.label), h('input', {
          type: 'number', min: axis.first, max: axis.first + axis.count - 1, step: 1, value: axis.first + at[i],
          oninput: ({ target }) => {
            const wanted = Number(target.value) - axis.first
            if (target.value === '' || !(wanted >= 0 && wanted < axis.count) || wanted % 1) return
            at[i] = wanted
            render()
          }, onchange: render }))),
        h('output', null, value()),
        act?.do === 'edit' && h('label', { key: 'new' }, h('span', null, word('mirror.value')),
          h('input', { 'data-value': true, inputmode: 'decimal', autocomplete: 'off' })),
        act && h('button', { type: 'submit' }, act.label)))
  }

  function table(caption, { head, rows, current }) {
    const here = (row, col) => current && current[0] === row && current[1] === col ? 'true' : null
    return h('table', null, h('caption', null, caption),
      head.length > 0 && h('thead', null, h('tr', null, h('td'), head.map((name, i) => h('th', { key: i, scope: 'col' }, name)))),
      h('tbody', null, rows.map(([name, ...values], row) => h('tr', { key: row }, h('th', { scope: 'row' }, name),
        values.map((value, col) => h('td', { key: col, 'aria-current': here(row, col) }, value))))))
  }

  function figure(pane, f) {
    const id = `${data.lesson} ${pane} ${f.id}`
    if (f.lines) return h('div', { key: id }, f.lines.map((line, i) => h('p', { key: i }, line)))
    return h('div', { key: id }, f.table ? table(f.caption, f.table) : h('p', { key: 'caption' }, f.caption),
      f.hidden && h('p', { key: 'hidden' }, f.hidden), f.cells && cells(id, f.caption, f.cells),
      f.presses?.map((one, i) => button(one.label, () => set(one.set), { key: `press ${i}` })))
  }

  function answer(event) {
    event.preventDefault()
    const field = event.target.querySelector('input'), given = Number(field.value.trim().replace('−', '-'))
    if (field.value.trim() && Number.isFinite(given)) run(() => playground.answer(given))
    else run(() => { field.select(); throw new Error(word('edit.not_a_number', { value: field.value })) })
  }

  function question({ text, hint, options }) {
    return [h('h2', { key: 'question' }, word('mirror.question')), h('p', { key: 'asked' }, text),
      hint && h('p', { key: 'hint' }, hint),
      h('form', { id: 'answer', key: text + hint, onsubmit: answer },
        options.map(({ value, label }) => button(label, () => run(() => playground.answer(value)), { key: value })),
        !options.length && h('input', { inputmode: 'decimal', autocomplete: 'off', 'aria-label': text }),
        !options.length && h('button', { type: 'submit', key: 'check' }, word('prompt.check')),
        button(word('prompt.reveal'), () => run(() => playground.reveal()), { key: 'reveal' }))]
  }

  function steps(s) {
    const move = (key, n) => button(word(`transport.${key}`), () => run(() => playground.step(n)), { key, disabled: s.locked })
    const play = s.lecture ? 'go_on' : s.playing ? 'pause' : 'play'
    const toggle = () => s.lecture ? press('go_on') : run(() => s.playing ? playground.pause() : playground.play())
    return h('div', { key: 'steps', class: 'above' }, move('first', -1e6), move('back', -1),
      button(word(`transport.${play}`), toggle, { key: 'play', disabled: s.locked }), move('next', 1), move('last', 1e6),
      s.slider && s.last > 0 && h('label', { key: 'slider' }, h('span', null, word('mirror.step')), h('input', {
        type: 'range', min: 0, max: s.last, step: 1, value: s.step, disabled: s.locked, 'aria-valuetext': s.shown,
        oninput: ({ target }) => set({ step: Number(target.value) }) })),
      h('span', { key: 'shown' }, s.shown))
  }

  const text = (key, words, props) => words && h('p', { key, ...props }, words)

  // `above`: what stands on the sheet of paper already (print.js), above the rest.
  function render() {
    const d = data, held = document.activeElement, had = inside()
    patch(root, [
      h('h1', { tabindex: -1, class: 'above' }, d.title),
      h('div', { key: 'ways' }, button(word('mirror.back'), back, { key: 'back' }), button(word('mirror.leave'), leave, { key: 'leave' })),
      d.lessons && h('nav', { 'aria-label': word('mirror.lessons') }, h('ol', null, d.lessons.map(({ id, title, current, locked }) =>
        h('li', { key: id }, button(title, () => set({ lesson: id }), { disabled: locked, 'aria-current': current ? 'page' : null }))))),
      h('h2', { key: 'lesson', class: 'above' }, d.lesson),
      text('ask', d.question, { class: 'above' }), text('lead', d.lead, { class: 'above' }),
      h('h2', { key: 'steps', class: 'above' }, word('mirror.steps')),
      h('p', { id: 'narration', key: 'narration', class: 'above', 'aria-live': 'polite' }, said),
      h('p', { key: 'trouble', 'aria-live': 'assertive' }, trouble),
      d.steps && steps(d.steps),
      d.prompt && question(d.prompt),
      text('feedback', d.feedback, { id: 'feedback', tabindex: -1 }),
      d.takeaway && [h('h2', { key: 'takeaway' }, word('takeaway.title')), text('sentence', d.takeaway),
        d.next && button(d.next.label, () => set({ lesson: d.next.id }), { key: 'next' })],
      d.panes.map((pane, i) => h('section', { key: `pane ${i}` }, h('h2', null, pane.title), text('note', pane.note),
        text('where', pane.where), text('formula', pane.formula), pane.controls.flatMap(control),
        pane.figures.map((f) => figure(i, f)))),
      h('h2', { key: 'settings', class: 'above' }, word('mirror.settings')),
      h('div', { key: 'settings' }, d.settings.flatMap(control)),
    ].flat().filter(Boolean))
    // What had the focus is gone: a control may stand elsewhere now, else the answer is read next, or the lesson from its
    // top.
    if (!had || held === document.activeElement) return
    const moved = held.dataset.control && root.querySelector(`[data-control="${held.dataset.control}"]`)
    ;(moved || document.getElementById('feedback') || root.querySelector('h1')).focus()
  }

  // --- when ----------------------------------------------------------------------------------------------
  let timer = 0, drawn = 0, revision = -1, playing = false
  const dark = matchMedia('(prefers-color-scheme: dark)')

  function show() {
    clearTimeout(timer)
    timer = 0
    drawn = performance.now()
    revision = module._pg_revision()
    data = JSON.parse(module.UTF8ToString(module._pg_mirror()))
    // A screen reader cannot follow sixteen steps a second.
    if (!playing) said = playground.narration()
    open.textContent = word('mirror.open')
    document.documentElement.classList.toggle('dark', data.theme === 'dark' || data.theme === 'auto' && dark.matches)
    render()
  }
  // At most so often; what comes in between is shown with the last.
  function soon() {
    const left = (playing ? 300 : 100) - (performance.now() - drawn)
    if (timer) return
    if (left > 0) timer = setTimeout(show, left)
    else show()
  }

  function back() { canvas.focus({ preventScroll: true }) }
  // To the end of all there is. From an element that Tab cannot reach, Tab would go to the first of the page.
  function leave() {
    end.tabIndex = 0
    end.focus({ preventScroll: true })
  }
  end.addEventListener('blur', () => { end.tabIndex = -1 })
  // Before the keys of what is not the canvas are kept from the program.
  self.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && inside()) back()
    // In a frame Tab goes on behind the text: who only passes by on the way down the host's page is not held up. The
    // button before the canvas opens the text.
    if (event.key === 'Tab' && !event.shiftKey && self.parent !== self && document.activeElement === canvas) leave()
  }, { capture: true })
  open.addEventListener('click', () => root.querySelector('h1').focus())

  self.__conv_mirror = {
    start(started) {
      module = started
      open.hidden = end.hidden = false
    },
    // The state has changed. What a new question hides must not stay here for another moment.
    change(state) {
      const paused = playing !== state.playing
      playing = state.playing
      if (paused || state.predict) return show()
      if (!playing) {
        said = playground.narration()
        const narration = document.getElementById('narration')
        if (narration && narration.textContent !== said) narration.textContent = said
      }
      soon()
    },
    // After each frame: nets learn without a change of the state.
    follow() { if (data && module._pg_revision() !== revision) soon() },
  }
})()
