// The SCORM 1.2 package, made from the site as it is: what a course system is told, and what a lesson does without one.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { call, dist, drawNothing, onPage, ready, serveAlso, state, tensor, until } from './support.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const folder = mkdtempSync(join(tmpdir(), 'scorm-'))
after(() => rmSync(folder, { recursive: true }))
execFileSync('node', [join(root, 'cmake/scorm.mjs'), '--dist', dist, '--out', folder, '--strings', join(root, 'web/strings'),
  '--lessons', join(root, 'web/lessons/lessons.cpp'), '--adapter', join(root, 'web/scorm/scorm.js'), '--version', '1.2.3'])

// A course system: keeps what it is told, and gives it back to the next frame.
const kSystem = `<!doctype html><meta charset=utf-8><link rel=icon href=data:,><style>iframe { width: 1000px; height: 700px }</style><script>
  const calls = [], values = {}
  const note = (name) => (...given) => { calls.push([name, ...given]); return 'true' }
  self.API = {
    LMSInitialize: note('LMSInitialize'), LMSFinish: note('LMSFinish'), LMSCommit: note('LMSCommit'),
    LMSGetLastError: () => '0', LMSGetErrorString: () => '', LMSGetDiagnostic: () => '',
    LMSGetValue: (name) => values[name] ?? '',
    LMSSetValue(name, value) {
      values[name] = value
      if (/^cmi.interactions.\\d+.id$/.test(name)) values['cmi.interactions._count'] = String(1 + (Number(values['cmi.interactions._count']) || 0))
      return note('LMSSetValue')(name, value)
    },
  }
</script><body>`
const system = async () => `${(await serveAlso({ 'system.html': kSystem }, folder)).origin}/system.html`

// Opens an item of the package in the course system, as its manifest says; the frame, once it is ready.
async function enter(page, lesson) {
  await page.evaluate((id) => {
    document.body.innerHTML = ''
    document.body.append(Object.assign(document.createElement('iframe'), { src: `index.html?lesson=${id}` }))
  }, lesson)
  await until(page, () => frames[0]?.playground)
  const frame = page.frames().find((other) => other !== page.mainFrame())
  await ready(frame)
  return frame
}
const told = (page) => page.evaluate(() => calls.splice(0))
const set = (name, value) => ['LMSSetValue', name, value]

onPage('a course system is told of answers, score, the end and where to go on, and nothing else', { at: system, ready: false, before: drawNothing }, async (page) => {
  const frame = await enter(page, 'padding')
  assert.deepEqual(await told(page), [['LMSInitialize', ''], set('cmi.core.lesson_status', 'incomplete'), ['LMSCommit', '']])
  const begun = await state(frame)
  assert.deepEqual([begun.lesson, begun.predict, begun.hide, begun.lock, begun.warnings], ['padding', true, ['lessons', 'share'], ['predict'], []])

  // The answers, each by its number on the system's side. The right one is read from the tensor.
  await frame.evaluate(() => {
    self.heard = []
    playground.on('answer', (answer) => heard.push(answer))
  })
  const hash = () => frame.evaluate(() => `#${self.__conv_page.hash()}`)
  const ask = (seed) => frame.evaluate((from) => {
    playground.step(1)  // what was answered is not asked again
    for (let seed = from; seed < from + 300; ++seed) {
      playground.setState({ seed })
      if (playground.question()?.question === 'output-cell') return playground.getState().step
    }
    throw new Error('never asked')
  }, seed)
  const record = async (n, result, raw) => {
    const { step, question, given, expected } = await frame.evaluate(() => heard.at(-1))
    const calls = await told(page), at = `cmi.interactions.${n}`
    assert.match(calls.find(([, name]) => name === `${at}.time`)[2], /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/)
    assert.deepEqual(calls.filter(([, name]) => name !== `${at}.time`), [
      set(`${at}.id`, `padding-${step}-${question}`), set(`${at}.type`, 'numeric'),
      set(`${at}.correct_responses.0.pattern`, String(expected)), set(`${at}.student_response`, String(given)),
      set(`${at}.result`, result), set('cmi.core.score.min', '0'), set('cmi.core.score.max', '100'), set('cmi.core.score.raw', raw),
      set('cmi.suspend_data', await hash()), ['LMSCommit', '']])
  }
  await ask(1)
  await call(frame, 'answer', 12345)
  await record(0, 'wrong', '0')
  const step = await ask(400)
  await call(frame, 'answer', (await tensor(frame, 'output')).data[step])
  await record(1, 'correct', '50')
  await ask(800)
  await call(frame, 'reveal')  // which is no answer
  assert.deepEqual(await told(page), [])
  await ask(1200)
  await call(frame, 'answer', -12345)
  await record(2, 'wrong', '33.33')

  // The last step, once; and the page goes.
  await frame.evaluate(() => playground.setState({ step: playground.getState().steps - 1 }))
  const last = await hash()
  assert.deepEqual(await told(page), [set('cmi.core.lesson_status', 'completed'), set('cmi.suspend_data', last), ['LMSCommit', '']])
  await frame.evaluate(() => playground.setState({ step: playground.getState().steps - 2, padding: 2 }))
  const left = await state(frame), leftHash = await hash()
  assert.deepEqual(await told(page), [])
  await page.evaluate(() => document.querySelector('iframe').remove())
  const bye = await told(page)
  assert.match(bye[1][2], /^0000:00:\d\d$/)
  assert.deepEqual(bye, [set('cmi.suspend_data', leftHash), set('cmi.core.session_time', bye[1][2]), set('cmi.core.exit', 'suspend'),
    ['LMSCommit', ''], ['LMSFinish', '']])

  // The next visit goes on from there, and counts on: one of three was right, now two of four.
  const again = await enter(page, 'padding')
  assert.deepEqual(await state(again), left)
  assert.deepEqual(await told(page), [['LMSInitialize', ''], set('cmi.core.lesson_status', 'completed'), ['LMSCommit', '']])
  await again.evaluate(() => {
    for (let seed = 1; playground.question()?.question !== 'output-cell'; ++seed) playground.setState({ seed })
    playground.answer(playground.tensor('output').data[playground.getState().step])
  })
  const calls = await told(page)
  assert.ok(calls.some(([, name, value]) => name === 'cmi.core.score.raw' && value === '50'), JSON.stringify(calls))
  assert.ok(calls.some(([, name]) => name === 'cmi.interactions.3.id'))
})

