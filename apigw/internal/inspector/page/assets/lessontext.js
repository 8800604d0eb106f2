// What the page makes of a lesson before it is shown: prose, checks, and how far
// somebody is. Nothing here touches the page.

// paragraphs returns a text as paragraphs of pieces. What stands in backticks is code.
export function paragraphs(text) {
  return text.split(/\n\s*\n/).filter((part) => part.trim()).map((part) => part.trim().split('`')
    .map((piece, i, all) => ({ text: i % 2 && i === all.length - 1 ? `\`${piece}` : piece, code: i % 2 === 1 && i < all.length - 1 }))
    .filter((piece) => piece.text));
}

// checks returns what was expected, each with whether it was seen, and what was seen in
// its place.
export function checks({ expected, differences }) {
  const list = [['status', String(expected.status)]];
  for (const [name, value] of Object.entries(expected.headers ?? {})) list.push([`header ${name}`, value ?? 'none']);
  if (expected.body !== undefined) list.push(['body', expected.body]);
  if (expected.bodyBase64 !== undefined) list.push(['body', expected.bodyBase64]);
  if (expected.bodyContains) list.push(['body', `… ${expected.bodyContains} …`]);
  for (const line of expected.log ?? []) list.push(['log', line]);
  if (expected.rule !== undefined) list.push(['rule', expected.rule || 'none']);
  const wrong = [...differences];
  const found = list.map(([what, want]) => {
    const at = wrong.findIndex((d) => d.what === what && d.want === want);
    const [difference] = at < 0 ? [] : wrong.splice(at, 1);
    return { what, want, good: !difference, got: difference?.got ?? '' };
  });
  return [...wrong.map((d) => ({ ...d, good: false })), ...found]; // the rest is why there is no response
}

// logMarks returns the lines of a log, each with whether the lesson is about it.
export const logMarks = (lines, parts = []) => lines.map((text) => ({ text, marked: parts.some((part) => text.includes(part)) }));

// source returns what a lesson is for, as people say it.
export const origin = (answer) => (answer === 'Q' ? 'the question' : `answer ${answer}`);

export const doors = { proxy: 'proxy integration', mapped: 'without proxy integration', both: 'both doors' };

// Progress is how far somebody is with the lessons. It is kept in a storage such as
// localStorage, which may refuse.
export class Progress {
  static key = 'apigw-lessons';

  constructor(storage) {
    this.storage = storage;
    this.lessons = {};
    try {
      const kept = JSON.parse(storage.getItem(Progress.key));
      if (kept && typeof kept === 'object' && !Array.isArray(kept)) this.lessons = kept;
    } catch {
      // Whoever has none begins anew.
    }
  }

  of(id) {
    const one = Object.hasOwn(this.lessons, id) ? this.lessons[id] : null;
    return one && typeof one === 'object' ? one : {};
  }

  set(id, facts) {
    this.lessons[id] = { ...this.of(id), ...facts };
    try {
      this.storage.setItem(Progress.key, JSON.stringify(this.lessons));
    } catch {
      // It is kept until the page is left.
    }
  }

  // next returns the first lesson that is not solved.
  next(ids) {
    return ids.find((id) => !this.of(id).solved) ?? '';
  }

  solved(ids) {
    return ids.filter((id) => this.of(id).solved).length;
  }
}
