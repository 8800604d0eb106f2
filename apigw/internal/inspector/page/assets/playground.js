// The playground: two tabs, whose state is in the address.
import { byId, copy } from './dom.js';
import { decode, empty, encode } from './state.js';
import { checkTab } from './playcheck.js';
import { renderTab } from './playrender.js';

const state = empty();
const tabs = ['check', 'render'];
let written = location.hash;

function open(name, focus = false) {
  state.tab = name;
  for (const each of tabs) {
    const tab = byId(`tab-${each}`);
    tab.setAttribute('aria-selected', each === name);
    tab.tabIndex = each === name ? 0 : -1;
    byId(`panel-${each}`).hidden = each !== name;
    if (focus && each === name) tab.focus();
  }
}

// changed writes the state into the address, soon: browsers stop pages that do so at each
// key.
let soon = null;
function changed() {
  clearTimeout(soon);
  soon = setTimeout(write, 350);
}

function write() {
  clearTimeout(soon);
  const hash = encode(state);
  byId('link-state').textContent = hash === null ? 'Too large for the address: a link would not show it.' : '';
  byId('copy-link').disabled = hash === null;
  written = hash ?? '';
  history.replaceState(null, '', written || location.pathname);
}

const check = checkTab(byId('panel-check'), state, changed, () => {
  state.render.direction = 'response';
  Object.assign(state.render.result, state.check.result);
  if (!state.render.responses.length) state.render.responses.push({ status: '200', pattern: '', mediaType: '', template: '', headers: [] });
  open('render', true);
  changed();
  render.load();
});
const render = renderTab(byId('panel-render'), state, changed);

// load shows what the address has.
function load() {
  clearTimeout(soon);
  const { state: read, problem } = decode(location.hash);
  Object.assign(state, read);
  byId('state-problem').textContent = problem;
  byId('state-problem').hidden = !problem;
  open(state.tab);
  check.load();
  render.load();
}

for (const name of tabs) {
  byId(`tab-${name}`).addEventListener('click', () => { open(name); changed(); });
  byId(`tab-${name}`).addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    open(tabs[(tabs.indexOf(name) + step + tabs.length) % tabs.length], true);
    changed();
  });
}
byId('copy-link').addEventListener('click', (event) => {
  write();
  if (!event.currentTarget.disabled) copy(event.currentTarget, location.href);
});
window.addEventListener('pagehide', write);
byId('clear').addEventListener('click', () => {
  const { tab, language } = state;
  Object.assign(state, empty(), { tab, language });
  byId('state-problem').hidden = true;
  check.load();
  render.load();
  changed();
});
window.addEventListener('hashchange', () => { if (location.hash !== written) load(); });
load();
