// The view of lessons: all of them on the left with how far one is, and one lesson. The
// address says which.
import { byId, copy, fill, h, printable } from './dom.js';
import { getJSON, postJSON } from './api.js';
import { doors, origin, Progress } from './lessontext.js';
import * as parts from './lessonparts.js';

const storage = (() => {
  try {
    return window.localStorage;
  } catch {
    return { getItem: () => null, setItem: () => {} }; // the browser keeps nothing
  }
})();
const progress = new Progress(storage);
const id = decodeURIComponent(/^\/_local\/lessons\/([^/]+)$/.exec(location.pathname)?.[1] ?? '');
const url = (lesson) => `/_local/lessons/${encodeURIComponent(lesson)}`;
let chapters = [];
let lesson = null;
let language = 'go';
let update = () => {}; // shows the sources of the lesson as they are now
let exercised = () => {}; // shows what the exercise came to
let lookAgain = () => {}; // finds out whether the exercise was solved while nobody looked

const marks = (one) => (one.solved ? ['✓', 'solved', 'good'] : one.predicted !== undefined ? ['◐', 'begun', 'begun'] : ['○', 'not begun', '']);

// contents lists all lessons.
function contents() {
  const ids = chapters.flatMap((chapter) => chapter.lessons.map((one) => one.id));
  byId('progress').textContent = ids.length ? `${progress.solved(ids)} of ${ids.length} solved` : '';
  fill(byId('contents'), chapters.map((chapter) => h('section', {},
    h('h3', {}, printable(chapter.title)),
    h('ol', {}, chapter.lessons.map((one) => {
      const [mark, text, tone] = marks(progress.of(one.id));
      return h('li', {}, h('a', { href: url(one.id), 'aria-current': one.id === id ? 'page' : null },
        h('span', { class: ['state-of', tone], 'aria-hidden': 'true' }, mark), h('span', {}, printable(one.title)), h('span', { class: 'visually-hidden' }, `, ${text}`)),
      id ? null : h('p', { class: 'quiet small' }, parts.pieces(one.symptom)));
    })))));
  const current = byId('contents').querySelector('[aria-current]');
  if (current) byId('contents-panel').scrollTop = current.offsetTop - 100;
  return ids;
}

// welcome is what is shown before a lesson is chosen.
function welcome(ids) {
  const next = progress.next(ids);
  byId('chapter').textContent = '';
  if (ids.length === 0) return;
  fill(byId('about'),
    h('p', {}, 'Each lesson is something that breaks behind an API Gateway, with the function that does it and the same function mended. Read both, predict what the client gets, and run them here. Then mend the broken one in your editor: the page turns green when you have solved it.'),
    h('p', { class: 'buttons' }, next
      ? h('a', { class: 'button', href: url(next) }, progress.solved(ids) ? 'Go on with the next one' : 'Begin with the first one')
      : h('span', { class: 'badge good' }, 'You have solved them all.')));
}

const panel = (...children) => h('section', { class: 'panel' }, children);
const variants = () => lesson.variants.filter((variant) => variant.language === language);

