import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { variables } from '@alongside/service';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

const documents = ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];

/** As the table of the README has them: name and default. */
const documented = [...read('README.md').matchAll(/^\| `(ALONGSIDE_\w+)` \| `?([^|`]+?)`? \| (\S.*) \|$/gm)].map(([, name = '', fallback = '']) => [name, fallback]);

it('the README has every variable with its default, and no other', () => {
  expect(documented).toEqual(Object.entries(variables).map(([name, { default: fallback }]) => [name, fallback]));
});

it('the README begins with the two commands that everybody needs', () => {
  expect([...read('README.md').matchAll(/^ {4}(npm \S+.*)$/gm)].slice(0, 2).map(([, command]) => command)).toEqual(['npm start', 'npm test']);
});

it('every script that the README names is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const named = [...read('README.md').matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

/** What a heading is linked by, as common hosts of Markdown make it. */
const anchorOf = (heading: string): string => heading.trim().toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
const anchorsIn = (text: string): readonly string[] => [...text.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe.each(documents)('%s', (document) => {
  const links = [...read(document).replaceAll(/^```[^]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));

  it('links to what is there', () => {
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(root, document) : join(dirname(join(root, document)), path);
      return !existsSync(target) || (anchor !== undefined && !anchorsIn(readFileSync(target, 'utf8')).includes(anchor));
    });
    expect(broken).toEqual([]);
  });
});
