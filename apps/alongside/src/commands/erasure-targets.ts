import type { EventStore, RecordedEvent } from '@alongside/event-store';
import type { Application } from '@alongside/service';
import { CommandProblem, UsageError, idOf, journeyIdOf, text, type Run } from './command.js';
import { organisationOf } from './operator.js';

/** What the log says of an erasure: keys that are to go, and, where that is written down, those of which it was said that they have gone. */
interface Progress {
  readonly ordered: ReadonlySet<string>;
  readonly said?: ReadonlySet<string>;
}

type Log = Pick<EventStore, 'readStream' | 'readAll'>;

/** Somebody who is to be erased: by which command, and how far that is. */
export interface Erasure {
  readonly who: string;
  readonly organisationId: string;
  readonly path: string;
  readonly body?: object;
  readonly progress: (log: Log) => Promise<Progress>;
}

interface Named {
  readonly personId?: string;
  readonly staffId?: string;
  readonly referrerId?: string;
  readonly namedReferrerId?: string;
  readonly subjects?: readonly string[];
}

const named = ({ data }: RecordedEvent): Named => data as Named;

async function subjectsIn(log: Log, stream: string, type: string, which: (event: Named) => boolean = () => true): Promise<readonly string[]> {
  return (await log.readStream(stream)).filter((each) => each.type === type && which(named(each))).flatMap((each) => named(each).subjects ?? []);
}

const from = (stream: string, type: string, which?: (event: Named) => boolean): Erasure['progress'] => async (log) => ({ ordered: new Set(await subjectsIn(log, stream, type, which)) });

async function find(log: Log, category: string, which: (event: RecordedEvent) => boolean): Promise<RecordedEvent | undefined> {
  for await (const event of log.readAll({ prefixes: [`${category}-`] })) if (which(event)) return event;
  return undefined;
}

async function personOf(application: Application, journeyId: string): Promise<Erasure> {
  return {
    who: `the person of journey ${journeyId}`,
    organisationId: await organisationOf(application, journeyId),
    path: `/api/referrals/${journeyId}/erase-person`,
    progress: async (log) => {
      const erased = (await log.readStream(`referral-${journeyId}`)).filter(({ type }) => type === 'PersonErased').map(named);
      const person = `person-${erased.at(-1)?.personId ?? ''}`;
      const ordered = new Set([...erased.flatMap(({ subjects = [] }) => subjects), ...(await subjectsIn(log, person, 'PersonErasureOrdered'))]);
      return { ordered, said: new Set(await subjectsIn(log, person, 'PersonErasureCompleted')) };
    },
  };
}

async function supporterOf({ platform: { store } }: Application, id: string): Promise<Erasure> {
  const stream = `supporter-${id}`;
  const last = (await store.readStream(stream)).at(-1);
  if (!last) throw new CommandProblem(`there is no supporter ${id}`);
  return { who: `supporter ${id}`, organisationId: last.metadata.organisationId, path: `/api/supporters/${id}/erase-supporter`, progress: from(stream, 'SupporterErased') };
}

async function knownStaff({ platform: { store } }: Application, id: string): Promise<Erasure | undefined> {
  const added = await find(store, 'organisation', (event) => event.type === 'StaffMemberAdded' && named(event).staffId === id);
  return (
    added && {
      who: `staff member ${id}`,
      organisationId: added.metadata.organisationId,
      path: `/api/organisations/${added.metadata.organisationId}/erase-staff-member`,
      body: { staffId: id },
      progress: from(added.stream, 'StaffMemberErased', ({ staffId }) => staffId === id),
    }
  );
}

async function staffOf(application: Application, id: string): Promise<Erasure> {
  return (await knownStaff(application, id)) ?? Promise.reject(new CommandProblem(`there is no staff member ${id}`));
}

/** Who signs in is on the list of staff; anybody else is known by a referral of theirs. */
async function referrerOf(application: Application, id: string): Promise<Erasure> {
  const { store } = application.platform;
  const sent = await find(store, 'referral', (event) => event.type === 'ReferralReceived' && (named(event).namedReferrerId ?? named(event).referrerId) === id);
  const staff = await knownStaff(application, id);
  if (staff) return staff;
  if (!sent) throw new CommandProblem(`there is no referrer ${id}`);
  const journeyId = sent.stream.slice('referral-'.length);
  return { who: `referrer ${id}`, organisationId: sent.metadata.organisationId, path: `/api/referrals/${journeyId}/erase-referrer`, progress: from(sent.stream, 'ReferrerErased') };
}

/** Whom an option names, besides the person of a journey. */
export const erasureTargets: readonly { readonly option: string; readonly find: (application: Application, id: string) => Promise<Erasure> }[] = [
  { option: 'supporter', find: supporterOf },
  { option: 'staff', find: staffOf },
  { option: 'referrer', find: referrerOf },
];

/** The one who is named on the command line. */
export function erasureOf(run: Run): (application: Application) => Promise<Erasure> {
  const given = erasureTargets.filter(({ option }) => text(run, option) !== undefined);
  const [target] = given;
  const whom = 'name one to erase: a journey, or --supporter, --staff or --referrer with an id';
  if (given.length + run.positionals.length !== 1) throw new UsageError(given.length + run.positionals.length === 0 ? `something is missing: ${whom}` : whom);
  if (!target) {
    const journeyId = journeyIdOf(run);
    return (application) => personOf(application, journeyId);
  }
  const id = idOf(text(run, target.option) ?? '', `--${target.option}`);
  return (application) => target.find(application, id);
}
