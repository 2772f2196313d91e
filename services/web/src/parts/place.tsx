import { Code, Text } from '@mantine/core';
import { Fragment } from 'react';
import { dealNamed, dealPath } from './address.ts';
import { GoTo } from './go-to.tsx';

interface Place {
  readonly to: string;
  readonly says: string;
}

/** What is in the way of a freeze, and the thing that it is about. */
interface InTheWay {
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

/** Everything that one cause stops. */
export interface Cause extends Omit<InTheWay, 'about'> {
  readonly about: readonly string[];
  readonly count: number;
}

/** Links to where it is mended, for the first of many by name; the command where no screen does it. */
export function MendIt({ of, period }: { readonly of: Cause; readonly period: string }) {
  const places = of.about.flatMap((about) => {
    const place = placeOf({ ...of, about }, period);
    return place === undefined ? [] : [{ ...place, about }];
  });
  if (places.length === 0) {
    return (
      <Text span size="xs" c="dimmed">
        Mended by <Code>{of.mend}</Code>
      </Text>
    );
  }
  return places.map(({ to, says, about }) => (
    <Fragment key={about}>
      <GoTo to={to} fw={600}>
        {of.count === 1 ? says : `${says}: ${about}`}
      </GoTo>{' '}
    </Fragment>
  ));
}
