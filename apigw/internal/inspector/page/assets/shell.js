// What all views have: whether the gateway is there, and what happens to the app.
import { byId, fill, h, printable } from './dom.js';
import { events } from './api.js';

const states = {
  'building': ['busy', 'Building'],
  'synthesizing': ['busy', 'Making the templates'],
  'built': ['good', 'Built'],
  'loaded': ['good', 'Loaded'],
  'build-failed': ['bad', 'The new code cannot run. The last good version answers.'],
  'load-failed': ['bad', 'The new version of the app cannot be served. The last good one answers.'],
};

// listen passes the events on to the view as events of the document, so that a page
// has one connection.
const pass = (name) => (data) => document.dispatchEvent(new CustomEvent(`gateway-${name}`, { detail: data }));

function connection(up, restarted, missed) {
  const status = byId('connection');
  status.className = up ? 'connection up' : 'connection down';
  status.textContent = up ? 'live' : 'the gateway is not running';
  pass('connection')({ up, restarted, missed });
}

function app(event) {
  const [tone, title] = states[event.kind] ?? ['busy', event.kind];
  const place = byId('app-state');
  place.hidden = tone === 'good';
  place.className = `app-state ${tone}`;
  fill(place, tone === 'bad' ? h('button', { type: 'button', onclick: () => { place.hidden = true; } }, 'Hide') : null, h('strong', {}, title), event.text ? h('pre', {}, printable(event.text)) : null);
  pass('app')(event);
}

events({ connection, app, request: pass('request'), lesson: pass('lesson'), dropped: pass('dropped') });
