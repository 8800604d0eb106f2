import assert from 'node:assert/strict';
import { test } from 'node:test';
import { innermost, overlapping, segments } from '../assets/origins.js';

const span = (start, end, from, to, more = {}) => ({ start, end, from, to, text: false, inputs: [], ...more });
const shown = (parts) => parts.map(({ text, span: of, broken }) => `${text}${of < 0 ? '' : `@${of}`}${broken ? '!' : ''}`).join('|');

for (const [rule, output, spans, broken, want] of [
  ['nothing', '', [], -1, ''],
  ['plain text', 'abc', [span(0, 3, 0, 3, { text: true })], -1, 'abc'],
  ['expressions between text', 'a1b', [span(0, 1, 0, 1, { text: true }), span(1, 2, 1, 3), span(2, 3, 3, 4, { text: true })], -1, 'a|1@1|b'],
  ['what no span has', 'a1b', [span(1, 2, 0, 2)], -1, 'a|1@0|b'],
  ['spans that overlap are shown once', 'ab', [span(0, 2, 0, 1), span(1, 2, 0, 1)], -1, 'ab@0'],
  ['the place where it breaks, in text', 'a}b', [span(0, 3, 0, 3, { text: true })], 1, 'a|}!|b'],
  ['in an expression', 'xyz', [span(0, 3, 0, 3)], 1, 'x@0|y@0!|z@0'],
  ['a character of two units', 'a😀b', [span(0, 4, 0, 3)], 1, 'a@0|😀@0!|b@0'],
  ['behind the end', '{', [span(0, 1, 0, 1, { text: true })], 1, '{|⌁!'],
]) {
  test(`the parts of an output: ${rule}`, () => assert.equal(shown(segments(output, spans, broken)), want));
}

test('the innermost expression at a place, and all that it wrote', () => {
  const spans = [span(0, 9, 0, 20), span(1, 2, 5, 9), span(2, 3, 5, 9), span(3, 4, 0, 30, { text: true })];
  assert.deepEqual(innermost(spans, 6), [1, 2]);
  assert.deepEqual(innermost(spans, 15), [0]);
  assert.deepEqual(innermost(spans, 25), []);
});

test('what reads least of the body at a place', () => {
  const reads = (start, end) => ({ inputs: [{ start, end }] });
  const spans = [reads(0, 20), reads(5, 8), reads(5, 8), reads(-1, -1)];
  assert.deepEqual(overlapping(spans, 6), [1, 2]);
  assert.deepEqual(overlapping(spans, 12), [0]);
  assert.deepEqual(overlapping(spans, 30), []);
});
