// The same request through two doors, side by side: what each box got and made, what
// differs, and who does the work.
import { fill, h, printable } from './dom.js';
import { findingView } from './boxes.js';
import { bodyText, tone } from './message.js';
import { door, integrationOf, order, picture, target } from './picture.js';
import * as diff from './diff.js';

// twinOf returns the API and route that answer the same request the other way: the same
// method and path, with proxy integration where this has none.
export function twinOf(apis, record) {
  const own = record.definition?.integration;
  const proxy = own === 'AWS_PROXY' || own === 'HTTP_PROXY';
  for (const api of apis) {
    if (api.name === record.api) continue;
    const route = api.routes.find((candidate) => candidate.path === record.resourcePath
      && (candidate.method === record.definition?.method || candidate.method === record.method || candidate.method === 'ANY')
      && candidate.integration && candidate.integration !== own && candidate.integration.endsWith('_PROXY') !== proxy);
    if (route) return api;
  }
  return null;
}

// moved returns the target of a record in another API.
export function moved(record, api) {
  const behind = target(record).split('/').slice(3).join('/');
  return `${new URL(api.url).pathname}/${behind}`;
}

// outputs are what each box made, as text.
function output(record, id) {
  switch (id) {
    case 'method request': return record.resourcePath ? `${record.method} ${record.resourcePath}` : '';
    case 'integration request': return bodyText(record.integrationRequest);
    case 'backend': return bodyText(record.functionResult ?? record.integrationResponse);
    case 'integration response':
    case 'method response': return `${record.methodResponse.status}\n${bodyText(record.methodResponse)}`;
    default: return '';
  }
}

export function show(place, left, right, onsingle) {
  const [a, b] = [left, right].map((record) => ({ record, drawn: picture(record) }));
  const head = ({ record }) => h('div', { class: 'lens-head' },
    h('h3', {}, door(integrationOf(record))),
    h('p', { class: 'small' }, h('span', { class: 'mono' }, `${record.method} ${printable(target(record))}`), ' ',
      h('span', { class: ['badge', tone(record.status)] }, record.status)),
    h('button', { type: 'button', onclick: () => onsingle(record.id) }, 'Only this one'));
  const rows = order.map((id) => {
    const [before, after] = [output(left, id), output(right, id)];
    const same = before === after;
    const pair = diff.lines(before, after);
    const cell = ({ record, drawn }, lines) => {
      const box = drawn.boxes.find((candidate) => candidate.id === id);
      return h('div', { class: ['lens-cell', box.state, box.pipe && 'pipe'] },
        h('p', { class: 'lens-work' }, box.state === 'failed' ? h('span', { class: 'badge bad' }, 'broke here') : null, ' ', box.sentence),
        h('pre', { class: 'code', tabindex: '0', 'aria-label': `${box.title}, ${door(integrationOf(record))}` },
          box.state === 'skipped' ? 'never reached' : same || !lines.some((line) => line.same) ? lines.map((line) => line.text).join('\n')
            : lines.map((line, i) => [line.same ? line.text : h('mark', {}, line.text), i + 1 < lines.length ? '\n' : ''])));
    };
    return h('section', { class: 'lens-row' },
      h('h3', { class: 'lens-title' }, a.drawn.boxes.find((box) => box.id === id).title, ' ',
        h('span', { class: ['badge', same ? 'good' : 'accent'] }, same ? 'the same' : 'differs')),
      cell(a, pair[0]), cell(b, pair[1]));
  });
  const alike = left.methodResponse.status === right.methodResponse.status && bodyText(left.methodResponse) === bodyText(right.methodResponse);
  fill(place, h('section', { class: 'panel lenses', 'data-testid': 'lenses' },
    h('h2', {}, 'The same request through both doors'),
    h('p', { class: ['notice', alike ? 'good' : 'warn'] }, alike
      ? 'The client cannot tell the doors apart: status and body are the same. What differs is who does the work.'
      : left.failure || right.failure ? 'The responses differ: one of the requests broke.' : 'The responses differ. Look for the first box that made something else than it should.'),
    h('div', { class: 'lens-heads' }, head(a), head(b)),
    [a, b].filter(({ record }) => record.failure && record.diagnosis.length).map(({ record }) => [
      h('h3', {}, `Why it broke ${door(integrationOf(record))}`), findingView(record.diagnosis[0], true)]),
    rows));
}
