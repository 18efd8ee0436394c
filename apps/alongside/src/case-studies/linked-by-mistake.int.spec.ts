import type { Journey } from '../demo/scenario/journey.js';
import { notForMe } from '../demo/studies/not-for-me.js';
import { staged, type Staged } from './staged.js';

// Beside the case studies: a second referral is taken for that of somebody who may not be telephoned, and was not.

let stage: Staged;
let second: Journey;

beforeAll(async () => {
  stage = await staged('linked-by-mistake');
  const first = await notForMe.refer(stage.world, stage.story);
  await notForMe.getToKnow(first);
  await notForMe.hear(first);
  await notForMe.decline(stage.world, first);
  await first.does('referrals', 'set-safe-contact', [9, '10:00'], { safeContact: { voicemail: false, nameOurselves: false, writeToAddress: false, channels: [], note: 'He reads my telephone.' } });
  await stage.app.settled();
  second = await notForMe.referAgain(stage.world, stage.story);
  await notForMe.getToKnowAgain(second);
  await stage.app.settled();
  await notForMe.link(stage.world, second, first);
  await stage.app.settled();
});
afterAll(() => stage.app.remove());

it('no context keeps the safe contact of somebody else', async () => {
  const { hillside } = stage.world.staff;
  const read = async (context: string) => (await hillside.get(`/api/${context}/${second.id}`)).body;
  expect(await read('referrals')).toMatchObject({ safeContact: { channels: [] } });
  await second.does('referrals', 'unlink-from-person', [371, '14:40']);
  await stage.app.settled();
  await notForMe.acceptAgain(second);
  await stage.app.settled();
  for (const context of ['referrals', 'assessment', 'supervision']) expect(await read(context)).not.toHaveProperty('safeContact');
  const meeting = { meetingAt: '2099-01-01T10:00:00Z', channel: 'telephone', withStaffId: hillside.id };
  expect(await second.tries('assessment', 'arrange-meeting', [373, '10:00'], meeting)).toMatchObject({ status: 200 });
});
