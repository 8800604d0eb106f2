// Chips that break a good answer of a function behind proxy integration, each at one
// place. The learner predicts what the client gets, and then sees. What happens is never
// written here: the gateway is asked. Nothing of it touches the page.

const good = { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: '{"Hello":"World"}' };

// A picture of one pixel.
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const picture = { statusCode: 200, headers: { 'Content-Type': 'image/png' }, body: png, isBase64Encoded: true };

const write = (value) => JSON.stringify(value, null, 2);
const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
const renamed = (object, from, to) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name === from ? to : name, value]));

const chip = (id, title, broken, rest = {}) => ({ id, title, good: write(good), text: write(broken), threw: false, binary: '', ...rest });

// chips are {id, title, good, text, threw, binary}: good is the answer that text breaks,
// and binary the binary media types of the API.
export const chips = [
  chip('body-object', 'the body as an object', { ...good, body: { Hello: 'World' } }),
  chip('status-text', '"201" as a text', { ...good, statusCode: '201' }, { good: write({ ...good, statusCode: 201 }) }),
  chip('extra-key', 'an extra key', { ...good, requestId: '42' }),
  chip('header-list', 'a list as a header', { ...good, headers: { ...good.headers, 'Set-Cookie': ['a=1', 'b=2'] } }),
  chip('header-number', 'a number as a header', { ...good, headers: { ...good.headers, 'X-Count': 2 } },
    { good: write({ ...good, headers: { ...good.headers, 'X-Count': '2' } }) }),
  chip('null', 'null', null),
  chip('whole-string', 'the whole answer as a text', JSON.stringify(good)),
  chip('no-envelope', 'the value without an envelope', { Hello: 'World' }),
  chip('status-missing', 'no statusCode', without(good, 'statusCode')),
  chip('status-short', 'status for statusCode', renamed(good, 'statusCode', 'status')),
  chip('key-case', 'StatusCode for statusCode', renamed(good, 'statusCode', 'StatusCode')),
  chip('cookies', 'cookies, as HTTP APIs have', { ...good, cookies: ['a=1'] }),
  chip('double-encoded', 'the body encoded twice', { ...good, body: JSON.stringify(good.body) }),
  chip('binary-unflagged', 'a picture without isBase64Encoded', without(picture, 'isBase64Encoded'), { good: write(picture), binary: 'image/png' }),
  chip('threw', 'an error that is thrown', { errorMessage: 'no such name', errorType: 'NotFound' }, { threw: true }),
];

// outcomes are what a learner can predict.
export const outcomes = [
  { id: 'same', title: 'the good answer, all the same' },
  { id: 'other', title: 'an answer, but not the good one' },
  { id: '502', title: '502 Internal server error' },
  { id: '500', title: '500 Internal server error' },
];

// outcome returns which of them happened: door is what the client gets, and meant what
// it gets of the good answer.
export function outcome(door, meant) {
  if (!door.accepted) return door.status === 500 ? '500' : '502';
  const seen = ({ status, headers, body, base64 }) => JSON.stringify([status, headers, body, Boolean(base64)]);
  return seen(door) === seen(meant) ? 'same' : 'other';
}
