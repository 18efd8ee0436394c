import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testUser, type TestResponse } from '@alongside/testing/http';
import { commands, exampleBody, Findings, pathWith } from './system.js';
import { startWholeSystem, type WholeSystem } from '../whole-system.js';

// Every command of the domain, by name: what is missing here or there fails.
const ofJourneys = {
  referrals: [
    'direct-to-training', 'set-safe-contact', 'assign-coordinator', 'amend-form', 'record-contact-attempt', 'confirm-identity', 'link-to-person', 'unlink-from-person',
    'dismiss-duplicate', 'merge-into-journey', 'accept-referral', 'defer-referral', 'review-referral-deferral', 'not-take-forward', 'withdraw-referral', 'transfer-referral',
    'accept-transfer', 'return-transfer', 'inform-referrer', 'erase-person', 'record-death',
  ],
  assessment: [
    'carry-over-answers', 'arrange-meeting', 'rearrange-meeting', 'record-meeting', 'record-answers', 'record-readiness', 'give-information', 'sign-confidentiality-agreement',
    'withdraw-agreement', 'record-matching-information', 'find-suitable', 'defer', 'review-deferral', 'signpost-elsewhere', 'follow-up-signpost', 'record-declined',
    'close-assessment', 'reopen',
  ],
  matching: ['declare-connection', 'propose-match', 'respond-to-match', 'introduce', 'withdraw-proposal', 'leave-waiting-list', 'return-to-assessment'],
  supervision: [
    'agree-ground-rules', 'set-goals', 'review-goal', 'log-session', 'record-missed-session', 'correct-session', 'record-link', 'signpost', 'report-relationship-feedback',
    'check-in-with-mentee', 'raise-concern', 'escalate-concern', 'resolve-concern', 'raise-query', 'answer-query', 'make-complaint', 'resolve-complaint', 'authorise-sharing',
    'withdraw-authorisation', 'disclose', 'pause-relationship', 'resume-relationship', 'end-relationship',
  ],
  evaluation: ['invite', 'reissue-invitation', 'record-response', 'decline-evaluation', 'record-outcome', 'close-journey'],
} as const;

const ofOthers = {
  '/api/organisations/:id': [
    'open-site', 'close-site', 'set-site-calendar', 'add-staff-member', 'change-staff-roles', 'remove-staff-member', 'configure-referral-form', 'publish-information-pack',
    'set-service-standards', 'set-supporter-requirements', 'set-matching-weights', 'publish-term-list', 'list-service', 'retire-service',
  ],
  '/api/supporters/:id': [
    'update-supporter-profile', 'record-training', 'confirm-recovery', 'withdraw-recovery-confirmation', 'sign-supporter-agreement', 'record-check', 'declare-connection',
    'pause-supporter', 'resume-supporter', 'retire-supporter',
  ],
  '/api/supervision/supporters/:id': [
    'assign-supervisor', 'agree-supervision', 'schedule-supervision', 'record-supervision', 'record-missed-supervision', 'record-wellbeing', 'debrief', 'agree-training-need',
  ],
  '/api/supervision/groups/:id': ['schedule-supervision', 'record-supervision', 'record-missed-supervision'],
  '/api/evaluation/questionnaires/:id': ['configure-questionnaire'],
  '/api/evaluation/improvements/:id': ['adopt-improvement', 'report-back'],
} as const;

const creating = [
  '/api/organisations/register-organisation',
  '/api/referrals/receive-referral',
  '/api/supporters/register-supporter',
  '/api/supervision/groups/form-group',
  '/api/evaluation/questionnaires/configure-questionnaire',
  '/api/evaluation/improvements/propose-improvement',
];

/** Answered by a POST to the URL that showed what is answered. */
const answeredWhereShown = ['/api/public/sites/:siteId/referral-form', '/api/evaluation/invitations/:token', '/api/matching/responses/:token'];

