#!/usr/bin/env node
// node templates.mjs FOLDER: every element template below a folder against the schema that Camunda Modeler uses.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { validateAll } from '@bpmn-io/element-templates-validator';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: templates.mjs FOLDER');
  process.exit(2);
}
const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.json')).sort();
const seen = new Map();
let faults = 0;
let count = 0;
const fault = (name, id, text) => {
  faults += 1;
  console.error(`${name}  ${id}  ${text}`);
};
for (const name of names) {
  let content;
  try {
    content = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch (error) {
    // One file that cannot be read hides all templates in the Modeler.
    fault(name, '', error.message);
    continue;
  }
  const templates = Array.isArray(content) ? content : [content];
  count += templates.length;
  for (const { valid, object, errors } of validateAll(templates).results) {
    for (const one of valid ? [] : errors) fault(name, object.id, `${one.instancePath ?? ''} ${one.message}`);
    const key = `${object.id}#${object.version ?? ''}`;
    if (seen.has(key)) fault(name, object.id, `also in ${seen.get(key)}`);
    seen.set(key, name);
  }
}
if (!count) fault(folder, '', 'no element template found');
console.log(`${names.length} file(s), ${count} element template(s), ${faults} fault(s)`);
process.exit(faults ? 1 : 0);
