import { sqliteStores } from './orchard.fixture.js';
import { projectionRunnerSuite } from './projection-runner.fixture.js';
import { rebuildSuite } from './rebuild.fixture.js';
import { twoRunnersSuite } from './two-runners.fixture.js';

projectionRunnerSuite(sqliteStores);
twoRunnersSuite(sqliteStores);
rebuildSuite(sqliteStores);
