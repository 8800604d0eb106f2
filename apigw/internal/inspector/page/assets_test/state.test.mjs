import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, empty, encode, maxLength } from '../assets/state.js';

const broken = (data) => `#1.${Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)).toString('base64url')}`;

test('an empty playground has nothing in the address', () => {
  assert.equal(encode(empty()), '');
  assert.deepEqual(decode(''), { state: empty(), problem: '' });
  assert.deepEqual(decode('#'), { state: empty(), problem: '' });
});

test('a state comes back as it was', () => {
  const state = empty();
  state.tab = 'render';
  state.language = '';
  state.check.result = { text: '{"é":"😀\u0000<script>"}\n', threw: true };
  state.check.binary = '*/*';
  state.render.direction = 'response';
  state.render.request.path.push({ name: 'id', value: '1' }, { name: '', value: '' });
  state.render.responses.push({ status: '404', pattern: '\\[404\\].*', mediaType: '', template: '#set($x = "1")$x', headers: [{ name: 'X', value: "'y'" }] });
  assert.match(encode(state), /^#1\.[A-Za-z0-9_-]+$/);
  assert.deepEqual(decode(encode(state)), { state, problem: '' });
});

test('what does not differ is not in the address', () => {
  const state = empty();
  state.check.result.text = 'null';
  assert.ok(encode(state).length < 60, encode(state));
});

test('a state that is too large is not for an address', () => {
  const state = empty();
  state.render.template = 'x'.repeat(maxLength);
  assert.equal(encode(state), null);
});

for (const [rule, hash, why] of [
  ['an anchor of somebody', '#top', 'does not look like a link'],
  ['another version', '#2.e30', 'it is of version 2'],
  ['no data', '#1.', 'damaged'],
  ['data that is cut off', broken({ tab: 'render' }).slice(0, -3), 'damaged'],
  ['letters that base64 has not', '#1.%7B%7D', 'does not look like a link'],
  ['bytes that are not UTF-8', '#1._w', 'damaged'],
  ['JSON that is no object', broken('[]'), 'it is not an object'],
  ['null', broken('null'), 'it is not an object'],
  ['an unknown member', broken({ evil: 1 }), 'members that the playground does not know'],
  ['a member of all objects', broken('{"__proto__":{"tab":"x"}}'), 'members that the playground does not know'],
  ['a member that all objects inherit', broken({ constructor: 'x' }), 'members that the playground does not know'],
  ['a number for a text', broken({ render: { template: 7 } }), 'render.template is not a text'],
  ['a text for a truth', broken({ check: { result: { threw: 'yes' } } }), 'check.result.threw is not true or false'],
  ['a text for a list', broken({ render: { responses: 'x' } }), 'render.responses is not a list'],
  ['an item of another kind', broken({ render: { request: { path: [1] } } }), 'render.request.path[0] is not an object'],
  ['a tab that is none', broken({ tab: 'evil' }), 'tab is none of its choices'],
  ['a method that is none', broken({ render: { request: { method: 'BREW' } } }), 'none of its choices'],
  ['a list without an end', broken({ render: { request: { query: Array(201).fill({}) } } }), 'more than 200 items'],
  ['deep nesting', broken('['.repeat(100_000)), 'damaged'],
]) {
  test(`a foreign address gives an empty playground, and says so: ${rule}`, () => {
    const { state, problem } = decode(hash);
    assert.deepEqual(state, empty());
    assert.ok(problem.includes(why), `got "${problem}", want it to say "${why}"`);
    assert.ok(problem.endsWith('This is an empty playground.'), problem);
  });
}
