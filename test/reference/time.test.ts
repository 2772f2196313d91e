import { timeStory } from './draw-time.ts';
import { secondOpinion } from './family.ts';
import { LEAVING_NAMES, leavingMattered } from './leaving-features.ts';
import { timeLedger } from './tell-time.ts';
import { TIME_EVENTS, TIME_FEATURES } from './time-features.ts';

secondOpinion({
  name: 'time',
  story: timeStory,
  ledgersOf: (told) => [timeLedger(told)],
  features: TIME_FEATURES,
  said: { names: LEAVING_NAMES, mattered: (_, comparison, isAsked) => leavingMattered(comparison, isAsked) },
  events: TIME_EVENTS,
});
