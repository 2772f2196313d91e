import { Code, Text } from '@mantine/core';
import { dealNamed, dealPath } from './address.ts';
import { GoTo } from './go-to.tsx';

interface Place {
  readonly to: string;
  readonly says: string;
}

/** What is in the way of a freeze, and the thing that it is about. */
export interface InTheWay {
  readonly code: string;
  readonly about: string;
  readonly mend: string;
}

/** Where one mends it; `undefined`: on no screen. */
function placeOf({ code, about }: InTheWay, period: string): Place | undefined {
  switch (code) {
    case 'period_out_of_order':
      return { to: `/close/${about}`, says: `Close ${about}` };
    case 'request_waiting':
      return { to: `/requests/${encodeURIComponent(about)}`, says: 'Decide it' };
    case 'query_open':
    case 'query_past_cut_off':
      return { to: `/queries/${about}`, says: 'Answer it' };
    case 'deal_uncredited':
    case 'participant_unknown':
    case 'recipient_unreachable':
      return { to: dealPath(dealNamed(about)), says: 'Look at the deal' };
    case 'quota_missing':
    case 'plan_unassigned':
      return undefined;
    default:
      return { to: `/statements/${period}/${about}`, says: 'Look at the statement' };
  }
}

/** A link to where something is mended; the command where no screen does it. */
export function MendIt({ of, period }: { readonly of: InTheWay; readonly period: string }) {
  const place = placeOf(of, period);
  return place === undefined ? (
    <Text span size="xs" c="dimmed">
      Mended by <Code>{of.mend}</Code>
    </Text>
  ) : (
    <GoTo to={place.to} fw={600}>
      {place.says}
    </GoTo>
  );
}
