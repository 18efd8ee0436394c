// Suites against real servers: npm run test:distributed finds the servers and names them in the environment.
import base from './jest.config.mjs';

const [project] = base.projects;

/** What is shown of the system from outside is shown of the distributed one as well, by the same suites. */
const fromOutside = ['case-studies/.*', 'outside/access', 'outside/poison', 'personal-data/personal-data'];

const whole = { ...project, displayName: 'whole', roots: ['<rootDir>/apps/alongside'], testRegex: `/(${fromOutside.join('|')})\\.int\\.spec\\.ts$`, setupFiles: ['<rootDir>/tools/servers/distributed-runtime.mjs'] };
const hasServers = ['ALONGSIDE_TEST_KAFKA', 'ALONGSIDE_TEST_MONGODB'].every((variable) => process.env[variable]);
// Their specs know nothing of servers, so none of them could say that it is skipped.
if (!hasServers) console.log(`!! SKIPPED, no broker or no database: ${fromOutside.join(', ')} with every service a process of its own`);

export default {
  ...base,
  // Nine processes start for each suite of the whole system.
  testTimeout: 600_000,
  maxWorkers: 1,
  projects: [
    { ...project, displayName: 'distributed', testRegex: '\\.dist\\.spec\\.ts$' },
    ...(hasServers ? [whole] : []),
  ],
};
