// What a course page can do with the playground's events: here, a list of the answers to the third picture's questions.
// It stays in this page. Whoever can open the browser's console can write into it: it is for the learner, not for a mark.
const quiz = document.getElementById('quiz')
const rows = document.getElementById('answers')
const count = document.getElementById('count')
let right = 0, all = 0

quiz.addEventListener('answer', ({ detail: { given, expected, correct } }) => {
  ++all
  if (correct) ++right
  const row = rows.insertRow()
  for (const text of [all, given ?? '–', expected, correct ? '✓' : '✗']) row.insertCell().textContent = text
  rows.parentElement.hidden = false
  count.textContent = `${right} / ${all}`
})

// A button of the page that drives the playground.
const slide = document.getElementById('slide')
document.getElementById('edges').addEventListener('click', () => slide.setState({ filter: 'horizontal-edge' }))
document.getElementById('play').addEventListener('click', () => slide.play())
