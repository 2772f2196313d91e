import { DECIDED_EVENTS, DECIDED_FEATURES } from './decided-features.ts';
import { decidedStory } from './draw-decided.ts';
import { secondOpinion } from './family.ts';
import { decidedLedger } from './tell-decided.ts';

secondOpinion({
  name: 'decided',
  story: decidedStory,
  ledgersOf: (told) => [decidedLedger(told)],
  features: DECIDED_FEATURES,
  events: DECIDED_EVENTS,
  refusals: ['term_missing', 'score_missing', 'quota_missing'],
});
