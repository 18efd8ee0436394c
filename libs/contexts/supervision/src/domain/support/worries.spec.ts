import { at, commanding, specify, testIds } from '@alongside/testing';
import { uuidOf } from '@alongside/event-sourcing';
import { ConcernEscalated, ConcernOpened, ConcernRaised, ConcernResolved } from './concern-events.js';
import { ComplaintMade, ComplaintResolved, OwnershipTaken, QueryAnswered, QueryRaised } from './query-events.js';
import { asSupervisor, asSupporter, heard, opened, stopped, supervisorNamed } from './specimens.js';
import { supportDecider } from './support.js';

const given = specify(supportDecider);
const { coordinatorId, supervisorId, supporterId } = testIds;
const otherId = uuidOf('test', 'other-coordinator');
const possibleOwners = [coordinatorId, otherId, supervisorId];
const concernId = uuidOf('test-new', 'raise-concern', 'concern');
const worry = { severity: 'medium', safeguarding: true, about: 'mentee', text: 'Has not left the house.', possibleOwners } as const;
const raised = (more: Partial<ReturnType<typeof ConcernRaised>['data']> = {}) =>
  ConcernRaised({ concernId, severity: 'medium', safeguarding: true, about: 'mentee', ownerId: coordinatorId, by: 'staff', text: 'Has not left the house.', ...more });

describe('a concern', () => {
  test('can be raised from the first referral on, and has an owner', () => given(heard()).when(commanding('raise-concern', worry)).then(raised()));
  test.each(['withdrawn', 'closed', 'died'] as const)('can be raised after the journey %s', (because) =>
    given(heard(), stopped(because)).when(commanding('raise-concern', worry)).thenMatching({ type: 'ConcernRaised' }));
  test('is raised by supporters, too', () => given(heard(), opened()).when(asSupporter('raise-concern', worry)).thenMatching({ type: 'ConcernRaised', data: { by: 'supporter', ownerId: coordinatorId } }));
  test('about the supporter names the one of this relationship', () =>
    given(heard(), opened()).when(commanding('raise-concern', { ...worry, about: 'supporter' })).thenMatching({ type: 'ConcernRaised', data: { aboutId: supporterId } }));
  test('is never owned by whom it is about', () => {
    given(heard(), opened(), supervisorNamed())
      .when(asSupporter('raise-concern', { ...worry, about: 'staff', aboutId: coordinatorId }))
      .thenMatching({ type: 'ConcernRaised', data: { ownerId: supervisorId } });
    given(heard()).when(commanding('raise-concern', { ...worry, about: 'staff', aboutId: coordinatorId, possibleOwners: [coordinatorId] })).refused('owner-needed');
  });
  test('is raised even when the list of staff is late', () =>
    given(heard(), opened()).when(asSupporter('raise-concern', { ...worry, possibleOwners: [] })).thenMatching({ type: 'ConcernRaised', data: { ownerId: coordinatorId } }));
  test('about an erased person is not written', () => given(heard(), stopped('erased')).when(commanding('raise-concern', worry)).refused('person-erased'));

  const escalate = (more = {}) => commanding('escalate-concern', { concernId, possibleOwners, ...more });
  test('is escalated to somebody else', () =>
    given(heard(), raised()).when(escalate({ ownerId: supervisorId })).then(ConcernEscalated({ by: 'staff', concernId, severity: 'medium', safeguarding: true, ownerId: supervisorId })));
  test('is escalated in weight, never down', () => {
    given(heard(), raised()).when(escalate({ severity: 'high', reason: 'Again.' })).then(ConcernEscalated({ by: 'staff', concernId, severity: 'high', safeguarding: true, ownerId: coordinatorId, reason: 'Again.' }));
    given(heard(), raised()).when(escalate({ severity: 'low' })).refused('severity-not-higher');
    given(heard(), raised()).when(escalate({ safeguarding: false })).refused('safeguarding-stays');
  });
  test('escalated to what it is changes nothing', () => given(heard(), raised()).when(escalate({ severity: 'medium', ownerId: coordinatorId })).nothing());
  test('goes to somebody who may see it', () => given(heard(), raised()).when(escalate({ ownerId: uuidOf('nobody') })).invalid('ownerId'));
  test('does not go to whom it is about', () =>
    given(heard(), raised({ about: 'staff', aboutId: supervisorId })).when(escalate({ ownerId: supervisorId })).refused('owner-is-whom-it-is-about'));
  test('that was seen to is not escalated', () =>
    given(heard(), raised(), ConcernResolved({ concernId, resolution: 'resolved' })).when(escalate({ severity: 'high' })).refused('concern-resolved'));

  test('alerts until its owner opens it', () => {
    given(heard(), raised()).when(commanding('open-concern', { concernId })).then(ConcernOpened({ by: 'staff', concernId, openedBy: coordinatorId }));
    given(heard(), raised(), ConcernOpened({ concernId, openedBy: coordinatorId })).when(commanding('open-concern', { concernId })).nothing();
    given(heard(), opened(), supervisorNamed(), raised()).when(asSupervisor('open-concern', { concernId })).nothing();
  });
  test('alerts its next owner anew', () => {
    const { state } = given(heard(), raised(), ConcernOpened({ concernId, openedBy: coordinatorId }), ConcernEscalated({ concernId, severity: 'high', safeguarding: true, ownerId: supervisorId }));
    expect(state).toMatchObject({ concerns: { [concernId]: { openedBy: [], ownerId: supervisorId } } });
  });
  test('is resolved once', () => {
    const resolve = commanding('resolve-concern', { concernId, resolution: 'passed-on', note: 'To the police.' });
    given(heard(), raised()).when(resolve).then(ConcernResolved({ by: 'staff', concernId, resolution: 'passed-on', note: 'To the police.' }));
    given(heard(), raised(), ConcernResolved({ concernId, resolution: 'resolved' })).when(resolve).nothing();
  });
  test('of an erased person is resolved and escalated without a word about them, and never with one that nobody could read', () => {
    const erased = given(heard(), raised(), stopped('erased'));
    const resolve = { concernId, resolution: 'resolved' } as const;
    erased.when(commanding('resolve-concern', resolve)).then(ConcernResolved({ by: 'staff', ...resolve }));
    erased.when(commanding('resolve-concern', { ...resolve, note: 'Rowan is safe.' })).refused('person-erased');
    erased.when(escalate({ severity: 'high' })).thenMatching({ type: 'ConcernEscalated', data: { severity: 'high' } });
    erased.when(escalate({ severity: 'high', reason: 'Rowan rang again.' })).refused('person-erased');
    given(heard(), raised(), stopped('erased'), ConcernResolved({ by: 'staff', ...resolve })).when(commanding('resolve-concern', { ...resolve, note: 'Rowan is safe.' })).nothing();
  });
  test.each(['escalate-concern', 'open-concern', 'resolve-concern'] as const)('does not exist for whom it is about: %s', (type) => {
    const data = { concernId, possibleOwners, severity: 'high', resolution: 'resolved' } as const;
    given(heard(), raised({ about: 'staff', aboutId: coordinatorId, ownerId: supervisorId })).when(commanding(type, data) as never).invalid('concernId');
  });
});

