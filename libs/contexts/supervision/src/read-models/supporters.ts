import type { Personal, RecordedEvent } from '@alongside/event-sourcing';
import { idOf, readModel, update, when } from '@alongside/read-models';
import {
  DebriefHeld,
  DebriefOffered,
  RelationshipHandedBack,
  RelationshipTakenOn,
  SupervisionAgreed,
  SupervisionHeld,
  SupervisionMissed,
  SupervisionScheduled,
  SupervisorAssigned,
  SupporterErasureHeard,
  SupporterHeard,
  TrainingNeedAgreed,
  TrainingNeedAnswered,
  WellbeingRecorded,
  type Standing,
} from '../domain/supporter/events.js';

export interface SupporterDocument {
  readonly organisationId: string;
  readonly supporterId: string;
  readonly siteId?: string;
  readonly name?: Personal<string>;
  readonly standing?: Standing;
  readonly registeredOn?: string;
  readonly supervisorId?: string;
  readonly everyWeeks?: number;
  readonly lastHeldOn?: string;
  readonly scheduled?: { readonly scheduledFor: string; readonly form: string; readonly groupId?: string };
  /** Since when strain has been too much; over with a session, a debrief or a better record. */
  readonly strainedSince?: string;
  readonly debriefsOffered: readonly { readonly debriefId: string; readonly journeyId: string; readonly at: string }[];
  readonly trainingNeeds: readonly { readonly trainingNeedId: string; readonly training: string; readonly agreedOn: string }[];
  /** Journeys with a live relationship. */
  readonly journeyIds: readonly string[];
}

const fresh = (event: RecordedEvent<string, { readonly supporterId: string; readonly siteId?: string }>): SupporterDocument => ({
  organisationId: event.metadata.organisationId,
  supporterId: event.data.supporterId,
  ...(event.data.siteId !== undefined && { siteId: event.data.siteId }),
  debriefsOffered: [],
  trainingNeeds: [],
  journeyIds: [],
});

/** A session or a debrief eases the strain that was recorded before it. */
function eased(document: SupporterDocument, on: string): SupporterDocument {
  const { strainedSince, ...rest } = document;
  return strainedSince === undefined || strainedSince.slice(0, 10) > on ? document : rest;
}

function withoutDate(document: SupporterDocument, on: string, groupId?: string): SupporterDocument {
  const { scheduled, ...rest } = document;
  if (scheduled === undefined) return document;
  return scheduled.scheduledFor.slice(0, 10) <= on || (groupId !== undefined && scheduled.groupId === groupId) ? rest : document;
}

export const supportersModel = readModel<SupporterDocument>({
  name: 'supervision.supporters',
  version: 2,
  says: 'Each supporter as their supervisor sees them: last supervision, next date, workload, alerts, what was agreed.',
  streams: ['supervision-'],
  documentOf: (event) => idOf(event, 'supervision'),
  indexes: [['siteId'], ['supervisorId'], ['standing', 'siteId']],
  search: { name: { of: (document) => [document.name], as: 'words' } },
  on: [
    when(SupporterHeard, (document, event) => {
      const { siteId, name, standing, registeredOn } = event.data;
      return { ...(document ?? fresh(event)), siteId, name, standing, registeredOn };
    }),
    // Nobody is asked to do anything for somebody whom nobody can name.
    when(SupporterErasureHeard, (document, event) => {
      const { scheduled: _scheduled, strainedSince: _strainedSince, ...known } = document ?? fresh(event);
      return { ...known, debriefsOffered: [], trainingNeeds: [] };
    }),
    when(RelationshipTakenOn, (document, event) => {
      const known = document ?? fresh(event);
      return { ...known, journeyIds: [...known.journeyIds.filter((id) => id !== event.data.journeyId), event.data.journeyId] };
    }),
    update(RelationshipHandedBack, (document, { data }) => ({ ...document, journeyIds: document.journeyIds.filter((id) => id !== data.journeyId) })),
    update(SupervisorAssigned, (document, { data }) => ({ ...document, supervisorId: data.supervisorId })),
    update(SupervisionAgreed, ({ everyWeeks: _before, ...document }, { data }) => ({ ...document, ...(data.everyWeeks !== undefined && { everyWeeks: data.everyWeeks }) })),
    update(SupervisionScheduled, (document, { data: { scheduledFor, form, groupId } }) => ({
      ...document,
      scheduled: { scheduledFor, form, ...(groupId !== undefined && { groupId }) },
    })),
    update(SupervisionHeld, (document, { data }) => {
      const after = withoutDate(eased(document, data.heldOn), data.heldOn);
      return { ...after, lastHeldOn: document.lastHeldOn !== undefined && document.lastHeldOn > data.heldOn ? document.lastHeldOn : data.heldOn };
    }),
    update(SupervisionMissed, (document, { data }) => withoutDate(document, data.missedOn, data.groupId)),
    update(WellbeingRecorded, (document, { data, metadata }) => {
      if (data.alerts) return { ...document, strainedSince: document.strainedSince ?? metadata.occurredAt };
      return eased(document, metadata.occurredAt.slice(0, 10));
    }),
    update(DebriefOffered, (document, { data: { debriefId, journeyId }, metadata }) => ({
      ...document,
      debriefsOffered: [...document.debriefsOffered.filter((each) => each.debriefId !== debriefId), { debriefId, journeyId, at: metadata.occurredAt }],
    })),
    update(DebriefHeld, (document, { data }) => ({
      ...eased(document, data.heldOn),
      debriefsOffered: document.debriefsOffered.filter((each) => !data.debriefIds.includes(each.debriefId)),
    })),
    update(TrainingNeedAgreed, (document, { data: { trainingNeedId, training, agreedOn } }) => ({
      ...document,
      trainingNeeds: [...document.trainingNeeds.filter((each) => each.trainingNeedId !== trainingNeedId), { trainingNeedId, training, agreedOn }],
    })),
    update(TrainingNeedAnswered, (document, { data }) => ({
      ...document,
      trainingNeeds: document.trainingNeeds.filter((each) => each.trainingNeedId !== data.trainingNeedId),
    })),
  ],
});
