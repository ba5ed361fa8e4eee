// What a learner takes away: scripts, .npy and .csv.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { call, onSharedPage, refusal, set, tensor } from './support.mjs'

// A Python with NumPy, Debian's own first.
const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import numpy']).status === 0)

function inPython(run) {
  const folder = mkdtempSync(join(tmpdir(), 'conv-playground-'))
  try { run(folder, (script) => spawnSync(python, ['-c', script], { cwd: folder, encoding: 'utf8' })) }
  finally { rmSync(folder, { recursive: true }) }
}

const npy = async (page, name) => Buffer.from(await page.evaluate((id) => Array.from(playground.npy(id)), name))

onSharedPage('npy and csv: NumPy reads the tensors, to the bit', 'channels', async (page) => {
  assert.ok(await page.evaluate(() => playground.npy('output') instanceof Uint8Array))
  if (!python) return
  for (const name of ['input', 'weight', 'bias', 'output']) {
    const { shape, data } = await tensor(page, name)
    const file = await npy(page, name), csv = await call(page, 'csv', name)
    inPython((folder, run) => {
      writeFileSync(join(folder, 't.npy'), file)
      writeFileSync(join(folder, 't.csv'), csv)
      const { status, stderr } = run(`
import numpy as np
t = np.load('t.npy')
assert t.dtype == np.float32 and t.shape == ${JSON.stringify(shape).replace('[', '(').replace(']', ',)')}, (t.dtype, t.shape)
assert np.array_equal(np.loadtxt('t.csv', delimiter=',', dtype=np.float32).reshape(t.shape), t)
t.tofile('t.f32')`)
      assert.equal(status, 0, stderr)
      const back = readFileSync(join(folder, 't.f32'))
      assert.ok(back.equals(Buffer.from(data.buffer)), name)
    })
  }
})

onSharedPage('code: a script of the present state; what cannot be is refused', 'stride', async (page) => {
  await set(page, { kernel_size: 3, stride: 3, padding: 1 })
  assert.match(await call(page, 'code'), /F\.conv2d\(x\[None\], w, b, stride=3, padding=1\)/)
  const script = await call(page, 'code', 'numpy')
  assert.match(script, /conv2d\(x, w, b, stride=3, padding=1\)/)
  if (python) inPython((folder, run) => {
    writeFileSync(join(folder, 's.py'), script)
    const { status, stdout, stderr } = run('import runpy; runpy.run_path("s.py")')
    assert.equal(status, 0, stderr)
    assert.match(stdout, /Everything agrees with the page/)
  })
  assert.equal((await refusal(page, 'code', 'keras')).name, 'RangeError')
  assert.match((await refusal(page, 'csv', 'nothing')).message, /nothing/)
  assert.match((await refusal(page, 'npy', 'nothing')).message, /nothing/)
})
