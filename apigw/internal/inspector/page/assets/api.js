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
// handlers.connection(up, restarted, missed) when the connection comes and goes; missed
// says that events may have been lost meanwhile. The browser connects again by itself.
//
// A browser has six connections to a host for all its tabs together, and a seventh tab
// would wait for ever. So a page that nobody sees leaves its connection to the others.
export function events(handlers) {
  let source = null;
  let instance = null;
  let missed = false;
  function open() {
    if (source || document.hidden) return;
    source = new EventSource('/_local/events');
    source.addEventListener('hello', (event) => {
      const now = JSON.parse(event.data).instance;
      const restarted = instance !== null && now !== instance;
      handlers.connection?.(true, restarted, missed);
      instance = now;
      missed = false;
    });
    source.onerror = () => {
      missed = true;
      handlers.connection?.(false, false, false);
    };
    for (const name of ['request', 'app', 'lesson', 'dropped']) {
      source.addEventListener(name, (event) => handlers[name]?.(JSON.parse(event.data)));
    }
  }
  function close() {
    source?.close();
    source = null;
    missed = true;
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', open);
  open();
}
