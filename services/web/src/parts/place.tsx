import { Code, Text } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import type { Search } from './address.ts';
import { GoTo } from './go-to.tsx';

interface Place {
  readonly to: string;
  readonly search?: Search;
  readonly says: string;
}

/** What is in the way of a freeze, and the thing that it is about. */
export interface InTheWay {
  readonly code: string;
  readonly about: string;
  readonly mend: string;
}

/** Where one mends it, best first: not every application has every screen. */
function placesOf({ code, about }: InTheWay, period: string): readonly Place[] {
  switch (code) {
    case 'period_out_of_order':
      return [{ to: `/close/${about}`, says: `Close ${about}` }];
    case 'request_waiting':
      return [{ to: `/requests/${encodeURIComponent(about)}`, says: 'Decide it' }];
    case 'query_open':
    case 'query_past_cut_off':
      return [
        { to: `/queries/${about}`, says: 'Answer it' },
        { to: `/my-queries/${about}`, says: 'Answer it' },
      ];
    case 'deal_uncredited':
      return [
        { to: '/exceptions/new', search: { kind: 'split', deal: about }, says: 'Say who is credited' },
        { to: dealAt(about), says: 'Look at the deal' },
      ];
    case 'participant_unknown':
      return [
        { to: dealAt(about), says: 'Look at the deal' },
        { to: '/exceptions/new', search: { kind: 'split', deal: about }, says: 'Credit somebody else' },
      ];
    case 'recipient_unreachable':
      return [
        { to: '/definitions', says: 'Look at the rules' },
        { to: dealAt(about), says: 'Look at the deal' },
      ];
    case 'quota_missing':
    case 'plan_unassigned':
      return [{ to: '/definitions', says: 'Look at plans and quotas' }];
    default:
      return [{ to: `/statements/${period}/${about}`, says: 'Look at the statement' }];
  }
}

function dealAt(key: string): string {
  const at = key.indexOf('.');
  return `/deals/${key.slice(0, at)}/${key.slice(at + 1)}`;
}

/** A link to where something is mended; the command where no screen does it. */
export function MendIt({ of, period }: { readonly of: InTheWay; readonly period: string }) {
  const router = useRouter();
  const found = placesOf(of, period).find(({ to }) => router.getMatchedRoutes(to)[2] !== undefined);
  if (found !== undefined) {
    const { to, search, says } = found;
    return (
      <GoTo to={to} search={search} fw={600}>
        {says}
      </GoTo>
    );
  }
  return (
    <Text span size="xs" c="dimmed">
      Mended by <Code>{of.mend}</Code>
    </Text>
  );
}
