import { Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { AccessBinding } from './access-binding.js';
import { bearerOf, send, type HttpReply, type HttpRequest } from './exchange.js';
import { exampleOf, reader, schemaOf, type FieldsClass } from './field.js';
import { Email, Secret } from './fields.js';
import type { Oidc } from './oidc.js';
import { invalidFields, notFound, notSignedIn } from './problems.js';
import type { RateLimiter } from './rate-limit.js';

export class SignInBody {
  @Email({ example: 'robin@example.org' })
  email!: string;

  @Secret({ max: 400 })
  password!: string;
}

export class SessionTokenBody {
  @Secret({ max: 400, says: '`sessionToken` of the answer to signing in', example: 'mX0…' })
  sessionToken!: string;
}

export class PasswordBody {
  @Secret({ max: 400, says: 'At least ten characters' })
  password!: string;
}

/** Whatever the session routes stand on. */
export interface SessionServices {
  readonly access: AccessBinding;
  readonly signIns: RateLimiter;
  readonly publicRequests: RateLimiter;
  /** Absent: people sign in with passwords only. */
  readonly oidc?: Oidc;
}
export const SESSION = Symbol('session services');

const read = {
  signIn: reader(SignInBody),
  session: reader(SessionTokenBody),
  password: reader(PasswordBody),
};

function bodyOf<T extends object>(readBody: (sent: unknown) => { readonly value: T; readonly problems: readonly { path: string; code: string; message: string }[] }, request: HttpRequest): T {
  const { value, problems } = readBody(request.body ?? {});
  if (problems.length > 0) throw invalidFields(problems);
  return value;
}

const body = (type: FieldsClass): MethodDecorator =>
  ApiBody({ schema: schemaOf(type) as { type: string }, examples: { whole: { summary: 'Made up', value: exampleOf(type) } } });

const tokenOf = (request: HttpRequest): string => (request.params as { readonly token?: string }).token ?? '';

/** Signing in and out, and the one-time links by which somebody who was added sets a password. */
@ApiTags('session')
@Controller()
export class SessionController {
  constructor(@Inject(SESSION) private readonly services: SessionServices) {}

  @Post('/api/session')
  @ApiOperation({ operationId: 'signIn', summary: 'Sign in', description: 'For anybody. Answers a token of a few minutes, and one that renews it while the session lasts.' })
  @body(SignInBody)
  @ApiResponse({ status: 200, description: 'Signed in' })
  @ApiResponse({ status: 401, description: 'E-mail address and password do not belong together' })
  @ApiResponse({ status: 429, description: 'Too many attempts' })
  async signIn(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    this.services.signIns.count(request.ip);
    const { email, password } = bodyOf(read.signIn, request);
    const session = await this.services.access.signIn.signIn({ email, password, address: request.ip });
    request.userId = session.user.id;
    send(reply, { status: 200, body: session });
  }

  @Post('/api/session/renew')
  @ApiOperation({ operationId: 'renewSession', summary: 'A new token, with the roles of now', description: 'For anybody with a session.' })
  @body(SessionTokenBody)
  @ApiResponse({ status: 200, description: 'Renewed' })
  @ApiResponse({ status: 401, description: 'The session has ended' })
  async renew(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    this.services.publicRequests.count(request.ip);
    const session = await this.services.access.signIn.renew(bodyOf(read.session, request).sessionToken);
    request.userId = session.user.id;
    send(reply, { status: 200, body: session });
  }

  @Delete('/api/session')
  @ApiBearerAuth()
  @ApiOperation({ operationId: 'signOut', summary: 'Sign out', description: 'For everybody signed in. Ends the session that the token is of.' })
  @ApiResponse({ status: 204, description: 'Signed out' })
  async signOut(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { sessionId } = await this.#signedIn(request);
    await this.services.access.signIn.signOut({ sessionId });
    send(reply, { status: 204, body: undefined });
  }

  @Get('/api/session')
  @ApiBearerAuth()
  @ApiOperation({ operationId: 'readSession', summary: 'Who is signed in', description: 'For everybody signed in.' })
  @ApiResponse({ status: 200, description: 'Id, organisation and roles with their sites' })
  async whoAmI(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const { id, organisationId, grants } = await this.#signedIn(request);
    send(reply, { status: 200, body: { user: { id, organisationId, grants } } });
  }

  @Get('/api/session/invitations/:token')
  @ApiParam({ name: 'token', schema: { type: 'string' } })
  @ApiOperation({ operationId: 'readInvitation', summary: 'An invitation to set a password', description: 'For anybody with the link. A password is sent to the same address.' })
  @ApiResponse({ status: 200, description: 'Whose it is and until when' })
  async invitation(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    this.services.publicRequests.count(request.ip);
    send(reply, { status: 200, body: await this.services.access.signIn.invitation(tokenOf(request)) });
  }

  @Post('/api/session/invitations/:token')
  @ApiParam({ name: 'token', schema: { type: 'string' } })
  @ApiOperation({ operationId: 'acceptInvitation', summary: 'Set the password', description: 'For anybody with the link, once.' })
  @body(PasswordBody)
  @ApiResponse({ status: 200, description: 'The password is set: sign in with it' })
  async accept(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    this.services.publicRequests.count(request.ip);
    const { password } = bodyOf(read.password, request);
    send(reply, { status: 200, body: await this.services.access.signIn.acceptInvitation(tokenOf(request), password) });
  }

  @Get('/api/session/set-up/:token')
  @ApiParam({ name: 'token', schema: { type: 'string' } })
  @ApiOperation({ operationId: 'readSetUp', summary: 'How to register the first organisation', description: 'For whoever has the link that an empty system prints when it starts.' })
  @ApiResponse({ status: 200, description: 'Where to send what' })
  async setUp(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    this.services.publicRequests.count(request.ip);
    const { access } = this.services;
    const setUpToken = tokenOf(request);
    if (!access.isSetUpToken(setUpToken) || !(await access.isEmpty())) throw notFound();
    send(reply, { status: 200, body: { setUpToken, sendTo: '/api/organisations/register-organisation', documentedAt: '/api/docs' } });
  }

  @Get('/.well-known/jwks.json')
  @ApiOperation({ operationId: 'readKeySet', summary: 'The keys that tokens are signed with', description: 'For anybody.' })
  @ApiResponse({ status: 200, description: 'A JSON Web Key Set (RFC 7517)' })
  keySet(@Res() reply: HttpReply): void {
    send(reply, { status: 200, body: this.services.access.tokens.keySet });
  }

  async #signedIn(request: HttpRequest): Promise<Awaited<ReturnType<AccessBinding['signIn']['authenticate']>>> {
    const token = bearerOf(request);
    if (token === undefined) throw notSignedIn();
    const signedIn = await this.services.access.signIn.authenticate(token);
    request.userId = signedIn.id;
    return signedIn;
  }
}
