// Packs a folder: node zip.mjs --dir DIR --out FILE.zip [--top NAME]. Everything is below NAME/ in the archive, or at its
// top, sorted, with one fixed time: the same files give the same bytes.
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { crc32 } from './crc32.mjs'

const args = process.argv.slice(2)
const value = (name) => args[args.indexOf(name) + 1]
const dir = value('--dir'), out = value('--out'), top = args.includes('--top') ? `${value('--top')}/` : ''

const walk = (folder) => readdirSync(join(dir, folder)).sort().flatMap((name) => {
  const path = folder ? `${folder}/${name}` : name
  return statSync(join(dir, path)).isDirectory() ? walk(path) : [path]
})

// PKWARE's APPNOTE: a local header before each file, then the directory of all, then its end. 1980-01-01, UTF-8 names.
const kTime = 0, kDate = 0x21, kUtf8 = 0x800, kDeflate = 8
const local = [], central = []
let offset = 0
for (const path of walk('')) {
  const raw = readFileSync(join(dir, path)), packed = deflateRawSync(raw, { level: 9 }), name = Buffer.from(top + path)
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(kUtf8, 2)
  common.writeUInt16LE(kDeflate, 4)
  common.writeUInt16LE(kTime, 6)
  common.writeUInt16LE(kDate, 8)
  common.writeUInt32LE(crc32(raw), 10)
  common.writeUInt32LE(packed.length, 14)
  common.writeUInt32LE(raw.length, 18)
  common.writeUInt16LE(name.length, 22)
  const header = Buffer.concat([Buffer.from('PK\x03\x04'), common, name])
  local.push(header, packed)
  const place = Buffer.alloc(14)  // no comment, disk 0, no attributes
  place.writeUInt32LE(offset, 10)
  central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, place, name]))
  offset += header.length + packed.length
}
const directory = Buffer.concat(central), end = Buffer.alloc(22)
end.write('PK\x05\x06', 'latin1')
end.writeUInt16LE(central.length, 8)
end.writeUInt16LE(central.length, 10)
end.writeUInt32LE(directory.length, 12)
end.writeUInt32LE(offset, 16)
writeFileSync(`${out}.part`, Buffer.concat([...local, directory, end]))
renameSync(`${out}.part`, out)
console.log(`${out}: ${central.length} files, ${offset + directory.length + 22} bytes`)
