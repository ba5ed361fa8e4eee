// Assembles dist/: node bundle.mjs --dist DIR --strings DIR [--example DIR] [--teachers DIR] [--stills DIR] --wasm F
//   [--data F] --font-regular F --font-bold F [--unlzma F --python PYTHON] [--minify UGLIFY] FILE...
//
// Files named last are copied; of an .mjs file, without the lines that name a './….wasm' which is not among them; in
// .html files {{ko:app.title}} becomes that text of web/strings/ko.json, and scripts with data-part-of="F" are in one
// file F. With UglifyJS the page's scripts are shortened. Of the strings, the page's own go into playground.strings.js:
// what it says before the program runs, or when it can't. The others become classic scripts, since a page opened by a
// double click or in a sandboxed frame may not fetch: each says
//   (self.__conv_assets = self.__conv_assets || {})['NAME'] = {bytes, sha256 (of the raw bytes), gzip (base64)}
// with NAME wasm | data | digits | font-regular | font-bold | unlzma. With unlzma.wasm and a Python that packs, what the
// page needs first is LZMA inside the gzip, which still tells whether a byte is wrong, and says lzma: true: a fifth less
// to send. Of what is loaded later than the page (digits), the text is in several files, named by `parts`, each of which
// adds its own to `pieces`, so that there is progress to show. sw.js gets the list of what the page is made of, and a
// hash of all of that. The folders --example, --teachers and --stills are copied as they are. The same input gives the
// same bytes.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

const scripts = { wasm: 'playground.wasm.js', data: 'playground.data.js', unlzma: 'playground.data.js', digits: 'playground.digits.js',
                  'font-regular': 'playground.font.js', 'font-bold': 'playground.font.js' }

const inputs = {}
const copies = []
const args = process.argv.slice(2)
while (args.length) {
  const arg = args.shift()
  if (arg.startsWith('--')) inputs[arg.slice(2)] = args.shift()
  else copies.push(arg)
}
const { dist, strings: stringsDir, python, minify: uglify } = inputs
const folders = [inputs.example, inputs.teachers, inputs.stills].filter(Boolean)
for (const name of ['dist', 'strings', 'example', 'teachers', 'stills', 'python', 'minify']) delete inputs[name]

const kLater = ['digits'], kPart = 200000  // characters

// The .lzma file that holds these bytes. Positions are at any byte, so their lowest bits say nothing (pb).
const kPack = `
import lzma, sys
filters = [dict(id=lzma.FILTER_LZMA1, preset=9 | lzma.PRESET_EXTREME, lc=4, lp=0, pb=0, dict_size=1 << 21)]
sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read(), format=lzma.FORMAT_ALONE, filters=filters))`
const lzma = (bytes) => execFileSync(python, ['-c', kPack], { input: bytes, maxBuffer: 1 << 28 })

const files = new Map()
function asset(name, file) {
  const raw = readFileSync(file)
  const tight = python && !kLater.includes(name) && name !== 'unlzma'
  const gzip = gzipSync(tight ? lzma(raw) : raw, { level: 9 })
  gzip.fill(0, 4, 8)  // modification time
  gzip[9] = 255       // operating system: unknown
  const sha256 = createHash('sha256').update(raw).digest('hex')
  const text = gzip.toString('base64')
  const entry = (how) => `(self.__conv_assets = self.__conv_assets || {})['${name}'] = ` +
                         `{bytes: ${raw.length}, sha256: '${sha256}', ${tight ? 'lzma: true, ' : ''}${how}};\n`
  if (!kLater.includes(name)) return entry(`gzip: '${text}'`)
  const parts = []
  for (let i = 0; i * kPart < text.length; ++i) {
    parts.push(scripts[name].replace('.js', `-${i}.js`))
    files.set(parts[i], `self.__conv_assets['${name}'].pieces[${i}] = '${text.slice(i * kPart, (i + 1) * kPart)}';\n`)
  }
  return entry(`parts: ${JSON.stringify(parts)}, pieces: []`)
}

for (const [name, file] of Object.entries(inputs)) {
  if (!scripts[name]) throw new Error(`bundle.mjs does not know an asset called ${name}`)
  files.set(scripts[name], (files.get(scripts[name]) ?? '') + asset(name, file))
}

const strings = {}
for (const file of readdirSync(stringsDir).sort())
  if (file.endsWith('.json')) strings[basename(file, '.json')] = JSON.parse(readFileSync(join(stringsDir, file), 'utf8'))
