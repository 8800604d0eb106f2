// Bundles CodeMirror with its JSON and Velocity modes into one module for the pages, with
// the licences of all that is in it. The versions are pinned, so that the same bytes come
// out on every machine:
//
//	npm ci --ignore-scripts && node build.mjs            writes the bundle
//	npm ci --ignore-scripts && node build.mjs --check    fails if it would be another
//
// With --check the folder of the bundle may follow, where it is not found beside this one.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const [check, folder] = process.argv[2] === '--check' ? [true, process.argv[3]] : [false, process.argv[2]];
const out = resolve(folder ?? join(here, '../../internal/inspector/page/assets/vendor/codemirror'));

// CodeMirror puts its styles into a <style> element, which the pages' content security
// policy forbids, but for editors in a shadow tree, where it adopts style sheets. They
// can be adopted by a document as well.
const adoptStyles = {
  name: 'adopt-styles',
  setup(it) {
    it.onLoad({ filter: /[\\/]style-mod[\\/]src[\\/]style-mod\.js$/ }, ({ path }) => {
      const before = '!root.head && root.adoptedStyleSheets';
      const source = readFileSync(path, 'utf8');
      if (source.split(before).length !== 2) throw new Error(`${path}: there is not one place with "${before}"`);
      return { contents: source.replace(before, 'root.adoptedStyleSheets'), loader: 'js' };
    });
  },
};

const result = await build({
  absWorkingDir: here, entryPoints: ['editor.mjs'], bundle: true, write: false, metafile: true, outfile: 'codemirror.js',
  format: 'esm', target: 'es2022', charset: 'utf8', minify: true, legalComments: 'none', plugins: [adoptStyles],
});

// The packages that are in the bundle, by name.
const packages = [...new Set(Object.keys(result.metafile.inputs)
  .map((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]).filter(Boolean))].sort();
const described = packages.map((name) => {
  const { version, license } = JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8'));
  return { name, version, license, text: readFileSync(join(here, 'node_modules', name, 'LICENSE'), 'utf8').trim() };
});
const list = described.map(({ name, version }) => `${name} ${version}`).join(', ');
const files = {
  'codemirror.js': `// Made by tools/editorbundle of ${list}. The licences are in LICENSE.\n${result.outputFiles[0].text}`,
  LICENSE: licences(described),
};

// licences returns each licence once, with the packages that it is of.
function licences(all) {
  const groups = new Map();
  for (const each of all) groups.set(each.text, [...(groups.get(each.text) ?? []), each]);
  return [...groups].map(([text, group]) =>
    `${group.map(({ name, version, license }) => `${name} ${version} (${license})`).join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

let different = 0;
for (const [name, content] of Object.entries(files)) {
  const path = join(out, name);
  if (!check) {
    mkdirSync(out, { recursive: true });
    writeFileSync(path, content);
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== content) {
    console.error(`${path} is not what tools/editorbundle makes: run node build.mjs there`);
    different++;
  }
}
if (different > 0) process.exit(1);
console.log(`${check ? 'checked' : 'wrote'} ${out}: ${packages.length} packages, ${files['codemirror.js'].length} characters`);
