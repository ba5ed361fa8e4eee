// The URL's hash: a state's address.
import assert from 'node:assert/strict'
import { bits, integer, onPage as onLoaded, open, pick, seeded, serveAlso, set, state, tensor, theSite, unseen, until } from './support.mjs'

const onPage = (name, options, body) => onLoaded(name, { ...unseen, ...options }, body)

const goTo = async (page, hash) => {
  await page.evaluate((text) => location.hash === text || new Promise((done) => {
    self.addEventListener('hashchange', () => setTimeout(done), { once: true })
    location.hash = text
  }), hash)
  return state(page)
}
const notice = (page) => page.locator('[role=alert]')
// The address once it has followed the state.
async function followed(page, pattern) {
  await until(page, (source) => new RegExp(source).test(location.hash), pattern.source)
  return page.evaluate(() => location.hash)
}

onPage('the hash is applied when the page loads', {
  at: '#lesson=convolution&stride=2&padding=1&step=4&filter=blur&image=digit-8&speed=0.5&theme=projector&lang=ko&hide=theme,lang&lock=image',
}, async (page) => {
  const { lesson, stride, padding, step, filter, image, speed, theme, lang, hide, lock, warnings } = await state(page)
  assert.deepEqual({ lesson, stride, padding, step, filter, image, speed, theme, lang, hide, lock, warnings },
    { lesson: 'convolution', stride: 2, padding: 1, step: 4, filter: 'blur', image: 'digit-8', speed: 0.5, theme: 'projector',
      lang: 'ko', hide: ['theme', 'lang'], lock: ['image'], warnings: [] })
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'ko')
  assert.equal(await notice(page).isVisible(), false)
})

onPage('the order of the keys in a hash does not matter, and escapes are read', { at: '#step=4&stride=2&filter=%62lur&lesson=convolution&hide=theme%2Clang' }, async (page) => {
  const { lesson, stride, step, filter, hide, warnings } = await state(page)
  assert.deepEqual({ lesson, stride, step, filter, hide, warnings },
                   { lesson: 'convolution', stride: 2, step: 4, filter: 'blur', hide: ['theme', 'lang'], warnings: [] })
})

onPage('a hash that changes replaces the state: defaults plus hash', { at: '#lesson=convolution&stride=2&padding=3&theme=dark' }, async (page) => {
  await page.evaluate(() => playground.setTensor('bias', { shape: [1], data: [5] }))
  await page.evaluate(() => playground.on('change', ({ padding }) => { self.heard = padding }))
  const after = await goTo(page, '#lesson=convolution&padding=1')
  assert.deepEqual([after.stride, after.padding, after.theme, after.bias, after.step], [1, 1, 'auto', '', 398])
  assert.equal(await page.evaluate(() => heard), 1)
  assert.equal((await goTo(page, '#lesson=flatten&step=9')).step, 9)
})

onPage('an address that comes while the page is about to write its own is not lost', {
  at: '#lesson=convolution',
}, async (page) => {
  const { late, padding, step } = await page.evaluate(async () => {
    // The page's slow timers run when the test says so.
    const late = [], real = self.setTimeout
    self.setTimeout = (act, delay, ...rest) => delay >= 100 ? late.push(act) : real(act, delay, ...rest)
    // One that is under way since the page was loaded goes off first.
    for (let step = 9; !late.length; step = 19 - step) {
      playground.setState({ step })
      await new Promise(requestAnimationFrame)
    }
    const heard = new Promise((done) => self.addEventListener('hashchange', () => requestAnimationFrame(done)))
    location.hash = '#lesson=convolution&padding=3&step=5'
    for (const act of late) act()
    await heard
    return { late: late.length, ...playground.getState() }
  })
  assert.ok(late > 0)
  assert.deepEqual([padding, step], [3, 5])
})

