import type { Personal } from '@alongside/event-sourcing';
import { idOf, readModel, update, when, type Document } from '@alongside/read-models';
import { ImprovementAdopted, ImprovementProposed, ImprovementReportedBack, type ReportedTo } from '../domain/improvement.js';

export interface ImprovementDocument extends Document {
  /** Null: of the whole organisation. */
  readonly siteId: string | null;
  readonly status: 'proposed' | 'adopted' | 'reported-back';
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly proposal: Personal<{ readonly title: string; readonly said: string }>;
  readonly questionnaireId?: string;
  readonly question?: string;
  readonly adopted?: { readonly by: string; readonly at: string; readonly plan: Personal<string> };
  readonly reportBackOn?: string;
  readonly reported?: { readonly by: string; readonly at: string; readonly to: readonly ReportedTo[]; readonly done: Personal<string> };
}

export const improvements = readModel<ImprovementDocument>({
  name: 'evaluation.improvements',
  version: 1,
  says: 'What users said could be better, and what became of it.',
  streams: ['improvement-'],
  documentOf: (event) => idOf(event, 'improvement'),
  indexes: [['status', 'proposedAt'], ['proposedAt'], ['siteId']],
  on: [
    when(ImprovementProposed, (_document, { data: { organisationId, siteId, ...about }, metadata }) => ({
      organisationId,
      siteId: siteId ?? null,
      status: 'proposed',
      proposedAt: metadata.occurredAt,
      ...about,
    })),
    update(ImprovementAdopted, (document, { data: { adoptedBy, plan, reportBackOn }, metadata }) => ({
      ...document,
      status: 'adopted',
      adopted: { by: adoptedBy, at: metadata.occurredAt, plan },
      reportBackOn,
    })),
    update(ImprovementReportedBack, (document, { data: { reportedBy, to, done }, metadata }) => ({
      ...document,
      status: 'reported-back',
      reported: { by: reportedBy, at: metadata.occurredAt, to, done },
    })),
  ],
});