// show shows the lesson.
function show() {
  const { predict, exercise } = lesson;
  document.title = `${lesson.title} – Lessons`;
  byId('chapter').textContent = lesson.chapter;
  byId('title').textContent = lesson.title;
  fill(byId('about'),
    parts.prose(lesson.symptom),
    h('p', { class: 'buttons' }, h('span', { class: 'badge accent' }, doors[lesson.door] ?? lesson.door),
      lesson.answers?.length ? h('span', { class: 'quiet small' }, `It is for ${lesson.answers.map(origin).join(', ')} of the discussion.`) : null));

  const code = h('div');
  const tabs = h('div', { class: 'buttons', role: 'group', 'aria-label': 'Language' });
  const asked = panel();
  const results = h('div', { role: 'status' });
  const why = h('details', { class: 'panel why' }, h('summary', {}, h('h2', {}, 'Why')), parts.prose(lesson.why));
  const run = h('button', { type: 'button', class: 'primary', onclick: () => runAll() }, 'Run them');

  update = () => {
    fill(tabs, lesson.languages.length < 2 ? null : lesson.languages.map((each) => h('button', {
      type: 'button', 'aria-pressed': String(each === language), onclick: () => { language = each; fill(results); update(); },
    }, parts.languageNames[each] ?? each)));
    fill(code, parts.sources(variants()));
  };

  async function runAll() {
    run.disabled = true;
    const list = variants();
    fill(results, h('p', { class: 'quiet' }, 'Running… The first time, the functions are built.'));
    try {
      const outcomes = [];
      for (const variant of list) outcomes.push(await postJSON(`${url(lesson.id)}/run`, { variant: variant.name, language: variant.language }));
      fill(results, h('div', { class: 'columns' }, list.map((variant, i) => parts.outcome(variant, outcomes[i]))));
      why.open = true;
    } catch (error) {
      fill(results, h('p', { class: 'notice bad' }, printable(error.message)));
    }
    run.disabled = false;
  }

  const choose = (chosen) => {
    progress.set(lesson.id, { predicted: chosen });
    parts.question(asked, predict, chosen, choose);
    contents();
    asked.querySelectorAll('.choices button')[chosen].focus();
    runAll();
  };
  parts.question(asked, predict, undefined, choose);

  const state = h('div', { role: 'status', class: 'exercise-state' });
  exercised = (outcome) => {
    parts.exercise(state, outcome);
    if (outcome.solved) {
      progress.set(lesson.id, { solved: true });
      contents();
    }
  };
  lookAgain = async () => {
    const outcome = await postJSON(`${url(lesson.id)}/run`, { exercise: true }).catch(() => null); // who asked nothing gets no error
    if (outcome?.solved) exercised(outcome);
  };
  async function check() {
    exercised('running');
    exercised(await postJSON(`${url(lesson.id)}/run`, { exercise: true }).catch((error) => ({ error: error.message })));
  }
  if (progress.of(lesson.id).solved) check();
  else exercised('open');

  fill(byId('parts'),
    panel(h('div', { class: 'panel-head' }, h('h2', {}, 'Broken, and mended'), tabs), code),
    asked,
    panel(h('div', { class: 'panel-head' }, h('h2', {}, 'Then run them'), run), results),
    why,
    panel(h('h2', {}, 'Exercise'), parts.prose(exercise.text),
      h('p', { class: 'buttons' }, h('span', {}, 'Edit ', h('code', {}, exercise.file), ' and save it.'),
        h('button', { type: 'button', onclick: (event) => copy(event.target, exercise.file) }, 'Copy the path'),
        h('button', { type: 'button', onclick: check }, 'Try it now')),
      state,
      h('details', {}, h('summary', {}, 'A hint'), parts.prose(exercise.hint)),
      h('p', { class: 'quiet small' }, 'To begin anew: ', h('code', {}, `git checkout -- ${exercise.file}`),
        /\.(vtl|json)$/.test(exercise.file) ? ' Such a file is part of the templates, so that the app is synthesized again when you save it: this needs Node.js, and takes a while.' : null)),
    h('nav', { class: 'buttons around', 'aria-label': 'The lessons beside this one' },
      lesson.previous ? h('a', { class: 'button', href: url(lesson.previous), rel: 'prev' }, 'The lesson before') : null,
      lesson.next ? h('a', { class: 'button', href: url(lesson.next), rel: 'next' }, 'The next lesson') : null));
  update();
}

async function load() {
  const list = await getJSON('/_local/lessons');
  chapters = list.chapters;
  const ids = contents();
  if (list.message) fill(byId('contents'), h('p', {}, printable(list.message)));
  if (!id) {
    welcome(ids);
    return;
  }
  lesson = await getJSON(url(id));
  show();
}

document.addEventListener('gateway-lesson', async ({ detail }) => {
  if (detail.solved) progress.set(detail.id, { solved: true });
  contents();
  if (detail.id !== lesson?.id) return;
  exercised(detail);
  try {
    lesson.variants = (await getJSON(url(id))).variants;
    update();
  } catch {
    // What is wrong with the lesson itself is said when it is opened again.
  }
});
document.addEventListener('gateway-connection', ({ detail }) => {
  if (detail.up && (detail.restarted || chapters.length === 0)) load().catch(problem);
  else if (detail.up && detail.missed) lookAgain();
});
const problem = (error) => fill(byId('parts'), h('p', { class: 'notice bad' }, printable(error.message)));
if (!id) document.querySelector('.lessons').classList.add('all');
if (id && matchMedia('(max-width: 900px)').matches) byId('contents-panel').open = false;
load().catch(problem);
