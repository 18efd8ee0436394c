import { commanding, specify, testIds } from '@alongside/testing';
import { uuidOf } from '@alongside/event-sourcing';
import { ConcernAboutSomebodyHeard, concerned, concernedAggregate, openConcernsAbout } from './concerned.js';

const given = specify(concerned);
const { organisationId, supporterId: aboutId } = testIds;
const concernId = uuidOf('test', 'concern');
const heard = (status: 'open' | 'resolved', sourceRevision: number) => ConcernAboutSomebodyHeard({ organisationId, aboutId, concernId, status, sourceRevision });
const hear = (open: boolean, sourceRevision: number, safeguarding = true) => commanding('hear-concern-about', { organisationId, aboutId, concernId, open, safeguarding, sourceRevision });

describe('concerns about somebody', () => {
  it('are heard of by the order of their source, those about safeguarding alone', () => {
    given().when(hear(true, 3)).then(heard('open', 3));
    given().when(hear(true, 3, false)).nothing();
    given(heard('resolved', 5)).when(hear(true, 3)).nothing();
    given(heard('open', 3)).when(hear(false, 5)).then(heard('resolved', 5));
  });
  it('are counted while they are open', () => {
    expect(openConcernsAbout(aboutId, given(heard('open', 3)).state)).toEqual([{ concernId, aboutId }]);
    expect(openConcernsAbout(aboutId, given(heard('open', 3), heard('resolved', 5)).state)).toEqual([]);
    expect(concernedAggregate.belonging(given(heard('open', 3)).state, aboutId)).toEqual({ organisationId });
    expect(concernedAggregate.belonging(given().state, aboutId)).toBeUndefined();
  });
});
