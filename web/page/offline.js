// Keeps a copy of the site for when there is no network: only where the page is served and at top level. A frame
// belongs to its host's storage, and a double-clicked file needs no copy.
;(() => {
  'use strict'
  const served = /^https?:$/.test(location.protocol) && self.isSecureContext && self.origin !== 'null'
  if (self.parent !== self || !served || !('serviceWorker' in navigator)) return
  self.playground.ready.then(() => navigator.serviceWorker.register('sw.js'))
    .catch(() => {})  // without it the page works all the same
})()
