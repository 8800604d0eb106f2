import test from 'node:test';
import assert from 'node:assert/strict';
import * as diff from '../assets/diff.js';
import { printable } from '../assets/dom.js';
import { pieces } from '../assets/provenance.js';
import { matches } from '../assets/history.js';
import { parseHeaders } from '../assets/composer.js';

const marks = (list) => list.map((line) => (line.same ? line.text : `*${line.text}`)).join('|');

for (const [rule, a, b, want] of [
  ['equal texts have no marks', 'a\nb', 'a\nb', ['a|b', 'a|b']],
  ['a changed line is marked on both sides', 'a\nb\nc', 'a\nx\nc', ['a|*b|c', 'a|*x|c']],
  ['an added line is marked on its side', 'a\nc', 'a\nb\nc', ['a|c', 'a|*b|c']],
  ['nothing in common is all marked', 'a', 'b', ['*a', '*b']],
]) {
  test(rule, () => assert.deepEqual(diff.lines(a, b).map(marks), want));
}

test('long texts are compared without the square of their lines', () => {
  const long = Array.from({ length: 50_000 }, (_, i) => `line ${i}`).join('\n');
  const [left] = diff.lines(long, `${long}\nmore`);
  assert.equal(left.every((line) => line.same), true);
});

test('headers are compared without regard to case', () => {
  const field = (name, value) => ({ name, values: [value] });
  const [left, right] = diff.fields([field('A', '1'), field('B', '2'), field('C', '3')], [field('a', '1'), field('b', '9'), field('D', '4')]);
  assert.deepEqual(left.map((f) => f.state), ['same', 'changed', 'removed']);
  assert.deepEqual(right.map((f) => f.state), ['same', 'changed', 'added']);
});

for (const [rule, text, want] of [
  ['JSON gets line breaks', '{"a":1}', '{\n  "a": 1\n}'],
  ['broken JSON stays', '{"a":', '{"a":'],
  ['numbers and escapes stay as they were written', '{"a":12345678901234567890.0,"b":"\\u00e9 {[,:"}', '{\n  "a": 12345678901234567890.0,\n  "b": "\\u00e9 {[,:"\n}'],
  ['empty lists and objects stay short', '[{}, [ ]]', '[\n  {},\n  []\n]'],
  ['a number stays as it was written', '1.0', '1.0'],
]) {
  test(rule, () => assert.equal(diff.pretty(text), want));
}

for (const [rule, text, want] of [
  ['an escape sequence of terminals is seen', '\u001b[31mred', '\\u001b[31mred'],
  ['text that runs backwards is seen', 'a\u202eb', 'a\\u202eb'],
  ['half a surrogate pair is seen', 'a\ud800b', 'a\\ud800b'],
  ['an emoji stays', 'a\u{1f600}b', 'a\u{1f600}b'],
  ['line breaks stay', 'a\n\tb', 'a\n\tb'],
]) {
  test(rule, () => assert.equal(printable(text), want));
}

for (const [rule, ranges, want] of [
  ['no range is one piece', [], ['abcdef:']],
  ['a range in the middle makes three', [{ start: 2, end: 4, id: 7 }], ['ab:', 'cd:7', 'ef:']],
  ['ranges within each other keep both', [{ start: 0, end: 6, id: 1 }, { start: 2, end: 3, id: 2 }], ['ab:1', 'c:1,2', 'def:1']],
  ['a range beyond the end is cut', [{ start: 4, end: 60, id: 1 }], ['abcd:', 'ef:1']],
]) {
  test(rule, () => assert.deepEqual(pieces('abcdef', ranges).map((piece) => `${piece.text}:${piece.ids}`), want));
}

const request = { method: 'POST', path: '/api/prod/pets', status: 200, id: 'abc-1', box: '', failed: false };
for (const [rule, words, failed, want] of [
  ['no words mean all', [], false, true],
  ['every word must be there', ['post', 'pets'], false, true],
  ['a word that is nowhere', ['post', 'dogs'], false, false],
  ['only failed ones', [], true, false],
]) {
  test(rule, () => assert.equal(matches(request, words, failed), want));
}

test('headers are lines', () => {
  assert.deepEqual(parseHeaders('A: 1\n\n b-c :2: 3 '), [{ name: 'A', value: '1' }, { name: 'b-c', value: '2: 3' }]);
  assert.throws(() => parseHeaders('nonsense'), /"nonsense" is not a header: write Name: value/);
});
