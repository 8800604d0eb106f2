// What can be done with a recorded request: copies for other tools, and sending it again.
import { copy, h } from './dom.js';
import { getText } from './api.js';

const copies = [
  ['curl', 'Copy as curl'], ['event', 'Copy the event'], ['log', 'Copy the AWS log'],
];

export function actions(record, handlers) {
  const path = `/_local/requests/${encodeURIComponent(record.id)}/export?as=`;
  const failed = h('p', { class: 'notice bad', hidden: true, role: 'alert' });
  const tried = (act) => async (event) => {
    const button = event.currentTarget;
    failed.hidden = true;
    try {
      await act(button);
    } catch (error) {
      failed.textContent = error.message;
      failed.hidden = false;
    }
  };
  return h('div', {}, h('div', { class: 'buttons' },
    h('button', { type: 'button', class: 'primary', onclick: tried(() => handlers.again(record)) }, 'Run again'),
    h('button', { type: 'button', onclick: () => handlers.edit(record) }, 'Edit and run'),
    h('button', { type: 'button', onclick: tried(() => handlers.both(record)) }, 'Both doors'),
    copies.map(([as, label]) => h('button', { type: 'button', onclick: tried(async (button) => copy(button, await getText(path + as))) }, label)),
    h('button', { type: 'button', onclick: tried(async () => save(`request_${record.id.slice(0, 8)}_test.go`, await getText(`${path}test`))) }, 'Save as Go test')), failed);
}

// save offers a text as a file.
function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
