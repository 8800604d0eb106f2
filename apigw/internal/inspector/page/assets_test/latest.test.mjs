import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latest } from '../assets/latest.js';

// A clock that a test moves, and questions that it answers.
function table() {
  const waiting = new Map();
  let next = 0;
  const timers = {
    setTimeout: (run) => { waiting.set(++next, run); return next; },
    clearTimeout: (id) => waiting.delete(id),
  };
  const asked = [];
  const seen = [];
  const call = latest((signal) => new Promise((resolve, reject) => asked.push({ signal, resolve, reject })),
    (answer) => seen.push(answer), (error) => seen.push(`error ${error.message}`), 200, timers);
  const elapse = () => { const runs = [...waiting.values()]; waiting.clear(); runs.forEach((run) => run()); };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { call, elapse, asked, seen, settled };
}

test('what is typed without a pause is asked once', () => {
  const { call, elapse, asked } = table();
  call();
  call();
  call();
  elapse();
  assert.equal(asked.length, 1);
});

test('an answer that comes after a later question does not count', async () => {
  const { call, elapse, asked, seen, settled } = table();
  call();
  elapse();
  call();
  elapse();
  asked[1].resolve('second');
  await settled();
  asked[0].resolve('first');
  await settled();
  assert.deepEqual(seen, ['second']);
  assert.equal(asked[0].signal.aborted, true);
  assert.equal(asked[1].signal.aborted, false);
});

test('an answer does not count while something newer waits for its pause', async () => {
  const { call, elapse, asked, seen, settled } = table();
  call();
  elapse();
  call();
  asked[0].resolve('old');
  await settled();
  assert.deepEqual(seen, []);
});

test('the error of the last question is told, and that of one that was given up is not', async () => {
  const { call, elapse, asked, seen, settled } = table();
  call();
  elapse();
  call();
  elapse();
  asked[0].reject(new Error('aborted'));
  asked[1].reject(new Error('down'));
  await settled();
  assert.deepEqual(seen, ['error down']);
});
