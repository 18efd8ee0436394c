import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { send, type HttpReply, type HttpRequest } from './exchange.js';
import { callbackPath, type Oidc } from './oidc.js';
import { HttpProblem } from './problems.js';
import { SESSION, type SessionServices } from './session.controller.js';

/** Signing in with an OpenID Connect provider, in the place of a password. */
@ApiTags('session')
@Controller()
export class OidcController {
  constructor(@Inject(SESSION) private readonly services: SessionServices) {}

  @Get('/api/session/oidc')
  @ApiOperation({ operationId: 'beginSignIn', summary: 'Sign in with the OpenID Connect provider', description: 'For anybody. To be opened in a browser: leads to the provider, which leads back.' })
  @ApiResponse({ status: 302, description: 'To the provider' })
  @ApiResponse({ status: 404, description: 'No provider is configured' })
  @ApiResponse({ status: 429, description: 'Too many attempts' })
  @ApiResponse({ status: 503, description: 'The provider does not answer' })
  async begin(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    this.services.signIns.count(request.ip);
    const { location, cookie } = await this.#offered().begin();
    reply.header('set-cookie', cookie).redirect(location, 302);
  }

  @Get(callbackPath)
  @ApiOperation({
    operationId: 'confirmSignIn',
    summary: 'Signed in at the provider',
    description: 'For anybody whom the provider sends back. The verified e-mail address finds the account that was added with it; nobody is created. Answers as signing in with a password does.',
  })
  @ApiResponse({ status: 200, description: 'Signed in' })
  @ApiResponse({ status: 400, description: 'The sign-in was not begun by this browser, or too long ago' })
  @ApiResponse({ status: 401, description: 'The provider refused, or nobody was added with that address' })
  @ApiResponse({ status: 403, description: 'The provider has not verified the e-mail address' })
  @ApiResponse({ status: 409, description: 'Several accounts have that address' })
  @ApiResponse({ status: 429, description: 'Too many attempts' })
  @ApiResponse({ status: 503, description: 'The provider does not answer' })
  async confirm(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    this.services.signIns.count(request.ip);
    const { email, cookie } = await this.#offered().confirm(request.url, request.headers.cookie);
    const session = await this.services.access.signIn.signInVerified({ email, address: request.ip });
    request.userId = session.user.id;
    send(reply, { status: 200, body: session, headers: { 'set-cookie': cookie } });
  }

  #offered(): Oidc {
    const { oidc } = this.services;
    if (!oidc) throw new HttpProblem(404, 'sign-in-not-offered');
    return oidc;
  }
}
