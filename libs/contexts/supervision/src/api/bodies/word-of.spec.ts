import { exampleOf, reader, schemaOf, type FieldsClass } from '@alongside/service';
import { CheckInWithMentee, RecordLink, ReportRelationshipFeedback } from './links.js';
import { ReviewGoal, SetGoals } from './sessions.js';
import { AuthoriseSharing, WithdrawAuthorisation } from './sharing.js';
import { MakeComplaint } from './worries.js';

const describedBy = (body: FieldsClass): unknown => (schemaOf(body) as { readonly properties: Readonly<Record<string, { readonly description?: string }>> }).properties['by']?.description;

describe('`by` where it is left out', () => {
  test.each([SetGoals, ReviewGoal, AuthoriseSharing, WithdrawAuthorisation, CheckInWithMentee, MakeComplaint])("is described as the mentee's word: %p", (body) => expect(describedBy(body)).toContain("Default: the mentee's"));
  test("is described as the supporter's of how the relationship goes", () => expect(describedBy(ReportRelationshipFeedback)).toContain("Default: the supporter's"));
  test('is not said where it is the word of whoever writes', () => expect(describedBy(RecordLink)).toBe('Whose word or wish this is'));
});

test('what is not a voice is told once', () => {
  expect(reader(SetGoals)({ ...exampleOf(SetGoals), by: 'nobody' }).problems).toEqual([expect.objectContaining({ path: 'by', code: 'not-one-of' })]);
  expect(reader(SetGoals)(exampleOf(SetGoals))).toMatchObject({ problems: [], value: { by: 'mentee' } });
});
