import { commanding, specify } from '@alongside/testing';
import Type from 'typebox';
import { integrationEvent, type Message } from './integration-event.js';
import { hearing, settingsAggregate, settingsOf, type SettingHeard } from './settings.js';

const StandardsSet = integrationEvent({
  context: 'organisations',
  name: 'StandardsSet',
  version: 1,
  says: 'Standards were set.',
  schema: Type.Object({ days: Type.Integer() }),
});
const SiteOpened = integrationEvent({
  context: 'organisations',
  name: 'SiteOpened',
  version: 1,
  says: 'A site was opened.',
  schema: Type.Object({ siteId: Type.String(), name: Type.String() }),
});

const referrals = settingsAggregate('referrals');
const [heardEvent] = referrals.events;
const given = specify(referrals.decider);
const standards = (sourceRevision: number, days: number): SettingHeard => ({ event: 'organisations.StandardsSet', sourceRevision, data: { days } });
const site = (sourceRevision: number, siteId: string, name: string): SettingHeard => ({
  event: 'organisations.SiteOpened',
  key: siteId,
  sourceRevision,
  data: { siteId, name },
});
const heard = (data: SettingHeard) => ({ type: 'ReferralsSettingHeard', data });
const hear = (data: SettingHeard) => commanding('hear-setting', data);

describe('settings heard', () => {
  it('are events of the hearing context, in one stream an organisation', () => {
    expect(heardEvent?.type).toBe('ReferralsSettingHeard');
    expect(referrals.category).toBe('settings-referrals');
    expect(referrals.belonging(referrals.decider.initial, 'organisation-1')).toEqual({ organisationId: 'organisation-1' });
    expect(settingsAggregate('referrals')).toBe(referrals);
  });

  it('are written down', () => given().when(hear(standards(3, 10))).then(heard(standards(3, 10))));
  it('replace older ones', () => given(heard(standards(3, 10))).when(hear(standards(4, 12))).then(heard(standards(4, 12))));
  it('change nothing when they are older', () => given(heard(standards(3, 10))).when(hear(standards(2, 8))).nothing());
  it('change nothing when they come again', () => given(heard(standards(3, 10))).when(hear(standards(3, 10))).nothing());
  it('are compared by key', () =>
    given(heard(site(5, 'harbour', 'Harbour'))).when(hear(site(4, 'hill', 'Hill'))).then(heard(site(4, 'hill', 'Hill'))));

  it('are read by event, organisation and key', async () => {
    const { state } = given(heard(standards(1, 10)), heard(standards(3, 12)), heard(site(4, 'harbour', 'Harbour')), heard(site(5, 'hill', 'Hill')));
    const reader = settingsOf('referrals', async (_settings, id) => (id === 'organisation-1' ? { state } : undefined));
    expect(await reader.setting(StandardsSet, 'organisation-1')).toEqual({ days: 12 });
    expect(await reader.setting(StandardsSet, 'organisation-2')).toBeUndefined();
    expect(await reader.setting(SiteOpened, 'organisation-1', 'hill')).toEqual({ siteId: 'hill', name: 'Hill' });
    expect(await reader.setting(SiteOpened, 'organisation-1', 'elsewhere')).toBeUndefined();
    expect([...(await reader.settings(SiteOpened, 'organisation-1')).keys()]).toEqual(['harbour', 'hill']);
    expect((await reader.settings(SiteOpened, 'organisation-2')).size).toBe(0);
  });

  it('come by a reaction that hands on what is sealed as it is', async () => {
    const name = { $sealed: [1, 'staff-1', 'organisation-1', 'event-1', 'name', 'box'] };
    const message = {
      organisationId: 'organisation-1',
      source: { stream: 'organisation-1', revision: 7, eventId: 'event-1' },
      data: { siteId: 'harbour', name },
    } as unknown as Message;
    const executed: unknown[] = [];
    const reaction = hearing('referrals', { event: SiteOpened, key: (data: { siteId: string }) => data.siteId });
    await reaction.react(message, { execute: async (...command) => void executed.push(command) });
    expect(reaction.name).toBe('hear-organisations.SiteOpened');
    expect(executed).toEqual([
      [
        referrals,
        'organisation-1',
        'hear-setting',
        { event: 'organisations.SiteOpened', key: 'harbour', sourceRevision: 7, data: { siteId: 'harbour', name } },
      ],
    ]);
  });
});
