import { decider, fold, InvalidField, mustBe, type Occurred, refuse, Refusal, refuseUnless } from './decider.js';
import type { Command } from './decider.js';
import { event, type EventsOf } from './event.js';

const Opened = event('Opened').of<{ by: string }>({ says: 'It is open.', example: { by: 'somebody' } });
const Closed = event('Closed').of<{ reason: string }>({ says: 'It is closed.', example: { reason: 'done' } });
type DoorEvent = EventsOf<[typeof Opened, typeof Closed]>;
type Door = { readonly status: 'none' } | { readonly status: 'open'; readonly by: string; readonly at: string };

const door = decider<Door, Command<'open', { by: string }>, DoorEvent>({
  initial: { status: 'none' },
  decide: { open: (command) => [Opened({ by: command.data.by })] },
  evolve: { Opened: (_, { data, metadata }) => ({ status: 'open', by: data.by, at: metadata.occurredAt }) },
});

const occurred = (each: DoorEvent, occurredAt = '2025-03-04T09:30:00.000Z'): Occurred<DoorEvent> => ({
  ...each,
  metadata: { eventId: 'event', occurredAt, recordedAt: occurredAt, actor: { id: 'somebody', role: 'coordinator' } },
});

describe('folding', () => {
  it('begins with the initial state, passes events that change nothing, and sees when they occurred', () => {
    expect(fold(door, [])).toBe(door.initial);
    expect(fold(door, [occurred(Closed({ reason: 'never opened' }))])).toBe(door.initial);
    expect(fold(door, [occurred(Opened({ by: 'a' })), occurred(Closed({ reason: 'none' }))])).toEqual({ status: 'open', by: 'a', at: '2025-03-04T09:30:00.000Z' });
  });

  it('goes on from a state', () => {
    const half = fold(door, [occurred(Opened({ by: 'a' }))]);
    expect(fold(door, [occurred(Opened({ by: 'b' }))], half)).toMatchObject({ by: 'b' });
  });
});

describe('refusing', () => {
  it('names the rule and its details', () => {
    expect(() => refuse('too-early')).toThrow(new Refusal('too-early'));
    expect(() => refuseUnless(false, 'form-incomplete', { missing: ['town'] })).toThrow(expect.objectContaining({ rule: 'form-incomplete', details: { missing: ['town'] } }));
    expect(() => refuseUnless(true, 'never')).not.toThrow();
  });

  it('narrows a state, or refuses by its status', () => {
    const open: Door = { status: 'open', by: 'a', at: '2025-03-04T09:30:00.000Z' };
    expect(mustBe<Door, 'open'>(open, 'open').by).toBe('a');
    expect(() => mustBe<Door, 'open'>({ status: 'none' }, 'open')).toThrow(expect.objectContaining({ rule: 'not-open', details: { status: 'none' } }));
    expect(() => mustBe<Door, 'open'>({ status: 'none' }, 'open', 'door-shut')).toThrow(expect.objectContaining({ rule: 'door-shut' }));
  });

  it('names invalid fields without their values', () => {
    expect(new InvalidField([{ path: 'fields.town', code: 'unknown' }]).message).toBe('fields.town: unknown');
  });
});
