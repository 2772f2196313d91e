import { teamStory } from './draw-corners.ts';
import { secondOpinion } from './family.ts';
import { TEAM_EVENTS, TEAM_FEATURES } from './team-features.ts';
import { teamLedgers } from './tell-team.ts';

secondOpinion({
  name: 'team',
  story: teamStory,
  ledgersOf: teamLedgers,
  features: TEAM_FEATURES,
  events: TEAM_EVENTS,
  refusals: ['reporting_loop', 'shares_not_whole', 'recipient_unreachable'],
});