const kBad = [
  ['#lesson=nonsense', 'lesson', 'nonsense', /flatten.*convolution/],
  ['#lesson=convolution&stride=two', 'stride', 'two', /1.*4/],
  ['#lesson=convolution&stride=99', 'stride', '99', /1.*4/],
  ['#lesson=convolution&kernel_size=2.5', 'kernel_size', '2.5', /1.*7/],
  ['#lesson=convolution&step=-3', 'step', '-3', /0.*575/],
  ['#speed=1e999', 'speed', '', /0\.25.*16/],
  ['#speed=NaN', 'speed', 'NaN', /0\.25.*16/],
  ['#playing=maybe', 'playing', 'maybe', /1.*0/],
  ['#image=digit-77', 'image', 'digit-77', /digit-9/],
  ['#nonsense=3', 'nonsense', '3', /image/],
  ['#steps=3', 'steps', '3', /image/],
  ['#hide=nonsense', 'hide', 'nonsense', /lang/],
  ['#image=%zz', 'image', '%zz', /=/],
  ['#image=digit-3%00', 'image', 'digit-3', /digit-9/],
  ['#image', 'image', 'image', /=/],
  ['#weight=hello', 'weight', 'hello', /u8|f32/],
  ['#weight=1x1x3x3.u8.AAAAAAAAAAAA', 'weight', '1x1x3x3', /1x1x5x5/],
  ['#bias=1.f32.AADAfw', 'bias', '1.f32', /\w/],
  ['#image=<b>x</b>', 'image', '<b>x</b>', /digit-9/],
]
onPage('a bad value in the hash never breaks the page: one line names key, value and what is allowed', {}, async (page) => {
  const fresh = { flatten: await state(page), convolution: await goTo(page, '#lesson=convolution') }
  for (const [hash, key, value, allowed] of kBad) {
    await goTo(page, '#lesson=flatten&theme=dark')
    assert.equal(await notice(page).isVisible(), false)
    const { warnings, ...rest } = await goTo(page, hash)
    assert.equal(warnings.length, 1, `${hash}: ${warnings}`)
    for (const part of [key, value]) assert.ok(warnings[0].includes(part), `${hash}: ${warnings[0]}`)
    assert.match(warnings[0], allowed, hash)
    assert.equal(await notice(page).isVisible(), true, hash)
    assert.ok((await notice(page).innerText()).includes(warnings[0]), hash)
    assert.deepEqual(rest, withoutWarnings(fresh[rest.lesson]), hash)
  }
})
const withoutWarnings = ({ warnings, ...rest }) => rest

onPage('a page that loads with bad values is ready, uses the good ones and says the bad ones in its language', {
  at: '#lesson=convolution&stride=99&padding=1&nonsense=7&image=%E0%A4%A&step=5', lang: 'ko',
}, async (page) => {
  const { stride, padding, step, warnings } = await state(page)
  assert.deepEqual([stride, padding, step], [1, 1, 5])
  assert.equal(warnings.length, 3)
  for (const warning of warnings) assert.match(warning, /[가-힣]/)
  assert.ok(['stride', 'nonsense', 'image'].every((key) => warnings.some((warning) => warning.includes(key))))
  await set(page, { lang: 'en' })
  for (const warning of (await state(page)).warnings) assert.doesNotMatch(warning, /[가-힣]/)
  await notice(page).getByRole('button').click()
  assert.equal(await notice(page).isVisible(), false)
})

// Each of these holds bytes that are no text, or would be none when cut short.
for (const [what, hash] of [['a byte that is no UTF-8', '#image=%FF'],
                            ['a long Korean value', `#image=a${encodeURIComponent('가'.repeat(60))}`],
                            ['a long emoji key', `#${encodeURIComponent('b' + '🙂'.repeat(40))}=1`],
                            ['a huge value', `#weight=${'A'.repeat(300000)}`]])
  onPage(`the page starts with ${what} in its hash`, { at: hash }, async (page) => {
    const { warnings, image } = await state(page)
    assert.deepEqual([warnings.length, image], [1, 'digit-3'])
    assert.doesNotMatch(warnings[0], /\uFFFD/, 'a cut character')
    assert.equal(await notice(page).isVisible(), true)
    assert.equal((await set(page, { step: 5 })).step, 5)
  })

onPage('closing the notice does not silence the next bad address', { at: '#speed=99' }, async (page) => {
  await notice(page).getByRole('button').click()
  await goTo(page, '#speed=99&step=3')
  assert.equal(await notice(page).isVisible(), true)
})

onPage('the address bar follows the state without filling the history', { at: '#lesson=convolution' }, async (page) => {
  const before = await page.evaluate(() => history.length)
  await set(page, { stride: 2, hide: ['theme', 'lang'] })
  await followed(page, /stride=2/)
  await set(page, { step: 17 })
  const hash = await followed(page, /step=17/)
  assert.match(hash, /lesson=convolution/)
  assert.match(hash, /hide=theme,lang/)
  assert.equal(await page.evaluate(() => history.length), before)
})

onPage('while playing the address changes at most twice a second', {}, async (page) => {
  await page.evaluate(() => {
    self.writes = []
    for (const name of ['replaceState', 'pushState']) {
      const real = history[name]
      history[name] = function (...list) { self.writes.push(performance.now()); return real.apply(this, list) }
    }
  })
  await set(page, { speed: 16, step: 0 })
  await page.evaluate(() => playground.play())
  await page.waitForTimeout(2200)
  const writes = await page.evaluate(() => { playground.pause(); return self.writes })
  assert.ok(writes.length >= 2, `${writes.length} writes`)
  writes.slice(1).forEach((at, i) => assert.ok(at - writes[i] > 450, `${at - writes[i]} ms apart`))
})

