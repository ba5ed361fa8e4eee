// The service worker: the site without a network, after one visit. What the network has is always newer and comes first;
// without it the last complete copy answers. A copy is whole: it is named by the hash of all its files, and the former
// one goes when the new one is complete.
'use strict'
const kVersion = '{{version}}', kFiles = ['{{files}}']
const kPrefix = `conv-playground ${self.registration.scope} `
const kCopy = kPrefix + kVersion

self.addEventListener('install', (event) => {
  self.skipWaiting()
  event.waitUntil((async () => {
    const copy = await caches.open(kCopy)
    await copy.addAll(kFiles.map((file) => new Request(file, { cache: 'no-cache' })))
  })().catch(async (error) => {
    await caches.delete(kCopy)
    throw error
  }))
})

self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith(kPrefix) && name !== kCopy) await caches.delete(name)
  await self.clients.claim()
})()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return
  event.respondWith(fetch(request).catch(async (error) => {
    const url = new URL(request.url)
    url.search = url.hash = ''
    if (url.pathname.endsWith('/')) url.pathname += 'index.html'
    const kept = await (await caches.open(kCopy)).match(url.href)
    if (kept) return kept
    throw error
  }))
})
