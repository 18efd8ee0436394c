import { eventStoreAddress, EventStoreAddressError, isEventStoreAddress } from './address.js';

it.each([
  ['esdb://localhost', { hosts: [{ address: 'localhost', port: 2113 }], discovers: false, tls: true, named: 'localhost:2113' }],
  ['esdb://localhost:2114/?tls=false', { hosts: [{ address: 'localhost', port: 2114 }], tls: false }],
  ['esdb://[::1]:2113', { hosts: [{ address: '[::1]', port: 2113 }] }],
  ['esdb+discover://cluster.example', { discovers: true }],
  ['kurrentdb+discover://cluster.example', { discovers: true }],
  ['esdb://a:1,b:2,c?tls=true', { discovers: true, named: 'a:1,b:2,c:2113' }],
  ['esdb://user:p%40ss%3Aw%2F@host', { user: { username: 'user', password: 'p@ss:w/' } }],
  ['kurrentdb://host?Default_Deadline=5000&keepAliveInterval=20000&NodePreference=Leader', { settings: { defaultDeadline: 5000, keepAliveInterval: 20000 } }],
])('reads %s', (url, expected) => {
  expect(isEventStoreAddress(url)).toBe(true);
  expect(eventStoreAddress(url)).toMatchObject(expected);
});

it.each([
  ['http://localhost', 'must be of the form'],
  ['esdb://', 'must be of the form'],
  ['esdb://host:99999', 'must be of the form'],
  ['esdb://user:secret@host name', 'must be of the form'],
  ['esdb://user:secret@host?tsl=false', 'has an option tsl that is not known (known: tls, tlsVerifyCert, tlsCaFile'],
  ['esdb://user:secret@host?tls=maybe', 'needs tls=true or tls=false'],
  ['esdb://user:secret@host?tlsVerifyCert=false', 'tlsCaFile instead'],
  ['esdb://user:secret@host?tlsCaFile=/nowhere/authority.crt', 'that is not there: /nowhere/authority.crt'],
  ['esdb://user:secret@host?userCertFile=package.json', 'needs userCertFile and userKeyFile together'],
  ['esdb://user:secret@host?defaultDeadline=soon', 'needs a whole number for defaultDeadline'],
  ['esdb://user:secret@host?nodePreference=follower', 'leave nodePreference out'],
  ['esdb://user:secret%@host', 'write a % itself as %25'],
])('refuses %s in one line without what is secret', (url, says) => {
  const refused = (() => {
    try {
      return eventStoreAddress(url);
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(EventStoreAddressError);
  expect((refused as Error).message).toContain(says);
  expect((refused as Error).message).not.toMatch(/secret|\n/);
});
