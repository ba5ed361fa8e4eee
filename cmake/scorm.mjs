// Lays out a SCORM 1.2 package: node scorm.mjs --dist DIR --out DIR --strings DIR --lessons lessons.cpp --adapter scorm.js
//   --version V
//
// One package whose table of contents has every lesson as an item of its own (a SCO): score, status and saved state are
// SCORM's per item, so that a teacher can assign and see each lesson, and delete the others. All of them are the same page
// with another `?lesson=`. What belongs to a site of its own (service worker, embed.js, the engine, the example) stays out.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const args = process.argv.slice(2)
const value = (name) => args[args.indexOf(name) + 1]
const dist = value('--dist'), out = value('--out')

const words = (language) => JSON.parse(readFileSync(join(value('--strings'), `${language}.json`), 'utf8'))
const en = words('en'), ko = words('ko')
const ids = [...readFileSync(value('--lessons'), 'utf8').matchAll(/&(\w+)_lesson\b/g)].map(([, name]) => name.replaceAll('_', '-'))
for (const id of ids) if (!en[`lesson.${id}`]) throw new Error(`scorm.mjs: there is no lesson.${id} in the strings`)

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const kNotHere = ['embed.js', 'sw.js', 'offline.js', 'index.html']
const copied = readdirSync(dist).filter((name) => /\.(js|svg|txt)$/.test(name) && !kNotHere.includes(name))
const stills = readdirSync(join(dist, 'stills')).map((name) => `stills/${name}`)  // for machines without graphics
for (const name of [...copied, ...stills]) cpSync(join(dist, name), join(out, name))
cpSync(value('--adapter'), join(out, 'scorm.js'))
const page = readFileSync(join(dist, 'index.html'), 'utf8')
const inPackage = page.replace('<script src="offline.js"></script>\n', '')
  .replace('<script src="boot.js"></script>', '<script src="scorm.js"></script>\n$&')
if (!inPackage.includes('scorm.js') || inPackage.includes('offline.js')) throw new Error('scorm.mjs: index.html is not as expected')
writeFileSync(join(out, 'index.html'), inPackage)

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
const both = (key) => escaped(`${ko[key]} · ${en[key]}`)
const items = ids.map((id, i) => `      <item identifier="item-${id}" identifierref="page" isvisible="true" parameters="?lesson=${id}">
        <title>${i + 1}. ${both(`lesson.${id}`)}</title>
      </item>`).join('\n')
const files = [...copied, ...stills, 'index.html', 'scorm.js'].sort().map((name) => `      <file href="${escaped(name)}"/>`).join('\n')
writeFileSync(join(out, 'imsmanifest.xml'), `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="convolution-playground" version="${escaped(value('--version'))}"
  xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="lessons">
    <organization identifier="lessons">
      <title>${both('app.title')}</title>
${items}
    </organization>
  </organizations>
  <resources>
    <resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="index.html">
${files}
    </resource>
  </resources>
</manifest>
`)
console.log(`${out}: ${ids.length} lessons`)
