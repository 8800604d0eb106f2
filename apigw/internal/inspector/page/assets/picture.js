// The picture of a request, from its record: five boxes in the order in which the
// request meets them, what went into each and came out, and which of them it broke in.
// Nothing here touches the page.

export const titles = {
  'method request': 'Method request',
  'integration request': 'Integration request',
  'backend': 'Backend',
  'integration response': 'Integration response',
  'method response': 'Method response',
};

export const order = Object.keys(titles);

// who does the work in each box, with proxy integration and without.
const work = {
  proxy: {
    'method request': 'The gateway finds the route and lets the caller in. It leaves the rest to the function.',
    'integration request': 'A pipe. The whole HTTP request becomes the event, as it is.',
    'backend': 'The function does the HTTP work: it reads path, query, headers and body, and returns status, headers and a body that is text.',
    'integration response': 'A pipe. The gateway only checks that the result is a proxy response.',
    'method response': 'The client gets what the function said.',
  },
  mapped: {
    'method request': 'The gateway finds the route, lets the caller in, and checks the body if there is a model.',
    'integration request': 'The gateway does the work: a mapping template turns the HTTP request into the event.',
    'backend': 'The function gets plain JSON, and returns plain JSON or an error. It does not know HTTP.',
    'integration response': 'The gateway does the work: a selection pattern chooses the status, and a template makes the body.',
    'method response': 'The client gets a status and headers that the API declares.',
  },
};

const shown = {
  'authorization': 'method request', 'function': 'backend', 'gateway response': 'method response', 'deployment': 'integration request',
};

// boxOf returns the box of the picture that a rule's box is shown in.
export const boxOf = (box) => (titles[box] ? box : shown[box] ?? '');

export const isProxy = (integration) => integration === 'AWS_PROXY' || integration === 'HTTP_PROXY';

// target returns what stood in the request line, API and stage included.
export function target(record) {
  const pairs = (record.methodRequest.query ?? []).flatMap((field) => field.values.map((value) => `${encodeURIComponent(field.name)}=${encodeURIComponent(value)}`));
  return record.path + (pairs.length && !record.path.includes('?') ? `?${pairs.join('&')}` : '');
}

export const integrationOf = (record) => record.definition?.integration ?? '';

// door names how an integration works, as people say it.
export function door(integration) {
  if (isProxy(integration)) return 'with proxy integration';
  return integration === 'MOCK' ? 'mock integration' : 'without proxy integration';
}

export const sentence = (integration, box) => {
  if (box === 'backend' && integration === 'MOCK') return 'There is no backend: the gateway responds by itself.';
  if (box === 'backend' && integration.startsWith('HTTP')) return 'An HTTP endpoint gets the request of the gateway.';
  return work[isProxy(integration) ? 'proxy' : 'mapped'][box];
};

// picture returns {integration, proxy, failed, boxes}. A box is {id, title, sentence,
// state, pipe, in, out, template, findings, log}; its state is "passed", "failed",
// "skipped", "made" for a response that the gateway itself made, or "noted" if there is
// something to know about it. in and out are messages of the record, or null.
export function picture(record) {
  const integration = integrationOf(record);
  const failed = record.failure ? boxOf(record.failure.box) || brokenBox(record) : '';
  const at = order.indexOf(failed);
  const boxes = order.map((id, index) => {
    const findings = record.diagnosis.filter((finding) => boxOf(finding.box) === id);
    let state = 'passed';
    if (failed && index === at) state = 'failed';
    else if (failed && index > at && id !== 'method response') state = 'skipped';
    else if (!record.resourcePath && id !== 'method response' && index > 0) state = 'skipped';
    else if (record.failure && id === 'method response') state = 'made';
    else if (findings.length > 0) state = 'noted';
    return {
      id, state, findings,
      title: id === 'backend' ? backendTitle(record, integration) : titles[id],
      sentence: state === 'made' ? 'The gateway itself made this response. The function has no part in it.' : sentence(integration, id),
      pipe: isProxy(integration) && (id === 'integration request' || id === 'integration response'),
      log: record.log.filter((_, line) => boxOf(record.logBoxes?.[line] ?? '') === id),
      ...sides(record, id, state),
    };
  });
  return { integration, proxy: isProxy(integration), failed, boxes };
}

// brokenBox finds where a request broke whose failure has no box.
function brokenBox(record) {
  if (!record.integrationRequest) return 'method request';
  if (record.functionResult || record.integrationResponse) return 'integration response';
  return 'backend';
}

function backendTitle(record, integration) {
  if (integration === 'MOCK') return 'No backend';
  if (integration.startsWith('HTTP')) return 'HTTP endpoint';
  return record.definition?.function ? 'Lambda function' : 'Backend';
}

function sides(record, id, state) {
  switch (id) {
    case 'method request':
      return { in: client(record), out: state === 'failed' ? null : record.methodRequest, template: null };
    case 'integration request':
      return {
        in: record.methodRequest, out: record.integrationRequest,
        template: templateOf(record.definition?.requestTemplates, record.integrationRequest?.template),
      };
    case 'backend':
      return { in: record.integrationRequest, out: record.functionResult ?? record.integrationResponse, template: null };
    case 'integration response':
      return {
        in: record.functionResult ?? record.integrationResponse,
        out: state === 'failed' || state === 'skipped' ? null : record.methodResponse,
        template: responseTemplate(record),
      };
    default:
      return { in: record.failure ? null : record.methodResponse, out: record.methodResponse, template: null };
  }
}

// client is what the client sent: the request line as it wrote it.
const client = (record) => ({ ...record.methodRequest, path: undefined, query: undefined, uri: target(record) });

export function templateOf(templates, mediaType) {
  return templates?.find((template) => template.mediaType === mediaType) ?? null;
}

export function responseTemplate(record) {
  const response = chosen(record);
  return templateOf(response?.templates, record.integrationResponse?.template);
}

// chosen returns the integration response that the selection pattern chose.
export function chosen(record) {
  const pattern = record.integrationResponse?.selectionPattern;
  if (pattern === undefined || pattern === null) return null;
  return record.definition?.responses?.find((response) => (response.pattern ?? '') === pattern) ?? null;
}
