const exampleStaff = '00000000-0000-4000-8000-000000000003';
const exampleEarlier = { at: '2026-03-02T10:00:00.000Z', fromJourneyId: '00000000-0000-4000-8000-000000000014' };
const exampleTold = { at: '2027-03-16T14:30:00.000Z', by: 'mentee', takenDownBy: exampleStaff };

/** Of somebody who comes again: a part of the form was told on an earlier journey. */
export const exampleRecord = {
  id: '00000000-0000-4000-8000-000000000004',
  view: 'whole',
  status: 'deferred',
  stage: 'referral',
  deferral: { reason: 'safety-first', since: exampleTold.at, signposts: [{ serviceId: '00000000-0000-4000-8000-000000000005' }], note: 'Moving house first.' },
  form: {
    version: 1,
    fields: [
      { name: 'name', label: 'Name', stage: 'registration', type: 'text', required: true, personal: true, filled: true, value: 'Robin Example', told: exampleTold },
      { name: 'date-of-birth', label: 'Date of birth', stage: 'before-meeting', type: 'date', required: true, personal: true, filled: true, value: '1990-05-17', told: exampleEarlier },
    ],
    missing: [{ name: 'reason', label: 'Reason for referral', stage: 'before-meeting', neededFor: 'accepting' }],
  },
  safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: ['telephone'] },
  safeContactTold: exampleEarlier,
  linked: { ...exampleTold, by: 'staff' },
  otherJourneyIds: [exampleEarlier.fromJourneyId],
};
