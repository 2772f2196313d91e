import { likelyStory } from './draw-likely.ts';
import { secondOpinion } from './family.ts';
import { FEATURES } from './features.ts';
import { PAYMENT_FEATURES, paymentFeaturesOf } from './payment-features.ts';
import { EVENTS } from './seen.ts';
import { ledgerOf } from './tell.ts';
import { UNDECIDED } from './undecided.ts';

secondOpinion({
  name: 'base',
  story: likelyStory,
  ledgersOf: (told) => [ledgerOf(told)],
  isUndecided: (told) => UNDECIDED.some(({ concerns }) => concerns(told)),
  features: FEATURES,
  said: {
    names: PAYMENT_FEATURES.map(({ name }) => name),
    mattered: (told, { statements }, isAsked) => paymentFeaturesOf(told, statements, isAsked),
  },
  events: EVENTS,
});
