// One request on the page: what became of it, the picture of its boxes, what went into
// the selected box and came out, and the log.
import { fill, h, printable } from './dom.js';
import { getJSON } from './api.js';
import * as message from './message.js';
import * as provenance from './provenance.js';
import { actions } from './actions.js';
import { boxOf, chosen, door, picture, target } from './picture.js';

const states = { passed: 'passed', failed: 'broke here', skipped: 'never reached', noted: 'worth a look', made: 'made by the gateway itself' };

// show fills place with a record. handlers: again(record), edit(record), both(record).
export function show(place, record, handlers) {
  const drawn = picture(record);
  const selected = drawn.failed || drawn.boxes.find((box) => box.state === 'noted')?.id || (drawn.proxy ? 'backend' : 'integration request');
  const details = h('section', { class: 'panel box-details', 'aria-live': 'polite' });
  const log = h('div');
  const buttons = new Map();
  const select = (id) => {
    for (const [box, button] of buttons) button.setAttribute('aria-pressed', box === id);
    showBox(details, record, drawn.boxes.find((box) => box.id === id));
    for (const line of log.querySelectorAll('[data-box]')) line.classList.toggle('lit', line.dataset.box === id);
  };
  fill(place,
    heading(record, drawn, handlers),
    diagram(record, drawn, buttons, select),
    record.diagnosis.map((finding, i) => findingView(finding, i === 0 && Boolean(record.failure), select)),
    details,
    logView(log, record, select));
  select(selected);
}

function heading(record, drawn, handlers) {
  const made = record.failure?.type;
  return h('header', { class: 'panel request-head' },
    h('h2', {},
      h('span', { class: 'mono' }, `${record.method} ${printable(target(record))}`), ' ',
      h('span', { class: ['badge', message.tone(record.status)], 'data-testid': 'status' }, record.status), ' ',
      h('span', { class: 'quiet small' }, `${record.durationMs.toFixed(1)} ms`)),
    h('p', { class: 'small' },
      record.resourcePath ? [h('strong', {}, record.api), `, stage ${record.stage}, `, door(drawn.integration)] : 'No route was found.',
      made ? [' · the gateway itself made the response: ', h('code', {}, made)] : null),
    actions(record, handlers));
}

// findingView returns what a person should know: what is wrong, the line of AWS's log,
// and what to do.
export function findingView(finding, failed, select) {
  const box = boxOf(finding.box);
  const at = finding.path ? `${finding.path}: ${finding.got ?? ''}` : finding.got;
  return h('section', { class: ['finding', failed ? 'bad' : 'warn'], 'data-testid': 'finding' },
    h('h3', {}, printable(finding.message)),
    h('dl', {},
      at ? [h('dt', {}, 'There is'), h('dd', { class: 'mono' }, printable(at))] : null,
      finding.place ? [h('dt', {}, 'Place'), h('dd', { class: 'mono' }, printable(finding.place))] : null,
      finding.gateway ? [h('dt', {}, 'API Gateway'), h('dd', {}, printable(finding.gateway))] : null,
      finding.log ? [h('dt', {}, 'Its log says'), h('dd', {}, h('code', {}, printable(finding.log)))] : null,
      finding.fix ? [h('dt', {}, 'Do this'), h('dd', { class: 'fix' }, h('pre', {}, printable(finding.fix)))] : null,
      finding.detail ? [h('dt', {}, 'Detail'), h('dd', {}, h('pre', {}, printable(finding.detail)))] : null),
    h('p', { class: 'small' },
      box && select ? h('button', { type: 'button', onclick: () => { select(box); document.querySelector('.box-details')?.scrollIntoView({ block: 'nearest' }); } }, `Show the box: ${finding.box}`) : null,
      finding.rule ? h('span', { class: 'quiet' }, ` rule ${finding.rule}, ${finding.evidence ?? ''}`) : null));
}

function diagram(record, drawn, buttons, select) {
  const box = (id) => {
    const { title, state, pipe, findings } = drawn.boxes.find((candidate) => candidate.id === id);
    const button = h('button', {
      type: 'button', class: ['box', `area-${id.replace(' ', '-')}`, state, pipe && 'pipe'], 'aria-pressed': 'false', 'data-box': id, onclick: () => select(id),
    },
    h('span', { class: 'box-title' }, title),
    h('span', { class: 'box-state' }, pipe && state === 'passed' ? 'a pipe: passes as it is' : states[state], findings.length > 1 ? ` (${findings.length})` : ''),
    h('span', { class: 'box-gist mono' }, gist(record, id, state)));
    buttons.set(id, button);
    return button;
  };
  const arrow = (area, direction, off) => h('span', { class: ['arrow', direction, area, off && 'off'], 'aria-hidden': 'true' });
  const reached = (id) => drawn.boxes.find((candidate) => candidate.id === id).state !== 'skipped';
  return h('section', { class: ['panel', 'picture', drawn.proxy && 'proxy'], 'aria-label': 'The boxes that the request met' },
    h('div', { class: 'client area-client' }, h('span', { class: 'box-title' }, 'Client'), h('span', { class: 'box-gist mono' }, `got ${record.status}`)),
    arrow('a1', 'right'), box('method request'), arrow('a2', 'right', !reached('integration request')), box('integration request'),
    arrow('a3', 'right', !reached('backend')), box('backend'), arrow('a4', 'left', !reached('integration response')), box('integration response'),
    arrow('a5', 'left', !reached('integration response') || drawn.failed), box('method response'), arrow('a6', 'left'));
}

