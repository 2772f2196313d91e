import { Alert, Anchor, Button, Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { $api, type AnswerOf } from '../api/client.ts';
import { type Provider, signIn } from '../api/provider.ts';
import { become, currentSession, hearTabs, type Session, wasUnknown, watchSession } from '../api/session.ts';
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
            <Known session={session} door={<SignIn ledger={ledger} provider={provider} isDemo={personas.length > 0} />}>
              {children}
            </Known>
          )}
        </>
      )}
    </Answer>
  );
}

/** Whoever is signed in; what they see goes with them, not with their token. */
function Known({
  session,
  door,
  children,
}: {
  readonly session: Session;
  /** For those whose token was over before anything was shown. */
  readonly door: ReactNode;
  readonly children: ReactNode;
}) {
  const me = $api.useQuery('get', '/v1/me');
  if (session.isOver === true && me.data === undefined) return door;
  return (
    <Answer of={me}>
      {(data) => (
        <>
          {session.isOver === true ? <SignedOut session={session} me={data} /> : null}
          <MeIs key={`${data.id} ${data.role}`} me={data}>
            {children}
          </MeIs>
        </>
      )}
    </Answer>
  );
}

/** The page waits for the same person to sign in again, in another tab: here they would lose what they have typed. */
function SignedOut({ session: { role }, me }: { readonly session: Session; readonly me: AnswerOf<'/v1/me'> }) {
  const queries = useQueryClient();
  useEffect(
    () =>
      hearTabs(async (token) => {
        const headers = { authorization: `Bearer ${token}`, ...(role === undefined ? {} : { 'ledger-role': role }) };
        const answer = await fetch('/v1/me', { headers });
        if (!answer.ok || ((await answer.json()) as AnswerOf<'/v1/me'>).id !== me.id) return;
        become({ token, role });
        void queries.invalidateQueries();
      }),
    [role, me.id, queries],
  );
  return (
    <Alert color="orange" variant="light" role="alert" title="You are signed out">
      Your sign-in has run out. What you typed is still here:{' '}
      <Anchor inherit href="/" target="_blank" rel="noopener">
        sign in again in another tab
      </Anchor>{' '}
      and go on in this one.
    </Alert>
  );
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
              {wasUnknown() ? (
                <Text role="alert">
                  The identity provider knows you, but this ledger does not let you in; ask an administrator of it.
                </Text>
              ) : null}
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
