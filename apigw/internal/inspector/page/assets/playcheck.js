// "Paste what your function returned": the result in an editor, chips that break a good
// answer, and what the client gets at both doors.
import { fill, h, printable } from './dom.js';
import { postJSON } from './api.js';
import { editor } from './editor.js';
import { latest } from './latest.js';
import { chips, outcome, outcomes } from './chips.js';
import { doorView, verdict } from './playdoor.js';

const path = '/_local/playground/check';

const input = ({ result, accept, binary }) => ({
  result, accept, binaryMediaTypes: binary.split(',').map((type) => type.trim()).filter(Boolean),
});

// checkTab fills a place. state is that of the whole playground, changed() is called when
// a person changed it, and tryResponses() goes on with the result in the other tab.
export function checkTab(place, state, changed, tryResponses) {
  let answer = null; // of the gateway, to what is in the editor
  let question = null; // what the learner was asked: {chip, meant, chosen}
  let asked = null; // the question that the page shows

  const doors = h('div', { class: 'doors', 'data-testid': 'doors' });
  const say = h('p', { class: 'visually-hidden', role: 'status' });
  const prediction = h('div', { class: 'prediction', 'data-testid': 'prediction' });
  const code = h('div', { class: 'editor', 'data-testid': 'result-editor' });
  const edit = editor(code, {
    label: 'What the function returned', language: 'json', hint: 'Paste what your function returned, or take a chip below.',
    onChange: (text) => touched(() => { state.check.result.text = text; }),
  });
  const ended = [['returned', false], ['threw', true]].map(([what, threw]) => h('label', { class: 'check' },
    h('input', { type: 'radio', name: 'check-ended', value: what, onchange: () => touched(() => { state.check.result.threw = threw; }) }), ` it ${what} this`));
  const field = (label, name, hint) => h('label', { class: 'option' }, label, h('input', {
    type: 'text', 'data-field': name, placeholder: hint, spellcheck: 'false', autocomplete: 'off',
    oninput: (event) => touched(() => { state.check[name] = event.target.value; }),
  }));
  const binary = field('Binary media types of the API, with commas', 'binary', 'such as image/png or */*');
  const accept = field('Accept of the client', 'accept', 'such as image/png');
  const language = h('select', { 'aria-label': 'Language of the fixes', onchange: (event) => { state.language = event.target.value; changed(); show(); } },
    [['Go', 'Go'], ['JavaScript', 'JavaScript'], ['Python', 'Python'], ['', 'another language']].map(([value, title]) => h('option', { value }, title)));
  const options = h('details', {}, h('summary', {}, 'If it is binary'), h('div', { class: 'options' }, binary, accept));

  fill(place, h('div', { class: 'play' },
    h('div', { class: 'play-input' },
      h('section', { class: 'panel', 'aria-labelledby': 'result-title' },
        h('h2', { id: 'result-title' }, 'The result of the function'),
        h('fieldset', { class: 'plain' }, h('legend', { class: 'visually-hidden' }, 'How the function ended'), ended),
        code, options, h('label', { class: 'option inline' }, 'Show fixes in ', language)),
      h('section', { class: 'panel', 'aria-labelledby': 'chips-title' },
        h('h2', { id: 'chips-title' }, 'Break a good answer'),
        h('p', { class: 'quiet small' }, 'Take a chip, say what the client will get, and then see.'),
        h('div', { class: 'chips' },
          h('button', { type: 'button', class: 'chip', 'data-chip': 'good', onclick: () => { question = null; load({ text: chips[0].good, threw: false, binary: '' }); } }, 'a good answer'),
          chips.map((chip) => h('button', { type: 'button', class: 'chip', 'data-chip': chip.id, onclick: () => predict(chip) }, chip.title))),
        prediction)),
    doors), say);

  const ask = latest(
    (signal) => postJSON(path, input(state.check), signal),
    (got) => { answer = got; show(); },
    (error) => { answer = null; edit.problems([]); fill(doors, h('p', { class: 'notice bad', role: 'alert' }, printable(error.message))); });

  // touched is for what a person did to the result.
  function touched(change) {
    change();
    question = null;
    restart();
  }

  function restart() {
    changed();
    if (isEmpty()) show();
    else ask();
  }

  const isEmpty = () => state.check.result.text.trim() === '' && !state.check.result.threw;

  function load({ text, threw, binary: types }) {
    Object.assign(state.check.result, { text, threw });
    state.check.binary = types;
    if (types) state.check.accept = types;
    answer = null;
    fields();
    restart();
  }

  async function predict(chip) {
    const own = question = { chip, meant: null, chosen: null };
    load(chip);
    show();
    prediction.querySelector('button')?.focus();
    try {
      const meant = await postJSON(path, input({ ...state.check, result: { text: chip.good, threw: false } }));
      own.meant = meant.proxy;
      if (own === question) show();
    } catch (error) {
      if (own === question) fill(prediction, h('p', { class: 'notice bad', role: 'alert' }, printable(error.message)));
    }
  }

  // fields shows the state in the fields.
  function fields() {
    const { result, binary: types, accept: accepted } = state.check;
    edit.set(result.text);
    place.querySelector(`[name=check-ended][value=${result.threw ? 'threw' : 'returned'}]`).checked = true;
    binary.querySelector('input').value = types;
    accept.querySelector('input').value = accepted;
    options.open = Boolean(types || accepted);
    language.value = state.language;
    for (const chip of place.querySelectorAll('[data-chip]')) chip.setAttribute('aria-pressed', question?.chip.id === chip.dataset.chip);
  }

  function show() {
    const hidden = question && !question.chosen;
    for (const chip of place.querySelectorAll('[data-chip]')) chip.setAttribute('aria-pressed', question?.chip.id === chip.dataset.chip);
    showPrediction();
    if (isEmpty()) {
      answer = null;
      edit.problems([]);
      say.textContent = '';
      fill(doors, h('div', { class: 'panel welcome' },
        h('h2', {}, 'What will the client get?'),
        h('p', {}, 'Paste a result, and both doors answer at once: with proxy integration, where API Gateway reads the result as a response, and without, where it is data.')));
      return;
    }
    if (hidden) {
      edit.problems([]);
      say.textContent = '';
      fill(doors, h('div', { class: 'panel welcome' }, h('h2', {}, 'Predict first'), h('p', {}, 'What the client gets is shown when you have said what you expect.')));
      return;
    }
    if (!answer) return;
    const { proxy, mapped, broken } = answer;
    edit.problems(broken
      ? [{ start: broken.start, end: broken.start + 1, severity: 'error', message: broken.problem }]
      : proxy.findings.filter((finding) => finding.start >= 0 && finding.path !== '$')
        .map(({ start, end, message }) => ({ start, end, message, severity: proxy.accepted ? 'warning' : 'error' })));
    const mark = (finding) => edit.select(finding.start, finding.end);
    fill(doors,
      doorView(proxy, { title: 'With proxy integration', subtitle: 'The result must be a response: a status, headers and a body that is a text.', language: state.language, mark, testid: 'proxy' }),
      h('div', { class: 'door-column' },
        doorView(mapped, { title: 'Without proxy integration', subtitle: 'The result is data. A new method passes it on with the status 200.', language: state.language, mark, testid: 'mapped' }),
        h('p', {}, h('button', { type: 'button', onclick: tryResponses }, 'Try integration responses with this result'))),
      broken ? h('section', { class: 'panel' }, h('h3', {}, 'Where it is not JSON'), h('p', {}, printable(broken.problem)), h('pre', {}, printable(broken.excerpt))) : null);
    const words = `With proxy integration: ${verdict(proxy)}. Without: ${verdict(mapped)}.`;
    if (say.textContent !== words) say.textContent = words;
  }

  function showPrediction() {
    if (!question) {
      asked = null;
      fill(prediction);
      return;
    }
    const { meant, chosen } = question;
    if (!chosen) {
      if (asked === question) return; // whoever is about to choose keeps his place
      asked = question;
      fill(prediction, h('fieldset', {}, h('legend', {}, 'With proxy integration, the client gets…'),
        h('div', { class: 'buttons' }, outcomes.map(({ id, title }) => h('button', { type: 'button', 'data-outcome': id, onclick: () => { question.chosen = id; show(); } }, title)))));
      return;
    }
    if (!answer || !meant) {
      fill(prediction, h('p', { class: 'quiet outcome' }, 'Asking the gateway…'));
      return;
    }
    const seen = outcome(answer.proxy, meant);
    const title = (id) => outcomes.find((each) => each.id === id).title;
    fill(prediction, h('div', { class: ['notice', 'outcome', seen === chosen ? 'good' : 'bad'], role: 'status', 'data-testid': 'outcome' },
      h('p', {}, h('strong', {}, seen === chosen ? 'As you said: ' : 'No: '), `${title(seen)}.`, seen === chosen ? '' : ` You said: ${title(chosen)}.`),
      answer.proxy.findings[0] ? h('p', {}, printable(answer.proxy.findings[0].message)) : null));
  }

  return {
    // load shows the state, which somebody else changed.
    load() { question = null; answer = null; fields(); if (isEmpty()) show(); else ask(); },
  };
}
