import fc from 'fast-check';
import type { Message } from '../integration-event.js';
import { fromCloudEvent, NotAMessage, toCloudEvent, type CloudEvent, type ReceivedRecord } from './cloud-event.js';

/** As the broker gives it back: bytes. */
const received = ({ key, headers, value }: CloudEvent): ReceivedRecord => ({
  key: Buffer.from(key),
  value: Buffer.from(value),
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
});

const message: Message = {
  id: '0f7e3a52-0000-5000-8000-000000000001',
  context: 'referrals',
  name: 'ReferralAccepted',
  version: 2,
  key: 'journey-1',
  organisationId: 'organisation-1',
  siteId: 'site-1',
  journeyId: 'journey-1',
  occurredAt: '2026-03-02T09:00:00.000Z',
  recordedAt: '2026-03-02T09:01:00.000Z',
  correlationId: 'correlation-1',
  source: { stream: 'referral-journey-1', revision: 7, eventId: 'event-1' },
  data: { form: { $sealed: [1, 'key'] }, notes: [] },
};

describe('a message as a CloudEvent', () => {
  it('has its attributes as headers and its data as value', () => {
    expect(toCloudEvent(message)).toEqual({
      key: 'journey-1',
      headers: {
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_id: message.id,
        ce_source: '/alongside/referrals',
        ce_type: 'alongside.referrals.ReferralAccepted.v2',
        ce_subject: 'referral-journey-1',
        ce_time: '2026-03-02T09:00:00.000Z',
        ce_dataschema: '/api/asyncapi.json#/components/messages/referrals.ReferralAccepted',
        ce_recordedtime: '2026-03-02T09:01:00.000Z',
        ce_organisationid: 'organisation-1',
        ce_siteid: 'site-1',
        ce_journeyid: 'journey-1',
        ce_correlationid: 'correlation-1',
        ce_sourcerevision: '7',
        ce_sourceeventid: 'event-1',
      },
      value: '{"form":{"$sealed":[1,"key"]},"notes":[]}',
    });
  });

  it('names attributes as CloudEvents allows them', () => {
    const names = Object.keys(toCloudEvent(message, 'journeys').headers).filter((name) => name !== 'content-type');
    expect(names.filter((name) => !/^ce_[a-z0-9]{1,20}$/.test(name))).toEqual([]);
  });

  it('comes back as it was published', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    const some = fc.record(
      {
        id: text,
        context: fc.stringMatching(/^[a-z][a-z.-]{0,20}$/),
        name: fc.stringMatching(/^[A-Z][A-Za-z]{0,20}$/),
        version: fc.integer({ min: 1 }),
        key: text,
        organisationId: text,
        siteId: text,
        journeyId: text,
        occurredAt: text,
        recordedAt: text,
        correlationId: text,
        source: fc.record({ stream: text, revision: fc.nat(), eventId: text }),
        data: fc.jsonValue(),
      },
      { requiredKeys: ['id', 'context', 'name', 'version', 'key', 'organisationId', 'occurredAt', 'recordedAt', 'correlationId', 'source', 'data'] },
    );
    fc.assert(
      fc.property(some, fc.option(text, { nil: undefined }), (published, onlyFor) => {
        const back = fromCloudEvent(received(toCloudEvent(published as Message, onlyFor)));
        // JSON has no negative zero.
        expect(back.message).toEqual({ ...published, data: JSON.parse(JSON.stringify(published.data)) as unknown });
        expect(back.onlyFor).toBe(onlyFor);
      }),
    );
  });

  it('is none of ours where anything is missing or is something else', () => {
    const record = received(toCloudEvent(message));
    const without = (name: string): ReceivedRecord => ({ ...record, headers: { ...record.headers, [name]: undefined } });
    for (const name of ['ce_id', 'ce_type', 'ce_specversion', 'ce_subject', 'ce_time', 'ce_organisationid', 'ce_sourcerevision']) {
      expect(() => fromCloudEvent(without(name))).toThrow(NotAMessage);
    }
    expect(() => fromCloudEvent({ key: null, value: null })).toThrow(NotAMessage);
    expect(() => fromCloudEvent({ ...record, value: Buffer.from('Marigold Fairweather') })).toThrow(/^a record that is no CloudEvent of this system$/);
    expect(() => fromCloudEvent({ ...record, headers: { ...record.headers, ce_type: 'com.example.other' } })).toThrow(NotAMessage);
    expect(() => fromCloudEvent({ ...record, headers: { ...record.headers, ce_specversion: '2.0' } })).toThrow(NotAMessage);
  });

  it('keeps headers that others have added', () => {
    const record = received(toCloudEvent(message));
    const traced = { ...record, headers: { ...record.headers, traceparent: [Buffer.from('00-a-b-01'), 'second'] } };
    expect(fromCloudEvent(traced).headers.traceparent).toBe('00-a-b-01');
  });
});
