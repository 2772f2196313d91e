import { ratesStory } from './draw-rates.ts';
import { secondOpinion } from './family.ts';
import { PLAN_SAYS, planFeaturesOf } from './plan-features.ts';
import { RATES_EVENTS, RATES_FEATURES } from './rates-features.ts';
import { ratesLedger } from './tell-rates.ts';

secondOpinion({
  name: 'rates',
  story: ratesStory,
  ledgersOf: (told) => [ratesLedger(told)],
  features: RATES_FEATURES,
  said: { names: PLAN_SAYS, mattered: (_, comparison, isAsked) => planFeaturesOf(comparison, isAsked) },
  events: RATES_EVENTS,
  refusals: ['condition_failed', 'rate_missing', 'quota_missing', 'quota_zero'],
});
