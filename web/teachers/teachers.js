// The snippets get this site's own address and a button that copies them, and below each stands what it makes.
const site = new URL('..', location.href).href
for (const place of document.querySelectorAll('.site')) place.textContent = site

for (const code of document.querySelectorAll('[data-snippet]')) {
  const { copy, copied } = document.body.dataset
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: copy })
  button.addEventListener('click', async () => {
    getSelection().selectAllChildren(code)
    try {
      await navigator.clipboard.writeText(code.textContent)
    } catch {
      if (!document.execCommand('copy')) return  // it is selected; the reader's own keys copy it
    }
    button.textContent = copied
    setTimeout(() => { button.textContent = copy }, 2000)
  })
  code.closest('figure').append(button)
}

// Scripts in a text do not run, and this page allows none of its own; what they do is below.
for (const live of document.querySelectorAll('.live')) {
  const made = new DOMParser().parseFromString(document.querySelector(`[data-snippet="${live.dataset.from}"]`).textContent, 'text/html')
  for (const script of made.querySelectorAll('script')) script.remove()
  live.append(...made.body.children)
}

let right = 0, all = 0
document.getElementById('practice').addEventListener('answer', ({ detail }) => {
  all += 1
  if (detail.correct) right += 1
  document.getElementById('score').textContent = `${right} / ${all}`
})
// When they have come near and are loaded, not before.
document.getElementById('own').addEventListener('ready', ({ target }) =>
  target.setTensor('weight', { shape: [1, 1, 3, 3], data: [-1, -1, 2, -1, 2, -1, 2, -1, -1] }))
document.getElementById('own').addEventListener('ready', async ({ target }) => {
  const version = await target.version
  for (const place of document.querySelectorAll('.version')) place.textContent = version
})
