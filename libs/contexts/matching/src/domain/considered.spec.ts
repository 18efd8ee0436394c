import { describe, expect, test } from '@jest/globals';
import type { MatchingInformation } from '@alongside/contracts';
import type { Opened } from '@alongside/event-sourcing';
import { freeze, recompute, type CodedReason, type Considered, type Envelopes } from './considered.js';
import { menteeAsTold, supporterAsTold } from './disclosure.js';
import { MatchProposed } from './matching-events.js';
import { exampleProfile } from './supporter-events.js';
import { suggest } from './suggest.js';
import type { SuggestionInput, SupporterInput } from './suggestion.js';

const frozen = MatchProposed.options.example.considered;
const information = frozen.mentee.information as MatchingInformation;
const supporters = Array.from({ length: 30 }, (_, index): SupporterInput => ({
  supporterId: `supporter-${String(index).padStart(2, '0')}`,
  timeZone: 'Europe/London',
  barriers: index % 5 === 0 ? [{ code: 'at-capacity' }] : [],
  profile: { ...exampleProfile, about: { gender: index === 7 ? 'woman' : 'man' }, interests: index % 2 === 0 ? ['art'] : ['chess'] },
}));
const input: SuggestionInput = {
  mentee: { information, timeZone: 'Europe/London', past: [{ supporterId: 'supporter-00', ending: 'other', lessons: ['shared-interests-matter'], profile: exampleProfile }], turnedDown: [], connections: [] },
  supporters,
  terms: frozen.terms.terms,
  weights: frozen.weights.weights,
  at: '2026-02-09T10:00:00.000Z',
};
const envelopes: Envelopes = { information, lessons: [['shared-interests-matter']], profileOf: (id) => supporters.find((each) => each.supporterId === id)?.profile };
const freezing = (chosen: number) => freeze(input, suggest(input), supporters[chosen] as SupporterInput, { weights: 3, terms: 4 }, envelopes);

describe('what was considered', () => {
  test('is frozen as the best twenty, the counts and the versions, with coded reasons only', () => {
    const considered = freezing(2);
    expect(considered.best).toHaveLength(20);
    expect(considered.counts).toEqual({ suggested: 23, notSuggested: 7, byReason: { 'at-capacity': 6, 'must-gender': 1 } });
    expect([considered.weights.version, considered.terms.version]).toEqual([3, 4]);
    expect(considered.best.flatMap((each) => each.reasons as readonly CodedReason[]).every((reason) => !('facts' in reason))).toBe(true);
  });

  test('gives the same scores and reasons when it is computed again, with the facts', () => {
    const considered = freezing(2);
    const again = recompute(considered as Opened<Considered>) ?? [];
    expect(again.map(({ supporterId, score }) => ({ supporterId, score }))).toEqual(considered.best.map(({ supporterId, score }) => ({ supporterId, score })));
    expect(again.map((each) => each.reasons.map(({ facts: _facts, ...reason }) => reason))).toEqual(considered.best.map((each) => each.reasons));
    expect(again[0]?.reasons.find((each) => each.code === 'shared-interests')?.facts).toEqual({ terms: ['art'] });
  });

  test('holds the proposed supporter also when they were not among the suggested', () => {
    const considered = freezing(7);
    expect(considered.best.at(-1)).toMatchObject({ supporterId: 'supporter-07', overridden: true });
    expect(recompute(considered as Opened<Considered>)?.at(-1)).toMatchObject({ supporterId: 'supporter-07', score: considered.best.at(-1)?.score });
  });

  test('can be read without who has been erased since', () => {
    const considered = freezing(2);
    const [first, ...others] = considered.best;
    const forgotten = { ...considered, best: [{ ...first, profile: 'erased' as const }, ...others] };
    expect(recompute(forgotten as never)).toHaveLength(19);
    expect(recompute({ ...considered, mentee: { ...considered.mentee, information: 'erased' } } as never)).toBeUndefined();
  });
});

describe('what the other side is told', () => {
  const disclosure = { 'first-name': 'before-accepting', challenges: 'after-accepting', area: 'never' } as const;
  const more = { knownAs: 'Ash' };

  test('is what was allowed for that stage, and nothing that was never spoken of', () => {
    const whole = { ...information, area: 'East End' };
    expect(menteeAsTold(whole, disclosure, false, more)).toEqual({ 'first-name': 'Ash' });
    expect(menteeAsTold(whole, disclosure, true, more)).toEqual({ 'first-name': 'Ash', challenges: ['addiction'] });
    expect(menteeAsTold(whole, {}, true, more)).toEqual({});
  });

  test('is for the supporter to allow likewise', () => {
    expect(supporterAsTold(exampleProfile, false, { name: 'Rosa Lind' })).toEqual({ 'first-name': 'Rosa', interests: ['art', 'walking'] });
    expect(supporterAsTold(exampleProfile, true, { name: 'Rosa Lind' })).toHaveProperty('challenges');
    const { knownAs: _knownAs, ...unnamed } = exampleProfile;
    expect(supporterAsTold({ ...unnamed, disclosure: { 'first-name': 'before-accepting', contact: 'after-accepting' } }, true, { name: 'Rosa Lind', email: 'rosa@example.org' })).toEqual({
      'first-name': 'Rosa',
      contact: ['rosa@example.org'],
    });
  });
});