const expected: readonly string[] = [
  ...Object.entries(ofJourneys).flatMap(([context, names]) => names.map((name) => `/api/${context}/:id/${name}`)),
  ...Object.entries(ofOthers).flatMap(([base, names]) => names.map((name) => `${base}/${name}`)),
  ...creating,
  ...answeredWhereShown,
];

interface Operation {
  readonly summary?: string;
  readonly operationId?: string;
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: { readonly type?: string; readonly properties?: object }; readonly examples?: Record<string, { value: unknown }> } } };
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema?: unknown; example?: unknown }>> }>>;
}

let app: WholeSystem;
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
beforeAll(async () => {
  app = await startWholeSystem();
  paths = (await app.get('/api/openapi.json')).body.paths;
});
afterAll(() => app.remove());

const described = (method: 'get' | 'post', path: string): Operation | undefined => paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method];

describe('every command of the domain', () => {
  test.each(expected)('%s is served', (path) => {
    expect(commands.map((each) => each.path)).toContain(path);
  });

  test.each(commands.map((command) => ({ path: command.path, command })))('$path stands in OpenAPI with schema, example and every answer', ({ path, command }) => {
    const operation = described('post', path);
    const body = operation?.requestBody?.content['application/json'];
    expect(body?.schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(Object.values(body?.examples ?? {})).toHaveLength(1);
    expect(operation?.summary).not.toBe('');
    expect(operation?.parameters?.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(command.params);
    expect(operation?.parameters?.map(({ name }) => name)).toEqual(expect.arrayContaining(['Idempotency-Key', 'If-Match']));
    const refusals = command.roles === 'public' ? ['422'] : ['401', '403', '404', '412', '422'];
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining([command.route.creates ? '201' : '200', ...refusals, ...(Object.keys(command.route.rules).length > 0 ? ['409'] : [])]));
    // Every rule that refuses is told.
    for (const rule of Object.keys(command.route.rules)) expect(JSON.stringify(operation?.responses['409'])).toContain(rule);
  });

  test('takes its own example: it may find nothing or be refused by a rule, but its fields are as they have to be', async () => {
    const findings = new Findings();
    for (const command of commands) {
      const example = Object.values(described('post', command.path)?.requestBody?.content['application/json'].examples ?? {})[0]?.value as Record<string, unknown>;
      const body = 'occurredAt' in example ? { ...example, occurredAt: app.clock.now().toISOString() } : example;
      const roles = typeof command.roles === 'string' ? [undefined] : command.roles;
      for (const role of roles) {
        const { status, body: answer } = (await (role ? app.as(testUser(role)) : app).post(pathWith(command.path), body)) as TestResponse;
        // What names something that nobody has heard of is refused by name; the form of a field never is.
        const isOfShape = status === 422 && (answer.errors as { code: string }[]).some(({ code }) => code !== 'unknown' && !code.startsWith('unknown-'));
        const mayBeDone = command.route.creates ? [201] : [];
        if (![...mayBeDone, 403, 404, 409, 422].includes(status) || isOfShape) findings.add(command.path, role, status, answer);
        if (status === 403 && answer.code !== 'set-up-token-not-valid') findings.add(command.path, role, status, answer);
        if (!command.route.creates && command.roles !== 'public' && status !== 404) findings.add(command.path, role, status, answer);
      }
    }
    findings.none();
  });

  test('is described at no other address than the one it is served at', () => {
    const posts = Object.entries(paths).filter(([path, operations]) => operations['post'] && !path.startsWith('/api/session'));
    expect(posts.map(([path]) => path.replaceAll(/\{(\w+)\}/g, ':$1')).sort()).toEqual(commands.map(({ path }) => path).sort());
  });
});

test('the example of a command is one whole made-up body, the same in OpenAPI and for tests', () => {
  for (const command of commands) {
    const example = Object.values(described('post', command.path)?.requestBody?.content['application/json'].examples ?? {})[0]?.value as object;
    const { occurredAt: _one, ...own } = exampleBody(command, app.clock.now());
    const { occurredAt: _other, ...shown } = example as Record<string, unknown>;
    expect(shown).toEqual(JSON.parse(JSON.stringify(own)));
  }
});
