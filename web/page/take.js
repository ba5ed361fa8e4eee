// The dialog's tab of code and data: the script that makes anew what is on the screen, and its tensors as files.
;(() => {
  'use strict'
  const playground = self.playground
  const { parts, make, say, button, copyOf, copyText, field, group, radios, sealed, download } = self.__conv_share
  const kFrameworks = ['pytorch', 'numpy'], kNames = ['page.take.pytorch', 'page.take.numpy']

  function codePart(panel) {
    const { lesson } = playground.getState(), saves = !sealed()
    const choices = radios('framework', kNames)
    const chosen = () => kFrameworks[choices.findIndex(({ box }) => box.checked)]
    const script = make('textarea', { wrap: 'off' })
    const fill = () => {
      script.value = playground.code(chosen())
      script.scrollTop = 0
    }
    fill()
    const kinds = group('page.take.script', choices)
    kinds.addEventListener('change', fill)
    const label = say('page.take.code')
    panel.append(
      ...(saves ? [] : [make('p', { className: 'note', textContent: say('page.take.sealed') })]),
      kinds, field(label, script, { rows: 9 }),
      make('p', { className: 'row' }, copyOf(script, label), ...(saves
        ? [button('page.take.save_py', () => download(`${lesson.replace(/-/g, '_')}_${chosen()}.py`, script.value, 'text/x-python'))] : [])),
      tensors(lesson, saves))
  }

  function tensors(lesson, saves) {
    const save = (name, kind, content, type) =>
      button('page.take.save', () => download(`${lesson}_${name}.${kind}`, content(), type),
        '', { textContent: `.${kind}`, 'aria-label': say('page.take.save', { file: `${name}.${kind}` }) })
    const copy = (name) => button('page.take.copy_csv', () => copyText(playground.csv(name)), 'page.share.copied',
      { 'aria-label': `${say('page.take.copy_csv')}: ${name}` })
    const rows = playground.tensors().map((name) => make('tr', {},
      make('th', { scope: 'row', textContent: name }),
      make('td', { textContent: playground.tensor(name).shape.join('×') }),
      make('td', {}, ...(saves ? [save(name, 'npy', () => playground.npy(name), 'application/octet-stream'),
                                  save(name, 'csv', () => playground.csv(name), 'text/csv')] : [copy(name)]))))
    return make('table', {}, make('caption', { textContent: say('page.take.tensors') }), make('tbody', {}, ...rows))
  }

  parts.push({ key: 'page.take.tab', fill: codePart })
})()
