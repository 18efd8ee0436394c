import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

/**
 * kafkajs 2.2.4 looks every millisecond, on every connection and for ever, whether a request waits, and Node warns of the negative time-out that
 * it asks for (tulios/kafkajs issues 1704 and 1751, unfixed). Here it looks only while one waits or the broker asked for patience.
 */
export function mendRequestQueue(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as { readonly prototype: { scheduleCheckPendingRequests(this: RequestQueue): void } };
  prototype.scheduleCheckPendingRequests = function (): void {
    const throttled = this.throttledUntil - Date.now();
    if (this.throttleCheckTimeoutId || (this.pending.length === 0 && throttled <= 0)) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttled > 0 ? throttled : 10,
    );
  };
}
