import { event } from '@alongside/event-sourcing';
import { idOf, readModel, remove, update, when } from '@alongside/read-models';
import { testIds } from './decider-spec.js';
import { inStream, projecting } from './read-model-spec.js';

const Planted = event('Planted').of<{ name: string }>({ says: 'A bed was planted.', example: { name: 'roses' } });
const Watered = event('Watered').of<{ litres: number }>({ says: 'It was watered.', example: { litres: 3 } });
const Cleared = event('Cleared').of<object>({ says: 'It was cleared.', example: {} });

const beds = readModel<{ organisationId: string; name: string; litres: number; note?: string | undefined }>({
  name: 'testing.beds',
  version: 1,
  says: 'Beds to test with.',
  streams: ['bed-'],
  documentOf: (each) => idOf(each, 'bed'),
  indexes: [],
  on: [
    when(Planted, (_document, { data, metadata }) => ({ organisationId: metadata.organisationId, name: data.name, litres: 0, note: undefined })),
    update(Watered, (document, { data }) => ({ ...document, litres: document.litres + data.litres })),
    remove(Cleared),
  ],
});
const given = projecting(beds);
const { organisationId } = testIds;

describe('the words of a read model', () => {
  it('apply each event once, however often it is delivered', () => {
    given(Planted({ name: 'roses' }), Watered({ litres: 2 }), Watered({ litres: 3 })).then({ organisationId, name: 'roses', litres: 5 });
  });

  it('see a removed document as none', () => {
    given(Planted({ name: 'roses' }), Cleared({})).then(undefined);
  });

  it('ask for one of several documents', () => {
    const made = given(Planted({ name: 'roses' }), inStream('bed-2', Planted({ name: 'peas' })), inStream('shed-2', Watered({ litres: 1 })));
    made.thenOf('2', { organisationId, name: 'peas', litres: 0 });
    expect(() => made.then(undefined)).toThrow('2 documents');
  });
});
