// Calls of the inspector's own endpoints, and its events.

// ApiError is a response that is not a success, with the message of the inspector.
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError(0, 'The gateway does not answer. Is it still running?');
  }
  return response;
}

async function json(response) {
  const text = await response.text();
  let value = null;
  try {
    value = JSON.parse(text);
  } catch {
    if (response.ok) throw new ApiError(response.status, 'The gateway answered something that is not JSON.');
  }
  if (!response.ok) throw new ApiError(response.status, value?.message ?? `The gateway answered ${response.status}.`);
  return value;
}

export const getJSON = async (path) => json(await request(path, { headers: { Accept: 'application/json' } }));

export const postJSON = async (path, body, signal) => json(await request(path, {
  method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(body), signal,
}));

export async function getText(path) {
  const response = await request(path, { headers: { Accept: 'text/plain' } });
  const text = await response.text();
  if (!response.ok) throw new ApiError(response.status, text);
  return text;
}

// events calls handlers[name](data) for each event of the gateway, and
// handlers.connection(up, restarted) when the connection comes and goes. The browser
// connects again by itself.
export function events(handlers) {
  const source = new EventSource('/_local/events');
  let instance = null;
  source.addEventListener('hello', (event) => {
    const now = JSON.parse(event.data).instance;
    const restarted = instance !== null && now !== instance;
    instance = now;
    handlers.connection?.(true, restarted);
  });
  source.onerror = () => handlers.connection?.(false, false);
  for (const name of ['request', 'app', 'lesson', 'dropped']) {
    source.addEventListener(name, (event) => handlers[name]?.(JSON.parse(event.data)));
  }
  return source;
}
