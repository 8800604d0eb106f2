// A message on the page: the request line or status, parameters, headers and the body,
// with marks where it differs from another.
import { h, printable } from './dom.js';
import * as diff from './diff.js';

// maxShown is how many characters of a body are put on the page.
const maxShown = 100_000;

// bodyText returns the body of a message as text for people.
export function bodyText(message) {
  if (!message || !message.body) return '';
  if (message.bodyBase64) return `(${message.bodyBytes} bytes that are not text, in base64)\n${message.body}`;
  return printable(diff.pretty(message.body.slice(0, maxShown)));
}

export function sizeNote(message) {
  if (!message) return null;
  if (message.bodyCut) return `the first ${message.body.length} of ${message.bodyBytes} bytes are kept`;
  if (message.body?.length > maxShown) return `the first ${maxShown} characters of ${message.bodyBytes} bytes`;
  return null;
}

// view returns a message as elements. other is what it is compared with, and side
// says which of the two it is: "in" or "out".
export function view(message, { title, other = null, side = 'out', empty = 'Nothing.' }) {
  const parts = [h('h4', {}, title)];
  if (!message) {
    parts.push(h('p', { class: 'quiet' }, empty));
    return h('div', { class: 'message' }, parts);
  }
  parts.push(line(message));
  parts.push(fieldList('Path parameters', message.path, other?.path, side, other));
  parts.push(fieldList('Query string', message.query, other?.query, side, other));
  parts.push(fieldList('Headers', message.headers, other?.headers, side, other));
  const text = bodyText(message);
  if (text) {
    parts.push(h('pre', { class: 'code body', tabindex: '0', 'aria-label': `${title}: body` }, marked(text, bodyText(other), side)));
    const note = sizeNote(message);
    if (note) parts.push(h('p', { class: 'quiet small' }, note));
  } else {
    parts.push(h('p', { class: 'quiet small' }, 'No body.'));
  }
  return h('div', { class: 'message' }, parts);
}

function line(message) {
  if (message.functionError) {
    return h('p', { class: 'line' }, h('span', { class: 'badge bad' }, `function error: ${message.functionError}`));
  }
  if (message.function) return null; // a result, which is its body
  if (message.status) return h('p', { class: 'line' }, h('span', { class: ['badge', tone(message.status)] }, message.status));
  if (message.method || message.uri) return h('p', { class: 'line mono' }, `${message.method ?? ''} ${printable(message.uri ?? '')}`);
  return null;
}

export const tone = (status) => (status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good');

const states = { added: 'new', changed: 'changed', removed: 'not sent on as it is' };

function fieldList(title, list, others, side, other) {
  if (!list?.length) return null;
  const [left, right] = diff.fields(side === 'in' ? list : others, side === 'in' ? others : list);
  const shown = other ? (side === 'in' ? left : right) : list;
  return h('details', { class: 'fields', open: list.length <= 4 },
    h('summary', {}, `${title} (${list.length})`),
    h('dl', {}, shown.map((field) => [
      h('dt', { class: field.state }, field.name, field.state && field.state !== 'same' ? h('span', { class: 'state' }, ` ${states[field.state]}`) : null),
      h('dd', { class: field.state }, field.values.map((value) => h('span', { class: 'value' }, printable(value)))),
    ])));
}

// marked returns a text whose lines that the other has not are marked.
function marked(text, other, side) {
  if (!other || other === text) return text;
  const pair = side === 'in' ? diff.lines(text, other)[0] : diff.lines(other, text)[1];
  if (!pair.some((part) => part.same)) return text; // another text altogether: marks say nothing
  const out = [];
  pair.forEach((part, i) => {
    const end = i + 1 < pair.length ? '\n' : '';
    out.push(part.same ? part.text + end : h('mark', {}, part.text + end));
  });
  return out;
}
