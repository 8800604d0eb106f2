// The parts of a lesson: its sources side by side, the question before it is run, what
// was seen, and the exercise.
import { fill, h, printable } from './dom.js';
import { lines } from './diff.js';
import { tone } from './message.js';
import { checks, logMarks, paragraphs } from './lessontext.js';

const names = { broken: 'Broken', fixed: 'Mended' };
export const nameOf = (variant) => names[variant.name] ?? variant.name[0].toUpperCase() + variant.name.slice(1);
export const languageNames = { go: 'Go', javascript: 'JavaScript', python: 'Python' };

// pieces and prose show a text of a lesson, in a line and as paragraphs.
const inline = (list) => list.map(({ code, text }) => (code ? h('code', {}, printable(text)) : printable(text)));
export const pieces = (text) => inline(paragraphs(text).flat());
export const prose = (text) => paragraphs(text).map((list) => h('p', {}, inline(list)));

// sources shows the files of variants, side by side. Lines that the broken one has not
// are marked in the others.
export function sources(variants) {
  const [first] = variants;
  return h('div', { class: 'columns' }, variants.map((variant) => h('section', { class: 'column' },
    h('h3', {}, nameOf(variant), ' ', h('code', { class: 'quiet small' }, variant.route)),
    variant.sources.map((file) => {
      const twin = variant === first ? null : first.sources.find((other) => base(other) === base(file));
      const same = twin?.text === file.text;
      const alone = variant.sources.every((other) => other === file || first.sources.some((known) => known.text === other.text));
      return h('details', { class: 'file', open: !same && (alone || !file.path.endsWith('.json')) },
        h('summary', {}, h('code', {}, file.path.replace(/^lessons\/[^/]+\//, '')), same ? h('span', { class: 'quiet small' }, ' as in the broken one') : null),
        h('pre', { class: 'code', tabindex: '0', 'aria-label': file.path }, twin && !same ? marked(twin.text, file.text) : printable(file.text)));
    }))));
}

const base = (file) => file.path.split('/').pop();

function marked(before, after) {
  const parts = lines(before, after)[1];
  if (!parts.some((part) => part.same)) return printable(after);
  return parts.map((part, i) => {
    const text = printable(part.text) + (i + 1 < parts.length ? '\n' : '');
    return part.same || !part.text.trim() ? text : h('mark', {}, text);
  });
}

// question shows what to predict. chosen is the index of the choice, or undefined.
export function question(place, predict, chosen, choose) {
  fill(place,
    h('h2', {}, 'First, predict'),
    h('p', {}, pieces(predict.question)),
    h('div', { class: 'choices' }, predict.choices.map((choice, i) => h('button', {
      type: 'button', 'aria-pressed': String(chosen === i), onclick: () => choose(i),
      class: chosen === undefined ? '' : i === predict.answer ? 'right' : chosen === i ? 'wrong' : '',
    }, pieces(choice)))),
    h('div', { role: 'status' }, chosen === undefined ? null : h('p', { class: ['notice', chosen === predict.answer ? 'good' : 'warn'] },
      h('strong', {}, chosen === predict.answer ? 'Right. ' : 'Not so. '), pieces(predict.because))));
}

// outcome shows what a variant came to.
export function outcome(variant, result) {
  const seen = result.seen;
  return h('section', { class: 'column' },
    h('h3', {}, nameOf(variant), ' ', verdict(result)),
    result.notRun ? h('p', { class: 'notice warn' }, printable(result.notRun)) : null,
    seen ? [
      h('p', { class: 'line' }, h('span', { class: ['badge', tone(seen.status)] }, seen.status), ' ',
        result.requestId ? h('a', { href: `/_local/requests/${encodeURIComponent(result.requestId)}` }, 'Its way through the boxes') : null),
      seen.body ? h('pre', { class: 'code', tabindex: '0', 'aria-label': `${nameOf(variant)}: body` }, printable(seen.body)) : h('p', { class: 'quiet small' }, 'No body.'),
      h('details', {}, h('summary', {}, `Headers (${seen.headers.length})`),
        h('dl', { class: 'pairs' }, seen.headers.map((header) => [h('dt', {}, printable(header.name)), h('dd', {}, header.values.map((value) => h('div', {}, printable(value))))]))),
      seen.log.length ? log(variant, logMarks(seen.log, result.expected.log)) : null,
      seen.findings.map((finding) => h('p', { class: 'notice small' }, printable(finding.message), ' ',
        finding.rule ? h('code', {}, finding.rule) : null, finding.before ? ' Found before the deployment, by the verb lint.' : null)),
    ] : null,
    result.notRun ? null : checkList(result));
}

// log shows the lines that the lesson is about, and behind them all.
function log(variant, list) {
  const about = list.filter((line) => line.marked);
  const shown = (lines) => lines.map((line) => printable(line.text)).join('\n');
  return [about.length ? h('pre', { class: 'code', tabindex: '0', 'aria-label': `${nameOf(variant)}: what the log says` }, shown(about)) : null,
    h('details', {}, h('summary', {}, `The execution log (${list.length} lines)`),
      h('pre', { class: 'code log', tabindex: '0', 'aria-label': `${nameOf(variant)}: execution log` }, shown(list)))];
}

const verdict = (result) => (result.notRun ? h('span', { class: 'badge warn' }, 'not run')
  : result.solved ? h('span', { class: 'badge good' }, 'as expected') : h('span', { class: 'badge bad' }, 'not as expected'));

// checkList shows what was expected beside what was seen.
export function checkList(result) {
  const list = checks(result);
  const bad = list.filter((check) => !check.good).length;
  return h('details', { class: 'checks', open: bad > 0 },
    h('summary', {}, bad ? `Expected and seen: ${bad} of ${list.length} differ` : `Expected and seen: all ${list.length} agree`),
    h('ul', {}, list.map((check) => h('li', { class: check.good ? 'good' : 'bad' },
      h('span', { class: 'mark-of', 'aria-hidden': 'true' }, check.good ? '✓' : '✗'),
      h('span', {}, h('strong', {}, check.what), ' ', check.good
        ? [h('span', { class: 'visually-hidden' }, 'as expected: '), h('code', {}, printable(check.want) || 'empty')]
        : [h('span', { class: 'small' }, 'expected '), h('code', {}, printable(check.want) || 'empty'), h('span', { class: 'small' }, ' seen '), h('code', {}, printable(check.got) || 'empty')])))));
}

// exercise shows how far the exercise is. state is "open", "running", or what it came
// to, with the problem of the changed files.
export function exercise(place, state) {
  if (state === 'open' || state === 'running') {
    fill(place, h('p', { class: 'notice' }, state === 'open' ? 'Not tried yet: save the file, and this turns green when the exercise is solved.' : 'Trying…'));
    return;
  }
  if (state.error) {
    fill(place, h('p', { class: 'notice bad' }, printable(state.error)));
    return;
  }
  const box = state.requestId ? h('a', { href: `/_local/requests/${encodeURIComponent(state.requestId)}` }, 'Its way through the boxes') : null;
  fill(place, h('div', { class: ['notice', state.solved ? 'good' : 'bad'] },
    h('p', {}, h('strong', {}, state.solved ? 'Solved.' : 'Not yet.'), ' ', state.solved ? 'The response is the one that the exercise asks for.' : null, ' ', box),
    state.problem ? h('pre', { class: 'small' }, printable(state.problem)) : null,
    state.notRun ? h('p', {}, printable(state.notRun)) : null,
    state.solved || state.problem || state.notRun ? null : [checkList(state),
      (state.seen?.findings ?? []).map((finding) => h('p', { class: 'small' }, printable(finding.message)))]));
}
