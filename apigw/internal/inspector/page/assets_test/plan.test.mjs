import test from 'node:test';
import assert from 'node:assert/strict';
import { dollars, line, number, query, summary } from '../assets/plantext.js';

for (const [n, want] of [[0, '0'], [7, '7'], [12.34, '12.3'], [0.0314, '0.0314'], [1234567.8, '1,234,568']]) {
  test(`the number ${n}`, () => assert.equal(number(n), want));
}

for (const [n, want] of [[0, '$0.00'], [0.001, '< $0.01'], [49763.1, '$49,763.10']]) {
  test(`${n} dollars`, () => assert.equal(dollars(n), want));
}

test('the address has what is said, and nothing else', () => {
  assert.equal(query([{ name: 'rps', value: '80' }, { name: 'ms', value: '' }, { name: 'door', value: 'a b&c' }]), '?rps=80&door=a+b%26c');
  assert.equal(query([{ name: 'rps', value: '' }]), '');
});

test('a line begins at the left and ends at the right, and its maximum is at the top', () => {
  assert.equal(line([0, 5, 10], 100, 50, 10), '0,50 50,25 100,0');
  assert.equal(line([1], 100, 50, 0), '0,50');
});

test('a picture has words', () => {
  assert.equal(summary([{ second: 0, offered: 10, busy: 1, refused: 0 }, { second: 60, offered: 30, busy: 2, refused: 5 }]),
    'Up to 30 requests a second, 2 busy environments, 5 refused a second');
});
