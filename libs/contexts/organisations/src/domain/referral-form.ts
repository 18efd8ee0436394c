import type { FormField } from '@alongside/contracts';
import { InvalidField, refuseUnless } from '@alongside/event-sourcing';
import { fixedFieldTypes } from './defaults.js';

/** What every form must keep: a name to call somebody by at registration, and the reason before the meeting. */
export function checkForm(fields: readonly FormField[]): void {
  fields.forEach((field, index) => {
    const problem = (name: string, code: string): never => {
      throw new InvalidField([{ path: `fields.${index}.${name}`, code }]);
    };
    if (fields.findIndex((each) => each.name === field.name) !== index) problem('name', 'repeated');
    const fixed = fixedFieldTypes[field.name];
    if (fixed !== undefined && field.type !== fixed) problem('type', `must-be-${fixed}`);
    if (fixed !== undefined && !field.personal) problem('personal', 'must-be-personal');
    const takesChoices = field.type === 'choice' || field.type === 'choices';
    if (takesChoices && !field.choices?.length) problem('choices', 'required');
    if (!takesChoices && field.choices !== undefined) problem('choices', 'not-for-this-type');
    // Free text may hold anything about anybody.
    if (!field.personal && !['number', 'yes-no', 'choice', 'choices', 'check-only'].includes(field.type)) problem('personal', 'must-be-personal');
    // What is never written down can never be missing.
    if (field.type === 'check-only' && field.required) problem('required', 'check-only-is-never-kept');
  });
  const at = (name: string): FormField | undefined => fields.find((each) => each.name === name);
  refuseUnless(at('name')?.stage === 'registration' && at('name')?.required, 'form-needs-a-name');
  refuseUnless(at('reason')?.stage === 'before-meeting' && at('reason')?.required, 'form-needs-a-reason');
  const reachable = fields.some((each) => each.stage === 'registration' && (each.type === 'telephone' || each.type === 'email' || each.type === 'address'));
  refuseUnless(reachable, 'form-needs-a-contact');
}
