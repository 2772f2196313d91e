import { Group, Stack } from '@mantine/core';
import { $api, api } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { useAsOf, usePart } from '../../parts/address.ts';
import { linesOf, REASON } from '../../parts/field.tsx';
import { useMe } from '../../shell/me.tsx';
import { Thread } from '../me/thread.tsx';

/** The thread of a query, with what the desk does about it. */
export function DeskThread() {
  const { role } = useMe();
  const asOf = useAsOf();
  return (
    <Stack>
      <Thread />
      {asOf === undefined && (role === 'ops' || role === 'finance') ? <Desk /> : null}
    </Stack>
  );
}

function Desk() {
  const query = usePart('query');
  const me = useMe();
  const thread = $api.useQuery('get', '/v1/queries/{query}', { params: { path: { query } } });
  if (thread.data?.query.stands !== 'open') return null;
  const given = (key: string) => ({ path: { query }, header: named(key) });
  return (
    <Group component="section" aria-label="What the desk does" gap="xs">
      <Action
        label="Assign"
        fields={[{ name: 'to', label: 'To whom', is: 'name', value: me.id, required: true }]}
        send={({ to = '' }, key) =>
          api.POST('/v1/queries/{query}/assignment', { params: given(key), body: { to, reason: 'To answer it.' } })
        }
      />
      <Action
        label="Ask the participant"
        says="The query waits for their answer, and its clock stands still."
        fields={[{ name: 'says', label: 'Your question', as: 'text', required: true }]}
        send={({ says = '' }, key) =>
          api.POST('/v1/queries/{query}/messages', { params: given(key), body: { says, asks: true } })
        }
      />
      <Action
        label="Escalate"
        fields={[{ name: 'to', label: 'To whom', is: 'name', required: true }, REASON]}
        send={({ to = '', reason = '' }, key) =>
          api.POST('/v1/queries/{query}/escalation', { params: given(key), body: { to, reason } })
        }
      />
      <Action
        label="Resolve"
        says="With what corrected it, or with the reason why nothing is to be corrected. Where the money shows up is said in the thread."
        button={{ variant: 'filled' }}
        fields={[
          REASON,
          {
            ...{ name: 'events', label: 'What corrected it', is: 'lines' },
            says: 'Approved requests as split/crm.D-1/split-1, events or positions, one a line.',
            as: 'text',
          },
        ]}
        send={({ reason = '', events }, key) =>
          api.POST('/v1/queries/{query}/resolution', {
            params: given(key),
            body: { reason, events: linesOf(events) },
          })
        }
      />
    </Group>
  );
}
