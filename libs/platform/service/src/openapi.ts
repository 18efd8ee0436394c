import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { declaredBy, exampleOf, schemaOf, type JsonSchema } from './field.js';
import { isIdParam } from './exchange.js';
import { AfterQuery } from './fields.js';
import { problemDocument } from './problems.js';
import type { ServedCommand, ServedQuery, ServedRoute } from './routes.js';

const exampleId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const exampleRevision = 3;
const examplePosition = '0000000000000042';

type Schema = Exclude<NonNullable<Parameters<typeof ApiBody>[0]>, { type: unknown }> extends { schema?: infer S } ? S : never;
// Swagger's own type of a schema is of OpenAPI 3.0; ours are JSON Schema 2020-12, as 3.1 takes them.
const asSchema = (schema: JsonSchema): NonNullable<Schema> => schema as NonNullable<Schema>;

const problemSchema: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    rule: { type: 'string' },
    details: { type: 'object' },
    errors: {
      type: 'array',
      items: { type: 'object', required: ['path', 'code', 'message'], properties: { path: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } } },
    },
  },
};

const problem = (status: number, description: string, code: string, members: Readonly<Record<string, unknown>> = {}): MethodDecorator =>
  ApiResponse({
    status,
    description,
    content: { 'application/problem+json': { schema: asSchema(problemSchema), example: problemDocument(status, code, members) } },
  });

const rolesLine = (roles: ServedRoute['roles']): string =>
  roles === 'public' ? 'For anybody.' : roles === 'signed-in' ? 'For everybody signed in.' : `For: ${roles.join(', ')}.`;

function common(tag: string, route: ServedRoute, says: string, more: string): MethodDecorator[] {
  const open = route.roles === 'public';
  return [
    ApiTags(tag) as MethodDecorator,
    ApiOperation({ operationId: route.operation, summary: says, description: [rolesLine(route.roles), more].filter((part) => part !== '').join('\n\n') }),
    ...route.params.map((name) => ApiParam({ name, schema: asSchema(isIdParam(name) ? { type: 'string', format: 'uuid' } : { type: 'string' }), example: isIdParam(name) ? exampleId : 'Zq3…' })),
    ...(open ? [] : [ApiBearerAuth() as MethodDecorator, problem(401, 'Not signed in', 'not-signed-in')]),
    ...(open || route.roles === 'signed-in' ? [] : [problem(403, 'None of your roles may do this', 'not-for-your-role')]),
    ...(open ? [problem(429, 'Too many requests from one address', 'too-many-requests')] : []),
    problem(404, 'There is no such record, or it is not yours to see', 'not-found'),
  ];
}

export function describeCommand(tag: string, { route, ...served }: ServedCommand): MethodDecorator[] {
  const rules = Object.entries(route.rules);
  const [firstRule] = rules;
  const answer = { id: exampleId, revision: route.creates ? 0 : exampleRevision, position: examplePosition, ...(route.link && { link: 'https://example.org/…' }) };
  return [
    ...common(tag, served, route.says, route.events.length > 0 ? `Followed by: ${route.events.map((each) => each.type).join(', ')}.` : ''),
    ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key repeats the same answer; 1 to 200 characters', example: 'b7e1c0de-7' }),
    ApiHeader({ name: 'If-Match', required: false, description: 'The revision, as in ETag: refused with 412 when somebody else wrote in between', example: `"${exampleRevision}"` }),
    ApiBody({ schema: asSchema(schemaOf(route.body)), examples: { whole: { summary: 'Made up', value: exampleOf(route.body) } } }),
    ApiResponse({
      status: route.creates ? 201 : 200,
      description: 'Done, and durable',
      headers: { ETag: { description: 'The revision', schema: { type: 'string' } }, ...(route.creates && { Location: { description: 'Where it is', schema: { type: 'string' } } }) },
      content: {
        'application/json': {
          schema: asSchema({
            type: 'object',
            required: ['id', 'revision', 'position'],
            properties: { id: { type: 'string', format: 'uuid' }, revision: { type: 'integer' }, position: { type: 'string' }, ...(route.link && { link: { type: 'string' } }) },
          }),
          example: answer,
        },
      },
    }),
    ...(firstRule
      ? [problem(409, `A rule refuses:\n\n${rules.map(([rule, meaning]) => `- \`${rule}\`: ${meaning}`).join('\n')}`, 'rule-refused', { rule: firstRule[0] })]
      : []),
    problem(412, 'Somebody else wrote in between', 'changed-meanwhile'),
    problem(422, 'Fields that are not as they have to be', 'invalid-fields', { errors: [{ path: 'occurredAt', code: 'not-an-instant', message: 'must be a moment that exists' }] }),
  ];
}

export function describeQuery(tag: string, { route, ...served }: ServedQuery): MethodDecorator[] {
  const fields = new Map([...declaredBy(AfterQuery).fields, ...(route.query ? declaredBy(route.query).fields : [])]);
  return [
    ...common(tag, served, route.says, route.record ? 'Written down in the access records before it is answered.' : ''),
    ...[...fields.values()].map((field) => {
      const { description, ...schema } = field.schema();
      return ApiQuery({
        name: field.name,
        required: !field.optional,
        schema: asSchema(schema),
        ...(typeof description === 'string' && { description }),
        ...(field.optional ? {} : { example: field.example() }),
      });
    }),
    ...(route.record ? [ApiHeader({ name: 'Access-Reason', required: false, description: 'Why this record is opened, at most 200 characters', example: 'Preparing the first meeting' })] : []),
    ApiResponse({ status: 200, description: 'As it is now', content: { 'application/json': { schema: asSchema({}), ...(route.example !== undefined && { example: route.example }) } } }),
    problem(422, 'Parameters that are not as they have to be', 'invalid-fields', { errors: [{ path: 'limit', code: 'too-large', message: 'must be at most 100' }] }),
    problem(503, 'The view has not seen that position yet', 'not-yet-visible'),
  ];
}
