// What the benchmarks in Chromium share: what must be there, each said in one sentence when it is missing; a server;
// pages. Playwright is that of tests/browser; packages are installed by npm ci when a benchmark first needs them.
//   --dist DIR, CONV_DIST or DIST   the built site with the engine (default dist/ of this tree)
//   CHROMIUM                        the browser (default the first of chromium, chromium-browser, google-chrome on PATH)
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { delimiter, extname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = resolve(here, '../..')
// Where bundles go; .gitignore knows it.
export const buildFolder = join(process.env.CONV_PLAYGROUND_BUILD || join(root, 'build'), 'bench')

// Something that the user can put right: its message is all that is printed.
export class Missing extends Error {}

export async function main(options, body) {
  try {
    let values
    try {
      values = parseArgs({ options: { dist: { type: 'string' }, ...options } }).values
    } catch (error) {
      throw new Missing(`${error.message.split('. ')[0]}; the options are ${Object.keys(options).concat('dist')
        .map((name) => `--${name}`).join(', ')}.`)
    }
    await body(values)
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

export function number(text, name, low) {
  const value = Number(text)
  if (!(Number.isInteger(value) && value >= low)) throw new Missing(`--${name} must be a whole number from ${low}, not ${text}.`)
  return value
}

export function findDist(asked) {
  const dist = resolve(asked || process.env.CONV_DIST || process.env.DIST || join(root, 'dist'))
  if (!['engine.mjs', 'engine.wasm'].every((file) => existsSync(join(dist, file))))
    throw new Missing(`The engine is not built: ${relative('.', dist) || '.'}${sep} has no engine.mjs with engine.wasm; ` +
      'sh web/play.sh --no-serve builds dist/, --dist DIR names another.')
  return dist
}

function findChromium() {
  const names = process.env.CHROMIUM ? [process.env.CHROMIUM] : ['chromium', 'chromium-browser', 'google-chrome']
  const found = names.flatMap((name) => name.includes(sep) ? [name]
    : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))).find((path) => existsSync(path))
  if (!found) throw new Missing(`There is no Chromium (${names.join(', ')}): install one, or name it by CHROMIUM=FILE.`)
  return found
}

// npm ci in a folder, unless what its lock names is there; → import(), as a module of that folder would.
export function packages(folder) {
  const path = resolve(here, folder), installed = join(path, 'node_modules/.package-lock.json')
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(join(path, 'package-lock.json')).mtimeMs) {
    console.error(`Installing the packages of ${relative(root, path)}/package-lock.json`)
    const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: path, stdio: ['ignore', 2, 2] })
    if (status !== 0) throw new Missing(`npm ci could not install the packages of ${relative(root, path)}: it needs npm and, this once, a network.`)
  }
  const { resolve: find } = createRequire(join(path, 'package.json'))
  return (name) => import(pathToFileURL(find(name)))
}

const kTypes = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' }

// Serves tests/bench/ on a free port of 127.0.0.1, with the site's engine under /ours/ and bundles under /bundles/;
// / is an empty page. → { origin, file (the path behind an address), close }
async function serve(dist) {
  const folders = { ours: dist, bundles: buildFolder }
  const file = (url) => {
    const [, first, ...rest] = decodeURIComponent(new URL(url, 'http://x').pathname).split('/')
    return Object.hasOwn(folders, first) ? join(folders[first], ...rest) : join(here, first, ...rest)
  }
  const server = createServer((request, response) => {
    const empty = request.url === '/', path = file(request.url)
    if (!empty && !statSync(path, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end()
    const type = empty ? 'text/html' : kTypes[extname(path)] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' })
    response.end(empty ? '<!doctype html><link rel="icon" href="data:,">' : readFileSync(path))
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return { origin: `http://127.0.0.1:${server.address().port}`, file, close: () => { server.closeAllConnections(); server.close() } }
}

const kFlags = ['--enable-unsafe-swiftshader', '--use-gl=angle', '--use-angle=swiftshader', '--disable-quic',
                '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

// Chromium and the server. open(module) → a page with a process and empty caches of its own, and that module of
// tests/bench/: { page, call(name, ...args) (an exported function), close }.
export async function browse(dist) {
  const executablePath = findChromium()
  const { chromium } = await packages('../browser')('playwright-core').then((module) => module.default ?? module)
  const browser = await chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args: kFlags })
  const { origin, file, close } = await serve(dist)
  const open = async (module) => {
    const context = await browser.newContext()
    const page = await context.newPage()
    page.setDefaultTimeout(0)
    await page.goto(`${origin}/`)
    await page.evaluate(async (address) => { self.bench = await import(address) }, `/${module}`)
    const call = (name, ...args) => page.evaluate(([f, list]) => bench[f](...list), [name, args])
    return { page, call, close: () => context.close() }
  }
  return { open, origin, file, version: browser.version(), close: async () => { await browser.close(); close() } }
}

// --- statistics ---------------------------------------------------------------------------------------------------
export function quantile(values, q) {
  const sorted = [...values].sort((x, y) => x - y), at = q * (sorted.length - 1), i = Math.floor(at)
  return sorted[i] + (at - i) * ((sorted[i + 1] ?? sorted[i]) - sorted[i])
}
export const median = (values) => quantile(values, 0.5)
// Three digits.
export const show = (x) => x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x >= 1 ? x.toFixed(2) : x.toFixed(4)
