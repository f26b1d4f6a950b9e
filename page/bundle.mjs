// Bundles the page into what is deployed, or with --check says where that is not made from here.
// What app.js imports is one file; each module that it loads on demand is a file of its own, and so
// is what several of those share. Their names are the modules', so that a change renames no file.

import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const [target, check] = process.argv.slice(2);
const common = { bundle: true, minify: true, charset: 'utf8', outdir: target, write: false };

const { outputFiles, metafile } = await build({
  ...common,
  entryPoints: ['app.js'],
  format: 'esm',
  splitting: true,
  metafile: true,
  // Whatever is loaded on demand needs app.js, and with it all that app.js imports: one file.
  inject: ['./app.js'],
});
const styles = await build({ ...common, entryPoints: ['app.css'] });

// A shared file is called by its first module; one that only hands on what lies in another is left out.
const made = Object.entries(metafile.outputs).map(([path, { inputs, entryPoint }]) => {
  const modules = Object.keys(inputs).filter((name) => inputs[name].bytesInOutput);
  return { old: basename(path), entryPoint, modules };
});
const renamed = {};
for (const { old, entryPoint, modules } of made) {
  if (!modules.length && entryPoint === 'app.js') renamed[old] = undefined;
  else renamed[old] = modules.includes('app.js') ? 'app.js' : (entryPoint ?? modules[0]);
}
const names = Object.values(renamed).filter(Boolean);
const twice = names.find((name, index) => names.indexOf(name) < index);
if (twice) {
  throw new Error(
    `${twice} is loaded on demand and imported as well: move what others need of it to a module.`,
  );
}

const files = new Map();
for (const { path, text } of [...outputFiles, ...styles.outputFiles]) {
  const old = basename(path);
  const name = old in renamed ? renamed[old] : old;
  const named = text.replace(/"\.\/([\w-]+\.js)"/g, (_, other) => `"./${renamed[other] ?? other}"`);
  if (name) files.set(name, named);
}

const there = (await readdir(target)).filter((name) => name !== 'index.html');
const stale = there.filter((name) => !files.has(name));
const changed = [];
for (const [name, text] of files) {
  const old = await readFile(join(target, name), 'utf8').catch(() => undefined);
  if (old !== text) changed.push(name);
}
if (check && stale.length + changed.length) {
  console.error(`${target} is not made from page/ (${[...stale, ...changed]}): run make page.`);
  process.exit(1);
}
if (check) {
  // What is not committed is not deployed elsewhere. Where there is no repository, all is there.
  const listing = promisify(execFile)('git', ['ls-files', '--others', '--', target]);
  const { stdout: added } = await listing.catch(() => ({ stdout: '' }));
  if (added) {
    console.error(`git add, with page/:\n${added}`);
    process.exit(1);
  }
} else {
  await Promise.all(stale.map((name) => rm(join(target, name))));
  await Promise.all(changed.map((name) => writeFile(join(target, name), files.get(name))));
}
