// Renders with velocityjs for a number of seconds on request. Lines "cached SECONDS" or "parse SECONDS" in, renders per
// second out. The first line out is the output of one render as a JSON string.
const fs = require('fs');
const { parse, Compile } = require('velocityjs');

const [template, body] = process.argv.slice(-2).map((file) => fs.readFileSync(file, 'utf8'));
const cached = parse(template);

// What the Java side has of $input and $util, as far as the template uses it. Integers print as Java's.
function references() {
  const params = { path: { tenant: 't-1' }, querystring: {}, header: {} };
  let root;
  return {
    input: {
      path(p) {
        if (root === undefined) root = JSON.parse(body);
        if (p === '$') return root;
        return p.slice(2).split('.').reduce((v, k) => (v == null ? undefined : v[k]), root);
      },
      params(n) {
        if (n === undefined) return params;
        for (const kind of ['path', 'querystring', 'header']) if (n in params[kind]) return params[kind][n];
        return '';
      },
    },
    util: {
      escapeJavaScript: (s) =>
        s.replace(/['"\\/\b\n\t\f\r]|[^\x20-\x7f]/g, (c) => {
          const short = { '\b': '\\b', '\n': '\\n', '\t': '\\t', '\f': '\\f', '\r': '\\r' }[c];
          if (short) return short;
          return c > '\x7f' || c < ' ' ? '\\u' + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0') : '\\' + c;
        }),
    },
    context: { httpMethod: 'POST', stage: 'dev', identity: { sourceIp: '1.2.3.4' } },
    stageVariables: { table: 'T' },
  };
}

const render = (again) => new Compile(again ? parse(template) : cached).render(references());

function run(again, seconds) {
  const start = process.hrtime.bigint();
  const end = start + BigInt(Math.round(seconds * 1e9));
  let n = 0;
  while (process.hrtime.bigint() < end) {
    for (let i = 0; i < 20; i++) render(again);
    n += 20;
  }
  return n / (Number(process.hrtime.bigint() - start) / 1e9);
}

console.log(JSON.stringify(render(false)));
require('readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [what, seconds] = line.split(' ');
    console.log(run(what === 'parse', Number(seconds)));
  });
