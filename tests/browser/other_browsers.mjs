// Firefox and WebKit as the tests use them: each a window of its own on a screen that nobody sees, drawing in software.
//   FIREFOX, WEBKIT_DRIVER   the programs (default: firefox-esr and WebKitWebDriver on PATH); Xvfb must be there, too
// Both give {name, goto, evaluate, press, screenshot, complaints, close}:
//   evaluate(f, ...args)   runs f in the page, with arguments that are JSON, and awaits what it returns
//   press(key)             of the DOM's names: 'Tab', 'ArrowRight', 'End', …
//   complaints()           what Firefox wrote to its console as an error; WebDriver does not tell WebKit's
import { spawn } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'

export function find(...names) {
  for (const name of names.filter(Boolean))
    for (const folder of name.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name)
      try { accessSync(path, constants.X_OK); return path } catch { /* the next */ }
    }
  return null
}

const kScreens = []
const line = (stream, pattern) => new Promise((found, failed) => {
  let text = ''
  stream.on('data', (bytes) => { text += bytes; const match = pattern.exec(text); if (match) found(match[1]) })
  stream.on('close', () => failed(new Error(text || 'it ended at once')))
})

// The environment of a program that draws on a screen in memory, by Mesa's software renderer.
async function onScreen() {
  const screen = spawn(find('Xvfb'), ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  kScreens.push(screen)
  return { ...process.env, DISPLAY: `:${await line(screen.stdio[3], /(\d+)\n/)}`, LIBGL_ALWAYS_SOFTWARE: '1' }
}
const endScreen = () => kScreens.pop()?.kill()

async function freePort() {
  const server = createServer()
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address()
  await new Promise((closed) => server.close(closed))
  return port
}

export async function firefox() {
  const { default: puppeteer } = await import('puppeteer-core')
  const env = await onScreen()
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: find(process.env.FIREFOX, 'firefox-esr', 'firefox'), headless: false, env,
                                           extraPrefsFirefox: { 'webgl.force-enabled': true, 'intl.accept_languages': 'en' } })
  const page = await browser.newPage(), complaints = []
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()) })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.setViewport({ width: 1000, height: 700 })
  return {
    name: 'Firefox', complaints: () => complaints,
    goto: (address) => page.goto(address),
    evaluate: (f, ...args) => page.evaluate(`(${f})(...${JSON.stringify(args)})`),
    press: (key) => page.keyboard.press(key),
    screenshot: async () => Buffer.from(await page.screenshot()),
    async close() { await browser.close(); endScreen() },
  }
}

const kLibraries = '/usr/lib'
function miniBrowser() {
  for (const folder of readdirSync(kLibraries).filter((name) => name.includes('linux')))
    for (const version of ['4.1', '4.0', '6.0']) {
      const path = find(join(kLibraries, folder, version === '6.0' ? 'webkitgtk-6.0' : `webkit2gtk-${version}`, 'MiniBrowser'))
      if (path) return path
    }
  throw new Error('there is no MiniBrowser below /usr/lib')
}

export async function webkit() {
  const { default: { Builder, Capabilities, Key } } = await import('selenium-webdriver')
  const env = await onScreen(), port = await freePort()
  const driver = spawn(find(process.env.WEBKIT_DRIVER, 'WebKitWebDriver'), [`--port=${port}`], { env, stdio: 'ignore' })
  let browser
  for (let tries = 0; !browser; ++tries)
    try {
      browser = await new Builder().usingServer(`http://127.0.0.1:${port}`).disableEnvironmentOverrides().withCapabilities(new Capabilities({
        browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] } })).build()
    } catch (error) {
      if (tries === 20) throw error
      await new Promise((done) => setTimeout(done, 250))  // the driver is not listening yet
    }
  await browser.manage().setTimeouts({ script: 40000 })
  await browser.manage().window().setRect({ width: 1000, height: 800 })
  const keys = { Tab: Key.TAB, Enter: Key.ENTER, ArrowRight: Key.ARROW_RIGHT, ArrowLeft: Key.ARROW_LEFT, Home: Key.HOME, End: Key.END, ' ': ' ' }
  return {
    name: 'WebKit', complaints: () => [],
    goto: (address) => browser.get(address),
    async evaluate(f, ...args) {
      const { value, error } = await browser.executeAsyncScript(`
        const done = arguments[arguments.length - 1], args = [...arguments].slice(0, -1)
        Promise.resolve().then(() => (${f})(...args)).then((value) => done({ value }), (error) => done({ error: String(error) }))`, ...args)
      if (error) throw new Error(error)
      return value ?? undefined
    },
    press: (key) => browser.actions().sendKeys(keys[key]).perform(),
    screenshot: async () => Buffer.from(await browser.takeScreenshot(), 'base64'),
    async close() { await browser.quit().catch(() => {}); driver.kill(); endScreen() },
  }
}