const ofThePage = (texts) => Object.fromEntries(
  Object.entries(texts).filter(([key]) => ['page.', 'app.', 'own.'].some((family) => key.startsWith(family))))
files.set('playground.strings.js', 'self.__conv_strings = ' +
  JSON.stringify(Object.fromEntries(Object.entries(strings).map(([code, texts]) => [code, ofThePage(texts)]))) + ';\n')
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
const kPartOf = /<script src="([\w.]+)" data-part-of="([\w.]+)"><\/script>\n/g
const partOf = new Map()  // script -> the file that it is in
for (const file of copies.filter((name) => name.endsWith('.html'))) {
  const text = readFileSync(file, 'utf8').replace(/\{\{(\w+):([\w.]+)\}\}/g, (_, code, key) => {
    if (!strings[code]?.[key]) throw new Error(`${file}: there is no ${key} in ${code}.json`)
    return escaped(strings[code][key])
  })
  files.set(basename(file), text.replace(kPartOf, (_, script, whole) => {
    const first = ![...partOf.values()].includes(whole)
    partOf.set(script, whole)
    return first ? `<script src="${whole}"></script>\n` : ''
  }))
}

// The page's own scripts. What other pages include, or is somebody else's, is left as it is.
const { minify } = uglify ? createRequire(import.meta.url)(resolve(uglify)) : {}
function shortened(sources) {  // {name: text}, one after the other
  if (!minify) return Object.values(sources).join('')
  const { code, error } = minify(sources, { module: false })
  if (error) throw new Error(`${error.filename}, line ${error.line}: ${error.message}`)
  return code + '\n'
}
const isShortened = (name) => name.endsWith('.js') && !['sw.js', 'embed.js', 'qrcode.js'].includes(name)
const texts = Object.fromEntries(copies.filter((file) => isShortened(basename(file))).map((file) => [basename(file), readFileSync(file, 'utf8')]))
const groups = {}
for (const [script, whole] of partOf) (groups[whole] ??= {})[script] = texts[script]
for (const script of Object.keys(texts)) if (!partOf.has(script)) groups[script] = { [script]: texts[script] }
for (const [name, sources] of Object.entries(groups)) files.set(name, shortened(sources))
const copied = copies.filter((file) => !files.has(basename(file)) && !partOf.has(basename(file)))

const given = new Set(copies.map((file) => basename(file)))
const missing = (line) => [...line.matchAll(/'\.\/([\w-]+\.wasm)'/g)].some(([, name]) => !given.has(name))
for (const file of copies.filter((name) => name.endsWith('.mjs')))
  files.set(basename(file), readFileSync(file, 'utf8').split('\n').filter((line) => !missing(line)).join('\n'))

// The page's files, but not the engine for other pages, nor what only people read.
const worker = copies.find((file) => basename(file) === 'sw.js')
const ofPage = (name) => /\.(html|js|svg)$/.test(name) && !['sw.js', 'embed.js'].includes(name)
const parts = new Map([...copied.map((file) => [basename(file), () => readFileSync(file)]),
                       ...[...files].map(([name, text]) => [name, () => text])].filter(([name]) => ofPage(name)).sort(([a], [b]) => a < b ? -1 : 1))
const whole = createHash('sha256')
for (const [name, bytes] of parts) whole.update(`${name}\0`).update(bytes())
if (worker)
  files.set('sw.js', readFileSync(worker, 'utf8').replace('{{version}}', whole.digest('hex').slice(0, 16))
    .replace("'{{files}}'", [...parts.keys()].map((name) => `'${name}'`).join(', ')))

mkdirSync(dist, { recursive: true })
for (const folder of folders) {
  rmSync(join(dist, basename(folder)), { recursive: true, force: true })
  cpSync(folder, join(dist, basename(folder)), { recursive: true })
}
const keep = new Set([...folders.map((folder) => basename(folder)), ...files.keys(), ...copied.map((file) => basename(file))])
for (const old of readdirSync(dist)) if (!keep.has(old)) rmSync(join(dist, old), { recursive: true })
for (const file of copied.filter((name) => !files.has(basename(name)))) cpSync(file, join(dist, basename(file)))
for (const [name, text] of files) {
  const path = join(dist, name)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  writeFileSync(path + '.part', text)
  renameSync(path + '.part', path)
}
