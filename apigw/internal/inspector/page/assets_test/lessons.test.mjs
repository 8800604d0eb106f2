import test from 'node:test';
import assert from 'node:assert/strict';
import { checks, logMarks, origin, paragraphs, Progress } from '../assets/lessontext.js';

const plain = (text) => paragraphs(text).map((list) => list.map((piece) => (piece.code ? `<${piece.text}>` : piece.text)).join('|'));
for (const [rule, text, want] of [
  ['blank lines separate paragraphs', 'one\n\ntwo\n \nthree', ['one', 'two', 'three']],
  ['backticks are code', 'a `b` c', ['a |<b>| c']],
  ['code may begin and end a paragraph', '`a` and `b`', ['<a>| and |<b>']],
  ['a backtick alone is a backtick', 'a ` b', ['a |` b']],
  ['markup is text', '<b>`<i>`', ['<b>|<<i>>']],
  ['no text is no paragraph', ' \n\n ', []],
]) test(rule, () => assert.deepEqual(plain(text), want));

const expected = { status: 200, headers: { 'Content-Type': 'a/b', Location: null }, body: '', bodyContains: 'x', log: ['one', 'two'], rule: '' };

test('all that is expected is listed, with what was seen in its place', () => {
  const list = checks({ expected, differences: [{ what: 'header Location', want: 'none', got: '/x' }, { what: 'log', want: 'two', got: 'no log' }] });
  assert.deepEqual(list.map((c) => `${c.good ? '' : '!'}${c.what}: ${c.want}${c.got && `, ${c.got}`}`), [
    'status: 200', 'header Content-Type: a/b', '!header Location: none, /x', 'body: ', 'body: … x …', 'log: one', '!log: two, no log', 'rule: none']);
});

test('why there is no response comes first', () => {
  const list = checks({ expected: { status: 200 }, differences: [{ what: 'route', want: 'GET /a', got: 'none' }] });
  assert.deepEqual(list.map((c) => [c.what, c.good]), [['route', false], ['status', true]]);
});

test('the lines of the log that the lesson is about are marked', () => {
  assert.deepEqual(logMarks(['a one', 'b'], ['one']).map((line) => line.marked), [true, false]);
  assert.deepEqual(logMarks(['a']).map((line) => line.marked), [false]);
});

test('where a lesson comes from', () => assert.deepEqual(['Q', '19'].map(origin), ['the question', 'answer 19']));

const storage = (text) => ({ text, getItem() { return this.text; }, setItem(_, value) { this.text = value; } });

test('progress is kept', () => {
  const kept = storage(null);
  const first = new Progress(kept);
  first.set('a', { predicted: 1 });
  first.set('a', { solved: true });
  const second = new Progress(kept);
  assert.deepEqual(second.of('a'), { predicted: 1, solved: true });
  assert.equal(second.next(['a', 'b']), 'b');
  assert.equal(second.next(['a']), '');
  assert.equal(second.solved(['a', 'b']), 1);
});

for (const [rule, kept] of [
  ['what is not JSON', storage('{')], ['a list', storage('[1]')], ['null', storage('null')], ['a member of another type', storage('{"a": 3}')],
  ['a storage that refuses', { getItem() { throw new Error('no'); }, setItem() { throw new Error('no'); } }],
]) {
  test(`progress begins anew after ${rule}`, () => {
    const progress = new Progress(kept);
    assert.deepEqual([progress.of('a'), progress.of('toString')], [{}, {}]);
    progress.set('a', { solved: true });
    assert.equal(progress.solved(['a']), 1);
  });
}
