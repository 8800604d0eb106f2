// The state of the playground in the address, behind the #: a version, and base64 of
// JSON with what differs from an empty playground. Nothing of it touches the page.

const version = '1';

// maxLength is how long an address may get. Browsers take more, mail and chat do not.
export const maxLength = 60_000;

const pair = { name: '', value: '' };
const response = { status: '', pattern: '', mediaType: '', template: '', headers: [pair] };
const result = { text: '', threw: false };
const request = { method: 'POST', path: [pair], query: [pair], headers: [pair], body: '', context: [pair], stageVariables: [pair] };

// shape is what a state looks like. A list has the shape of its items.
const shape = {
  tab: 'check',
  language: 'Go',
  check: { result, accept: '', binary: '' },
  render: { direction: 'request', request, template: '', mediaType: '', passthrough: '', result, responses: [response] },
};

const choices = {
  tab: ['check', 'render'],
  language: ['Go', 'JavaScript', 'Python', ''],
  direction: ['request', 'response'],
  method: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
  passthrough: ['', 'WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'],
};

// maxItems is how many items a list of a foreign state may have.
const maxItems = 200;

// empty returns the state of an empty playground.
export const empty = () => filled(shape, {});

// encode returns a state for the address, "" for an empty playground, and null for one
// that is too large for an address.
export function encode(state) {
  const differs = difference(shape, state);
  if (differs === undefined) return '';
  const text = `#${version}.${toBase64(JSON.stringify(differs))}`;
  return text.length <= maxLength ? text : null;
}

// decode returns the state of an address, and why it is an empty one in place of that.
export function decode(hash) {
  const text = hash.replace(/^#/, '');
  if (text === '') return { state: empty(), problem: '' };
  try {
    const [, of, data] = /^([0-9]{1,4})\.([A-Za-z0-9_-]*)$/.exec(text) ?? [];
    if (!of) throw new Error('it does not look like a link of the playground');
    if (of !== version) throw new Error(`it is of version ${of} of the playground, and this is version ${version}`);
    const value = JSON.parse(fromBase64(data));
    check(shape, value, '', '');
    return { state: filled(shape, value), problem: '' };
  } catch (error) {
    const why = error instanceof SyntaxError || error instanceof TypeError || error.name === 'InvalidCharacterError' ? 'it is damaged or cut off' : error.message;
    return { state: empty(), problem: `What the address has behind the # cannot be shown: ${why}. This is an empty playground.` };
  }
}

function toBase64(text) {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

// difference returns what of a value is not as in an empty playground; undefined if
// nothing is.
function difference(like, value) {
  if (Array.isArray(like)) return value.length ? value.map((item) => difference(like[0], item) ?? {}) : undefined;
  if (!isObject(like)) return value === like ? undefined : value;
  const out = {};
  for (const name of Object.keys(like)) {
    const differs = difference(like[name], value[name]);
    if (differs !== undefined) out[name] = differs;
  }
  return Object.keys(out).length ? out : undefined;
}

// filled returns a value with what it lacks.
function filled(like, value) {
  if (Array.isArray(like)) return (value ?? []).map((item) => filled(like[0], item));
  if (!isObject(like)) return value ?? like;
  return Object.fromEntries(Object.keys(like).map((name) => [name, filled(like[name], value?.[name])]));
}

// check throws an error if a value is not of a shape.
function check(like, value, name, at) {
  const wrong = (what) => new Error(`${at || 'it'} is not ${what}`);
  if (Array.isArray(like)) {
    if (!Array.isArray(value)) throw wrong('a list');
    if (value.length > maxItems) throw new Error(`${at} has more than ${maxItems} items`);
    value.forEach((item, i) => check(like[0], item, '', `${at}[${i}]`));
    return;
  }
  if (!isObject(like)) {
    if (typeof value !== typeof like) throw wrong(typeof like === 'string' ? 'a text' : 'true or false');
    if (choices[name] && !choices[name].includes(value)) throw new Error(`${at} is none of its choices`);
    return;
  }
  if (!isObject(value)) throw wrong('an object');
  for (const [key, member] of Object.entries(value)) {
    if (!Object.hasOwn(like, key)) throw new Error('it has members that the playground does not know');
    check(like[key], member, key, at ? `${at}.${key}` : key);
  }
}
