import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

// The module boundaries are checked against Nx's graph, and silently not at all where there is none yet.
process.env['NX_ISOLATE_PLUGINS'] = 'false';
await createProjectGraphAsync({ exitOnError: true });

const noDefaultExport = [
  { selector: 'ExportDefaultDeclaration', message: 'Export it by name.' },
  { selector: 'ExportSpecifier[exported.name="default"]', message: 'Export it by name.' },
];

const noEnum = { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' };

const pureDomain = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
    message: 'The domain has no clock: time comes in with the command.',
  },
  {
    selector: 'MemberExpression[object.name="Date"][property.name="now"]',
    message: 'The domain has no clock: time comes in with the command.',
  },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'The domain has no chance: ids come in with the command.',
  },
  { selector: 'ImportExpression', message: 'The domain imports at the top of the file only.' },
];

const domainGlobals = ['process', 'crypto', 'performance', 'fetch', 'console', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate'];

/** What a domain file may import from contracts beside types: how dates are reckoned, and what keeps a mentee safe, both pure. */
const pureParts = ['addDays', 'addMonths', 'addWeeks', 'addWorkingDays', 'dateIn', 'daysBetween', 'endOf', 'isWorkingDay', 'offsetMinutes', 'weekdayOf', 'unsafeBecause'];

/** Packages that a domain file may import; from contracts only types and its pure parts. Its specs may test with more. */
const domainPackages = ['@alongside/event-sourcing', '@alongside/contracts'];
const domainSpecPackages = [...domainPackages, '@alongside/testing', '@jest/globals', 'fast-check'];

const onlyThese = (packages) => `^(?!\\.|(${packages.join('|')})$)`;

/** A file in domain/ this many folders deep stays inside domain/ with at most as many steps up. */
const domainImports = (depth, isSpec) => ({
  files: [`libs/contexts/*/src/domain/${'*/'.repeat(depth)}*${isSpec ? '.spec' : ''}.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: onlyThese(isSpec ? domainSpecPackages : domainPackages),
            message: 'domain/ is pure: only event-sourcing, types of contracts, and files of domain/ itself.',
          },
          { regex: `^(\\./)?${'\\.\\./'.repeat(depth + 1)}`, message: 'domain/ imports nothing outside domain/.' },
          { regex: '^@alongside/contracts$', allowTypeImports: true, allowImportNames: pureParts, message: 'domain/ imports only types of contracts, the calendar and safe contact.' },
        ],
      },
    ],
  },
});

const depths = [0, 1, 2, 3];

// Contract suites live in testing and import the ports; the ports' own specs import the suites.
const platform = ['access', 'event-sourcing', 'event-store', 'messaging', 'mongodb', 'personal-data', 'read-models', 'service'];
const testedBySuites = platform.map((name) => ['@alongside/testing', `@alongside/${name}`]);

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '**/coverage/', 'data/', '.nx/'] },
  ...tseslint.configs.recommended,
  {
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-restricted-syntax': ['error', ...noDefaultExport, noEnum],
    },
  },
  {
    files: ['**/*.ts'],
    rules: {
      // Nest modules are classes with nothing in them.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          // What starts servers for tests is no package.
          allow: ['../../../tools/servers/*', '../../../../tools/servers/*'],
          enforceBuildableLibDependency: false,
          ignoredCircularDependencies: testedBySuites,
          depConstraints: [
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:system', 'type:context', 'type:platform', 'type:contracts'] },
            { sourceTag: 'type:system', onlyDependOnLibsWithTags: ['type:context', 'type:platform', 'type:contracts'] },
            { sourceTag: 'type:context', onlyDependOnLibsWithTags: ['type:platform', 'type:contracts'] },
            { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: ['type:platform'] },
            { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:platform'] },
          ],
        },
      ],
    },
  },
  {
    files: ['libs/contexts/*/src/domain/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...noDefaultExport, noEnum, ...pureDomain],
      'no-restricted-globals': ['error', ...domainGlobals],
    },
  },
  ...depths.map((depth) => domainImports(depth, false)),
  ...depths.map((depth) => domainImports(depth, true)),
  { files: ['*.config.mjs'], rules: { 'no-restricted-syntax': ['error', noEnum] } },
);
