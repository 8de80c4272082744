#!/usr/bin/env node
// node svg.mjs OUT FILE...  Writes OUT/<name>.svg as bpmn-js draws it (the first plane of each diagram).
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { open } from './lib/browser.mjs';
const [out, ...files] = process.argv.slice(2);
if (!files.length) { console.error('usage: svg.mjs OUT FILE...'); process.exit(2); }
const br = await open();
for (const f of files) {
  const svg = await br.page.evaluate(async xml => { await viewer.importXML(xml); return (await viewer.saveSVG()).svg; }, readFileSync(f, 'utf8'));
  writeFileSync(join(out, basename(f).replace(/\.bpmn$/, '.svg')), svg);
}
await br.close();
