// Below the sentence that says why the program cannot run: a still picture of the lesson that the address names, its
// question, and what it is about. Loaded only then; stands in stills.js behind self.__conv_stills (cmake/stills.mjs).
;(() => {
  'use strict'
  if (document.getElementById('still')) return  // one failure may cause another
  const { width, height, texts } = self.__conv_stills
  const { lang, loadScript, unpack } = self.__conv_files
  const lessons = texts[lang] ?? texts.en
  const system = matchMedia('(prefers-color-scheme: dark)')
  const asked = (key) => new RegExp(`[#&]${key}=([\\w-]+)`).exec(location.hash)?.[1]

  const style = document.createElement('style')
  style.textContent = `
    main { overflow: auto; }
    #canvas, #text-version, #share { display: none; }
    #status.failed { position: static; flex: none; padding: 24px 20px 8px; background: none; }
    #still { box-sizing: border-box; width: 100%; max-width: ${width + 40}px; margin: 0 auto; padding: 8px 20px 24px; }
    #still h1 { margin: 0 0 8px; font-size: 20px; }
    #still p { margin: 8px 0 0; word-break: keep-all; overflow-wrap: anywhere; }
    #still img { display: block; width: 100%; height: auto; box-sizing: border-box; border: 1px solid #DDD9CF; border-radius: 8px; }
    #still ol { display: flex; flex-wrap: wrap; gap: 0 16px; margin: 12px 0 0; padding: 0; list-style: none; }
    #still a { display: inline-block; padding: 6px 0; color: #0B7A6F; }
    #still a[aria-current] { color: inherit; font-weight: 700; text-decoration: none; }
    .dark body { background: #14181F; color: #ECEAE4; color-scheme: dark; }
    .dark #still img { border-color: #353D49; }
    .dark #still a { color: #5ADCC4; }`
  const still = document.createElement('section')
  still.id = 'still'

  const element = (name, text, attributes = {}) => {
    const made = Object.assign(document.createElement(name), attributes)
    made.textContent = text
    return made
  }
  function show() {
    const id = asked('lesson'), lesson = lessons.find((one) => one.id === id) ?? lessons[0]
    const theme = asked('theme') ?? 'auto', dark = theme === 'auto' ? system.matches : theme === 'dark'
    document.documentElement.classList.toggle('dark', dark)
    const picture = element('img', '', { width, height, alt: lesson.question, src: `stills/${lesson.id}-${lang}-${dark ? 'dark' : 'light'}.png` })
    picture.onerror = () => picture.remove()
    const list = element('ol', '')
    for (const other of lessons) {
      const link = element('a', other.title, { href: `#lesson=${other.id}&lang=${lang}&theme=${theme}` })
      if (other === lesson) link.setAttribute('aria-current', 'page')
      const item = element('li', '')
      item.append(link)
      list.append(item)
    }
    still.replaceChildren(element('h1', lesson.title), picture, element('p', lesson.takeaway), list)
  }
  document.head.append(style)
  // In the page's own type, also where the system has no Hangul, if what unpacks it can run; that comes with the data.
  const font = 'playground.font.js'
  if (typeof WebAssembly === 'object')
    Promise.all([loadScript(font), loadScript('playground.data.js')]).then(() => unpack('font-regular', font))
      .then((bytes) => document.fonts.add(new FontFace('Pretendard', bytes.buffer))).catch(() => {})
  document.getElementById('status').after(still)
  self.addEventListener('hashchange', show)
  system.addEventListener('change', show)
  show()
})()
