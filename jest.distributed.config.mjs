// Suites against real servers: npm run test:distributed finds the servers and names them in the environment.
import base from './jest.config.mjs';

const [project] = base.projects;

export default {
  ...base,
  projects: [{ ...project, displayName: 'distributed', testRegex: '\\.dist\\.spec\\.ts$' }],
};
