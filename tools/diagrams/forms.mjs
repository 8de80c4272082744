#!/usr/bin/env node
// node forms.mjs DIR: opens every .form below a folder in the form-js that the pages use; a warning or a field that is
// not drawn is a fault.
import { execSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: forms.mjs DIR');
  process.exit(2);
}
const viewer = fileURLToPath(new URL('../../webui/node_modules/@bpmn-io/form-js/dist/form-viewer.umd.js', import.meta.url));
const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.form')).sort();
const executablePath = process.env.CHROMIUM
  || execSync('command -v chromium || command -v chromium-browser || command -v google-chrome', { shell: '/bin/sh' }).toString().trim();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
await page.setContent('<!doctype html><div id="form"></div>');
await page.addScriptTag({ path: viewer });
let faults = 0;
for (const name of names) {
  const schema = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const said = await page.evaluate(async (schema) => {
    const box = document.getElementById('form');
    box.replaceChildren();
    const form = new window.FormViewer.Form({ container: box });
    try {
      const { warnings } = await form.importSchema(schema, {});
      const found = warnings.map((one) => one.message);
      if (!box.querySelector('.fjs-form')) found.push('nothing is drawn');
      if (!box.querySelector('.fjs-powered-by')) found.push('the bpmn.io mark is missing');
      return found;
    } catch (error) {
      return [error.message];
    } finally {
      form.destroy();
    }
  }, schema);
  faults += said.length;
  for (const one of said) console.error(`${name}  ${one}`);
}
await browser.close();
console.log(`${names.length} form(s), ${faults} fault(s)`);
process.exit(faults || !names.length ? 1 : 0);
