// "Try a template": a request or a function's result, the template, and what it makes,
// with where each byte comes from.
import { fill, h, printable } from './dom.js';
import { postJSON } from './api.js';
import { editor } from './editor.js';
import { latest } from './latest.js';
import { rows } from './rows.js';
import { responseList } from './playresponses.js';
import { doorView, textOf, verdict } from './playdoor.js';
import { lights } from './playlights.js';

const path = '/_local/playground/render';
const named = (list) => list.filter(({ name }) => name !== '');

function input({ direction, request, template, mediaType, passthrough, result, responses }) {
  const sent = { ...request };
  for (const part of ['path', 'query', 'headers', 'context', 'stageVariables']) sent[part] = named(request[part]);
  return { direction, request: sent, template, mediaType, passthrough, result, responses: responses.map((response) => ({ ...response, headers: named(response.headers) })) };
}

// example is what an empty tab offers.
const example = {
  request: { method: 'POST', path: [{ name: 'id', value: '7' }], query: [{ name: 'lang', value: 'en' }], headers: [], body: '{\n  "name": "Ada",\n  "tags": ["a", "b"]\n}', context: [], stageVariables: [] },
  template: '#set($lang = $util.escapeJavaScript($input.params(\'lang\')).replaceAll("\\\\\'", "\'"))\n{\n  "id": $input.params(\'id\'),\n  "name": $input.json(\'$.name\'),\n  "language": "$lang",\n  "tags": [#foreach($i in [0..1])$input.json("$.tags[$i]")#if($foreach.hasNext), #end#end],\n  "from": "$context.identity.sourceIp"\n}',
  result: { text: '{"errorMessage":"[404] there is no Ada","errorType":"NotFound"}', threw: true },
  responses: [
    { status: '200', pattern: '', mediaType: '', template: '', headers: [] },
    { status: '404', pattern: '\\[404\\].*', mediaType: '', template: '#set($message = $input.path(\'$.errorMessage\'))\n{"message": "$message.substring(6)"}', headers: [] },
    { status: '500', pattern: '(?s).+', mediaType: '', template: '{"message": "Internal server error"}', headers: [] },
  ],
};

