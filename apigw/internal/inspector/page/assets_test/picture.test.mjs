import test from 'node:test';
import assert from 'node:assert/strict';
import { chosen, picture, responseTemplate, target } from '../assets/picture.js';
import { moved, twinOf } from '../assets/lenses.js';
import { parts } from '../assets/composer.js';
import { record } from './record.mjs';

const states = (drawn) => drawn.boxes.map((box) => box.state).join(' ');
const finding = (box) => ({ message: 'm', box });

for (const [rule, changes, want] of [
  ['a good request passes all boxes', {}, 'passed passed passed passed passed'],
  ['a request that broke in its template never gets further, and the gateway responds', { failure: { type: 'X', box: 'integration request' } }, 'passed failed skipped skipped made'],
  ['a caller who is not let in broke in the method request', { failure: { type: 'X', box: 'authorization' } }, 'failed skipped skipped skipped made'],
  ['a malformed result broke in the integration response', { failure: { type: 'X', box: 'integration response' } }, 'passed passed passed failed made'],
  ['a failing function broke in the backend', { failure: { type: 'X', box: 'function' } }, 'passed passed failed skipped made'],
  ['a gateway response as the box is the method response', { failure: { type: 'X', box: 'gateway response' } }, 'passed passed passed passed failed'],
  ['a failure without a box broke where the record ends', { failure: { type: 'X', box: '' }, integrationRequest: null }, 'failed skipped skipped skipped made'],
  ['what should be known is marked at its box', { diagnosis: [finding('integration response')] }, 'passed passed passed noted passed'],
  ['a request without a route meets no further box', { resourcePath: '', integrationRequest: null, functionResult: null, definition: null }, 'passed skipped skipped skipped passed'],
]) {
  test(rule, () => assert.equal(states(picture(record(changes))), want));
}

test('only the inner boxes of a proxy integration are pipes', () => {
  const drawn = picture(record({ definition: { ...record().definition, integration: 'AWS_PROXY' } }));
  assert.deepEqual(drawn.boxes.filter((box) => box.pipe).map((box) => box.id), ['integration request', 'integration response']);
  assert.equal(picture(record()).boxes.some((box) => box.pipe), false);
});

test('each line of the log is tied to its box', () => {
  const drawn = picture(record());
  assert.deepEqual(drawn.boxes.map((box) => box.log.length), [1, 1, 0, 0, 0]);
});

test('the default response is the one with the empty pattern', () => {
  assert.equal(chosen(record()).status, '200');
  assert.equal(responseTemplate(record()).text, '$input.body');
  assert.equal(chosen(record({ integrationResponse: null })), null);
});

test('a target has its query again', () => {
  assert.equal(target(record()), '/mapped/prod/pets?name=a%20b&name=c');
});

test('what the gateway added is not sent again', () => {
  assert.deepEqual(parts(record()), { method: 'GET', path: '/mapped/prod/pets?name=a%20b&name=c', headers: [{ name: 'Accept', value: '*/*' }], body: '' });
});

const api = (name, integration, path = '/pets') => ({ name, url: `http://h/${name}/test`, routes: [{ method: 'GET', path, integration }] });
for (const [rule, apis, want] of [
  ['the other door has the same route and the other kind of integration', [api('mapped', 'AWS'), api('direct', 'AWS_PROXY')], 'direct'],
  ['another mapped API is not the other door', [api('other', 'AWS')], undefined],
  ['another path is not the other door', [api('direct', 'AWS_PROXY', '/dogs')], undefined],
]) {
  test(rule, () => assert.equal(twinOf(apis, record())?.name, want));
}

test('a request moves to the other API with path and query', () => {
  assert.equal(moved(record(), api('direct', 'AWS_PROXY')), '/direct/test/pets?name=a%20b&name=c');
});

test('what the gateway itself responded is not said to be the function\'s', () => {
  const drawn = picture(record({ failure: { type: 'X', box: 'function' }, definition: { ...record().definition, integration: 'AWS_PROXY' } }));
  assert.match(drawn.boxes.at(-1).sentence, /^The gateway itself made this response/);
});
