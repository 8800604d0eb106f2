// The view of plans: a question whose fields are in the address, and its answer.
import { byId, fill, h, printable } from './dom.js';
import { getJSON } from './api.js';
import { dollars, line, number, query, summary } from './plantext.js';

const form = byId('question');
const fields = () => [...form.elements].filter((field) => field.name);
const svg = (tag, attributes) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

// load fills the fields with what the address says.
function load() {
  const said = new URLSearchParams(location.search);
  for (const field of fields()) {
    const value = said.get(field.name);
    if (field.type === 'checkbox') field.checked = value === 'true';
    else if (field.tagName === 'SELECT') field.value = value ?? field.options[0].value;
    else field.value = value ?? '';
  }
  byId('more').open ||= [...byId('more').querySelectorAll('[name]')].some((field) => said.has(field.name));
  arrange();
}

// arrange shows the fields that the pattern has.
function arrange() {
  const pattern = form.elements.pattern.value;
  form.querySelectorAll('.peak').forEach((label) => { label.hidden = pattern === 'steady'; });
  form.querySelector('.burst').hidden = pattern !== 'spike';
}

// said returns the fields that say something.
const said = () => fields().filter((field) => !field.closest('[hidden]')).map((field) => ({
  name: field.name,
  value: (field.type === 'checkbox' && !field.checked) || (field.tagName === 'SELECT' && field.value === field.options[0].value) ? '' : field.value,
}));

let asked = 0;
async function ask() {
  const mine = ++asked;
  const answer = byId('answer');
  answer.setAttribute('aria-busy', 'true');
  try {
    const report = await getJSON('/_local/plan' + location.search);
    if (mine !== asked) return;
    show(report);
  } catch (error) {
    if (mine !== asked) return;
    say('bad', error.message.replace(/^--(\S+)/, (flag, name) => form.elements[name]?.closest('label')?.firstChild.textContent.trim() ?? flag));
    fill(byId('doors'));
    fill(byId('grounds'));
  }
  answer.setAttribute('aria-busy', 'false');
}

function say(tone, text) {
  fill(byId('advice'), text).className = `notice advice ${tone}`;
}

function show(report) {
  fill(byId('regions'), report.regions.map((value) => h('option', { value })));
  for (const field of fields()) { // what was left empty is seen in grey
    const value = report.question[field.name.replace(/-(.)/g, (_, c) => c.toUpperCase())];
    field.placeholder = value === -1 ? '' : value; // -1 is what the app has
  }
  say(report.doors.some((door) => door.do.length) ? 'warn' : 'good', report.advice);
  fill(byId('doors'), report.doors.map(doorPanel));
  fill(byId('grounds'), grounds(report));
}

function doorPanel(door) {
  return h('article', { class: 'panel plan-door' },
    h('h2', {}, printable(door.title)),
    h('p', { class: 'quiet small' }, printable(door.behind)),
    h('ul', { class: 'findings' }, door.findings.map((text) => h('li', {}, text))),
    chart(door.present.timeline),
    h('dl', { class: 'facts' }, door.facts.map((fact) => [h('dt', {}, fact.name), h('dd', {}, fact.text)])),
    quotas(door.quotas),
    h('h3', {}, `A month: ${dollars(door.monthly)}`),
    Math.abs(door.monthlyNow - door.monthly) > 0.01 * door.monthly ? h('p', { class: 'small' }, `if all of it is carried; ${dollars(door.monthlyNow)} with the present settings`) : null,
    bill(door.bill));
}

const width = 600;
const height = 90;

// chart draws what happened in the simulation.
function chart(timeline) {
  const rate = Math.max(1e-9, ...timeline.map((p) => p.offered), ...timeline.map((p) => p.refused));
  const busy = Math.max(1e-9, ...timeline.map((p) => p.busy));
  const picture = svg('svg', { viewBox: `0 -4 ${width} ${height + 8}`, preserveAspectRatio: 'none', class: 'chart', role: 'img', 'aria-label': summary(timeline) });
  for (const [key, most] of [['offered', rate], ['refused', rate], ['busy', busy]]) {
    picture.append(svg('polyline', { points: line(timeline.map((p) => p[key]), width, height, most), class: `line ${key}`, 'vector-effect': 'non-scaling-stroke' }));
  }
  return h('figure', { class: 'chart-box' }, picture,
    h('figcaption', { class: 'small' }, [['offered', `requests a second, up to ${number(rate)}`], ['refused', 'refused a second'], ['busy', `busy environments, up to ${number(busy)}`]]
      .map(([key, text]) => h('span', { class: `key ${key}` }, text))));
}

const cell = (text, numeric) => h('td', { class: numeric && 'numeric' }, text);
const table = (caption, heads, rows) => h('table', { class: 'plan-table' }, h('caption', {}, caption),
  h('tr', {}, heads.map((head, i) => h('th', { scope: 'col', class: i && 'numeric' }, head))), rows);

// quantity is a number with its unit, where the name of the quota does not say it.
const quantity = ({ unit }, n) => number(n) + (unit === 'MB' || unit === 's' ? ` ${unit}` : '');

function quotas(list) {
  return table('Quotas', ['', 'there are', 'needed'], list.map((quota) => h('tr', { class: quota.short && 'short' },
    h('th', { scope: 'row' }, quota.name, quota.short ? h('span', { class: 'how' }, `too low: ${quota.how}`) : null),
    cell(quantity(quota, quota.has), true), cell(quantity(quota, quota.needs), true))));
}

function bill(lines) {
  return table('What is billed', ['', 'quantity', 'US dollars'], lines.filter((item) => item.quantity > 0).map((item) => h('tr', {},
    h('th', { scope: 'row' }, item.name,
      item.note ? h('span', { class: 'how' }, item.note) : null),
    cell(`${number(item.quantity)} ${item.unit}`, true), cell(dollars(item.cost), true))));
}

function grounds(report) {
  return [
    report.difference ? h('p', { class: 'panel small' }, `The doors: ${report.difference}.`) : null,
    h('details', { class: 'panel small' }, h('summary', {}, 'What is assumed, and where the prices are from'),
      h('ul', {}, report.assumed.map((text) => h('li', {}, text))),
      h('ul', {}, Object.values(report.sources).map((source) => h('li', {}, `${source.kind}, ${source.date}: `, h('a', { href: source.url }, source.title))))),
  ];
}

let soon = null;
function changed() {
  arrange();
  clearTimeout(soon);
  soon = setTimeout(() => {
    history.replaceState(null, '', location.pathname + query(said()));
    ask();
  }, 300);
}

form.addEventListener('change', changed);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  changed();
});
form.addEventListener('reset', (event) => {
  event.preventDefault();
  history.replaceState(null, '', location.pathname);
  load();
  ask();
});
document.addEventListener('gateway-app', (event) => { if (event.detail.kind === 'loaded') ask(); });
load();
ask();
