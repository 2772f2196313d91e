import { ratesStory } from './draw-rates.ts';
import { secondOpinion } from './family.ts';
import { RATES_EVENTS, RATES_FEATURES } from './rates-features.ts';
import { ratesLedger } from './tell-rates.ts';

secondOpinion({
  name: 'rates',
  story: ratesStory,
  ledgersOf: (told) => [ratesLedger(told)],
  features: RATES_FEATURES,
  events: RATES_EVENTS,
});
