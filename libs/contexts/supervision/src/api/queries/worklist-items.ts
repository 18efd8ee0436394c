import { addDays, addWeeks, dateIn, type SafeContact } from '@alongside/contracts';
import type { Personal } from '@alongside/event-sourcing';
import { pageOf, type Page, type Paging } from '@alongside/service';
import { maySee, maySeeConcern } from '../../domain/support/owners.js';
import type { OpenMatter, RelationshipView, SupportDocument } from '../../read-models/support.js';
import type { SupporterDocument } from '../../read-models/supporters.js';
import type { Standards } from '../lookups.js';

export const worklistKinds = [
  'safeguarding-concern',
  'concern',
  'query',
  'complaint',
  'quiet-relationship',
  'relationship-in-difficulty',
  'ground-rules-missing',
  'check-in-due',
  'goal-review-due',
  'pause-review',
  'contact-person-gone',
  'flagged-disclosure',
  'supervision-due',
  'supervision-scheduled',
  'wellbeing-alert',
  'debrief-offered',
  'supervisor-needed',
] as const;
export type WorklistKind = (typeof worklistKinds)[number];

/** Something that somebody has to see to by a day. */
export interface WorklistItem {
  readonly kind: WorklistKind;
  /** Unique and stable: the cursor of a page. */
  readonly key: string;
  /** On top, and counted until it was opened. */
  readonly alert: boolean;
  readonly dueOn: string;
  readonly siteId?: string;
  readonly journeyId?: string;
  readonly supporterId?: string;
  readonly relationshipId?: string;
  readonly concernId?: string;
  readonly queryId?: string;
  readonly complaintId?: string;
  readonly disclosureId?: string;
  readonly severity?: string;
  readonly ownerId?: string;
  /** The owner has left or may not open it any more: somebody has to take it over. */
  readonly ownerGone?: boolean;
  readonly overdue?: boolean;
  readonly scheduledFor?: string;
  readonly knownAs?: Personal<string>;
  readonly name?: Personal<string>;
  /** How the mentee may be reached, where somebody is to reach out. */
  readonly safeContact?: Personal<SafeContact>;
}

/** How the reader looks at the worklist of one organisation. */
export interface Reading {
  readonly userId: string;
  /** Shown is what falls due until then; absent: today at each site. */
  readonly dueBy: string | undefined;
  readonly now: string;
  readonly standards: Standards;
  readonly timeZone: (siteId: string | undefined) => string;
  /** Whether somebody on the staff is there and could open a journey of that site and supervisor. */
  readonly present: (staffId: string, siteId: string | undefined, supervisorId: string | undefined) => boolean;
}

interface Days {
  readonly today: string;
  readonly dueBy: string;
  readonly dayOf: (moment: string) => string;
}

function daysAt(reading: Reading, siteId: string | undefined): Days {
  const timeZone = reading.timeZone(siteId);
  const today = dateIn(timeZone, reading.now);
  return { today, dueBy: reading.dueBy ?? today, dayOf: (moment) => dateIn(timeZone, moment) };
}

const within = (items: readonly WorklistItem[], { dueBy }: Days): readonly WorklistItem[] => items.filter((item) => item.alert || item.dueOn <= dueBy);

function concernItems(document: SupportDocument, reading: Reading, days: Days): readonly WorklistItem[] {
  const circle = { coordinatorId: document.journey.coordinatorId, supervisorId: document.supervisorId };
  const isGone = goneFrom(document, reading);
  return document.concerns
    .filter((concern) => maySeeConcern(reading.userId, concern, circle) || (maySee(reading.userId, concern) && isGone(concern)))
    .map((concern) => {
      const ownerGone = isGone(concern);
      const unopened = !concern.openedBy.includes(concern.ownerId) && (concern.ownerId === reading.userId || ownerGone);
      return {
        ...ofMatter(document, concern, days, ownerGone),
        kind: concern.safeguarding ? 'safeguarding-concern' : 'concern',
        key: `concern/${concern.id}`,
        concernId: concern.id,
        severity: concern.severity,
        alert: concern.safeguarding && unopened,
      };
    });
}

