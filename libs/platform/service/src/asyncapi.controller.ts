import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { AsyncApiDocument } from './asyncapi.js';
import { send, type HttpReply } from './exchange.js';

export const ASYNC_API = Symbol('the document of all integration events');

@ApiTags('operations')
@Controller()
export class AsyncApiController {
  #made: AsyncApiDocument | undefined;

  constructor(@Inject(ASYNC_API) private readonly document: () => AsyncApiDocument) {}

  @Get('/api/asyncapi.json')
  @ApiOperation({ operationId: 'readAsyncApi', summary: 'What the services tell each other, as AsyncAPI 3.0', description: 'For anybody.' })
  @ApiResponse({ status: 200, description: 'Every integration event: its topic, headers and payload' })
  asyncApi(@Res() reply: HttpReply): void {
    // Made when somebody first asks: it is the same as long as the process lives.
    this.#made ??= this.document();
    send(reply, { status: 200, body: this.#made });
  }
}
