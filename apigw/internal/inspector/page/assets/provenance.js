// A mapping template beside its result and its input. Pointing at an expression, with
// the pointer or the Tab key, lights up the bytes that it made and the input that it
// read; pointing at a byte of the result does the same the other way round.
import { h, printable } from './dom.js';

// pieces cuts a text at the edges of ranges {start, end, id}, which may lie within each
// other: [{text, ids}]. Nothing of it touches the page.
export function pieces(text, ranges) {
  const edges = [...new Set([0, text.length, ...ranges.flatMap((range) => [range.start, range.end])])]
    .filter((edge) => edge >= 0 && edge <= text.length).sort((a, b) => a - b);
  const out = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const ids = ranges.filter((range) => range.start <= edges[i] && range.end >= edges[i + 1]).map((range) => range.id);
    out.push({ text: text.slice(edges[i], edges[i + 1]), ids });
  }
  return out;
}

// bring scrolls a pane so that what is lit in it is in sight, unless somebody points there.
function bring(pane, lit) {
  if (!lit || pane.matches(':hover') || pane.contains(document.activeElement)) return;
  const [at, within] = [lit.getBoundingClientRect(), pane.getBoundingClientRect()];
  if (at.top < within.top || at.bottom > within.bottom) pane.scrollTop += at.top - within.top - pane.clientHeight / 3;
}

const fieldNames = { query: 'query string', header: 'header', path: 'path parameter', context: '$context', stageVariable: 'stage variable', body: 'body' };

// view returns the three panes. trace is the provenance of one direction, and input
// the text of the body that the template reads.
export function view(trace, input, inputTitle) {
  const spans = trace.spans.map((span, id) => ({ ...span, id })).filter((span) => !span.text);
  const root = h('div', { class: 'provenance' });
  const inputs = new Map(); // by name: {name, kind, key, start, end, ids}
  for (const span of spans) {
    for (const read of span.inputs ?? []) {
      const known = inputs.get(read.name) ?? { ...read, ids: [] };
      known.ids.push(span.id);
      inputs.set(read.name, known);
    }
  }
  const located = [...inputs.values()].filter((read) => read.start >= 0);
  let pinned = []; // by a click, which is how a finger points
  const light = (ids) => {
    for (const element of root.querySelectorAll('[data-spans]')) {
      element.classList.toggle('lit', element.dataset.spans.split(' ').some((id) => ids.includes(id)));
    }
    for (const pre of root.querySelectorAll('pre')) bring(pre, pre.querySelector('.lit'));
  };
  const pin = (ids) => {
    pinned = pinned.join() === ids.join() ? [] : ids;
    for (const element of root.querySelectorAll('[data-spans]')) {
      element.setAttribute('aria-pressed', pinned.length > 0 && element.dataset.spans === pinned.join(' '));
    }
    light(pinned);
  };
  const spot = (text, ids, label) => {
    if (ids.length === 0) return printable(text);
    const own = ids.map(String);
    return h('span', {
      class: 'spot', tabindex: '0', role: 'button', 'aria-pressed': 'false', 'data-spans': own.join(' '), 'aria-label': label,
      onmouseenter: () => light(own), onmouseleave: () => light(pinned),
      onfocus: () => light(own), onblur: () => light(pinned),
      onclick: () => pin(own),
      onkeydown: (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); pin(own); } },
    }, printable(text));
  };
  const made = (span) => printable(trace.output.slice(span.start, span.end));
  const byID = new Map(spans.map((span) => [span.id, span]));
  // One expression may write several times, as in a loop.
  const expressions = new Map();
  for (const span of spans) {
    const key = `${span.from}:${span.to}`;
    const known = expressions.get(key) ?? { start: span.from, end: span.to, ids: [] };
    known.ids.push(span.id);
    expressions.set(key, known);
  }
  const ranges = [...expressions.values()].map((expression, id) => ({ ...expression, id }));
  const templatePane = pieces(trace.template.text, ranges).map((piece) => {
    const ids = piece.ids.length ? ranges[piece.ids.at(-1)].ids : [];
    return spot(piece.text, ids, ids.length ? `${piece.text} makes ${ids.map((id) => made(byID.get(id))).join(', ') || 'nothing'}` : null);
  });
  const outputPane = pieces(trace.output, spans).map((piece) => spot(piece.text, piece.ids.slice(-1),
    piece.ids.length ? `${printable(piece.text)} comes from ${byID.get(piece.ids.at(-1)).expression}` : null));
  const inputPane = pieces(input, located.map((read, id) => ({ ...read, id }))).map((piece) => {
    const reads = piece.ids.map((id) => located[id]).sort((a, b) => (a.end - a.start) - (b.end - b.start));
    const ids = reads.length ? reads[0].ids : [];
    return spot(piece.text, ids, ids.length ? `${printable(piece.text)}, read as ${reads[0].name}` : null);
  });
  const others = [...inputs.values()].filter((read) => read.start < 0);
  root.append(
    pane(inputTitle, input ? h('pre', { class: 'code' }, inputPane) : h('p', { class: 'quiet small' }, 'No body.'),
      others.length ? h('ul', { class: 'reads' }, others.map((read) => h('li', {},
        spot(read.name, read.ids, `${read.name}, from the ${fieldNames[read.kind] ?? 'request'}`),
        h('span', { class: 'quiet small' }, ` ${fieldNames[read.kind] ?? ''} ${read.key ?? ''}`)))) : null),
    pane(trace.template.name || 'Template', h('pre', { class: 'code' }, templatePane)),
    pane('Result', h('pre', { class: 'code', 'data-testid': 'result' }, outputPane),
      trace.error ? h('p', { class: 'notice bad' }, printable(trace.error)) : null),
  );
  return root;
}

const pane = (title, ...content) => h('div', { class: 'pane' }, h('h4', {}, title), ...content);