function complaintItems(document: SupportDocument, reading: Reading, days: Days): readonly WorklistItem[] {
  const isGone = goneFrom(document, reading);
  return document.complaints
    .filter((complaint) => maySee(reading.userId, complaint))
    .map((complaint) => ({ ...ofMatter(document, complaint, days, isGone(complaint)), kind: 'complaint', key: `complaint/${complaint.id}`, complaintId: complaint.id }));
}

/** Whether the owner of a matter has left, or may not open it any more. */
const goneFrom =
  ({ siteId, supervisorId }: SupportDocument, reading: Reading) =>
  (matter: OpenMatter): boolean =>
    !reading.present(matter.ownerId, siteId, supervisorId);

const ofMatter = (document: SupportDocument, matter: OpenMatter, days: Days, ownerGone: boolean) => ({
  ...ofJourney(document),
  alert: false,
  dueOn: days.dayOf(matter.since),
  ownerId: matter.ownerId,
  ...(ownerGone && { ownerGone }),
});

const ofJourney = ({ journeyId, siteId, journey }: SupportDocument) => ({
  journeyId,
  ...(siteId !== undefined && { siteId }),
  ...(journey.knownAs !== undefined && { knownAs: journey.knownAs }),
});

/** What a coordinator of the journey's site sees of it. */
export function coordinatorItems(document: SupportDocument, reading: Reading): readonly WorklistItem[] {
  const days = daysAt(reading, document.siteId);
  const gone = goneFrom(document, reading);
  const queries = document.queries.map(
    (query): WorklistItem => ({ ...ofMatter(document, query, days, gone(query)), kind: 'query', key: `query/${query.id}`, queryId: query.id }),
  );
  const complaints = complaintItems(document, reading, days);
  const { relationship } = document;
  const about = relationship ? relationshipItems(document, relationship, reading, days) : [];
  return within([...concernItems(document, reading, days), ...queries, ...complaints, ...about], days);
}

function relationshipItems(document: SupportDocument, relationship: RelationshipView, reading: Reading, days: Days): readonly WorklistItem[] {
  const { standards } = reading;
  const { relationshipId, supporterId, openedOn, feedback, checkedInAt } = relationship;
  const item = (kind: WorklistKind, dueOn: string, more: Partial<WorklistItem> = {}): WorklistItem => ({
    ...ofJourney(document),
    kind,
    key: `${kind}/${relationshipId}`,
    alert: false,
    dueOn,
    relationshipId,
    supporterId,
    ...more,
  });
  const reachingOut = document.journey.safeContact === undefined ? {} : { safeContact: document.journey.safeContact };
  const lastSession = relationship.recentSessions[0]?.heldOn;
  const checkedIn = checkedInAt === undefined ? openedOn : days.dayOf(checkedInAt);
  const items = [item('check-in-due', addWeeks(checkedIn, standards.checkInWeeks), reachingOut)];
  if (relationship.status === 'open') items.push(item('quiet-relationship', addDays(lastSession ?? openedOn, standards.quietDays), reachingOut));
  if (relationship.status === 'paused' && relationship.reviewOn !== undefined) items.push(item('pause-review', relationship.reviewOn, reachingOut));
  if (!relationship.groundRulesAgreed && relationship.sessions >= 3) items.push(item('ground-rules-missing', lastSession ?? openedOn));
  // The mentee's own view, asked for since, takes the place of the supporter's.
  if (feedback && feedback.course !== 'going-well' && (checkedInAt === undefined || checkedInAt < feedback.at)) {
    items.push(item('relationship-in-difficulty', days.dayOf(feedback.at), reachingOut));
  }
  if (document.goals.set > 0 && document.goals.lookedAt !== undefined) {
    items.push(item('goal-review-due', addWeeks(days.dayOf(document.goals.lookedAt), standards.goalReviewWeeks)));
  }
  const contacts = [relationship.contactPersonId, document.journey.coordinatorId].filter((each) => each !== undefined);
  if (!contacts.some((each) => reading.present(each, document.siteId, document.supervisorId))) items.push(item('contact-person-gone', days.today));
  return items;
}

