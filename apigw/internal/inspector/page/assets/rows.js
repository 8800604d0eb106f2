// Lists of names with values, such as headers, that a person can add to and take from.
import { fill, h } from './dom.js';

// rows returns a list as an element, with its own set. items are {name, value}; onChange
// gets them all.
export function rows({ title, nameHint = 'name', valueHint = 'value', onChange, kind = '' }) {
  const body = h('div', { class: 'rows' });
  const count = h('span', { class: 'quiet' });
  let items = [];
  const changed = () => {
    count.textContent = items.length ? ` (${items.length})` : '';
    onChange(items);
  };
  const row = (item, i) => {
    const field = (name, hint, label) => h('input', {
      type: 'text', value: item[name], placeholder: hint, 'aria-label': `${title} ${i + 1}: ${label}`, spellcheck: 'false', autocomplete: 'off',
      oninput: (event) => { item[name] = event.target.value; changed(); },
    });
    return h('div', { class: 'pair', 'data-kind': kind, 'data-row': i },
      field('name', nameHint, 'name'), field('value', valueHint, 'value'),
      h('button', { type: 'button', 'aria-label': `Remove ${title} ${i + 1}`, onclick: () => { items.splice(i, 1); draw(); changed(); add.focus(); } }, '×'));
  };
  const draw = () => fill(body, items.map(row));
  const add = h('button', { type: 'button', class: 'add', onclick: () => { items.push({ name: '', value: '' }); draw(); changed(); body.lastElementChild.firstElementChild.focus(); } }, 'Add');
  const element = h('details', { class: 'rows-group' }, h('summary', {}, title, count), body, add);
  return {
    element,
    set(list) {
      items = list;
      count.textContent = items.length ? ` (${items.length})` : '';
      element.open = items.length > 0;
      draw();
    },
    // light marks the rows with some names.
    light(names) {
      [...body.children].forEach((child, i) => child.classList.toggle('lit', names.includes(items[i]?.name)));
    },
  };
}
