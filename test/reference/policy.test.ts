import { policyStory } from './draw-policy.ts';
import { secondOpinion } from './family.ts';
import { POLICY_EVENTS, POLICY_SAYS, policyFeaturesOf } from './policy-features.ts';
import { policyLedger } from './tell-policy.ts';

secondOpinion({
  name: 'policy',
  story: policyStory,
  ledgersOf: (told) => [policyLedger(told)],
  features: [],
  said: {
    names: POLICY_SAYS,
    mattered: (told, comparison, isAsked) => policyFeaturesOf(policyLedger(told), comparison, isAsked),
  },
  events: POLICY_EVENTS,
});
