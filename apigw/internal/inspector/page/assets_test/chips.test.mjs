import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chips, outcome, outcomes } from '../assets/chips.js';

const find = (id) => chips.find((chip) => chip.id === id);

test('chips have ids and titles of their own', () => {
  for (const field of ['id', 'title', 'text']) {
    assert.equal(new Set(chips.map((chip) => chip[field])).size, chips.length, field);
  }
  assert.ok(chips.length >= 10);
});

for (const chip of chips) {
  test(`what ${chip.id} breaks is a good answer, and what it makes is JSON`, () => {
    const { statusCode, headers, body } = JSON.parse(chip.good);
    assert.deepEqual([typeof statusCode, typeof headers, typeof body], ['number', 'object', 'string']);
    assert.ok(Object.values(headers).every((value) => typeof value === 'string'));
    assert.notEqual(chip.text, chip.good);
    JSON.parse(chip.text);
  });
}

for (const [id, expected] of [
  ['body-object', { body: { Hello: 'World' } }],
  ['status-text', { statusCode: '201' }],
  ['extra-key', { requestId: '42' }],
  ['header-number', { headers: { 'Content-Type': 'application/json', 'X-Count': 2 } }],
  ['header-list', { headers: { 'Content-Type': 'application/json', 'Set-Cookie': ['a=1', 'b=2'] } }],
  ['cookies', { cookies: ['a=1'] }],
  ['double-encoded', { body: '"{\\"Hello\\":\\"World\\"}"' }],
]) {
  test(`${id} breaks one place`, () => {
    const { good, text } = find(id);
    assert.deepEqual(JSON.parse(text), { ...JSON.parse(good), ...expected });
  });
}

test('keys are taken away and renamed', () => {
  const keys = (id) => Object.keys(JSON.parse(find(id).text)).join(' ');
  assert.equal(keys('status-missing'), 'headers body');
  assert.equal(keys('status-short'), 'status headers body');
  assert.equal(keys('key-case'), 'StatusCode headers body');
  assert.equal(keys('binary-unflagged'), 'statusCode headers body');
  assert.equal(keys('no-envelope'), 'Hello');
});

test('the whole answer is a text, null is null, and an error is thrown', () => {
  assert.deepEqual(JSON.parse(JSON.parse(find('whole-string').text)), JSON.parse(find('whole-string').good));
  assert.equal(find('null').text, 'null');
  assert.equal(find('threw').threw, true);
});

test('what happened is compared with the good answer', () => {
  const door = (more) => ({ accepted: true, status: 200, headers: [{ name: 'A', value: '1' }], body: 'x', ...more });
  for (const [seen, want] of [
    [door({}), 'same'], [door({ findings: [1] }), 'same'], [door({ base64: true }), 'other'], [door({ body: 'y' }), 'other'], [door({ status: 201 }), 'other'],
    [door({ headers: [] }), 'other'], [door({ accepted: false, status: 502 }), '502'], [door({ accepted: false, status: 500 }), '500'],
  ]) {
    assert.equal(outcome(seen, door({})), want, JSON.stringify(seen));
    assert.ok(outcomes.some(({ id }) => id === want));
  }
});