describe('a safeguarding concern', () => {
  const byOther = (ownerId = otherId) => given(heard(), opened(), supervisorNamed(), raised({ ownerId }));
  const steps = {
    'escalate-concern': { concernId, severity: 'high', possibleOwners },
    'open-concern': { concernId },
    'resolve-concern': { concernId, resolution: 'resolved' },
    'take-over': { matter: 'concern', matterId: concernId, possibleOwners },
  } as const;
  const commands = Object.entries(steps) as [keyof typeof steps, (typeof steps)[keyof typeof steps]][];
  const elsewhere = { id: uuidOf('test', 'third-coordinator'), role: 'coordinator' } as const;
  const withThird = [...possibleOwners, elsewhere.id];

  test.each(commands)('does not exist for another coordinator of the site: %s', (type, data) => {
    byOther().when(commanding(type, { ...data, possibleOwners: withThird }, { actor: elsewhere }) as never).invalid(type === 'take-over' ? 'matterId' : 'concernId');
  });
  test.each(commands)('does not exist for a supervisor who is not the supporter’s: %s', (type, data) => {
    given(heard(), raised()).when(asSupervisor(type, data) as never).invalid(type === 'take-over' ? 'matterId' : 'concernId');
  });
  test.each(commands)('is not in the hands of who raised it: %s', (type, data) => {
    given(heard(), at('2026-02-10T10:00:00.000Z', raised({ ownerId: otherId }), elsewhere)).when(commanding(type, { ...data, possibleOwners: withThird }, { actor: elsewhere }) as never).invalid(type === 'take-over' ? 'matterId' : 'concernId');
  });
  test('is in the hands of its owner, the named coordinator and the supervisor', () => {
    for (const actor of [{ id: otherId, role: 'coordinator' }, { id: coordinatorId, role: 'coordinator' }, { id: supervisorId, role: 'supervisor' }] as const) {
      byOther().when(commanding('resolve-concern', steps['resolve-concern'], { actor })).then(ConcernResolved({ by: 'staff', concernId, resolution: 'resolved' }));
    }
  });
  test('whose owner is gone is taken over by anybody who could own it, never by whom it is about', () => {
    const take = commanding('take-over', { ...steps['take-over'], possibleOwners: withThird }, { actor: elsewhere });
    byOther(uuidOf('test', 'gone')).when(take).then(OwnershipTaken({ by: 'staff', matter: 'concern', matterId: concernId, ownerId: elsewhere.id }));
    given(heard(), raised({ ownerId: uuidOf('test', 'gone'), about: 'staff', aboutId: elsewhere.id })).when(take).invalid('matterId');
  });
  test('that became one by escalating is restricted from then on', () => {
    const light = raised({ safeguarding: false, ownerId: otherId });
    const escalate = commanding('escalate-concern', { concernId, safeguarding: true, possibleOwners: withThird }, { actor: elsewhere });
    given(heard(), light).when(escalate).then(ConcernEscalated({ by: 'staff', concernId, severity: 'medium', safeguarding: true, ownerId: otherId }));
    given(heard(), light, ConcernEscalated({ concernId, severity: 'medium', safeguarding: true, ownerId: otherId })).when(escalate).invalid('concernId');
  });
});

