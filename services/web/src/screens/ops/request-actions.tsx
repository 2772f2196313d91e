import { Group, Text } from '@mantine/core';
import { api, type Schemas } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { REASON } from '../../parts/field.tsx';
import { useMe } from '../../shell/me.tsx';

type Asked = Schemas['Request'];

/** Approves a request, exactly as it was seen. */
export function ApproveAction({
  request,
  hash,
  label = 'Approve',
}: {
  readonly request: string;
  readonly hash?: string | undefined;
  readonly label?: string;
}) {
  return (
    <Action
      label={label}
      says="Your approval binds what you have seen. Nobody approves their own request, or what pays them."
      button={{ variant: 'filled' }}
      fields={[]}
      send={(_, key) =>
        api.POST('/v1/requests/{request}/approve', {
          params: { path: { request }, header: named(key) },
          body: hash === undefined ? {} : { requestHash: hash },
        })
      }
    />
  );
}

/** What somebody can do about a request who may be one of those that decide it; whether they are is for the API to say. */
export function DecideActions({ of: { name, hash, needed, requestedBy, approvals } }: { readonly of: Asked }) {
  const { id, role } = useMe();
  const decides = needed?.approvers.some((roles) => roles.includes(role)) === true;
  if (!decides || requestedBy === id) return null;
  if (approvals.some(({ by }) => by === id)) return <Text size="sm">You have approved it; others have to, too.</Text>;
  return (
    <Group gap="xs" wrap="nowrap">
      <ApproveAction request={name} hash={hash} />
      <Action
        label="Decline"
        fields={[REASON]}
        send={({ reason = '' }, key) =>
          api.POST('/v1/requests/{request}/decline', {
            params: { path: { request: name }, header: named(key) },
            body: { reason },
          })
        }
      />
    </Group>
  );
}

export function RevokeAction({ request }: { readonly request: string }) {
  return (
    <Action
      label="Revoke"
      says="As if it had not been granted; what was frozen stays, and the difference becomes a correction."
      fields={[REASON]}
      send={({ reason = '' }, key) =>
        api.POST('/v1/requests/{request}/revoke', {
          params: { path: { request }, header: named(key) },
          body: { reason },
        })
      }
    />
  );
}
