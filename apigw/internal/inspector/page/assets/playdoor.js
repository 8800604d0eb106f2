// What a client gets, as the playground shows it: status, headers and body, the line of
// the log, and what is wrong with the fix for a language.
import { h, printable } from './dom.js';

export const tone = (status) => (status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good');

// verdict returns a door in one sentence.
export function verdict(door) {
  if (!door.accepted) return `${door.status}, made by API Gateway itself`;
  const notes = door.findings.length;
  return `${door.status}${notes ? `, and ${notes === 1 ? 'one thing' : `${notes} things`} to look at` : ''}`;
}

// door returns a door as elements. mark(finding) shows the place of a finding.
export function doorView(door, { title, subtitle, language, mark = null, testid }) {
  return h('section', { class: ['panel', 'door', door.accepted ? (door.findings.length ? 'noted' : 'passed') : 'failed'], 'data-testid': testid },
    h('h3', {}, title, ' ', h('span', { class: ['badge', tone(door.status)], 'data-testid': 'status' }, door.status)),
    h('p', { class: 'quiet small' }, subtitle),
    h('p', { class: 'verdict' }, door.accepted
      ? (door.findings.length ? 'The client gets the following, and that may not be what was meant.' : 'The client gets:')
      : 'API Gateway refuses this, and makes the response itself. The client gets:'),
    messageView(door),
    h('p', {}, h('span', { class: 'label' }, 'The execution log says'), h('code', { class: 'log-line', 'data-testid': 'log' }, printable(door.line))),
    door.findings.map((finding) => findingView(finding, !door.accepted, language, mark)),
    h('details', { class: 'whole-log' }, h('summary', {}, `The whole log (${door.log.length} lines)`),
      h('pre', { class: 'code', tabindex: '0', 'aria-label': `${title}: execution log` }, door.log.map(printable).join('\n'))));
}

// messageView shows a response as it goes over the wire.
function messageView(door) {
  return h('pre', { class: 'code wire', tabindex: '0', 'aria-label': 'The response' },
    h('span', { class: 'wire-head' }, `HTTP ${door.status}\n${door.headers.map(({ name, value }) => `${printable(name)}: ${printable(value)}\n`).join('')}`), '\n',
    h('span', { class: 'wire-body', 'data-testid': 'body' }, textOf(door)));
}

// textOf returns a text of the gateway for people.
export function textOf({ body, bytes, base64, cut }) {
  const end = cut ? `\n… the beginning of ${bytes} bytes` : '';
  if (base64) return `(${bytes} bytes that are not text; in base64)\n${body}${end}`;
  return printable(body) + end;
}

function fixFor(finding, language) {
  return finding.fixes?.[language] ?? (language === 'Go' ? finding.fix : null) ?? finding.fixes?.[''] ?? finding.fix;
}

function findingView(finding, failed, language, mark) {
  const fix = fixFor(finding, language);
  const code = fix && fix !== finding.fixes?.[''] && language;
  return h('section', { class: ['play-finding', failed ? 'bad' : 'warn'], 'data-testid': 'finding', 'data-rule': finding.rule },
    h('h4', {}, printable(finding.message)),
    finding.path ? h('p', { class: 'small' }, 'At ', h('code', {}, printable(finding.path)), finding.got ? [': ', h('code', {}, printable(finding.got))] : null, ' ',
      mark && finding.start >= 0 ? h('button', { type: 'button', class: 'small-button', onclick: () => mark(finding) }, 'Show the place') : null) : null,
    finding.gateway ? h('p', { class: 'small' }, printable(finding.gateway)) : null,
    finding.detail ? h('pre', {}, printable(finding.detail)) : null,
    fix ? [h('p', { class: 'label' }, code ? `Do this, in ${language}` : 'Do this'), h(code ? 'pre' : 'p', { class: 'fix' }, printable(fix))] : null,
    finding.rule ? h('p', { class: 'small rule' }, `rule ${finding.rule}, ${finding.evidence}`) : null);
}
