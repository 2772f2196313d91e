import { hidden, noSuchQuery } from '@ledger/decisions';
import { participantOfQuery } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { periodEntry } from '../entries.ts';
import type { Ledger } from '../ledger.ts';
import { queryNamed } from '../query-access.ts';
import { statementOf } from '../statements.ts';
import type { Topic } from './follower.ts';
import type { Sight } from './sight.ts';

/** Why somebody may not begin to follow something: with the answer that reading it would have, so that nothing is learned from it. */
export async function refusedToOpen(ledger: Ledger, topic: Topic, sight: Sight): Promise<Problem | undefined> {
  if (!stillSees(topic, sight)) return notSeen(topic);
  switch (topic.of) {
    case 'query': {
      const found = await queryNamed(ledger, topic.query, sight.actor);
      return isProblem(found) ? found : undefined;
    }
    case 'statement': {
      const found = await statementOf(ledger, topic);
      return isProblem(found) ? found : undefined;
    }
    case 'period': {
      const known = await periodEntry(ledger, topic.period);
      return known === undefined ? hidden('period', topic.period) : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether what is followed can be seen at all; of many things, some are left out instead. */
export function stillSees(topic: Topic, sight: Sight): boolean {
  switch (topic.of) {
    case 'queries':
      return topic.participant === undefined || sight.sees('queries', topic.participant);
    case 'query':
      return sight.sees('queries', participantOfQuery(topic.query));
    case 'period':
      return sight.sees('calendar', null);
    case 'statement':
      return sight.sees('pay', topic.participant);
    default:
      return topic satisfies never;
  }
}

function notSeen(topic: Topic): Problem {
  switch (topic.of) {
    case 'query':
      return noSuchQuery(topic.query);
    case 'period':
      return hidden('period', topic.period);
    default:
      return hidden('participant', topic.participant ?? '');
  }
}
