// The list of integration responses of a method, each with its template in an editor.
import { fill, h } from './dom.js';
import { editor } from './editor.js';
import { rows } from './rows.js';

// responseList returns the list as an element. onChange is called when a person changed
// one, and onPoint(place, index) when he points into a template.
export function responseList({ onChange, onPoint }) {
  const cards = h('div', { class: 'responses' });
  let items = [];
  let editors = [];
  const add = h('button', { type: 'button', class: 'add', onclick: () => { items.push({ status: items.length ? '500' : '200', pattern: items.length ? '(?s).+' : '', mediaType: '', template: '', headers: [] }); draw(); onChange(); cards.lastElementChild.querySelector('input').focus(); } }, 'Add an integration response');

  const card = (item, i) => {
    const field = (name, label, hint) => h('label', { class: 'option' }, label, h('input', {
      type: 'text', value: item[name], placeholder: hint, 'data-field': name, spellcheck: 'false', autocomplete: 'off', oninput: (event) => { item[name] = event.target.value; onChange(); },
    }));
    const place = h('div', { class: 'editor' });
    editors[i] = editor(place, { label: `Template of integration response ${i + 1}`, language: 'velocity', hint: 'No template: the result passes as it is.', text: item.template, onChange: (text) => { item.template = text; onChange(); }, onPoint: (at) => onPoint(at, i) });
    const headers = rows({ title: 'Headers', nameHint: 'X-Kind', valueHint: "integration.response.body.kind or 'text'", onChange: (list) => { item.headers = list; onChange(); } });
    headers.set(item.headers);
    return h('fieldset', { class: 'response', 'data-response': i }, h('legend', {}, `Integration response ${i + 1}`),
      h('div', { class: 'options response-line' }, field('status', 'Status', '200'), field('pattern', 'Selection pattern', 'none: the default'), field('mediaType', 'Template for', 'application/json')),
      place, headers.element,
      h('p', {}, h('button', { type: 'button', 'aria-label': `Remove integration response ${i + 1}`, onclick: () => { items.splice(i, 1); draw(); onChange(); add.focus(); } }, 'Remove')));
  };
  const draw = () => {
    editors.forEach((each) => each.remove());
    editors = [];
    fill(cards, items.map(card));
  };
  return {
    element: h('div', {}, cards, add),
    set(list) { items = list; draw(); },
    editors: () => editors,
    editor: (i) => editors[i],
    // outcome marks the one that was chosen, and problems in the templates.
    outcome({ tried, problems }) {
      editors.forEach((each, i) => each.problems(problems.filter(({ response, line }) => response === i && line > 0)));
      for (const { index, outcome } of tried) cards.children[index]?.classList.toggle('chosen', outcome === 'matched' || outcome === 'default');
    },
  };
}
