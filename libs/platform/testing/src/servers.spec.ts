import { databaseAt } from './servers.js';

describe('the address of a database of a test', () => {
  it.each([
    ['mongodb://127.0.0.1:27017', 'mongodb://127.0.0.1:27017/own'],
    ['mongodb://127.0.0.1:27017/', 'mongodb://127.0.0.1:27017/own'],
    ['mongodb://a:1,b:2/?replicaSet=r', 'mongodb://a:1,b:2/own?replicaSet=r'],
    ['mongodb://a:1,b:2?replicaSet=r', 'mongodb://a:1,b:2/own?replicaSet=r'],
    ['mongodb://user:word@a:1/other', 'mongodb://user:word@a:1/own?authSource=other'],
    ['mongodb+srv://user:word@cluster.example.org/?authSource=users', 'mongodb+srv://user:word@cluster.example.org/own?authSource=users'],
    ['mongodb://user:word@a:1', 'mongodb://user:word@a:1/own?authSource=admin'],
  ])('%s', (address, own) => {
    expect(databaseAt(address, 'own')).toBe(own);
  });
});