onPage('without a course system, or with one that fails, the lesson is there and nothing is told', { at: system, ready: false, before: drawNothing }, async (page) => {
  await page.evaluate(() => {
    for (const name of Object.keys(API)) API[name] = () => { calls.push([name]); throw new Error('the session has expired') }
  })
  const failing = await enter(page, 'stride')
  assert.equal((await state(failing)).lesson, 'stride')
  await call(failing, 'step', 1)
  assert.deepEqual(await told(page), [['LMSInitialize']])
  await page.evaluate(() => { delete self.API })
  const frame = await enter(page, 'fc-as-conv')
  const { lesson, warnings } = await state(frame)
  assert.deepEqual([lesson, warnings], ['fc-as-conv', []])
})

// Python's own zip and XML readers, as far from the page's scripts as can be.
const kRead = `
import json, sys, zipfile, xml.etree.ElementTree as tree
package = zipfile.ZipFile(sys.argv[1])
assert package.testzip() is None
names = package.namelist()
cp, adl = '{http://www.imsproject.org/xsd/imscp_rootv1p1p2}', '{http://www.adlnet.org/xsd/adlcp_rootv1p2}'
top = tree.fromstring(package.read('imsmanifest.xml'))
assert [child.tag for child in top] == [cp + name for name in ('metadata', 'organizations', 'resources')]
resources = {r.get('identifier'): r for r in top.iter(cp + 'resource')}
organization, = top.iter(cp + 'organization')
assert top.find(cp + 'organizations').get('default') == organization.get('identifier')
identifiers = [e.get('identifier') for e in top.iter() if e.get('identifier')]
json.dump({
  'names': names, 'unique': len(set(identifiers)) == len(identifiers), 'version': top.get('version'),
  'schema': [top.findtext('.//' + cp + 'schema'), top.findtext('.//' + cp + 'schemaversion')],
  'items': [[i.get('parameters'), i.findtext(cp + 'title'), resources[i.get('identifierref')].get('href')] for i in organization.iter(cp + 'item')],
  'types': [[r.get('type'), r.get(adl + 'scormtype')] for r in resources.values()],
  'files': [f.get('href') for f in top.iter(cp + 'file')]}, sys.stdout)`

onPage('the manifest is SCORM 1.2 and lists every lesson and every file of the package', { before: drawNothing }, async (page) => {
  const zip = `${folder}.zip`
  execFileSync('node', [join(root, 'cmake/zip.mjs'), '--dir', folder, '--out', zip])
  const read = JSON.parse(execFileSync('python3', ['-c', kRead, zip]))
  rmSync(zip)
  assert.deepEqual([read.schema, read.version, read.unique, read.types], [['ADL SCORM', '1.2'], '1.2.3', true, [['webcontent', 'sco']]])
  assert.deepEqual([...read.files, 'imsmanifest.xml'].sort(), [...read.names].sort())
  const lessons = await call(page, 'lessons')
  assert.deepEqual(read.items.map(([parameters, , href]) => href + parameters), lessons.map(({ id }) => `index.html?lesson=${id}`))
  lessons.forEach(({ title }, i) => assert.ok(read.items[i][1].startsWith(`${i + 1}. `) && read.items[i][1].endsWith(title), read.items[i][1]))
  for (const name of ['playground.js', 'boot.js', 'licences.txt']) assert.ok(read.names.includes(name), name)
  for (const name of ['sw.js', 'offline.js', 'embed.js']) assert.ok(!read.names.includes(name), name)
})
