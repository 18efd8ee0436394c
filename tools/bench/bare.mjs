// What the system is measured beside: bare Fastify and node:sqlite, the same bodies, one durable commit for all that wait
// at the same time. It checks nothing, folds nothing and seals nothing.
import Fastify from 'fastify';
import { DatabaseSync } from 'node:sqlite';

const [file] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE events (position INTEGER PRIMARY KEY, data TEXT NOT NULL)');
const insert = database.prepare('INSERT INTO events (data) VALUES (?)');

let waiting = [];
function commit() {
  const batch = waiting;
  waiting = [];
  database.exec('BEGIN IMMEDIATE');
  const positions = batch.map(({ data }) => insert.run(data).lastInsertRowid);
  database.exec('COMMIT');
  batch.forEach(({ resolve }, index) => resolve(String(positions[index])));
}

const server = Fastify();
server.post('/append', async (request, reply) => {
  const position = await new Promise((resolve) => {
    if (waiting.length === 0) setImmediate(commit);
    waiting.push({ data: JSON.stringify(request.body), resolve });
  });
  reply.code(201);
  return { position };
});
await server.listen({ port: 0, host: '127.0.0.1' });
console.log(`ready http://127.0.0.1:${server.server.address().port}`);
process.on('SIGTERM', () => process.exit(0));
