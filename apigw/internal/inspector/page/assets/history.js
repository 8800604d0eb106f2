// The list of requests. It holds thousands: only the rows in sight are on the page.
import { fill, h, printable } from './dom.js';
import { tone } from './message.js';
import { boxOf } from './picture.js';

const rowHeight = 46; // pixels, as inspector.css has it
const spare = 6; // rows above and below what is in sight

// matches reports whether a request is one that the words of a filter mean: each word
// is in its method, path, status, id or box.
export function matches(request, words, onlyFailed) {
  if (onlyFailed && !request.failed && request.status < 400) return false;
  if (words.length === 0) return true;
  const text = `${request.method} ${request.path} ${request.status} ${request.id} ${request.box ?? ''} ${request.rule ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

export class History {
  // place is the list box; onselect gets the id of a request.
  constructor(place, onselect) {
    this.place = place;
    this.onselect = onselect;
    this.all = []; // newest first
    this.shown = [];
    this.selected = '';
    this.words = [];
    this.onlyFailed = false;
    this.runway = h('div', { class: 'runway', role: 'presentation' });
    this.none = h('p', { class: 'quiet none' }, 'No requests yet. Send one, from here or with any other client.');
    fill(place, this.none, this.runway);
    place.addEventListener('scroll', () => this.draw(), { passive: true });
    place.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(place);
  }

  set(requests) {
    this.all = requests;
    this.filter(this.words, this.onlyFailed);
  }

  // add puts a request on top. Who has scrolled down keeps what is in sight.
  add(request, most) {
    this.all.unshift(request);
    if (this.all.length > most) this.all.length = most;
    if (!matches(request, this.words, this.onlyFailed)) return;
    this.shown.unshift(request);
    if (this.shown.length > most) this.shown.length = most;
    if (this.place.scrollTop > 0) this.place.scrollTop += rowHeight;
    this.draw();
  }

  filter(words, onlyFailed) {
    this.words = words;
    this.onlyFailed = onlyFailed;
    this.shown = this.all.filter((request) => matches(request, words, onlyFailed));
    this.draw();
  }

  select(id) {
    this.selected = id;
    const at = this.shown.findIndex((request) => request.id === id);
    if (at >= 0) {
      const top = at * rowHeight;
      if (top < this.place.scrollTop) this.place.scrollTop = top;
      else if (top + rowHeight > this.place.scrollTop + this.place.clientHeight) this.place.scrollTop = top + rowHeight - this.place.clientHeight;
    }
    this.draw();
  }

  draw() {
    this.none.hidden = this.shown.length > 0;
    this.place.setAttribute('role', this.shown.length > 0 ? 'listbox' : 'group'); // a list box must have options
    if (this.all.length > 0) this.none.textContent = 'No request is like that. Change the filter.';
    this.runway.style.setProperty('height', `${this.shown.length * rowHeight}px`);
    const first = Math.max(0, Math.floor(this.place.scrollTop / rowHeight) - spare);
    const last = Math.min(this.shown.length, first + Math.ceil(this.place.clientHeight / rowHeight) + 2 * spare);
    const rows = [];
    let active = '';
    for (let i = first; i < last; i++) {
      const request = this.shown[i];
      if (request.id === this.selected) active = `row-${request.id}`;
      rows.push(this.row(request, i));
    }
    this.runway.replaceChildren(...rows);
    if (active) this.place.setAttribute('aria-activedescendant', active);
    else this.place.removeAttribute('aria-activedescendant');
  }

  row(request, i) {
    const box = boxOf(request.box ?? '');
    const row = h('div', {
      class: 'row', role: 'option', id: `row-${request.id}`, 'aria-selected': String(request.id === this.selected),
      'aria-setsize': this.shown.length, 'aria-posinset': i + 1, onclick: () => this.choose(request.id),
    },
    h('span', { class: ['badge', tone(request.status)] }, request.status),
    h('span', { class: 'row-what' }, h('span', { class: 'row-path mono' }, `${request.method} ${printable(request.path)}`),
      h('span', { class: 'row-more small quiet' }, request.time.slice(11, 23), request.failed || box ? ` · ${request.failed ? '✕ ' : ''}${box}` : '')));
    row.style.setProperty('transform', `translateY(${i * rowHeight}px)`);
    return row;
  }

  choose(id) {
    this.select(id);
    this.onselect(id);
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || this.shown.length === 0) return;
    event.preventDefault();
    const at = this.shown.findIndex((request) => request.id === this.selected);
    const next = Math.min(this.shown.length - 1, Math.max(0, (at < 0 ? (step > 0 ? -1 : 0) : at) + step));
    this.choose(this.shown[next].id);
  }
}
