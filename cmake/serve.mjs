// A small static server for dist/: node serve.mjs --dir DIR [--port N] [--check]
// Prints its address. Without --port it takes 8417, or any free one. --check only says whether the port is free.
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, resolve, sep } from 'node:path'

const usual = 8417
const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json',
  '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon',
  '.ttf': 'font/ttf', '.txt': 'text/plain; charset=utf-8', '.zip': 'application/zip' }

const args = process.argv.slice(2)
const value = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
const root = resolve(value('--dir') ?? '.')
const asked = value('--port')

function answer(request, response) {
  const refuse = (status, text) => {
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
    response.end(text + '\n')
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET and HEAD are served here.')
  let path
  try {
    path = decodeURIComponent(request.url.split(/[?#]/)[0])
  } catch {
    return refuse(400, 'This address is not well-formed.')
  }
  let file = resolve(join(root, path))
  if (file !== root && !file.startsWith(root + sep)) return refuse(403, 'This address leaves the site.')
  let stat
  try {
    stat = statSync(file)
    if (stat.isDirectory()) stat = statSync((file = join(file, 'index.html')))
  } catch {
    return refuse(404, 'There is no such file.')
  }
  response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream',
                            'Content-Length': stat.size, 'Cache-Control': 'no-cache' })
  if (request.method === 'HEAD') return response.end()
  createReadStream(file).on('error', () => response.destroy()).pipe(response)
}

const server = createServer(answer)
server.on('error', (error) => {
  if (error.code === 'EADDRINUSE' && asked === undefined && !server.second) {
    server.second = true
    return server.listen(0, '127.0.0.1')
  }
  const why = error.code === 'EADDRINUSE' ? 'is in use by another program'
            : error.code === 'EACCES' ? 'may not be opened by this user' : `cannot be opened (${error.message})`
  console.error(`Port ${asked} of 127.0.0.1 ${why}: choose another with --port N, or leave --port out.`)
  process.exitCode = 1
})
server.on('listening', () => {
  if (args.includes('--check')) return server.close()
  console.log(`http://127.0.0.1:${server.address().port}/`)
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0))
server.listen(asked === undefined ? usual : Number(asked), '127.0.0.1')
