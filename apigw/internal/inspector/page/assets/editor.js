// An editor for JSON or a mapping template, with marks: CodeMirror in the colours of the
// page. Tab leaves it, as it leaves any other field.
import {
  bracketMatching, Decoration, defaultKeymap, EditorState, EditorView, highlightSpecialChars, HighlightStyle, history, historyKeymap, json,
  keymap, lineNumbers, placeholder, setDiagnostics, StateEffect, StateField, StreamLanguage, syntaxHighlighting, tags, velocity,
} from './vendor/codemirror/codemirror.js';

const theme = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line-strong)', borderRadius: '6px', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: '3px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5', maxHeight: '26rem', minHeight: 'inherit' },
  '.cm-content': { caretColor: 'var(--ink)', minHeight: '3rem' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--quiet)', borderRight: '1px solid var(--line)' },
  '.cm-placeholder': { color: 'var(--quiet)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: '1px solid var(--accent)' },
  '.cm-lit': { backgroundColor: 'var(--mark)', color: 'var(--mark-ink)', borderRadius: '2px', outline: '2px solid var(--warn)' },
  '.cm-lit *': { color: 'var(--mark-ink)' },
  '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '3px solid var(--bad)', backgroundColor: 'var(--bad-soft)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', borderBottom: '2px dotted var(--warn)' },
  '.cm-lintPoint::after': { display: 'none' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line-strong)', maxWidth: '30rem' },
  '.cm-specialChar': { color: 'var(--bad)' },
});

const colours = HighlightStyle.define([
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--code-number)' },
  { tag: [tags.propertyName, tags.variableName, tags.definition(tags.variableName)], color: 'var(--code-name)' },
  { tag: [tags.keyword, tags.standard(tags.variableName)], color: 'var(--code-keyword)', fontWeight: '600' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
]);

// Ranges that are lit, which others set.
const setLit = StateEffect.define();
const lit = StateField.define({
  create: () => Decoration.none,
  update(marks, change) {
    let next = marks.map(change.changes);
    for (const effect of change.effects) if (effect.is(setLit)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
const litMark = Decoration.mark({ class: 'cm-lit' });

// editor returns an editor in a place. language is "json" or "velocity"; onChange gets
// the text when a person changes it, and onPoint the place at which the pointer or the
// cursor is, or null.
export function editor(place, { label, language, text = '', hint = '', onChange = () => {}, onPoint = null }) {
  let quiet = false;
  const point = onPoint ? [EditorView.domEventHandlers({
    mousemove: (event, view) => { onPoint(view.posAtCoords({ x: event.clientX, y: event.clientY })); },
    mouseleave: () => { onPoint(null); },
    blur: () => { onPoint(null); },
  })] : [];
  const view = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), highlightSpecialChars(), bracketMatching(), syntaxHighlighting(colours), EditorView.lineWrapping, theme, lit, point,
        hint ? placeholder(hint) : [],
        language === 'json' ? json() : StreamLanguage.define(velocity),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocapitalize: 'off', autocorrect: 'off' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) onChange(update.state.doc.toString());
          if (update.selectionSet && update.view.hasFocus && onPoint) onPoint(update.state.selection.main.head);
        }),
      ],
    }),
  });
  const inside = (at) => Math.max(0, Math.min(at, view.state.doc.length));
  return {
    text: () => view.state.doc.toString(),
    // set replaces the text, without calling onChange.
    set(value) {
      if (value === view.state.doc.toString()) return;
      quiet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
      quiet = false;
    },
    // light marks ranges {start, end}, and shows the first.
    light(ranges) {
      const marks = ranges.map(({ start, end }) => ({ start: inside(start), end: inside(end) })).filter(({ start, end }) => end > start)
        .sort((a, b) => a.start - b.start || a.end - b.end);
      view.dispatch({ effects: setLit.of(Decoration.set(marks.map(({ start, end }) => litMark.range(start, end)))) });
    },
    // problems marks what is wrong: {start, end, severity, message}.
    problems(list) {
      view.dispatch(setDiagnostics(view.state, list.map(({ start, end, severity, message }) => {
        const to = inside(Math.max(end, start + 1));
        return { from: Math.min(inside(start), Math.max(0, to - 1)), to, severity, message };
      })));
    },
    // select puts the cursor on a place, and shows it.
    select(start, end) {
      view.focus();
      view.dispatch({ selection: { anchor: inside(start), head: inside(end) }, scrollIntoView: true });
    },
    remove() { view.destroy(); },
  };
}