// gist is the one thing to know about a box without opening it.
function gist(record, id, state) {
  const short = (text) => (text.length > 46 ? `${text.slice(0, 45)}…` : text);
  if (state === 'skipped') return '';
  switch (id) {
    case 'method request': return record.resourcePath ? `${record.method} ${record.resourcePath}` : 'no such route';
    case 'integration request': return short(message.bodyText(record.integrationRequest).replace(/\s+/g, ' ') || record.definition?.integration || '');
    case 'backend': return short(message.bodyText(record.functionResult ?? record.integrationResponse).replace(/\s+/g, ' '));
    case 'integration response': {
      const pattern = record.integrationResponse?.selectionPattern;
      if (pattern === '') return 'default response';
      return pattern ? short(`pattern ${pattern}`) : '';
    }
    default: return `${record.status} ${short(message.bodyText(record.methodResponse).replace(/\s+/g, ' '))}`;
  }
}

const empty = {
  made: 'Nothing. The gateway itself made this response.',
  failed: 'Nothing came out: the request broke here.',
  skipped: 'The request never got here.',
};

function showBox(place, record, box) {
  // What a backend returns is another thing than what it got: to compare them says nothing.
  // Nor does it where the request is only read, or passes as it is.
  const compared = box.id !== 'backend' && box.id !== 'method request' && !box.pipe;
  const sides = h('div', { class: 'sides' },
    message.view(box.in, { title: 'In', other: compared && box.out, side: 'in', empty: empty[box.state] ?? 'Nothing.' }),
    message.view(box.out, { title: 'Out', other: compared && box.in, side: 'out', empty: empty[box.state] ?? 'Nothing.' }));
  const origin = h('div');
  fill(place,
    h('h3', {}, box.title, ' ', h('span', { class: ['badge', { passed: 'good', failed: 'bad', noted: 'warn' }[box.state]] }, states[box.state])),
    h('p', { class: 'box-sentence' }, box.sentence),
    selection(record, box),
    origin, sides,
    box.log.length ? h('details', { class: 'box-log' }, h('summary', {}, `Lines of the log about it (${box.log.length})`),
      h('pre', { class: 'code' }, box.log.map(printable).join('\n'))) : null);
  if (box.state !== 'skipped' && !box.pipe && (box.id === 'integration request' || box.id === 'integration response')) showOrigin(origin, record, box);
}

// selection shows how the integration response was chosen.
function selection(record, box) {
  if (box.id !== 'integration response' || box.pipe || !record.definition?.responses?.length) return null;
  const choice = chosen(record);
  return h('div', { class: 'selection' }, h('h4', {}, 'Selection patterns'),
    h('ol', {}, record.definition.responses.map((response) => h('li', { class: [response === choice && 'chosen'] },
      h('code', {}, response.pattern || '(default)'), ` → ${response.status}`, response === choice ? h('strong', {}, ' chosen') : null))));
}

async function showOrigin(place, record, box) {
  const direction = box.id === 'integration request' ? 'request' : 'response';
  fill(place, h('p', { class: 'quiet small' }, 'Looking where each byte comes from…'));
  try {
    record.provenance ??= getJSON(`/_local/requests/${encodeURIComponent(record.id)}/provenance`);
    const trace = await record.provenance;
    if (trace[direction]) {
      const read = direction === 'request' ? record.methodRequest : record.functionResult ?? record.integrationResponse;
      fill(place, provenance.view(trace[direction], read?.bodyBase64 ? '' : read?.body ?? '', direction === 'request' ? 'Body of the request' : 'Result'));
    } else {
      fill(place, trace.reason && box.template ? h('p', { class: 'quiet small' }, trace.reason) : null);
    }
  } catch (error) {
    fill(place, h('p', { class: 'notice bad' }, error.message));
  }
}

function logView(place, record, select) {
  fill(place, h('details', { class: 'panel log', open: Boolean(record.failure) },
    h('summary', {}, h('h2', {}, 'Execution log, in the words of API Gateway')),
    record.log.length === 0 ? h('p', { class: 'quiet' }, 'API Gateway writes none for this request.') : null,
    h('ol', {}, record.log.map((line, i) => {
      const box = boxOf(record.logBoxes?.[i] ?? '');
      return h('li', { 'data-box': box || null },
        box ? h('button', { type: 'button', class: 'log-box', onclick: () => select(box) }, box) : h('span', { class: 'log-box' }),
        h('code', {}, printable(line)));
    }))));
  return place;
}
