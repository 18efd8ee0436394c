import { beingIdentified, directedToTraining, justReceived, notTakenForward, notYet, offeredToHillside, possibleDuplicate } from './journeys/arriving.js';
import { deferralDue, meetingArranged, meetingMissed, outcomeAwaited, signposted, waiting } from './journeys/assessing.js';
import { completed, evaluationInvited, paused, proposed, quiet, supportedWell, waitingAgain, withOpenConcern } from './journeys/supported.js';
import { learntFromUsers, supervisedTogether } from './improving.js';
import type { Stage } from './scenario/cast.js';
import { story } from './scenario/story.js';
import { countedBack } from './scenario/timeline.js';
import { playNotForMe } from './studies/not-for-me.js';
import { playNotNow } from './studies/not-now.js';
import { playSecondMatch } from './studies/second-match.js';
import { setUpWorld, type World } from './world.js';

/** How many days before the first start the organisation began, and the days since on which supporters were registered and supervised. */
const began = 430;
const days = { registered: 7, supervised: [324, 366, 415] } as const;

/**
 * Plays the demo in: the organisation and its people, the three case studies, and a journey at every stage, with dates counted
 * back from `today`. Every step can be repeated: after a crash the same call goes on where it stopped.
 */
export async function playDemo(stage: Stage, today: string): Promise<World> {
  const begin = (name: string, daysAgo: number) => story({ name: `demo-${name}`, timeline: countedBack(today, daysAgo), ...(stage.signal && { signal: stage.signal }) });
  const world = await setUpWorld(stage, countedBack(today, began), days);

  await playNotNow(world, begin('study-not-now', 95));
  await playNotForMe(world, begin('study-not-for-me', 380));
  await playSecondMatch(world, begin('study-second-match', 150));

  for (const play of [completed, evaluationInvited, supportedWell, quiet, withOpenConcern, paused, waitingAgain, proposed]) await play(world, begin);
  for (const play of [deferralDue, signposted, waiting, meetingMissed, outcomeAwaited, meetingArranged]) await play(world, begin);
  for (const play of [notTakenForward, directedToTraining, notYet, offeredToHillside, possibleDuplicate, beingIdentified]) await play(world, begin);
  for (const play of [supervisedTogether, learntFromUsers]) await play(world, begin);
  await justReceived(stage, world, begin);
  return world;
}
