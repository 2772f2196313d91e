import { Button, Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useSyncExternalStore } from 'react';
import { $api } from '../api/client.ts';
import { type Provider, signIn } from '../api/provider.ts';
import { currentSession, watchSession } from '../api/session.ts';
import { Answer, ProblemNote } from '../parts/states.tsx';
import { useBecome } from './become.ts';
import { MeIs } from './me.tsx';
import { type Persona, Personas } from './personas.tsx';

/** Lets in who is signed in, and says to the others how that is done here. */
export function Door({ children }: { readonly children: ReactNode }) {
  const session = useSyncExternalStore(watchSession, currentSession);
  const ways = $api.useQuery('get', '/v1/sign-in', undefined, { staleTime: Number.POSITIVE_INFINITY });
  const becomes = useBecome();
  const be = (persona: Persona) => becomes({ token: `demo:${persona.role}:${persona.id}` });
  return (
    <Answer of={ways}>
      {({ personas, provider, ledger }) => (
        <>
          {personas.length === 0 ? null : <Personas personas={personas} ledger={ledger} be={be} />}
          {session === undefined ? (
            <SignIn ledger={ledger} provider={provider} isDemo={personas.length > 0} />
          ) : (
            <Known key={`${session.token} ${session.role ?? ''}`}>{children}</Known>
          )}
        </>
      )}
    </Answer>
  );
}

function Known({ children }: { readonly children: ReactNode }) {
  const me = $api.useQuery('get', '/v1/me');
  return <Answer of={me}>{(data) => <MeIs me={data}>{children}</MeIs>}</Answer>;
}

function SignIn({
  ledger,
  provider,
  isDemo,
}: {
  readonly ledger: string;
  readonly provider: Provider | null;
  readonly isDemo: boolean;
}) {
  return (
    <Center mih="70vh" component="main">
      <Paper withBorder p="xl" maw={420}>
        <Stack>
          <Title order={1} size="h3">
            Commission ledger {ledger}
          </Title>
          {provider !== null ? (
            <>
              <Text>Sign in to see what you are paid and why.</Text>
              <Group>
                <Button onClick={() => void signIn(provider)}>Sign in</Button>
              </Group>
            </>
          ) : isDemo ? (
            <Text>This is a demo: choose above whom you want to be.</Text>
          ) : (
            <ProblemNote
              problem={
                new Error(
                  'No identity provider is set for this server: its operator sets LEDGER_OIDC_ISSUER, LEDGER_OIDC_AUDIENCE and LEDGER_OIDC_CLIENT_ID.',
                )
              }
            />
          )}
        </Stack>
      </Paper>
    </Center>
  );
}
