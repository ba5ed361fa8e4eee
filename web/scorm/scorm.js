// In a SCORM 1.2 package (sh web/play.sh --scorm): which lesson this is, and what the course system is told of it. The
// system's own object `API` is looked for where SCORM puts it, in a window around this one or around its opener; where
// there is none, nothing is told and the lesson works all the same.
//
// Told are the state (cmi.suspend_data, to go on from there the next time), each answer to a question (cmi.interactions),
// the share of right ones among those given (cmi.core.score, 0 … 100) and whether the last step was seen (cmi.core.lesson_status:
// incomplete, completed). All of it comes from the learner's own browser, where it can be forged: practice, not an exam.
;(() => {
  'use strict'
  const { playground } = self
  const kMostWindows = 50, kMostData = 4096  // SCORM's own limit of suspend_data, in characters

  // A window of another origin may not be looked into.
  const apiOf = (frame) => { try { return frame.API ?? null } catch { return null } }
  function find(frame) {
    for (let i = 0; frame && i < kMostWindows; ++i) {
      const found = apiOf(frame)
      if (found) return found
      if (frame.parent === frame) return null
      frame = frame.parent
    }
    return null
  }
  let api = find(self.parent === self ? null : self.parent) ?? find(self.opener) ?? find(topOpener())
  function topOpener() {
    try { return self.top.opener } catch { return null }
  }
  // A course system that fails must not take the lesson with it.
  function ask(method, ...values) {
    if (!api) return ''
    try { return String(api[method](...values)) } catch { return '' }
  }
  const tell = (name, value) => ask('LMSSetValue', name, String(value))
  if (ask('LMSInitialize', '') !== 'true') api = null

  // --- where to begin --------------------------------------------------------------------------------------------
  const lesson = new URLSearchParams(location.search).get('lesson')
  const kept = ask('LMSGetValue', 'cmi.suspend_data')
  const ofLesson = (hash) => new URLSearchParams(hash.slice(1)).get('lesson') === lesson
  if (lesson && !location.hash)
    location.replace(kept.startsWith('#') && ofLesson(kept) ? kept
      : `#lesson=${encodeURIComponent(lesson)}&predict=1&hide=lessons,share&lock=predict`)
  if (!api) return

  // --- what is told ----------------------------------------------------------------------------------------------
  // Answers of earlier visits count on: how many there were, and from the score how many of them were right.
  let answers = Number(ask('LMSGetValue', 'cmi.interactions._count')) || 0
  let right = Math.round(answers * (Number(ask('LMSGetValue', 'cmi.core.score.raw')) || 0) / 100)
  let completed = ['completed', 'passed'].includes(ask('LMSGetValue', 'cmi.core.lesson_status'))
  const began = Date.now()

  function tellStatus() {
    tell('cmi.core.lesson_status', completed ? 'completed' : 'incomplete')
  }
  function tellState() {
    const hash = self.__conv_page.hash?.() ?? ''
    if (hash && hash.length < kMostData) tell('cmi.suspend_data', `#${hash}`)
  }
  const clock = (seconds, hours) => [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60]
    .map((part, i) => String(part).padStart(i ? 2 : hours, '0')).join(':')

  playground.on('answer', ({ step, question, given, expected, correct }) => {
    const now = new Date(), at = `cmi.interactions.${answers}`
    tell(`${at}.id`, `${lesson ?? 'lesson'}-${step}-${question}`)
    tell(`${at}.type`, 'numeric')
    tell(`${at}.time`, clock(now.getHours() * 3600 + now.getMinutes() * 60 + now.getSeconds(), 2))
    tell(`${at}.correct_responses.0.pattern`, expected)
    tell(`${at}.student_response`, given)
    tell(`${at}.result`, correct ? 'correct' : 'wrong')
    ++answers
    if (correct) ++right
    tell('cmi.core.score.min', 0)
    tell('cmi.core.score.max', 100)
    tell('cmi.core.score.raw', Math.round(10000 * right / answers) / 100)
    tellState()
    ask('LMSCommit', '')
  })
  playground.on('change', ({ step, steps }) => {
    if (completed || step < steps - 1) return
    completed = true
    tellStatus()
    tellState()
    ask('LMSCommit', '')
  })
  tellStatus()
  ask('LMSCommit', '')

  self.addEventListener('pagehide', () => {
    if (!api) return
    tellState()
    tell('cmi.core.session_time', clock((Date.now() - began) / 1000, 4))
    tell('cmi.core.exit', 'suspend')  // or else the state would not be given back
    ask('LMSCommit', '')
    ask('LMSFinish', '')
    api = null
  })
  // A page that comes back out of the browser's memory has no open session any more.
  self.addEventListener('pageshow', (event) => { if (event.persisted) location.reload() })
})()
