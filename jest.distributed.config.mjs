// Suites against real servers: npm run test:distributed finds the servers and names them in the environment.
import base from './jest.config.mjs';

const [project] = base.projects;

/** What is shown of the system from outside is shown of the distributed one as well, by the same suites. */
const fromOutside = ['case-studies/.*', 'outside/access', 'personal-data/personal-data'];

export default {
  ...base,
  // Nine processes start for each suite of the whole system.
  testTimeout: 600_000,
  maxWorkers: 1,
  projects: [
    { ...project, displayName: 'distributed', testRegex: '\\.dist\\.spec\\.ts$' },
    { ...project, displayName: 'whole', roots: ['<rootDir>/apps/alongside'], testRegex: `/(${fromOutside.join('|')})\\.int\\.spec\\.ts$`, setupFiles: ['<rootDir>/tools/servers/distributed-runtime.mjs'] },
  ],
};
