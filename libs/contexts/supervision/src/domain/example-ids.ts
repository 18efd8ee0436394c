const exampleId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Made-up ids of the catalogue's examples. */
export const exampleIds = {
  organisationId: exampleId(1),
  siteId: exampleId(2),
  journeyId: exampleId(3),
  personId: exampleId(4),
  relationshipId: exampleId(5),
  supporterId: exampleId(6),
  supervisorId: exampleId(7),
  coordinatorId: exampleId(8),
  sessionId: exampleId(9),
  goalId: exampleId(10),
  serviceId: exampleId(11),
  linkId: exampleId(12),
  concernId: exampleId(13),
  queryId: exampleId(14),
  complaintId: exampleId(15),
  authorisationId: exampleId(16),
  disclosureId: exampleId(17),
  feedbackId: exampleId(18),
  checkInId: exampleId(19),
  groupId: exampleId(20),
  trainingNeedId: exampleId(21),
  debriefId: exampleId(22),
  wellbeingId: exampleId(23),
} as const;
