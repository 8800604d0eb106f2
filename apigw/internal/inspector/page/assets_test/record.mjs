// A record as the inspector has it, for tests; fields can be replaced.
export function record(changes = {}) {
  const field = (name, ...values) => ({ name, values });
  return {
    id: 'r-1', time: '2026-01-02T03:04:05.678Z', api: 'mapped', stage: 'prod', method: 'GET', path: '/mapped/prod/pets', resourcePath: '/pets', status: 200, durationMs: 1,
    methodRequest: { method: 'GET', uri: '/prod/pets', query: [field('name', 'a b', 'c')], headers: [field('Accept', '*/*'), field('X-Forwarded-For', '127.0.0.1')], body: '', bodyBytes: 0 },
    integrationRequest: { method: 'POST', uri: 'https://lambda', headers: [], template: 'application/json', body: '{"name":"c"}', bodyBytes: 12 },
    integrationResponse: { status: 200, headers: [], template: 'application/json', selectionPattern: '', body: '{"pet":1}', bodyBytes: 9 },
    functionResult: { function: 'f', body: '{"pet":1}', bodyBytes: 9 },
    methodResponse: { status: 200, headers: [field('Content-Type', 'application/json')], body: '{"pet":1}', bodyBytes: 9 },
    log: ['Method request body', 'Endpoint request', 'Successfully completed execution'],
    logBoxes: ['method request', 'integration request', ''],
    diagnosis: [], failure: null,
    definition: {
      method: 'GET', integration: 'AWS', function: { name: 'f' },
      requestTemplates: [{ name: 'request template application/json', mediaType: 'application/json', text: '{}' }],
      responses: [{ status: '200', pattern: '', templates: [{ name: 'response template', mediaType: 'application/json', text: '$input.body' }] }, { status: '400', pattern: 'Bad.*', templates: [] }],
    },
    ...changes,
  };
}
