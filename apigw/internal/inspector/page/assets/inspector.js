// The view of requests: routes and history on the left, a form and one request, or two,
// on the right. The address says which request is shown.
import { byId, fill, h } from './dom.js';
import { getJSON, postJSON } from './api.js';
import { Composer, parts } from './composer.js';
import { History } from './history.js';
import * as boxes from './boxes.js';
import * as lenses from './lenses.js';
import * as routes from './routes.js';

const place = byId('request');
let apis = [];
let most = 2000; // requests that the gateway keeps
let asked = 0; // counts what is to be shown, so that a late answer does not win

const history = new History(byId('history'), (id) => open(id));
const composer = new Composer(byId('composer'), (answer) => {
  open(answer.id);
  if (narrow) place.scrollIntoView();
},
  (api, route) => history.all.filter((request) => request.api === api.name && request.resourcePath === route.path).slice(0, 10));

const record = (id) => getJSON(`/_local/requests/${encodeURIComponent(id)}`);

// address returns the ids that an address names: of one request, or of two.
function address() {
  const found = /^\/_local\/requests\/([^/]+)$/.exec(location.pathname);
  return { id: found ? decodeURIComponent(found[1]) : '', other: new URLSearchParams(location.search).get('with') ?? '' };
}

// open shows a request, or two, and notes it in the address.
async function open(id, other = '', push = true) {
  if (push) {
    const path = `/_local/requests/${encodeURIComponent(id)}${other ? `?with=${encodeURIComponent(other)}` : ''}`;
    if (path !== location.pathname + location.search) window.history.pushState(null, '', path);
  }
  history.select(id);
  const turn = ++asked;
  try {
    const [first, second] = await Promise.all([record(id), other ? record(other) : null]);
    if (turn !== asked) return;
    document.title = `${first.method} ${first.path} → ${first.status}`;
    if (second) lenses.show(place, first, second, (single) => open(single));
    else boxes.show(place, first, { again, edit, both });
  } catch (error) {
    if (turn !== asked) return;
    fill(place, h('section', { class: 'panel' }, h('p', { class: 'notice bad' }, error.message)));
  }
}

async function again(shown) {
  open((await postJSON(`/_local/requests/${encodeURIComponent(shown.id)}/again`, {})).id);
}

function edit(shown) {
  composer.set(parts(shown));
  byId('composer').scrollIntoView({ block: 'nearest' });
  byId('composer-path').focus();
}

// both sends the request of a record to the other door, and shows the two.
async function both(shown) {
  const twin = lenses.twinOf(apis, shown);
  if (!twin) throw new Error('There is no other API with the same method and path and the other kind of integration.');
  const answer = await postJSON('/_local/send', { ...parts(shown), path: lenses.moved(shown, twin), bodyBase64: false });
  const twinRecord = await record(answer.id);
  const proxyFirst = twinRecord.definition?.integration?.endsWith('_PROXY');
  await (proxyFirst ? open(answer.id, shown.id) : open(shown.id, answer.id));
}

function welcome() {
  fill(place, h('section', { class: 'panel welcome' },
    h('h2', {}, 'Choose a route, and send a request'),
    h('p', {}, 'You then see the boxes that it meets on its way through API Gateway: what went into each, what came out, and where it broke if it did. '
      + 'Requests from other clients, such as curl, appear in the history at once.'),
    h('p', {}, '“Both doors” sends the same request to the API with the other kind of integration, and shows the two side by side.')));
}

async function load() {
  const [list, requests, size] = await Promise.all([getJSON('/_local/apis'), getJSON('/_local/requests'), getJSON('/_local/history')]);
  apis = list;
  most = size.maxRequests;
  tell(size);
  routes.show(byId('routes'), apis, (api, route) => composer.route(api, route));
  history.set(requests);
}

const tell = (size) => {
  byId('history-size').textContent = `${size.requests} of at most ${size.maxRequests}, ${(size.bytes / 1048576).toFixed(1)} of ${(size.maxBytes / 1048576).toFixed(0)} MB`;
};

// The size is asked for at most once in a while, however many requests arrive.
let telling = false;
function tellSoon() {
  if (telling) return;
  telling = true;
  setTimeout(async () => {
    telling = false;
    tell(await getJSON('/_local/history').catch(() => ({ requests: history.all.length, maxRequests: most, bytes: 0, maxBytes: 0 })));
  }, 500);
}

function show() {
  const { id, other } = address();
  if (id) open(id, other, false);
  else {
    asked++;
    document.title = 'Requests – API Gateway on this machine';
    welcome();
  }
}

const filter = () => history.filter(byId('filter').value.toLowerCase().split(/\s+/).filter(Boolean), byId('only-failed').checked);
byId('filter').addEventListener('input', filter);
byId('only-failed').addEventListener('change', filter);
window.addEventListener('popstate', show);
document.addEventListener('gateway-request', (event) => {
  history.add(event.detail, most);
  tellSoon();
});
document.addEventListener('gateway-connection', (event) => {
  if (event.detail.up && (event.detail.restarted || event.detail.missed || apis.length === 0)) load();
});
document.addEventListener('gateway-dropped', load);
document.addEventListener('gateway-app', (event) => {
  if (event.detail.kind === 'loaded') load();
});
const narrow = matchMedia('(max-width: 900px)').matches;
if (narrow && address().id) byId('routes-panel').open = false;
load().catch((error) => fill(byId('routes'), h('p', { class: 'notice bad' }, error.message)));
show();