describe('a query', () => {
  const queryId = uuidOf('test-new', 'raise-query', 'query');
  const asked = QueryRaised({ queryId, ownerId: coordinatorId, raisedBy: supporterId, by: 'mentee', text: 'May my sister come?' });
  const ask = asSupporter('raise-query', { text: 'May my sister come?', by: 'mentee', possibleOwners });
  test('is asked', () => given(heard(), opened()).when(ask).then(asked));
  test('is asked after the closing, too', () => given(heard(), stopped('closed')).when(ask).thenMatching({ type: 'QueryRaised' }));
  test('finds somebody, or is refused', () => given(withoutCoordinator()).when(asSupporter('raise-query', { text: 'Hm?', possibleOwners: [] })).refused('owner-needed'));
  const answer = commanding('answer-query', { queryId, answer: 'Yes.' });
  test('is answered', () => given(heard(), asked).when(answer).then(QueryAnswered({ by: 'staff', queryId, answer: 'Yes.' })));
  test('is answered once', () => given(heard(), asked, QueryAnswered({ queryId, answer: 'No.' })).when(answer).refused('query-answered'));
  test('that nobody asked has no answer', () => given(heard()).when(answer).invalid('queryId'));
});

describe('a complaint', () => {
  const complaintId = uuidOf('test-new', 'make-complaint', 'complaint');
  const made = (more: Partial<ReturnType<typeof ComplaintMade>['data']> = {}) =>
    ComplaintMade({ complaintId, about: 'service', ownerId: coordinatorId, by: 'mentee', text: 'Nobody rang.', ...more });
  const complain = { about: 'service', text: 'Nobody rang.', possibleOwners } as const;
  test('is taken down by staff', () => given(heard()).when(commanding('make-complaint', complain)).then(made()));
  test("is never taken down by the mentee's own supporter", () => given(heard(), opened()).when(asSupporter('make-complaint', complain)).refused('own-mentees-complaint'));
  test('is never taken down by them in another role', () =>
    given(heard(), opened()).when(commanding('make-complaint', complain, { actor: { id: supporterId, role: 'coordinator' } })).refused('own-mentees-complaint'));
  test('about a coordinator is seen to by somebody else', () =>
    given(heard()).when(commanding('make-complaint', { ...complain, about: 'staff', aboutId: coordinatorId })).thenMatching({ type: 'ComplaintMade', data: { ownerId: otherId } }));
  const resolve = commanding('resolve-complaint', { complaintId, outcome: 'upheld' });
  test('is decided', () => given(heard(), made()).when(resolve).then(ComplaintResolved({ by: 'staff', complaintId, outcome: 'upheld' })));
  test('is decided once', () => given(heard(), made(), ComplaintResolved({ complaintId, outcome: 'withdrawn' })).when(resolve).nothing());
  test('does not exist for whom it is about', () => given(heard(), made({ about: 'staff', aboutId: coordinatorId, ownerId: otherId })).when(resolve).invalid('complaintId'));
  test('that nobody made is not decided', () => given(heard()).when(resolve).invalid('complaintId'));

  const take = (more = {}) => commanding('take-over', { matter: 'complaint' as const, matterId: complaintId, possibleOwners, ...more });
  test('is taken over from somebody who left', () => given(heard(), made({ ownerId: otherId })).when(take()).then(OwnershipTaken({ by: 'staff', matter: 'complaint', matterId: complaintId, ownerId: coordinatorId })));
  test('is not taken over by its owner', () => given(heard(), made()).when(take()).nothing());
  test('that is decided is not taken over', () => given(heard(), made(), ComplaintResolved({ complaintId, outcome: 'upheld' })).when(take()).refused('already-settled'));
  test('does not go to whom it is about', () => given(heard(), made({ about: 'staff', aboutId: otherId })).when(take({ ownerId: otherId })).refused('owner-is-whom-it-is-about'));
});

function withoutCoordinator() {
  const { coordinatorId: _coordinatorId, ...data } = heard().data;
  return { ...heard(), data };
}
