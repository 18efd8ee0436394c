import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands a handler's error on as it is. Nest's own filter would log it, message and all (it may quote what somebody told),
 * and put "Internal server error" in its place, so that the retry logic could not tell a lock from a bug.
 */
@Catch()
export class OriginalError implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
