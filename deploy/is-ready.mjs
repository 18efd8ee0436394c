// Exit code 0 when this container answers 200 there: for health checks, in an image that has no curl. /health/ready: everything is there;
// /health/started: it takes requests, whatever is missing meanwhile.
const port = process.env.ALONGSIDE_PORT || '8400';
const path = process.argv[2] ?? '/health/ready';
try {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(4_000) });
  // What is missing shows in `docker inspect`.
  console.log(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
