// Transpiles every package's src/ into its dist/. Types are checked by `npm run typecheck`, not here.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './runtime.mjs';

const MANIFEST = join(root, 'node_modules', '.cache', 'alongside', 'build.json');

function packageFolders() {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const folders = workspaces.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    return existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : [];
  });
  return folders.map((folder) => join(root, folder)).filter((folder) => existsSync(join(folder, 'src')));
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

const isBuilt = (file) => !/\.(spec|fixture)\.ts$|\.d\.ts$|\.snap$/.test(file);

function readManifest() {
  try {
    const { of, files } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
    // Another checkout may share these node_modules: what it built is not ours.
    return of === root ? files : {};
  } catch {
    return {};
  }
}

/** Whole or not at all: a build beside a running server never shows it half a file. */
function replaceFile(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.part`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}

async function transpile(swc, options, source, target, code) {
  const output = await swc.transform(code, {
    ...options,
    swcrc: false,
    configFile: false,
    filename: source,
    sourceFileName: relative(dirname(target), source).split(sep).join('/'),
  });
  replaceFile(`${target}.map`, output.map);
  replaceFile(target, `${output.code}\n//# sourceMappingURL=${basename(target)}.map\n`);
}

/**
 * Brings every dist/ up to date with its src/ and resolves with the number of files written. Files whose content
 * is what was built last are left alone; other files than TypeScript are copied; specs are left out.
 */
export async function build() {
  const swc = await import('@swc/core');
  const swcrc = readFileSync(join(root, '.swcrc'), 'utf8');
  const options = JSON.parse(swcrc);
  const built = readManifest();
  const current = {};
  const work = [];
  for (const folder of packageFolders()) {
    const [src, dist] = [join(folder, 'src'), join(folder, 'dist')];
    const wanted = new Set();
    for (const source of filesUnder(src).filter(isBuilt)) {
      const isTypeScript = source.endsWith('.ts');
      const target = join(dist, relative(src, source).replace(/\.ts$/, '.js'));
      wanted.add(target);
      if (isTypeScript) wanted.add(`${target}.map`);
      const code = readFileSync(source);
      const key = relative(root, source);
      current[key] = createHash('sha256').update(swc.version).update(swcrc).update(code).digest('base64');
      if (built[key] === current[key] && existsSync(target)) continue;
      work.push(async () =>
        isTypeScript ? transpile(swc, options, source, target, code.toString('utf8')) : replaceFile(target, code),
      );
    }
    for (const file of filesUnder(dist)) if (!wanted.has(file)) rmSync(file);
  }
  await Promise.all(work.map((task) => task()));
  replaceFile(MANIFEST, JSON.stringify({ of: root, files: current }));
  return work.length;
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === process.argv[1]) {
  console.log(`built ${await build()} files`);
}
