import { Group } from '@mantine/core';
import { api } from '../../api/client.ts';
import { named } from '../../api/send.ts';
import { Action } from '../../parts/action.tsx';
import { REASON } from '../../parts/field.tsx';

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

export function DecideActions({ request, hash }: { readonly request: string; readonly hash: string }) {
  return (
    <Group gap="xs">
      <ApproveAction request={request} hash={hash} />
      <Action
        label="Decline"
        fields={[REASON]}
        send={({ reason = '' }, key) =>
          api.POST('/v1/requests/{request}/decline', {
            params: { path: { request }, header: named(key) },
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
