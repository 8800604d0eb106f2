// What the pages use of CodeMirror.
export { Compartment, EditorState, StateEffect, StateField } from '@codemirror/state';
export { Decoration, EditorView, highlightSpecialChars, keymap, lineNumbers, placeholder } from '@codemirror/view';
export { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
export { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
export { json } from '@codemirror/lang-json';
export { velocity } from '@codemirror/legacy-modes/mode/velocity';
export { setDiagnostics } from '@codemirror/lint';
export { tags } from '@lezer/highlight';
