// Which engines there are, and what a page loads of each: <name>.js to measure speed with; <name>.min.js, trimmed to
// Tiny VGG and minified, for size and the time to a first result. Our engine is loaded as it is in dist/.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildFolder, packages } from '../support.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const adapters = readdirSync(join(here, 'adapters')).filter((file) => !file.startsWith('_')).map((file) => file.slice(0, -4))
export const isOurs = (engine) => engine.startsWith('ours')

// Peers first. Without engine-relaxed.wasm its variants are left out.
export function engines(dist) {
  const relaxed = existsSync(join(dist, 'engine-relaxed.wasm'))
  return [...adapters.filter((name) => !isOurs(name)),
          ...adapters.filter((name) => isOurs(name) && (relaxed || !name.includes('relaxed')))]
}

// What @tensorflow/tfjs-core's own custom modules do: core without gradients and chained operators.
const baseCore = { name: 'base-core', setup: (build) => build.onResolve({ filter: /^@tensorflow\/tfjs-core$/ }, () =>
  ({ path: join(here, 'node_modules/@tensorflow/tfjs-core/dist/base.js'), sideEffects: false })) }

export async function bundle(names) {
  const { build } = await packages('peers')('esbuild').then((module) => module.default ?? module)
  const common = { bundle: true, format: 'esm', target: 'es2022', logLevel: 'error', absWorkingDir: here, outdir: buildFolder,
                   external: ['/ours/*'], define: { 'process.env.NODE_ENV': '"production"' } }
  const trimmed = (name) => existsSync(join(here, `min/${name}.mjs`)) ? `min/${name}.mjs` : `adapters/${name}.mjs`
  await build({ ...common, entryPoints: names.map((name) => ({ in: `adapters/${name}.mjs`, out: name })) })
  await build({ ...common, minify: true, plugins: [baseCore],
                entryPoints: names.map((name) => ({ in: trimmed(name), out: `${name}.min` })) })
}
