// The routes of all APIs, with what each needs.
import { fill, h, printable } from './dom.js';
import { door, isProxy } from './picture.js';

const needs = { AWS_IAM: 'signature', CUSTOM: 'authorizer', COGNITO_USER_POOLS: 'Cognito' };

// show lists routes; onroute gets the API and the route that were chosen.
export function show(place, apis, onroute) {
  if (apis.length === 0) {
    fill(place, h('p', { class: 'quiet' }, 'This app has no REST API.'));
    return;
  }
  fill(place, apis.map((api) => h('section', { class: 'api' },
    h('h3', {}, api.name, ' ', h('span', { class: 'quiet small' }, `stage ${api.stage}`)),
    h('ul', {}, api.routes.map((route) => h('li', {}, h('button', { type: 'button', class: 'route', onclick: () => onroute(api, route) },
      h('span', { class: 'badge' }, route.method), ' ',
      h('span', { class: 'mono route-path' }, printable(route.path)), ' ',
      h('span', { class: ['badge', route.integration === 'MOCK' ? '' : isProxy(route.integration) ? 'accent' : 'good'], title: door(route.integration) },
        route.integration === 'MOCK' ? 'mock' : isProxy(route.integration) ? 'proxy' : 'mapped'),
      needs[route.authorization] ? h('span', { class: 'badge warn' }, route.authorizer || needs[route.authorization]) : null,
      route.apiKeyRequired ? h('span', { class: 'badge warn' }, 'API key') : null,
      route.reason ? h('span', { class: 'badge bad', title: route.reason }, '501') : null,
      h('span', { class: 'quiet small route-function' }, route.source || route.function || ''))))),
    api.apiKeys?.length ? h('p', { class: 'small' }, 'API key: ', api.apiKeys.map((key) => h('code', {}, key.value))) : null)));
}
