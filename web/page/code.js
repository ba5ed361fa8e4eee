// What a learner takes away: playground.code(framework), playground.csv(name) and playground.npy(name).
;(() => {
  'use strict'
  const { call } = self.__conv_page
  const playground = self.playground

  playground.code = (framework = 'pytorch') => call('code', framework)
  playground.csv = (name) => call('csv', name)
  // NumPy's own format, version 1.0: a header padded to 64 bytes, and the float32 numbers, little-endian.
  playground.npy = (name) => {
    const { shape, data } = playground.tensor(name)
    const size = shape.join(', ') + (shape.length === 1 ? ',' : '')
    const words = `{'descr': '<f4', 'fortran_order': False, 'shape': (${size}), }`
    const header = words.padEnd(Math.ceil((words.length + 11) / 64) * 64 - 11) + '\n'
    const file = new Uint8Array(10 + header.length + 4 * data.length)
    file.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8])
    file.set(new TextEncoder().encode(header), 10)
    file.set(new Uint8Array(data.buffer, data.byteOffset, 4 * data.length), 10 + header.length)
    return file
  }
})()