/** What the supervisor of the journey's supporter sees of it. */
export function supervisorItems(document: SupportDocument, reading: Reading): readonly WorklistItem[] {
  const days = daysAt(reading, document.siteId);
  const { knownAs: _knownAs, ...ofTheJourney } = ofJourney(document);
  const disclosures = document.disclosures
    .filter((disclosure) => !disclosure.reviewed)
    .map((disclosure): WorklistItem => ({
      ...ofTheJourney,
      kind: 'flagged-disclosure',
      key: `disclosure/${disclosure.id}`,
      alert: false,
      dueOn: days.dayOf(disclosure.at),
      disclosureId: disclosure.id,
    }));
  // Of complaints those that are theirs to decide, as where one is about the coordinator.
  const complaints = complaintItems(document, reading, days).filter(({ ownerId }) => ownerId === reading.userId);
  const matters = [...concernItems(document, reading, days), ...complaints].map(({ knownAs: _name, ...item }) => item);
  return within([...matters, ...disclosures], days);
}

/** When a supporter's next supervision is due; undefined while matching has not told of them. */
export function dueOf(document: Pick<SupporterDocument, 'lastHeldOn' | 'registeredOn' | 'everyWeeks'>, standards: Standards): string | undefined {
  const basis = document.lastHeldOn ?? document.registeredOn;
  return basis === undefined ? undefined : addWeeks(basis, document.everyWeeks ?? standards.supervisionWeeks);
}

/** Candidates do not support anybody yet, who has retired no more. */
export const isServing = (document: Pick<SupporterDocument, 'standing'>): boolean =>
  document.standing === 'active' || document.standing === 'paused' || document.standing === 'retiring';

const ofSupporter = ({ supporterId, siteId, name }: SupporterDocument) => ({
  supporterId,
  ...(siteId !== undefined && { siteId }),
  ...(name !== undefined && { name }),
});

/** What a supporter's supervisor sees of them. */
export function supporterItems(document: SupporterDocument, reading: Reading): readonly WorklistItem[] {
  const days = daysAt(reading, document.siteId);
  const item = (kind: WorklistKind, dueOn: string, more: Partial<WorklistItem> = {}): WorklistItem => ({
    ...ofSupporter(document),
    kind,
    key: `${kind}/${document.supporterId}`,
    alert: false,
    dueOn,
    ...more,
  });
  const items = document.debriefsOffered.map(({ debriefId, journeyId, at }) => item('debrief-offered', days.dayOf(at), { key: `debrief/${debriefId}`, journeyId }));
  if (document.strainedSince !== undefined) items.push(item('wellbeing-alert', days.dayOf(document.strainedSince), { alert: true }));
  const scheduledFor = document.scheduled?.scheduledFor;
  if (scheduledFor !== undefined) items.push(item('supervision-scheduled', days.dayOf(scheduledFor), { scheduledFor }));
  const due = dueOf(document, reading.standards);
  if (due !== undefined && isServing(document)) {
    items.push(item('supervision-due', due, { overdue: due < days.today, ...(scheduledFor !== undefined && { scheduledFor }) }));
  }
  return within(items, days);
}

/** What a coordinator sees to for a supporter: that somebody supervises them. */
export function supervisorNeeded(document: SupporterDocument, reading: Reading, isSupervisor: (staffId: string) => boolean): readonly WorklistItem[] {
  if (!isServing(document) || (document.supervisorId !== undefined && isSupervisor(document.supervisorId))) return [];
  const days = daysAt(reading, document.siteId);
  const ownerGone = document.supervisorId === undefined ? {} : { ownerId: document.supervisorId, ownerGone: true };
  const key = `supervisor-needed/${document.supporterId}`;
  return within([{ ...ofSupporter(document), kind: 'supervisor-needed', key, alert: false, dueOn: document.registeredOn ?? days.today, ...ownerGone }], days);
}

const orderOf = (item: WorklistItem): string => `${item.alert ? 0 : 1}|${item.dueOn}|${item.key}`;

export interface WorklistPage extends Page<WorklistItem> {
  readonly counts: { readonly items: number; readonly alerts: number; readonly byKind: Readonly<Record<string, number>> };
}

/** Alerts first, then by the day they fall due; each item once, however many of one's roles show it. Throws `InvalidCursor`. */
export function worklistPage(all: readonly WorklistItem[], paging: Paging): WorklistPage {
  const once = [...new Map(all.map((item) => [item.key, item])).values()];
  const byKind: Record<string, number> = {};
  for (const { kind } of once) byKind[kind] = (byKind[kind] ?? 0) + 1;
  return { ...pageOf(once, orderOf, paging), counts: { items: once.length, alerts: once.filter((item) => item.alert).length, byKind } };
}
