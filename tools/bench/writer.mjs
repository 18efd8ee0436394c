// Where the log is best written: on the main thread, in a thread of its own, or on the main thread with its flushes in the thread pool.
// node tools/bench/writer.mjs. Bare Fastify and node:sqlite with group commit; `work` is what a command costs besides, in microseconds.
import autocannon from 'autocannon';
import Fastify from 'fastify';
import { fdatasync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { median, report, rounded } from './figures.mjs';
import { started } from './system.mjs';

const self = fileURLToPath(import.meta.url);

function openLog(file, synchronous) {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=${synchronous}; CREATE TABLE IF NOT EXISTS events (position INTEGER PRIMARY KEY, data TEXT NOT NULL)`);
  const insert = database.prepare('INSERT INTO events (data) VALUES (?)');
  return (texts) => {
    database.exec('BEGIN IMMEDIATE');
    const positions = texts.map((text) => Number(insert.run(text).lastInsertRowid));
    database.exec('COMMIT');
    return positions;
  };
}

/** Appends that come while a batch is being written make up the next one. */
function grouping(write) {
  let waiting = [];
  let writing = false;
  const flush = async () => {
    const batch = waiting;
    waiting = [];
    const positions = await write(batch.map(({ text }) => text));
    batch.forEach(({ resolve }, index) => resolve(positions[index]));
    writing = waiting.length > 0;
    if (writing) setImmediate(flush);
  };
  return (text) =>
    new Promise((resolve) => {
      waiting.push({ text, resolve });
      if (writing) return;
      writing = true;
      setImmediate(flush);
    });
}

const writers = {
  'main thread': (file) => openLog(file, 'FULL'),
  'main thread, flushed in the thread pool': (file) => {
    const write = openLog(file, 'NORMAL');
    const log = openSync(`${file}-wal`, 'r+');
    return (texts) => {
      const positions = write(texts);
      return new Promise((resolve, reject) => fdatasync(log, (error) => (error ? reject(error) : resolve(positions))));
    };
  },
  'a thread of its own': (file) => {
    const worker = new Worker(self, { workerData: { file } });
    return (texts) =>
      new Promise((resolve) => {
        worker.once('message', resolve);
        worker.postMessage(texts);
      });
  },
};

async function serve(name, work, file) {
  const append = grouping(writers[name](file));
  const server = Fastify();
  server.post('/append', async (request, reply) => {
    for (const until = performance.now() + work / 1000; performance.now() < until; );
    const position = await append(JSON.stringify(request.body));
    reply.code(201);
    return { position };
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  console.log(`ready http://127.0.0.1:${server.server.address().port}`);
  process.on('SIGTERM', () => process.exit(0));
}

async function perSecond(name, work, connections, seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'alongside-writer-'));
  const running = await started([self, name, String(work), join(folder, 'log.sqlite')]);
  const body = JSON.stringify({ note: 'x'.repeat(1000) });
  const result = await autocannon({ url: `${running.address}/append`, method: 'POST', connections, duration: seconds, body, headers: { 'content-type': 'application/json' } });
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
  return result['2xx'] / result.duration;
}

async function compare() {
  const rounds = process.argv.includes('--quick') ? 1 : 5;
  const rows = [];
  for (const work of [0, 300]) {
    for (const connections of [1, 64]) {
      const found = Object.fromEntries(Object.keys(writers).map((name) => [name, []]));
      for (let round = 0; round < rounds; round += 1) for (const name of Object.keys(writers)) found[name].push(await perSecond(name, work, connections, 2));
      for (const [name, values] of Object.entries(found)) {
        const ratios = values.map((value, round) => value / found['main thread'][round]);
        const [least, ratio, most] = [Math.min(...ratios), median(ratios), Math.max(...ratios)].map(rounded);
        rows.push({ 'work µs': work, connections, writer: name, 'appends/s': Math.round(median(values)), 'beside the main thread': ratio, least, most });
      }
    }
  }
  report('Durable appends per second over HTTP, by where the log is written', rows);
}

if (!isMainThread) {
  const write = openLog(workerData.file, 'FULL');
  parentPort.on('message', (texts) => parentPort.postMessage(write(texts)));
} else if (process.argv.length > 4) {
  const [name, work, file] = process.argv.slice(2);
  await serve(name, Number(work), file);
} else {
  await compare();
}
