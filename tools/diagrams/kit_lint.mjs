#!/usr/bin/env node
// node kit_lint.mjs CLIENT.js FILE.bpmn …: what the linter plugin for Camunda Modeler says of diagrams, as JSON on stdout.
// The plugin is loaded as the Modeler loads it (a script that pushes { plugin, type } to window.plugins).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';
import { Linter } from 'bpmnlint';

const require = createRequire(import.meta.url);
const camunda = require('camunda-bpmn-moddle/resources/camunda.json');
const [client, ...files] = process.argv.slice(2);
if (!client || !files.length) {
  console.error('usage: kit_lint.mjs CLIENT.js FILE.bpmn …');
  process.exit(2);
}
const window = { plugins: [] };
new Function('window', readFileSync(client, 'utf8'))(window);
const { plugin } = window.plugins.find((one) => one.type === 'lintRules.bpmn');
const moddle = new BpmnModdle({ camunda });
const found = {};
for (const file of files) {
  const { rootElement, warnings } = await moddle.fromXML(readFileSync(file, 'utf8'));
  const reports = await new Linter(plugin).lint(rootElement);
  found[file] = Object.entries(reports).flatMap(([rule, list]) =>
    list.map(({ id = '', message, category }) => ({ rule, id, message, category })));
  found[file].push(...warnings.map(({ message }) => ({ rule: 'import', id: '', message, category: 'warn' })));
}
console.log(JSON.stringify(found));