// renderTab fills a place, as checkTab does.
export function renderTab(place, state, changed) {
  const own = () => state.render;
  let answer = null;
  const say = h('p', { class: 'visually-hidden', role: 'status' });
  const out = h('div', { class: 'play-output', 'data-testid': 'render-output' });
  const touched = (change) => (value) => { change(value); restart(); };

  const direction = ['request', 'response'].map((which) => h('label', { class: 'check' },
    h('input', { type: 'radio', name: 'direction', value: which, onchange: touched(() => { own().direction = which; arrange(); }) }),
    which === 'request' ? ' of a request: HTTP in, event out' : ' of a response: result in, HTTP out'));
  const method = h('select', { 'aria-label': 'Method', onchange: (event) => touched(() => { own().request.method = event.target.value; })() },
    ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((name) => h('option', {}, name)));
  const lists = {};
  for (const [part, title, kind, nameHint] of [
    ['path', 'Path parameters', 'path', 'id'], ['query', 'Query string', 'query', 'lang'], ['headers', 'Headers', 'header', 'Content-Type'],
    ['context', 'Members of $context', 'context', 'identity.sourceIp'], ['stageVariables', 'Stage variables', 'stageVariable', 'name'],
  ]) lists[part] = rows({ title, kind, nameHint, onChange: touched((items) => { own().request[part] = items; }) });

  const light = lights();
  const bodyPlace = h('div', { class: 'editor', 'data-testid': 'body-editor' });
  const body = editor(bodyPlace, { label: 'Body of the request', language: 'json', hint: 'No body.', onChange: touched((text) => { own().request.body = text; }), onPoint: (at) => own().direction === 'request' && light.input(at) });
  const resultPlace = h('div', { class: 'editor', 'data-testid': 'thrown-editor' });
  const result = editor(resultPlace, { label: 'What the function returned', language: 'json', hint: 'What the function returned, or threw.', onChange: touched((text) => { own().result.text = text; }), onPoint: (at) => own().direction === 'response' && light.input(at) });
  const ended = [['returned', false], ['threw', true]].map(([what, threw]) => h('label', { class: 'check' },
    h('input', { type: 'radio', name: 'render-ended', value: what, onchange: touched(() => { own().result.threw = threw; }) }), ` it ${what} this`));
  const requestPart = h('section', { class: 'panel part-request' }, h('h2', {}, 'The request'),
    h('label', { class: 'option inline' }, 'Method ', method), lists.path.element, lists.query.element, lists.headers.element,
    h('p', { class: 'label' }, 'Body'), bodyPlace, lists.context.element, lists.stageVariables.element);
  const resultPart = h('section', { class: 'panel' }, h('h2', {}, 'The result of the function'),
    h('fieldset', { class: 'plain' }, h('legend', { class: 'visually-hidden' }, 'How the function ended'), ended), resultPlace);

  const templatePlace = h('div', { class: 'editor tall', 'data-testid': 'template-editor' });
  const template = editor(templatePlace, { label: 'Request template', language: 'velocity', hint: 'The mapping template.', onChange: touched((text) => { own().template = text; }), onPoint: (at) => light.template(at) });
  const mediaType = h('input', { type: 'text', placeholder: 'application/json', spellcheck: 'false', autocomplete: 'off', oninput: (event) => touched(() => { own().mediaType = event.target.value; })() });
  const passthrough = h('select', { onchange: (event) => touched(() => { own().passthrough = event.target.value; })() },
    [['', 'WHEN_NO_MATCH'], ['WHEN_NO_TEMPLATES', 'WHEN_NO_TEMPLATES'], ['NEVER', 'NEVER']].map(([value, title]) => h('option', { value }, title)));
  const templatePart = h('section', { class: 'panel' }, h('h2', {}, 'The request template'), templatePlace,
    h('div', { class: 'options two' }, h('label', { class: 'option' }, 'It is for Content-Type', mediaType), h('label', { class: 'option' }, 'Requests of other types: passthrough behavior', passthrough)));
  const responses = responseList({ onChange: touched(() => {}), onPoint: (at, index) => light.template(at, index) });
  const responsePart = h('section', { class: 'panel' }, h('h2', {}, 'The integration responses'), responses.element);
  const problems = h('div', { class: 'problems', role: 'status', 'aria-label': 'What is wrong with the template' });

  fill(place,
    h('fieldset', { class: 'plain direction' }, h('legend', {}, 'A mapping template'), direction,
      h('button', { type: 'button', 'data-testid': 'example', onclick: offer }, 'Fill in an example')),
    h('div', { class: 'play three' }, h('div', { class: 'play-left' },
      h('div', { class: 'play-input' }, resultPart, requestPart), h('div', { class: 'play-template' }, templatePart, responsePart, problems)), out), say);

  const ask = latest(
    (signal) => postJSON(path, input(own()), signal),
    (got) => { answer = got; show(); },
    (error) => { answer = null; light.clear(); fill(problems); fill(out, h('p', { class: 'notice bad', role: 'alert' }, printable(error.message))); });

  function restart() {
    changed();
    if (isEmpty()) show();
    else ask();
  }

  const isEmpty = () => (own().direction === 'request' ? own().template === '' : own().responses.length === 0);

  function offer() {
    const { direction: kept } = own();
    const copy = structuredClone(example);
    if (kept === 'request') Object.assign(own(), { request: copy.request, template: copy.template, mediaType: '', passthrough: '' });
    else Object.assign(own(), { result: copy.result, responses: copy.responses });
    fields();
    restart();
  }

  function arrange() {
    const toFunction = own().direction === 'request';
    templatePart.hidden = !toFunction;
    resultPart.hidden = responsePart.hidden = toFunction;
    answer = null;
    light.clear();
    fill(out);
    fill(problems);
  }

  function fields() {
    const { request, result: ending } = own();
    place.querySelector(`[name=direction][value=${own().direction}]`).checked = true;
    place.querySelector(`[name=render-ended][value=${ending.threw ? 'threw' : 'returned'}]`).checked = true;
    method.value = request.method;
    for (const [part, list] of Object.entries(lists)) list.set(request[part]);
    body.set(request.body);
    result.set(ending.text);
    template.set(own().template);
    mediaType.value = own().mediaType;
    passthrough.value = own().passthrough;
    responses.set(own().responses);
    arrange();
  }

  function show() {
    light.clear();
    if (isEmpty()) {
      answer = null;
      template.problems([]);
      say.textContent = '';
      fill(problems);
      fill(out, h('div', { class: 'panel welcome' }, h('h2', {}, 'What will the template make?'),
        h('p', {}, own().direction === 'request'
          ? 'Write a template, or fill in the example: the event of the function appears as you type, and pointing at it shows where each byte comes from.'
          : 'Add an integration response, or fill in the example: which one is chosen, and what it makes, appears as you type.')));
      return;
    }
    if (answer?.request && own().direction === 'request') showRequest(answer.request);
    if (answer?.response && own().direction === 'response') showResponse(answer.response);
  }

  function showRequest(got) {
    template.problems(got.problems.filter(({ line }) => line > 0));
    listProblems(got.problems, () => template);
    const trace = got.trace && !got.trace.error ? got.trace : null;
    fill(out,
      trace ? outputPane('What the template makes', trace, got.event) : null,
      got.used === 'passthrough' ? h('p', { class: 'notice' }, 'No template is for the Content-Type of the request, so that the body passes as it is.') : null,
      got.event?.accepted ? h('section', { class: 'panel', 'data-testid': 'event' }, h('h3', {}, 'The event that the function gets'), h('pre', { class: 'code', tabindex: '0', 'aria-label': 'The event' }, textOf(got.event)))
        : got.event ? h('section', { class: 'panel door failed', 'data-testid': 'event' }, h('h3', {}, 'Lambda refuses the event: it is not JSON'), got.event.broken ? [h('p', {}, printable(got.event.broken.problem)), h('pre', {}, printable(got.event.broken.excerpt))] : null) : null,
      overrides(got.overrides),
      got.client.accepted ? (got.client.findings.length ? doorView(got.client, { title: 'The request', subtitle: 'It reaches the function; the client gets what the function returns, here {}.', language: state.language, testid: 'client' }) : null)
        : doorView(got.client, { title: 'The client', subtitle: 'The request does not get through to the function.', language: state.language, testid: 'client' }));
    if (trace) light.show({ trace, output: out.querySelector('.output'), templates: [template], index: 0, body, lists });
    announce(got.event?.accepted ? 'The function gets an event.' : `The request does not get through: ${verdict(got.client)}.`);
  }

  function showResponse(got) {
    responses.outcome(got);
    listProblems(got.problems, (response) => responses.editor(response));
    const trace = got.trace && !got.trace.error ? got.trace : null;
    const chosen = got.tried.find(({ outcome }) => outcome === 'matched' || outcome === 'default');
    fill(out,
      h('section', { class: 'panel', 'data-testid': 'selection' }, h('h3', {}, 'Which integration response is chosen'),
        h('p', { class: 'small' }, 'Patterns must match the whole errorMessage: ', got.selector ? h('code', {}, printable(got.selector)) : 'there is none, since the function did not fail.'),
        h('ol', { class: 'tried' }, got.tried.map((each) => h('li', { class: each.outcome, 'data-outcome': each.outcome },
          h('code', {}, each.pattern ? printable(each.pattern) : '(default)'), ` → ${printable(each.status || '?')} `, h('span', { class: ['badge', { matched: 'good', default: 'good', unreadable: 'bad' }[each.outcome]] }, words[each.outcome]),
          each.why ? h('p', { class: 'small' }, printable(each.why), ' ', each.fix ? h('span', { class: 'fix' }, printable(each.fix)) : null) : null)))),
      trace ? outputPane('What the template makes', trace, null) : null,
      overrides(got.overrides),
      got.notices.map((notice) => h('p', { class: 'notice warn' }, printable(notice))),
      doorView(got, { title: 'The client', subtitle: 'Without proxy integration.', language: state.language, mark: (finding) => result.select(finding.start, finding.end), testid: 'client' }));
    if (trace && chosen) light.show({ trace, output: out.querySelector('.output'), templates: responses.editors(), index: chosen.index, body: result, lists });
    announce(`The client gets ${verdict(got)}.`);
  }

  function announce(text) {
    if (say.textContent !== text) say.textContent = text;
  }

  function outputPane(title, trace, event) {
    return h('section', { class: 'panel', 'data-testid': 'result' }, h('h3', {}, title),
      h('p', { class: 'quiet small' }, 'Point at a part, or go through the parts with the arrow keys, to see which expression and which input it comes from.'),
      h('pre', { class: 'code output' }, light.pieces(trace, event?.broken?.start ?? -1)),
      h('p', { class: 'small origin', 'aria-live': 'polite' }));
  }

  function listProblems(list, editorOf) {
    fill(problems, list.map((problem) => h('div', { class: ['problem', problem.severity === 'error' ? 'bad' : 'warn'], 'data-testid': 'problem' },
      h('p', {}, h('strong', {}, problem.severity === 'error' ? 'Error' : 'Warning'), problem.line ? ` in line ${problem.line}, column ${problem.column}: ` : ': ', printable(problem.message), ' ',
        problem.line ? h('button', { type: 'button', class: 'small-button', onclick: () => editorOf(problem.response)?.select(problem.start, problem.end) }, 'Show the place') : null),
      problem.hint ? h('p', { class: 'small' }, printable(problem.hint)) : null)));
  }

  return { load() { fields(); if (isEmpty()) show(); else ask(); } };
}

const words = { matched: 'matches: chosen', default: 'no pattern: chosen', unmatched: 'does not match', untried: 'not tried: another was chosen before', unreadable: 'cannot be used' };

function overrides(o) {
  const list = [['path parameter', o.path], ['query parameter', o.query], ['header of the request', o.header], ['header of the response', o.responseHeader]]
    .flatMap(([what, items]) => items.map(({ name, value }) => `${what} ${name}: ${value}`));
  if (o.status) list.push(`status of the response: ${o.status}`);
  if (!list.length && !o.ignored.length) return null;
  return h('section', { class: 'panel', 'data-testid': 'overrides' }, h('h3', {}, 'Overrides of the template'),
    h('ul', {}, list.map((line) => h('li', {}, printable(line))), o.ignored.map((line) => h('li', {}, 'ignored: ', printable(line)))));
}
