/* Linter plugin for Camunda Modeler: what this office's topics, posts, forms, tables and variables are, said while drawing.
   Written by jiuzhu from the workers' contracts; HOUSE below is filled in when the kit is made. Do not edit. */
'use strict';

(function() {
  const HOUSE = /*HOUSE*/null;
  const NAMES = new Set([ ...HOUSE.variables, 'loopCounter', 'nrOfInstances', 'nrOfActiveInstances', 'nrOfCompletedInstances' ]);
  const WORDS = new Set([ 'and', 'or', 'not', 'true', 'false', 'null', 'empty', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'div', 'mod' ]);

  const is = (node, ...types) => types.some(type => node.$instanceOf && node.$instanceOf(type));
  const attribute = (node, name) => node.get('camunda:' + name);
  const extensions = node => (node.extensionElements && node.extensionElements.get('values')) || [];
  const extension = (node, type) => extensions(node).find(one => one.$type === 'camunda:' + type);
  const lines = (node, list) => { const io = extension(node, 'InputOutput'); return (io && io.get(list)) || []; };
  const ends = (node, direction) => extensions(node).filter(one => one.$type === 'camunda:' + direction);

  function property(node, name) {
    const found = extension(node, 'Properties');
    const one = ((found && found.get('values')) || []).find(entry => entry.name === name);
    return one && one.value;
  }

  function near(word, known) {
    let best = '', least = 3;
    for (const other of known) {
      const distance = edits(word, other);
      if (distance < least) { best = other; least = distance; }
    }
    return best ? `是不是“${best}”？` : '';
  }

  function edits(a, b) {
    if (Math.abs(a.length - b.length) > 2) return 9;
    let row = Array.from({ length: b.length + 1 }, (_, at) => at);
    for (let i = 1; i <= a.length; i++) {
      const next = [ i ];
      for (let j = 1; j <= b.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      }
      row = next;
    }
    return row[b.length];
  }

  function topicOf(node) {
    if (is(node, 'bpmn:ServiceTask', 'bpmn:SendTask')) return node;
    const event = is(node, 'bpmn:ThrowEvent') && (node.eventDefinitions || [])[0];
    return event && event.$type === 'bpmn:MessageEventDefinition' ? event : null;
  }

  function definition(node, type) {
    return is(node, 'bpmn:CatchEvent') && (node.eventDefinitions || []).find(one => one.$type === `bpmn:${type}EventDefinition`);
  }

  const checks = {

    code(node, say) {
      if (is(node, 'bpmn:ScriptTask')) say('不执行脚本。请改成服务任务，从元素模板选一个主题。');
      for (const name of [ 'class', 'delegateExpression', 'expression' ]) {
        const holder = is(node, 'bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:BusinessRuleTask') ? node : null;
        if (holder && attribute(holder, name)) say(`不执行 Java（camunda:${name}）。请把 Implementation 改成 External，从元素模板选主题。`);
      }
      for (const one of extensions(node)) {
        if (/Listener$|^camunda:Connector$/.test(one.$type)) say('监听器和连接器不起作用。请删除，需要做的事画成一个任务。');
      }
    },

    topic(node, say) {
      const holder = topicOf(node);
      if (!holder || attribute(holder, 'class') || attribute(holder, 'delegateExpression') || attribute(holder, 'expression')) return;
      const topic = attribute(holder, 'topic');
      if (attribute(holder, 'type') !== 'external' || !topic) return say('没有选主题。请把 Implementation 设为 External，从元素模板选主题。');
      const contract = HOUSE.topics[topic];
      if (!contract) return say(`没有主题“${topic}”。${near(topic, Object.keys(HOUSE.topics))}请从元素模板中选择主题。`);
      const given = lines(node, 'inputParameters');
      for (const line of given) {
        const input = contract.inputs.find(one => one.name === line.name);
        if (!input) say(`主题“${topic}”没有输入“${line.name}”。${near(line.name || '', contract.inputs.map(one => one.name))}请删除或改正。`);
        else if (input.choices.length && line.value && !line.value.includes('${') && !input.choices.includes(line.value)) {
          say(`输入“${line.name}”不能是“${line.value}”。可以是：${input.choices.filter(Boolean).join('、')}。`);
        }
      }
      for (const input of contract.inputs) {
        if (input.drawn && input.required && !given.some(line => line.name === input.name)) {
          say(`缺少输入“${input.name}”（${input.label}）。请从元素模板填写。`);
        }
      }
    },

    error(node, say) {
      const contract = topicOf(node) === node && HOUSE.topics[attribute(node, 'topic')];
      for (const code of (contract && contract.errors) || []) {
        if (!caught(node, code)) say(`“${contract.label}”可能报告业务错误 ${code}，没有人接收。请在任务或者外层子流程上画错误边界事件。`);
      }
    },

    group(node, say) {
      const given = [ property(node, 'entryGroups') ];
      if (is(node, 'bpmn:UserTask')) {
        given.push(attribute(node, 'candidateGroups'));
        if (![ 'candidateGroups', 'candidateUsers', 'assignee' ].some(name => attribute(node, name))) {
          say('没有办理岗位。请填写 Candidate groups，如 town_reviewer@${town}。');
        }
      }
      for (const text of given.filter(Boolean)) {
        for (const group of text.split(',').map(one => one.trim()).filter(Boolean)) {
          const role = group.split('@')[0];
          if (!role.includes('${') && !HOUSE.roles[role]) {
            say(`没有岗位“${role}”。${near(role, Object.keys(HOUSE.roles))}岗位写成 岗位@单位。`);
          } else if (!group.includes('@') && !role.includes('${')) {
            say(`“${group}”没有写单位。请写成 ${role}@\${town} 这样。`);
          }
        }
      }
    },

    form(node, say) {
      if (is(node, 'bpmn:UserTask') && !attribute(node, 'formRef')) say('没有表单。请把 Forms 的 Type 设为 Camunda Forms，填 Form reference，绑定选 deployment。');
      const named = [ (is(node, 'bpmn:UserTask', 'bpmn:StartEvent') && attribute(node, 'formRef')) || '', property(node, 'entryForm') || '' ];
      for (const form of named.filter(Boolean)) {
        if (!HOUSE.forms[form]) say(`系统里还没有表单“${form}”。${near(form, Object.keys(HOUSE.forms))}如果是新表单，部署时请一起附上。`);
      }
    },

    due(node, say) {
      if (is(node, 'bpmn:UserTask') && !attribute(node, 'dueDate')) say('没有办理期限。请填写 Due date，如 ${due_simple}。');
    },

    decision(node, say) {
      if (!is(node, 'bpmn:BusinessRuleTask') || attribute(node, 'type') === 'external') return;
      const key = attribute(node, 'decisionRef');
      if (!key) return say('没有决策表。请填写 Decision reference。');
      if (!attribute(node, 'resultVariable')) say('没有结果变量。请填写 Result variable。');
      if (!HOUSE.decisions[key]) say(`系统里还没有决策表“${key}”。${near(key, Object.keys(HOUSE.decisions))}如果是新表，部署时请一起附上。`);
    },

    call(node, say) {
      if (!is(node, 'bpmn:CallActivity')) return;
      const key = node.get('calledElement');
      if (!key) return say('没有写被调用的流程。请填写 Called element。');
      if (key.includes('${')) return say('被调用的流程要写固定的标识，不能用 ${…}。');
      const called = HOUSE.processes[key];
      if (!called) return say(`系统里还没有流程“${key}”。${near(key, Object.keys(HOUSE.processes))}如果是新流程，部署时请一起附上。`);
      const back = ends(node, 'Out').map(one => one.get('target'));
      const missing = called.outs.filter(name => !back.includes(name) && !ends(node, 'Out').some(one => one.get('variables')));
      if (missing.length === called.outs.length && missing.length) say(`没有传出变量：“${called.name}”的结果 ${missing.join('、')} 不会带回来。请在 Out mappings 里加上要用的。`);
    },

    gateway(node, say) {
      if (!is(node, 'bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway')) return;
      const outgoing = ((node.$parent && node.$parent.get('flowElements')) || []).filter(one => is(one, 'bpmn:SequenceFlow') && one.sourceRef === node);
      if (outgoing.length > 1 && !node.get('default')) say('没有默认连线。请把一条出线设为 Default flow。');
    },

    message(node, say) {
      const event = definition(node, 'Message') || (is(node, 'bpmn:ReceiveTask') && node);
      if (!event) return;
      const name = event.messageRef && event.messageRef.name;
      if (!name) return say('没有消息名称。请在 Message 里选择或新建一个消息。');
      if (!HOUSE.messages[name] && !(property(node, 'entryForm') && property(node, 'entryGroups'))) {
        say(`消息“${name}”没有人能发出。请在 Extension properties 里填写 entryForm、entryGroups、entryLabel，或者改正名称。`);
      }
    },

    bound(node, say) {
      const multi = node.loopCharacteristics;
      if (multi && multi.$type === 'bpmn:MultiInstanceLoopCharacteristics' && !property(node, 'bound')) {
        say('多实例没有写上限。请加扩展属性 bound，不超过 50。');
      }
      if (multi && multi.$type === 'bpmn:StandardLoopCharacteristics') say('不执行标准循环。请用网关画出循环。');
    },

    variable(node, say) {
      if (!is(node, 'bpmn:FlowNode', 'bpmn:SequenceFlow')) return;
      const made = madeIn(top(node));
      for (const text of texts(node)) {
        for (const [ , inner ] of text.matchAll(/\$\{([^}]*)\}/g)) {
          const bare = inner.replace(/'[^']*'|"[^"]*"/g, ' ').replace(/\.\s*[A-Za-z_]\w*/g, ' ');
          for (const [ name ] of bare.matchAll(/[A-Za-z_]\w*/g)) {
            if (WORDS.has(name) || NAMES.has(name) || made.has(name) || HOUSE.prefixes.some(one => name.startsWith(one))) continue;
            say(`没有变量“${name}”。${near(name, [ ...NAMES, ...made ])}请改正变量名。`);
          }
        }
      }
    }
  };

  function caught(node, code) {
    for (let host = node; host; host = host.$parent) {
      const events = host.$parent ? (host.$parent.get('flowElements') || []) : [];
      for (const event of events) {
        const found = is(event, 'bpmn:BoundaryEvent') && event.attachedToRef === host && definition(event, 'Error');
        if (found && (!found.errorRef || found.errorRef.errorCode === code)) return true;
      }
      for (const inner of host !== node && host.get('flowElements') || []) {
        const first = is(inner, 'bpmn:SubProcess') && inner.triggeredByEvent && (inner.get('flowElements') || []).find(one => is(one, 'bpmn:StartEvent'));
        const found = first && definition(first, 'Error');
        if (found && (!found.errorRef || found.errorRef.errorCode === code)) return true;
      }
      if (is(host, 'bpmn:Process')) return false;
    }
    return false;
  }

  function top(node) {
    let found = node;
    while (found.$parent && !is(found, 'bpmn:Process')) found = found.$parent;
    return found;
  }

  const remembered = new WeakMap();
  function madeIn(process) {
    if (!remembered.has(process)) {
      const known = HOUSE.processes[process.id];
      const made = new Set(known ? known.brought : []);
      collect(process, made);
      made.delete(undefined);
      remembered.set(process, made);
      setTimeout(() => remembered.delete(process), 0);
    }
    return remembered.get(process);
  }

  function collect(scope, made) {
    const defaults = property(scope, 'defaults');
    try { Object.keys(JSON.parse(defaults || '{}')).forEach(name => made.add(name)); } catch (error) { /* said by the server */ }
    for (const node of scope.get('flowElements') || []) {
      for (const list of [ 'inputParameters', 'outputParameters' ]) lines(node, list).forEach(line => made.add(line.name));
      ends(node, 'Out').forEach(one => made.add(one.get('target')));
      made.add(attribute(node, 'resultVariable'));
      for (const form of [ attribute(node, 'formRef'), property(node, 'entryForm') ]) (HOUSE.forms[form] || []).forEach(key => made.add(key));
      if (node.loopCharacteristics) made.add(attribute(node.loopCharacteristics, 'elementVariable'));
      for (const event of node.eventDefinitions || []) [ 'errorCodeVariable', 'errorMessageVariable', 'escalationCodeVariable' ].forEach(name => made.add(attribute(event, name)));
      if (is(node, 'bpmn:SubProcess')) collect(node, made);
    }
  }

  function texts(node) {
    const found = [ 'candidateGroups', 'candidateUsers', 'assignee', 'dueDate', 'followUpDate', 'priority', 'taskPriority' ].map(name => attribute(node, name));
    found.push(property(node, 'entryGroups'), node.conditionExpression && node.conditionExpression.body);
    for (const list of [ 'inputParameters' ]) lines(node, list).forEach(line => found.push(line.value));
    ends(node, 'In').forEach(one => found.push(one.get('sourceExpression')));
    for (const event of node.eventDefinitions || []) {
      for (const kind of [ 'timeDuration', 'timeDate', 'timeCycle' ]) found.push(event.get(kind) && event.get(kind).body);
    }
    const multi = node.loopCharacteristics;
    if (multi) found.push(multi.loopCardinality && multi.loopCardinality.body, multi.completionCondition && multi.completionCondition.body, attribute(multi, 'collection'));
    return found.filter(one => typeof one === 'string' && one.includes('${'));
  }

  const WARNINGS = new Set([ 'form', 'decision', 'call', 'due', 'bound' ]);
  const config = { rules: {} };
  for (const name of Object.keys(checks)) config.rules[`jiuzhu/${name}`] = WARNINGS.has(name) ? 'warn' : 'error';

  const resolver = {
    resolveRule(pkg, name) {
      if (pkg !== 'bpmnlint-plugin-jiuzhu' || !checks[name]) throw new Error(`no rule ${pkg}/${name}`);
      return () => ({ check: (node, reporter) => { checks[name](node, message => reporter.report(node.id, message)); } });
    },
    resolveConfig(pkg) {
      throw new Error(`no config of ${pkg}`);
    }
  };

  const place = typeof window === 'undefined' ? globalThis : window;
  place.plugins = place.plugins || [];
  place.plugins.push({ plugin: { config, resolver }, type: 'lintRules.bpmn' });
})();
