// Provenance both ways: pointing at the output, the template or the input lights up what
// belongs to it in the other two.
import { h, printable } from './dom.js';
import { innermost, overlapping, segments } from './origins.js';

// lights returns what lights up. It has nothing to show until show is called.
export function lights() {
  let now = null; // {trace, output, templates, index, body, lists}
  const marked = { ids: '' };

  function set(ids) {
    if (!now || ids.join() === marked.ids) return;
    marked.ids = ids.join();
    const spans = ids.map((id) => now.trace.spans[id]);
    for (const piece of now.output.querySelectorAll('[data-span]')) piece.classList.toggle('lit', ids.includes(Number(piece.dataset.span)));
    now.templates.forEach((each, i) => each.light(i === now.index ? spans.map(({ from, to }) => ({ start: from, end: to })) : []));
    const inputs = spans.flatMap((span) => span.inputs);
    now.body.light(inputs.filter(({ start }) => start >= 0));
    for (const [part, kind] of [['path', 'path'], ['query', 'query'], ['headers', 'header'], ['context', 'context'], ['stageVariables', 'stageVariable']]) {
      now.lists[part].light(inputs.filter((input) => input.kind === kind).map(({ key }) => key));
    }
    const origin = now.output.parentElement.querySelector('.origin');
    if (origin) origin.textContent = spans.length ? sentence(spans[0], spans.length) : '';
  }

  return {
    // pieces returns the output as elements, one for each expression that wrote some of
    // it. With the arrow keys one goes through them.
    pieces(trace, broken) {
      const parts = segments(trace.output, trace.spans, broken);
      let first = true;
      return parts.map(({ text, span, broken: here }) => {
        const shown = printable(text);
        if (span < 0) return here ? h('mark', { class: 'broken', title: 'here it is not JSON any more' }, shown) : shown;
        const element = h('span', {
          class: ['spot', here && 'broken'], role: 'button', tabindex: first ? '0' : '-1', 'data-span': span, 'aria-label': `${shown.slice(0, 80)}: ${sentence(trace.spans[span], 1)}`,
          onmouseenter: () => set([span]), onmouseleave: () => set([]), onfocus: () => set([span]), onblur: () => set([]), onclick: () => set([span]),
          onkeydown: (event) => move(event),
        }, shown);
        first = false;
        return element;
      });
    },
    show(what) { now = what; marked.ids = ''; },
    clear() { set([]); now = null; marked.ids = ''; },
    // template is called with a place in the template of an index, or null.
    template(at, index = 0) { if (now && index === now.index) set(at === null ? [] : innermost(now.trace.spans, at)); },
    // input is called with a place in the body, or null.
    input(at) { if (now) set(at === null ? [] : overlapping(now.trace.spans, at)); },
  };
}

function move(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...event.currentTarget.closest('.output').querySelectorAll('[data-span]')];
  const next = all[all.indexOf(event.currentTarget) + step];
  if (!next) return;
  event.currentTarget.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function sentence(span, count) {
  const what = printable(span.expression.length > 120 ? `${span.expression.slice(0, 120)}…` : span.expression);
  const from = span.inputs.map(({ name, kind, key }) => (kind === 'body' ? `${name} of the body` : kind === 'unknown' ? name : `${name}, ${kinds[kind]} ${key ?? ''}`)).map(printable).join('; ');
  return `${what}${from ? ` reads ${from}` : ''}${count > 1 ? `; ${count} parts` : ''}`;
}

const kinds = { query: 'of the query string,', header: 'the header', path: 'the path parameter', context: 'of $context,', stageVariable: 'the stage variable' };
