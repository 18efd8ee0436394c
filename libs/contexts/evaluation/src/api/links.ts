import type { Work } from '@alongside/service';

// The link of an invitation. Its token names journey and invitation and nobody else can make one: nothing of it is kept, a
// repeated command shows the same link, and what became of the invitation stands in the journey's own stream.

const purpose = 'invitation';

export const linkTo = (work: Work, journeyId: string, invitationId: string): string => work.addressOf(`/api/evaluation/invitations/${work.linkToken(purpose, `${journeyId}:${invitationId}`)}`);

export function invitationOf(work: Work, token: string | undefined): { readonly journeyId: string; readonly invitationId: string } | undefined {
  const [journeyId, invitationId] = (token === undefined ? undefined : work.linkSubject(purpose, token))?.split(':') ?? [];
  return journeyId === undefined || invitationId === undefined ? undefined : { journeyId, invitationId };
}
