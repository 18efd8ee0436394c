import { describeWith } from '@alongside/testing';
import { projectionRunnerSuite } from '../projection-runner.fixture.js';
import { rebuildSuite } from '../rebuild.fixture.js';
import { twoRunnersSuite } from '../two-runners.fixture.js';
import { mongoStores } from './mongo.fixture.js';

describeWith('mongodb', 'over MongoDB', (address) => {
  projectionRunnerSuite(mongoStores(address));
  twoRunnersSuite(mongoStores(address));
  rebuildSuite(mongoStores(address));
});
