import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8'));

const project = (displayName, testRegex) => ({
  displayName,
  testRegex,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['alongside-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['js', 'ts', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
});

export default {
  watchman: false,
  // For the slowest disk; Jest takes no other value for one project. What starts processes asks for more itself.
  testTimeout: 180_000,
  maxWorkers: 2,
  workerIdleMemoryLimit: '768MB',
  projects: [
    project('pure', '(?<!\\.int|\\.e2e|\\.dist)\\.spec\\.ts$'),
    project('int', '\\.int\\.spec\\.ts$'),
    project('e2e', '\\.e2e\\.spec\\.ts$'),
  ],
};