onPage('a lesson change is an entry in the history, and Back returns to the state before it', { at: '#lesson=flatten&step=50&lang=ko' }, async (page) => {
  const before = await page.evaluate(() => history.length)
  await set(page, { lesson: 'convolution', stride: 3 })
  await followed(page, /lesson=convolution/)
  assert.equal(await page.evaluate(() => history.length), before + 1)
  await page.goBack()
  await until(page, () => playground.getState().lesson === 'flatten')
  assert.deepEqual([(await state(page)).step, (await state(page)).lang], [50, 'ko'])
  await page.goForward()
  await until(page, () => playground.getState().lesson === 'convolution')
  assert.equal((await state(page)).stride, 3)
})

let host
const kFrame = (src) => `<!doctype html><link rel=icon href=data:,><body><iframe src="${src}" width=600 height=500></iframe>`
onPage('in a frame the state changes neither the host\'s history nor the frame\'s address', {
  at: async () => {
    host = await serveAlso({ 'host.html': kFrame(`${(await theSite()).origin}/index.html#lesson=flatten`) })
    return `${host.origin}/host.html`
  }, ready: false,
}, async (page) => {
  const frame = page.frames()[1]
  await frame.evaluate(() => playground.ready)
  const before = await page.evaluate(() => history.length), address = await frame.evaluate(() => location.href)
  await set(frame, { lesson: 'convolution' })
  await page.waitForTimeout(700)
  await set(frame, { lesson: 'flatten', step: 3 })
  await page.waitForTimeout(700)
  assert.equal(await page.evaluate(() => history.length), before)
  assert.equal(await frame.evaluate(() => location.href), address)
})

onPage('hide and lock restrict the page, never the API', { at: '#lesson=convolution&hide=transport,filter,step&lock=step,filter,weight,image' }, async (page) => {
  const { hide, lock } = await state(page)
  assert.deepEqual([hide, lock], [['transport', 'filter', 'step'], ['step', 'filter', 'weight', 'image']])
  const changed = await set(page, { step: 8, filter: 'blur', image: 'digit-1' })
  assert.deepEqual([changed.step, changed.filter, changed.image], [8, 'blur', 'digit-1'])
  await page.keyboard.press('ArrowRight')
  await page.waitForTimeout(200)
  assert.equal((await state(page)).step, 8)
  await set(page, { hide: [], lock: [] })
  await page.keyboard.press('ArrowRight')
  await until(page, () => playground.getState().step === 9)
})

// Sets a state, reads the address that the page writes, and opens it on a page of its own.
async function reopened(page, act, argument) {
  const before = await page.evaluate(() => location.hash)
  await page.evaluate(act, argument)
  await until(page, (old) => location.hash !== old, before)
  const other = await open({ ...unseen, at: await page.evaluate(() => location.hash) })
  const read = async (from) => {
    const numbers = {}
    for (const name of ['input', 'weight', 'bias', 'output', 'window', 'products']) {
      const { shape, data } = await tensor(from, name)
      numbers[name] = { shape, bits: bits(data) }
    }
    return { state: withoutWarnings(await state(from)), numbers }
  }
  assert.deepEqual((await state(other.page)).warnings, [])
  assert.deepEqual(await read(other.page), await read(page))
  await other.leave()
}

onPage('the user\'s own picture, kernel and bias travel in the address to the same bits', { at: '#lesson=convolution' }, async (page) => {
  const random = seeded(31), size = (n, draw) => Array.from({ length: n }, draw)
  await reopened(page, ([input, weight]) => {
    playground.setTensor('input', { shape: [1, 28, 28], data: input })
    playground.setTensor('weight', { shape: [1, 1, 5, 5], data: weight })
    playground.setTensor('bias', { shape: [1], data: [-1 / 3] })
    playground.setState({ step: 100, padding: 1 })
  }, [size(784, () => random() - 0.5), size(25, (_, i) => [1e-45, -3e14, 0.1, 1 / 256, 255 / 256][i % 5])])
})

onPage('random states come back from their address', { at: '#lesson=convolution' }, async (page) => {
  const random = seeded(8)
  for (let i = 0; i < 3; ++i) {
    const picture = Array.from({ length: 784 }, () => integer(random, 0, 255) / 256)
    await reopened(page, ([partial, data]) => {
      playground.setState(partial)
      if (data) playground.setTensor('input', { shape: [1, 28, 28], data })
    }, [{ kernel_size: integer(random, 1, 7), stride: integer(random, 1, 4), padding: integer(random, 0, 3),
          image: `digit-${integer(random, 0, 9)}`, filter: pick(random, ['blur', 'outline', 'sharpen']),
          speed: pick(random, [0.25, 0.3, 4, 16]), lang: pick(random, ['ko', 'en']), lock: pick(random, [[], ['step', 'image']]),
          theme: pick(random, ['dark', 'auto']), step: integer(random, 0, 35) }, i % 2 ? picture : null])
  }
})
