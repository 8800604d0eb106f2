// The form that sends a request to this gateway.
import { fill, h } from './dom.js';
import { getJSON, postJSON } from './api.js';
import { target } from './picture.js';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

// parseHeaders reads lines "Name: value". A line that is not one throws.
export function parseHeaders(text) {
  return text.split('\n').map((line) => line.trim()).filter(Boolean).map((line) => {
    const at = line.indexOf(':');
    if (at < 1) throw new Error(`"${line}" is not a header: write Name: value`);
    return { name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() };
  });
}

// own are headers that the gateway itself adds to a request; sent again they would
// stand there twice.
const own = new Set(['x-amzn-trace-id', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto', 'content-length', 'host']);

// parts returns what the form shows of a recorded request.
export function parts(record) {
  return {
    method: record.method, path: target(record),
    headers: record.methodRequest.headers.filter((field) => !own.has(field.name.toLowerCase()))
      .flatMap((field) => field.values.map((value) => ({ name: field.name, value }))),
    body: record.methodRequest.bodyBase64 ? '' : record.methodRequest.body,
  };
}

export class Composer {
  // onsent gets the answer of the gateway; recent(route) returns requests of the
  // history for a route.
  constructor(form, onsent, recent) {
    this.onsent = onsent;
    this.recent = recent;
    this.method = h('select', { id: 'composer-method', 'aria-label': 'Method' }, methods.map((name) => h('option', { value: name }, name)));
    this.path = h('input', { id: 'composer-path', type: 'text', 'aria-label': 'Path, with API and stage', value: '/', spellcheck: 'false', autocomplete: 'off' });
    this.headers = h('textarea', { id: 'composer-headers', rows: '3', spellcheck: 'false' });
    this.body = h('textarea', { id: 'composer-body', rows: '3', spellcheck: 'false' });
    this.examples = h('select', { id: 'composer-examples', disabled: true }, h('option', {}, 'Choose a route first'));
    this.message = h('p', { class: 'notice bad', role: 'alert', hidden: true });
    this.send = h('button', { type: 'submit', class: 'primary' }, 'Send');
    this.more = h('details', { class: 'composer-more' }, h('summary', {}, 'Headers and body'),
      h('div', { class: 'composer-fields' },
        h('div', {}, h('label', { for: 'composer-headers' }, 'Headers, one a line: Name: value'), this.headers),
        h('div', {}, h('label', { for: 'composer-body' }, 'Body'), this.body)));
    fill(form, h('div', { class: 'composer-line' }, this.method, this.path, this.send),
      h('div', { class: 'composer-examples' }, h('label', { for: 'composer-examples' }, 'Examples'), this.examples), this.more, this.message);
    form.addEventListener('submit', (event) => { event.preventDefault(); this.submit(); });
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.submit(); }
    });
    this.examples.addEventListener('change', async () => {
      const example = this.list[this.examples.selectedIndex - 1];
      if (!example) return;
      try {
        this.set(example.id ? parts(await getJSON(`/_local/requests/${encodeURIComponent(example.id)}`)) : example);
      } catch (error) {
        this.fail(error.message);
      }
    });
    this.list = [];
  }

  // set fills the form from {method, path, headers, body}.
  set(request) {
    if (![...this.method.options].some((option) => option.value === request.method)) {
      this.method.append(h('option', { value: request.method }, request.method));
    }
    this.method.value = request.method;
    this.path.value = request.path;
    this.headers.value = (request.headers ?? []).map((field) => `${field.name}: ${field.value}`).join('\n');
    this.body.value = request.body ?? '';
    this.more.open = Boolean(this.headers.value || this.body.value);
    this.message.hidden = true;
  }

  // route offers the examples of a route, and takes the first.
  async route(api, route) {
    const query = new URLSearchParams({ api: api.name, stage: api.stage, method: route.method, path: route.path });
    let examples = [];
    try {
      examples = await getJSON(`/_local/examples?${query}`);
    } catch (error) {
      this.fail(error.message);
    }
    const key = route.apiKeyRequired ? api.apiKeys?.[0]?.value : undefined;
    if (key) examples = examples.map((example) => ({ ...example, headers: [...(example.headers ?? []), { name: 'x-api-key', value: key }] }));
    const recent = this.recent(api, route).map((request) => ({ title: `sent before: ${request.method} ${request.path} → ${request.status}`, source: 'history', id: request.id }));
    this.list = [...examples, ...recent];
    this.examples.disabled = this.list.length === 0;
    fill(this.examples, h('option', {}, `${this.list.length} examples for ${route.method} ${route.path}`), this.list.map((example) => h('option', {}, example.title)));
    if (examples.length) this.set(examples[0]);
    this.path.focus();
  }

  fail(message) {
    this.message.textContent = message;
    this.message.hidden = false;
  }

  async submit() {
    this.message.hidden = true;
    if (this.path.value === '/' || this.path.value === '') {
      this.fail('Choose a route first, or write a path with API and stage.');
      return;
    }
    this.send.disabled = true;
    try {
      this.onsent(await postJSON('/_local/send', {
        method: this.method.value, path: this.path.value, headers: parseHeaders(this.headers.value), body: this.body.value, bodyBase64: false,
      }));
    } catch (error) {
      this.fail(error.message);
    } finally {
      this.send.disabled = false;
    }
  }
}
